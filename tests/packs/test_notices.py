"""The notices: every clause answered by a rule, a page or a command that exists, or put to a later piece of work."""

import pytest
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver

from mingjing.packs.load import library
from mingjing.packs.notices import notices_of, read_notices
from mingjing.packs.source import PackError
from tests.packs.shelf import with_files

SOUND = """
title = "某通知"
issuer = "某机关"
date = 2022-11-04

[[clause]]
no = "一"
words = "事后公示"
rules = ["cn.publicity.penalty_published_within"]
pages = ["publicity", "portal:search"]
"""


def _named(patterns: list[URLPattern | URLResolver], space: str = "") -> set[str]:
    found: set[str] = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            found |= _named(one.url_patterns, f"{one.namespace}:" if one.namespace else space)
        elif one.name:
            found.add(f"{space}{one.name}")
    return found


def test_every_clause_of_the_five_notices_is_answered():
    """Five notices; each clause leads to something, and the thirty-six measures of one county are all there."""
    notices = {notice.scope: notice for notice in read_notices(library())}
    assert set(notices) == {"130821", "210504", "410182", "410481", "430421"}
    measures = [clause.no for clause in notices["130821"].clauses if clause.no.startswith("二、")]
    assert [int(no.rsplit("）", 1)[1]) for no in measures] == list(range(1, 37))
    for notice in notices.values():
        assert sum(clause.done for clause in notice.clauses) >= len(notice.clauses) / 3


def test_every_page_named_by_a_clause_exists():
    """A clause sends its reader to a page of the product, never to a dead name."""
    known = _named(get_resolver().url_patterns)
    named = {page for notice in read_notices(library()) for clause in notice.clauses for page in clause.pages}
    assert named <= known, NoReverseMatch(named - known)
    assert len(named) > 20


def test_a_rule_of_an_overlay_rests_on_a_clause_of_its_notice():
    """Whatever a county adds is traced to the clause that ordered it."""
    notices = read_notices(library())
    scopes = {notice.scope for notice in notices}
    loose = [rule.id for rule in library().rules if rule.scope in scopes and not notices_of(notices, rule.id)]
    assert loose == []


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (SOUND.replace("penalty_published_within", "published_soon"), "不存在"),
        (SOUND.replace("portal:search", "Publicity page"), "写法不对"),
        (SOUND[: SOUND.index("rules =")], "没有着落"),
        (SOUND[: SOUND.index("rules =")] + "issues = [4]\n", None),
        (SOUND[: SOUND.index("rules =")] + 'none = "组织动员"\n', None),
        (SOUND[: SOUND.index("rules =")] + 'commands = ["rm -rf"]\n', "写法不对"),
        (SOUND + SOUND[SOUND.index("[[clause]]") :], "写了两次"),
        (SOUND.replace("2022-11-04", '"去年"'), "日期"),
        (SOUND[: SOUND.index("[[clause]]")], "至少要有一个"),
        (SOUND, None),
    ],
)
def test_a_faulty_notice_is_refused_with_its_line(written: str, told: str | None):
    """A clause that nothing answers is refused; one put to later work or shown to ask nothing is read."""
    shelf = with_files({"cn/notices/test.toml": written})
    if told is None:
        assert [notice.title for notice in read_notices(shelf) if notice.scope == "cn"] == ["某通知"]
        return
    with pytest.raises(PackError, match=told) as fault:
        read_notices(shelf)
    assert fault.value.file == "cn/notices/test.toml"
