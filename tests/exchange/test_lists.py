"""Lists as files: what is exported comes back the same, tables in the wild are read, and every doubt is told."""

from pathlib import Path
from typing import Any

import pytest

from mingjing.exchange.lists import list_file, read_list_file
from mingjing.packs.list_body import body_of
from mingjing.packs.list_compare import changes
from mingjing.packs.list_flat import conditions_in
from mingjing.packs.list_import import ListImport
from mingjing.packs.list_rows import effects_in
from mingjing.packs.lists import NormList, read_lists
from mingjing.packs.load import library
from tests.norms.lists import HEAD, PUBLISHED, TOML

SECOND = PUBLISHED.split("\r\n")[3]
SHIPPED = read_lists(library())


def read(tmp_path: Path, content: bytes | str, name: str = "清单.csv", **head: Any) -> ListImport:
    path = tmp_path / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return read_list_file(path, name=name, head={**HEAD, **head})


def told(found: ListImport) -> str:
    return "\n".join(map(str, (*found.errors, *found.notices)))


@pytest.mark.parametrize("one", SHIPPED, ids=lambda one: f"{one.scope}-{one.code}")
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_a_list_exported_and_read_again_is_the_same(tmp_path: Path, one: NormList, suffix: str) -> None:
    """Every list of the packs: head, lines, conditions, questions and what is unverified."""
    found = read(tmp_path, list_file(one, suffix=suffix), f"a{suffix}", version="")
    assert (told(found), found.code, found.body) == ("", one.code, body_of(one))


def test_a_list_as_packs_write_it_is_read_with_its_exceptions(tmp_path: Path) -> None:
    """A line may have an effect of its own; a question is kept with its options."""
    found = read(tmp_path, TOML, "清单.toml").found
    assert found is not None
    assert [one.effect for one in found.items] == ["exempt", "lighter"]
    assert [one.key for one in found.items[0].questions] == ["stall_area", "stall_kind"]
    assert (found.code, found.version, found.verified) == ("mild", "1", False)


def test_a_table_as_bureaus_publish_it_is_read_by_its_headings(tmp_path: Path) -> None:
    """Title above, headings of their own, one cell with several conditions; nothing is judged without a condition."""
    found = read(tmp_path, PUBLISHED)
    assert found.found is not None
    first, second = found.found.items
    assert found.found.title == "舞钢市城市管理领域轻微违法行为不予处罚清单"
    assert (first.effect, first.conditions, first.when) == ("exempt", ("属于首次违法", "及时改正"), None)
    assert (second.violation, second.remark) == ("擅自占道经营", "可以不予处罚")
    assert [one.judged for one in found.lines] == [False, False]
    assert "样表" in told(found)
    assert "没有导入的列：实施机关" in told(found)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2,擅自", "4,擅自", "缺第 2、3 项"),
        ("清单（样表）", "清单（7项）", "写着 7 项，实际 2 行"),
        ("2,擅自", "1,擅自", "记作“1-2”"),
        ("不予处罚清单", "减轻处罚清单", "列名说的是“免予处罚”，按“减轻处罚”导入"),
        (SECOND, "2,,,（3）后果轻微,,", "接在上一行后面"),
        (SECOND, "备注：,,,饮用水源保护区内不适用,,", "记入清单的说明"),
    ],
)
def test_what_disagrees_in_the_original_is_told_and_does_not_stop_it(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    """Numbers that jump, titles that promise more lines, columns that say another effect, lines cut by a page."""
    assert old in PUBLISHED
    found = read(tmp_path, PUBLISHED.replace(old, new))
    assert found.found is not None, told(found)
    assert says in told(found)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("《大气污染防治法》第一百一十九条", "", 3, "没有写明法律依据"),
        ("2,擅自占道经营", "2,", 4, "没有写明违法行为"),
        ("法律依据", "分值", 2, "没有“法律依据”一列"),
        ("不予处罚清单", "从轻减轻清单", 3, "看不出这一项的结果"),
        ("行政处罚事项", "甲", 1, "没有找到表头"),
    ],
)
def test_what_cannot_be_read_is_told_by_line_and_nothing_is_kept(
    tmp_path: Path, old: str, new: str, line: int, says: str
) -> None:
    """There is no half list; the twin above is read."""
    found = read(tmp_path, PUBLISHED.replace(old, new))
    assert (found.found, found.body) == (None, {})
    assert any(one.line == line and says in one.message for one in found.errors), told(found)


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ({"list": "Mild"}, "清单代码"),
        ({"in_force": "明年"}, "施行日期"),
        ({"issuer": ""}, "没有写明制定机关"),
    ],
)
def test_a_head_that_says_too_little_is_refused(tmp_path: Path, head: dict[str, str], says: str) -> None:
    """Whose list it is, its code and its day come from the form or the command."""
    found = read(tmp_path, PUBLISHED, **head)
    assert found.found is None
    assert says in told(found)


def test_a_condition_on_a_fact_nobody_states_is_told_at_its_line(tmp_path: Path) -> None:
    """As `law check` would tell it of a pack."""
    found = read(tmp_path, TOML.replace("first_violation", "first_violatoin"), "清单.toml")
    (error,) = found.errors
    assert "first_violatoin" in error.message
    assert TOML.split("\n")[error.line - 1] == "[[item]]"
    assert [bool(one.fault) for one in found.lines] == [True, False]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[[item.question]]\ncode", "[item.question]\ncode", "[[item.question]]|不是合法的 TOML"),
        ('[["fixed", "固定"], ["moving", "流动"]]', '["固定", "流动"]', "[[代码, 名称], …]"),
        ("in_force = 2026-01-01", "in_force = 2026-01-01T08:00:00", "施行日期"),
        ('conditions = ["危害后果轻微"]', 'conditions = "危害后果轻微"', "写成文字的列表"),
        ('basis = "大气', 'basis = 1\nremark = "大气', "缺少“basis”"),
        ("[[item]]", "[[items]]", "至少一项"),
    ],
)
def test_a_list_written_in_the_wrong_shape_is_refused_in_words(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    """Whatever TOML can hold; nothing breaks and nothing is left out in silence."""
    found = read(tmp_path, TOML.replace(old, new), "清单.toml")
    assert found.found is None
    assert any(one in told(found) for one in says.split("|")), told(found)


def test_what_changed_between_two_versions_is_told_line_by_line(tmp_path: Path) -> None:
    """A condition, an effect, a line more."""
    old = read(tmp_path, TOML, "清单.toml").found
    more = '\n[[item]]\ncode = "3"\nviolation = "乱贴广告"\nbasis = "某条"\n'
    new = read(
        tmp_path, TOML.replace("五平方米", "八平方米").replace('"lighter"', '"exempt"') + more, "清单.toml"
    ).found
    assert old is not None and new is not None  # noqa: PT018
    assert [(one.item, one.what, one.before, one.after) for one in changes(old, new)] == [
        ("1", "适用条件", "初次违法；面积不超过五平方米", "初次违法；面积不超过八平方米"),
        ("2", "结果", "从轻处罚", "免予处罚"),
        ("3", "事项", "", "乱贴广告"),
    ]


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("轻微违法行为不予行政处罚事项清单", ["exempt"]),
        ("首违不罚", ["exempt"]),
        ("不予实施行政强制措施事项清单", ["no_coercion"]),
        ("从轻、减轻处罚清单", ["mitigated", "lighter"]),
        ("从重处罚", ["heavier"]),
        ("随机抽查事项清单", []),
    ],
)
def test_words_name_an_effect(words: str, codes: list[str]) -> None:
    """不予强制 says nothing of the penalty; two effects are two."""
    assert effects_in(words) == codes


def test_alternatives_stay_one_condition() -> None:
    """Only what must be met together is taken apart."""
    alternatives = "有下列情形之一的：（1）初次；（2）轻微。"
    assert conditions_in(alternatives) == [alternatives.removesuffix("。")]
    assert conditions_in("1.初次；2.危害后果轻微；3.及时改正") == ["初次", "危害后果轻微", "及时改正"]
    assert conditions_in("pH值在5-10以内") == ["pH值在5-10以内"]


def test_the_published_list_of_a_province_is_read_whole(shared: Path) -> None:
    """Twenty lines, one cut by a page break, remarks below the table."""
    path = shared / "data" / "lists" / "gd_eco_no_penalty_list_2021.csv"
    found = read_list_file(path, name=path.name, head={**HEAD, "title": "不予处罚清单"})
    assert found.found is not None, told(found)
    assert [one.code for one in found.found.items] == [str(n) for n in range(1, 21)]
    assert found.found.items[13].conditions[-1].endswith("危害后果轻微")
    assert "环境敏感区" in found.found.note
