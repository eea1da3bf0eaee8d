"""Last year's fines held to a draft benchmark: inside, above, below, no item, or not to be told."""

from decimal import Decimal
from pathlib import Path

import pytest

from mingjing.cases import replay as replays
from mingjing.cases.benchmark_replay import Held, hold_to, tallied
from mingjing.cases.models import Act, Case
from mingjing.cases.replay import Selection, plan, replay
from mingjing.cases.replay_summary import Summary
from mingjing.lawengine.benchmark import Benchmark
from mingjing.packs.benchmarks import read_file
from mingjing.packs.load import library
from mingjing.packs.source import PackFile
from tests.cases.test_replay import CEILING, LOWER, ON, changed, everybody, other
from tests.cast import Cast, make_cast
from tests.stories import told

__all__ = ["other"]

DRAFT = """
benchmark = "draft"
title = "草案"
issuer = "舞钢市城市管理局"
level = "own"
number = ""
version = "2027"
in_force = 2027-01-01
source = "草案"

[[item]]
code = "1"
violation = "{violation}"
law = "城市道路管理条例"
article = "第四十二条"
statutory = [{{ unit = "yuan", low = 0, high = 20000 }}]
{circumstance}
[[item.tier]]
tier = "{code}"
label = "一档"
{when}
low = {low}
high = {high}
"""
CHOICE = """
[[item.circumstance]]
key = "size"
question = "占用面积"
type = "choice"
options = [["small", "不足五十平方米"], ["large", "五十平方米以上"]]
"""


def draft(violation: str, low: int, high: int, *, asks: bool = False) -> Benchmark:
    text = DRAFT.format(
        violation=violation,
        low=low,
        high=high,
        code="ordinary",
        circumstance=CHOICE if asks else "",
        when="when = \"size == 'large'\"" if asks else "",
    )
    return read_file(PackFile.parse("cn/benchmarks/draft.toml", text))


@pytest.fixture
def decided(cast: Cast) -> Case:
    """A case that ended with a fine."""
    _, case = told(cast, "ordinary")
    return case


def fine_of(case: Case) -> Decimal:
    facts = [act.facts for act in Act.objects.filter(case=case).order_by("seq") if "fine_yuan" in act.facts]
    return Decimal(facts[-1]["fine_yuan"])


def violation_of(case: Case) -> str:
    facts = [
        act.facts for act in Act.objects.filter(case=case).order_by("seq") if "violation_kind" in act.facts
    ]
    return str(facts[-1]["violation_kind"])


def held(cast: Cast, benchmark: Benchmark) -> Held:
    (one,) = hold_to(benchmark, everybody(cast))
    return one


@pytest.mark.django_db
def test_a_fine_lies_inside_above_or_below_the_draft(cast: Cast, decided: Case) -> None:
    """Tier and range with the derivation; the boundaries count as inside."""
    fine, violation = fine_of(decided), violation_of(decided)
    states = {
        "inside": (int(fine), int(fine)),
        "above": (0, int(fine) - 1),
        "below": (int(fine) + 1, 20000),
    }
    for state, (low, high) in states.items():
        one = held(cast, draft(violation, low, high))
        assert (one.case, one.fine, one.state, one.tier) == (decided, fine, state, "一档")
        assert any("适用" in step for step in one.steps)


@pytest.mark.django_db
def test_what_the_draft_does_not_know_or_the_case_does_not_say_is_told(cast: Cast, decided: Case) -> None:
    """No item for the violation; a circumstance that nobody recorded."""
    assert held(cast, draft("另一种违法行为", 0, 1)).state == "none"
    one = held(cast, draft(violation_of(decided), 0, 20000, asks=True))
    assert one.state == "missing"


@pytest.mark.django_db
def test_fines_are_counted_tier_by_tier(cast: Cast, decided: Case) -> None:
    """And those outside are named."""
    told(cast, "summary", mark="other")
    tallies, outside = tallied(hold_to(draft(violation_of(decided), 0, 1), everybody(cast)))
    assert [(one.tier, dict(one.states)) for one in tallies if one.tier] == [("一档", {"above": 1})]
    assert [one.case for one in outside] == [decided]
    nobody = Selection(agencies=[cast.elsewhere.pk])
    assert list(hold_to(draft("x", 0, 1), nobody)) == []


@pytest.mark.django_db(transaction=True)
def test_several_processors_find_what_one_finds(other: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each worker with a connection of its own, on either database; and the caller can go on asking."""
    cast = make_cast()
    for mark in ("one", "two", "three"):
        told(cast, "summary", mark=mark)
    monkeypatch.setattr(replays, "BATCH", 1)
    newer = changed(other, CEILING, *LOWER)
    found = {}
    for workers in (1, 2):
        summary = Summary(library(), newer)
        for one in replay(plan(library(), newer, everybody(cast), on=ON), workers=workers):
            summary.add(one)
        found[workers] = [(clause.rule, clause.cases, clause.changes) for clause in summary.clauses]
    assert len(found[1][0][1]) == 3
    assert found[1] == found[2]
    assert Case.objects.count() == 3
