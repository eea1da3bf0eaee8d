"""The kinds of public lists: what the packs say is whole, a slip is refused with its line, narrower scopes go first."""

import pytest

from mingjing.packs.catalogue_kinds import (
    catalogue_kinds,
    check_catalogues,
    kind_of,
    last_day_of,
    read_catalogue_kinds,
)
from mingjing.packs.laws import law_register
from mingjing.packs.source import PackError
from tests.packs.shelf import with_files

SOUND = """
[[kind]]
code = "caps"
title = "上限"
about = "几次"
carrier = "网站"
update_days = 20
remind = "01-31"
source = { law = "行政处罚法", article = "第一条" }
quote = "……"
limit_source = { law = "行政处罚法", article = "第一条" }
column = [
  { key = "name", title = "事项", type = "text", required = true, part = true },
  { key = "kind", title = "类别", type = "choice", choices = ["甲"] },
]
"""
FILE = "cn/publicity/catalogues.toml"


def test_every_kind_of_the_packs_rests_on_a_document_and_tells_rows_apart():
    """Eight kinds; what is reviewed above says so; the limit of update is law that is in force."""
    kinds = catalogue_kinds("410481", "urban", "410481-urban")

    assert list(kinds) == [
        *("powers", "enforcement_items", "supervision_items", "random_items", "inspection_plan"),
        *("frequency_caps", "channels", "windows"),
    ]
    assert {code for code, one in kinds.items() if one.reviewed} == set(list(kinds)[:4])
    for kind in kinds.values():
        assert kind.quote
        assert kind.parts
        assert law_register().find(kind.limit_source.law) is not None
        assert len({one.title for one in kind.columns}) == len(kind.columns)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (SOUND.replace("update_days = 20", 'update_days = "快"'), "工作日数"),
        (SOUND.replace('"01-31"', '"一月"'), "月-日"),
        (SOUND.replace('type = "choice"', 'type = "text"'), "choices"),
        (SOUND.replace(", part = true", ""), "认定是不是同一事项"),
        (SOUND.replace("about", "abaut"), "不认识的键"),
        (SOUND + SOUND, "写了两次"),
        (SOUND, None),
    ],
)
def test_a_slip_is_refused_with_its_file(written: str, told: str | None):
    """The same file without the slip is read."""
    shelf = with_files({FILE: written})
    if told is None:
        assert read_catalogue_kinds(shelf)["cn"]["caps"].title == "上限"
        assert check_catalogues(shelf) == []
        return
    with pytest.raises(PackError, match=told) as fault:
        read_catalogue_kinds(shelf)
    assert fault.value.file == FILE
    assert len(check_catalogues(shelf)) == 1


def test_a_yearly_list_is_known_by_its_year_and_another_is_not():
    """The name of a list carries the year; one that is not yearly has none."""
    kinds = catalogue_kinds("410481", "urban", "410481-urban")
    plan = kinds["inspection_plan"]

    assert kind_of("inspection_plan-2026", kinds) is plan
    assert plan.slug(2026) == "inspection_plan-2026"
    assert str(last_day_of("inspection_plan-2026")) == "2026-12-31"
    for wrong in ("inspection_plan", "powers-2026", "inspection_plan-26", "nothing"):
        assert kind_of(wrong, kinds) is None
    assert last_day_of("powers") is None
