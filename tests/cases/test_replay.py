"""Stored cases under another library: what differs is found, explained, and nothing else is read or written."""

from datetime import date, datetime
from pathlib import Path
from shutil import copytree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mingjing.cases.lighter import lighter_law_todos
from mingjing.cases.models import Act, Case
from mingjing.cases.replay import Selection, plan, replay
from mingjing.cases.selectors import engine_view
from mingjing.kit.clock import BEIJING
from mingjing.lawengine.judge import review_case
from mingjing.packs.load import Library, library, load_library
from tests.cast import Cast
from tests.stories import told

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2] / "lawpacks"
ON = datetime(2026, 6, 1, 9, tzinfo=BEIJING)
CEILING = "cn/penalty/on_the_spot_fine_ceiling.toml"
LOWER = (
    "{ citizen = 200, individual_business = 200, organization = 3000 }",
    "{ citizen = 10, individual_business = 10, organization = 10 }",
)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A copy of the library, to be changed."""
    return Path(copytree(ROOT, tmp_path / "lawpacks"))


def changed(other: Path, name: str, old: str, new: str) -> Library:
    file = other / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    return load_library(other)


def everybody(cast: Cast) -> Selection:
    return Selection(agencies=[cast.bureau.pk])


def test_a_lower_ceiling_is_found_in_the_case_that_exceeds_it(cast: Cast, other: Path) -> None:
    """With case, act, rule, clause, figure, before and after; and the act itself is as it was."""
    _, case = told(cast, "summary")
    told(cast, "ordinary", until="filing_approved", mark="other")
    fine = Act.objects.get(case=case, kind="on_the_spot_decided").facts["fine_yuan"]
    newer = changed(other, CEILING, *LOWER)
    stored = list(Act.objects.values())

    what = plan(library(), newer, everybody(cast), on=ON)
    (found,) = replay(what)

    (difference,) = found.found
    assert difference.after is not None
    assert difference.after.source is not None
    assert (found.case.code, difference.rule, difference.before) == (
        case.code,
        "cn.penalty.on_the_spot_fine_ceiling",
        None,
    )
    assert fine in difference.after.found
    assert "10" in difference.after.allowed
    assert difference.after.source.article == "第五十一条"
    assert (what.total, list(Act.objects.values())) == (2, stored)


def test_it_finds_what_two_full_reviews_find(cast: Cast, other: Path) -> None:
    """On real rules and real cases: the same breaches and open questions."""
    for name in ("summary", "ordinary"):
        told(cast, name, mark=name)
    changed(other, CEILING, *LOWER)
    changed(other, "cn/penalty/decision_served_within.toml", "amount = 7", "amount = 0")
    (other / "cn/penalty/credential_shown.toml").unlink()
    newer = load_library(other)

    replayed = {
        (one.case.code, found.seq, side.outcome)
        for one in replay(plan(library(), newer, everybody(cast), on=ON))
        for found in one.found
        for side in (found.before, found.after)
        if side is not None and side.outcome != "pass"
    }
    expected = set()
    for case in Case.objects.all():
        _, head, acts = engine_view(case)
        sides = [
            {(one.rule, one.act_seq, one.outcome) for one in (*review.findings, *review.unknowns)}
            for packs in (library(), newer)
            for review in [
                review_case(
                    packs.law(region=case.region, field=case.field, agency=case.agency.code), head, acts, ON
                )
            ]
        ]
        expected |= {(case.code, seq, outcome) for _, seq, outcome in sides[0] ^ sides[1]}
    assert replayed == expected
    assert replayed


def test_the_same_library_reads_no_case(cast: Cast) -> None:
    """Comparing comes before reading."""
    told(cast, "summary")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        what = plan(library(), load_library(ROOT), everybody(cast), on=ON)
        assert list(replay(what)) == []
    assert what.total == 1
    assert not [one for one in asked.captured_queries if "cases_act" in one["sql"]]


def test_only_the_cases_asked_for_are_judged(cast: Cast, other: Path) -> None:
    """By agency, days, procedure and number."""
    _, case = told(cast, "summary")
    newer = changed(other, CEILING, *LOWER)

    def codes(**asked: object) -> list[str]:
        selection = Selection(**{"agencies": [cast.bureau.pk], **asked})  # type: ignore[arg-type]
        return [one.case.code for one in replay(plan(library(), newer, selection, on=ON))]

    assert case.opened_on is not None
    assert (
        codes()
        == codes(codes=[case.code])
        == codes(since=case.opened_on, until=case.opened_on)
        == [case.code]
    )
    assert codes(procedure="summary", limit=5) == [case.code]
    nothing = (
        {"procedure": "ordinary"},
        {"codes": ["nobody"]},
        {"until": date(2020, 1, 1)},
        {"agencies": [cast.elsewhere.pk]},
        {"agencies": []},
    )
    assert [codes(**asked) for asked in nothing] == [[]] * len(nothing)


CONDUCT = """
title = "试验：单位擅自占道的罚款上限"
kind = "ceiling"
acts = ["penalty_decided"]
severity = "warn"
topic = "discretion"
dated_by = "conduct"
procedures = ["all"]
[[version]]
in_force = 2018-01-01
source = { law = "旧办法", article = "第三条" }
quote = "处五千元以下罚款"
terms = { fact = "fine_yuan", at_most = 5000 }
[[version]]
in_force = 2026-03-10
source = { law = "新办法", article = "第三条" }
quote = "处二千元以下罚款"
terms = { fact = "fine_yuan", at_most = 2000 }
[[example]]
name = "例"
on = 2026-03-02
facts = { fine_yuan = "100", violation_ended_on = "2026-03-01" }
expect = "pass"
"""


def test_a_pending_case_under_a_newer_and_lighter_text_is_a_thing_to_do(cast: Cast, other: Path) -> None:
    """From the day the text is in force, as long as nothing is decided, and only for conduct before it."""
    _, case = told(cast, "ordinary", until="filing_approved")
    (other / "cn/penalty/zz_lighter.toml").write_text(CONDUCT)
    newer, bureau = load_library(other), cast.bureau

    (todo,) = lighter_law_todos(bureau, date(2026, 3, 20), library=newer)
    assert (todo.case, todo.conduct, todo.then.source.law, todo.now.source.law) == (
        case,
        date(2026, 3, 2),
        "旧办法",
        "新办法",
    )
    assert lighter_law_todos(bureau, date(2026, 3, 20), library=newer, own=cast.officer.username)
    assert lighter_law_todos(bureau, date(2026, 3, 20), library=newer, own=cast.outsider.username) == []
    assert lighter_law_todos(bureau, date(2026, 3, 9), library=newer) == []
    assert lighter_law_todos(cast.elsewhere, date(2026, 3, 20), library=newer) == []
    assert lighter_law_todos(bureau, date(2026, 3, 20)) == []


def test_a_decided_case_is_no_longer_a_thing_to_do(cast: Cast, other: Path) -> None:
    """What was decided stands, and so does what is not punished under the rule."""
    told(cast, "ordinary", until="penalty_decided")
    (other / "cn/penalty/zz_lighter.toml").write_text(CONDUCT)
    assert lighter_law_todos(cast.bureau, date(2026, 6, 1), library=load_library(other)) == []
