"""The sixteen real decisions, replayed on a real database: what the published table of traps says is what is found."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from mingjing.cases.selectors import acts_of, cases_seen_by, engine_view, findings_of
from mingjing.cli.demo.decisions import Decision, decisions, play, replay
from mingjing.kit.clock import BEIJING
from mingjing.lawengine.judge import CaseState, judge_act
from mingjing.lawengine.model import ActRecord, CaseHead, Outcome
from mingjing.packs.load import library

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "real-decisions.md"
ROW = re.compile(r"^\| ([A-Z]\d\d) \| (.+?) \| (查出|未知|相符|导入核对|不能及) \| (.+?) \|$", re.MULTILINE)

TRAPS = ROW.findall(PAGE.read_text(encoding="utf-8"))
JUDGED = [
    (card, rule, told)
    for card, _, told, where in TRAPS
    if told in ("查出", "未知", "相符")
    for rule in where.split("、")
]


def _decision(card: str) -> Decision:
    return next(one for one in decisions() if one.card == card)


def _found(case: "Case") -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for finding in findings_of(case):
        found.setdefault(finding.rule, set()).add(finding.outcome)
    return found


def _passed(case: "Case", rule: str) -> bool:
    """Whether the rule was asked of some act of the case, as each was recorded, and found nothing."""
    law, head, acts = engine_view(case)
    state, outcomes = CaseState(law, head), set()
    for act in acts:
        verdicts = state.judge(act)
        outcomes |= {verdict.outcome for verdict in verdicts if verdict.rule == rule}
        state.absorb(act, verdicts)
    return outcomes == {Outcome.PASS}


@pytest.mark.parametrize("card", sorted({card for card, _, _ in JUDGED}))
def test_a_card_shows_what_the_page_says_of_it(cast: "Cast", card: str):
    """Every trap of the card: the named rules find it, call it unknown, or pass it."""
    case = play(_decision(card), cast.bureau, cast.clerk)
    found = _found(case)
    for _, rule, told in (one for one in JUDGED if one[0] == card):
        if told == "相符":
            assert _passed(case, rule), (card, rule, found.get(rule))
        else:
            assert {"查出": "breach", "未知": "unknown"}[told] in found.get(rule, set()), (card, rule, told)


def test_no_breach_is_shown_that_the_page_does_not_explain(cast: "Cast"):
    """The other way round: whatever the replay calls a breach is in the table, or follows from a row of it."""
    also = {
        ("E03", "cn.review.published_notice_matches_decision"),  # 2 and 3: fewer notices than decisions
        ("E03", "cn.review.published_nothing_overmasked"),
        ("E04", "cn.review.published_code_readable"),
        ("E04", "cn.review.published_nothing_overmasked"),
        ("E06", "cn.review.published_on_official_channel"),
        ("E08", "cn.review.published_on_official_channel"),
        ("M01", "cn.review.published_on_official_channel"),
        ("M08", "cn.review.published_code_readable"),
        ("T01", "cn.review.published_serial_without_zeros"),
    }
    told = {(card, rule) for card, rule, result in JUDGED if result == "查出"}
    shown = {
        (one.card, rule)
        for one in decisions()
        for rule, outcomes in _found(play(one, cast.bureau, cast.clerk)).items()
        if "breach" in outcomes
    }
    assert shown == told | also


def test_what_importing_checks_is_proved_by_a_test_that_exists():
    """A row that points at a test points at one that stands there."""
    pointed = [where.partition("::") for _, _, told, where in TRAPS if told == "导入核对"]
    assert pointed
    for file, _, name in pointed:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8")


def test_what_is_out_of_reach_says_why():
    """A reason, not a shrug."""
    assert all(len(where) > 15 for _, _, told, where in TRAPS if told == "不能及")
    assert sum(told == "不能及" for _, _, told, _ in TRAPS) <= len(TRAPS) / 8


@pytest.mark.shared
def test_no_trap_of_the_cards_is_passed_over(shared: Path):
    """The page has as many rows for each card as the card names traps."""
    lines = (shared / "data" / "decisions" / "decision_facts.jsonl").read_text(encoding="utf-8").splitlines()
    cards = {card["id"]: len(card["traps"]) for card in map(json.loads, lines)}
    assert len(cards) == 16
    assert Counter(card for card, *_ in TRAPS) == cards
    assert {one.card for one in decisions()} == cards.keys()


@pytest.mark.shared
def test_the_replayed_facts_are_those_of_the_cards(shared: Path):
    """Sums and published days agree with the material, to the cent and the day."""
    lines = (shared / "data" / "decisions" / "decision_facts.jsonl").read_text(encoding="utf-8").splitlines()
    for card in map(json.loads, lines):
        one = _decision(card["id"])
        facts = {name: value for step in one.steps for name, value in step.facts.items()}
        days = {step.kind: step.done_at.date().isoformat() for step in one.steps if step.done_at}
        assert str(card.get("fine", "")) == facts.get("fine_yuan", "")
        for key, kind in (
            ("inspect", "inspection_recorded"),
            ("notice", "prior_notice_issued"),
            ("published", "decision_published"),
        ):
            if key in card:
                assert days.get(kind) == card[key], (card["id"], kind)
        assert (days.get("penalty_decided") or days.get("on_the_spot_decided")) == card.get("decision")


def test_the_history_is_imported_whole_and_only_once(cast: "Cast"):
    """Sixteen cases with their sources; a second run adds no act."""
    assert replay(cast.bureau, cast.clerk) == 16
    cases = list(cases_seen_by(cast.clerk))
    acts = sum(len(acts_of(case)) for case in cases)
    assert len(cases) == 16
    assert all(case.imported and case.fragment and case.source for case in cases)
    assert replay(cast.bureau, cast.clerk) == 16
    assert cases_seen_by(cast.clerk).count() == 16
    assert sum(len(acts_of(case)) for case in cases) == acts


def test_what_was_not_published_stays_unknown(cast: "Cast"):
    """A day that no page gives is no day; nobody is named as performer; an excerpt is never called overdue."""
    replay(cast.bureau, cast.clerk)
    now = timezone.now()
    for case in cases_seen_by(cast.clerk):
        acts = acts_of(case)
        assert not any(act.performers for act in acts)
        assert all(act.done_at is None or act.done_at < now for act in acts)
        assert case.unknowns > 0
        assert not [one for one in findings_of(case) if one.outcome == "breach" and one.act_seq == 0]


def test_no_natural_person_is_named(cast: "Cast"):
    """Citizens and operators appear as they were masked; no identity number, phone or plate is anywhere."""
    for one in decisions():
        facts = {name: value for step in one.steps for name, value in step.facts.items()}
        private = {"party_id_number", "party_phone", "party_birth_on", "witness_name", "reporter_name"}
        assert not private & facts.keys()
        assert all(re.search("某|[xX*]", facts[name]) for name in ("party_representative",) if name in facts)
        if facts["party_kind"] == "citizen":
            assert re.search("某", facts.get("party_name", "某"))
            assert "party_address" not in facts


def _changed(card: str, kind: str, **facts: Any) -> Decision:
    one = _decision(card)
    steps = (
        replace(step, facts={**step.facts, **facts}) if step.kind == kind else step for step in one.steps
    )
    return replace(one, steps=tuple(steps))


TWINS: Mapping[str, Callable[[], Decision]] = {
    "cn.penalty.fine_within_statutory_min": lambda: _changed(
        "M01", "penalty_decided", discretion_tier="lighter"
    ),
    "cn.review.published_within_market_period": lambda: _changed(
        "M03", "decision_published", publication_until="2025-04-22"
    ),
    "cn.review.published_goods_add_up": lambda: _changed(
        "M04", "publication_reviewed", goods_lines_yuan="341"
    ),
    "cn.penalty.on_the_spot_fine_ceiling": lambda: _changed("U02", "on_the_spot_decided", fine_yuan="201"),
    "field.civil.penalty.announcement_period": lambda: _changed(
        "C01", "document_served", announcement_days=59
    ),
    "cn.review.published_details_hidden": lambda: _changed(
        "E04", "publication_reviewed", unmasked_details=["phone"]
    ),
}


def test_every_rule_that_passes_a_card_has_a_twin():
    """What is called 相符 in the page is shown below to be able to fail."""
    assert {rule for _, rule, told in JUDGED if told == "相符"} == TWINS.keys()


@pytest.mark.parametrize("rule", TWINS)
def test_one_thing_changed_and_the_rule_finds_it(cast: "Cast", rule: str):
    """The same card with one fact changed breaks the rule that passed it."""
    assert "breach" in _found(play(TWINS[rule](), cast.bureau, cast.clerk, mark="twin"))[rule]


@pytest.mark.parametrize(("ended", "outcome"), [("2026-08-15", Outcome.BREACH), ("2026-08-14", Outcome.PASS)])
def test_a_repealed_law_is_found_once_the_day_is_known(ended: str, outcome: Outcome):
    """E04 decided on 1 September 2026: wrong for conduct after the code came into force, right for conduct before."""
    one = _decision("E04")
    facts = {name: value for step in one.steps for name, value in step.facts.items()}
    head = CaseHead(one.origin.region, one.origin.field, "a", "bureau", one.procedure, fragment=True)
    law = library().law(region=one.origin.region, field=one.origin.field)
    decided = datetime(2026, 9, 1, tzinfo=BEIJING)
    act = ActRecord(1, "penalty_decided", decided, {**facts, "violation_ended_on": ended})
    verdicts = judge_act(law, head, (), act)
    assert [v.outcome for v in verdicts if v.rule == "cn.review.repealed_environment_laws"] == [outcome]
