"""Coercive measures and execution as the packs have them: what is refused, until when, and how much is owed."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from mingjing.kit.clock import BEIJING
from mingjing.lawengine.judge import CaseState
from mingjing.lawengine.model import ActRecord, CaseHead, Deadline, Law, Verdict
from mingjing.packs.load import library
from tests.lawengine.world import act

HEAD = CaseHead(region="410481", field="urban", agency="A1")
IN_PENALTY, COERCION, EXECUTION = (
    replace(HEAD, procedure=procedure) for procedure in ("ordinary", "coercion", "execution")
)
EXECUTED: dict[str, Any] = {
    "decision_served_on": "2026-01-05",
    "performance_until": "2026-01-20",
    "obligation_kinds": ["money"],
    "fine_yuan": "1000",
    "added_fine_told": True,
}


@pytest.fixture(scope="module")
def law() -> Law:
    return library().law(region="410481", field="urban")


def case(law: Law, head: CaseHead, *acts: ActRecord) -> CaseState:
    state = CaseState(law, head)
    for number, one in enumerate(acts, 1):
        state.absorb(replace(one, seq=number))
    return state


def verdict(state: CaseState, rule: str, judged: ActRecord) -> Verdict:
    judged = replace(judged, seq=len(state.events) + 1)
    return next(one for one in state.judge(judged) if one.rule == rule)


def limits(state: CaseState, on: str) -> dict[str, Deadline]:
    standing = state.standing(datetime.fromisoformat(f"{on}T12:00").replace(tzinfo=BEIJING))
    return {limit.rule.rpartition(".")[2]: limit for limit in standing.deadlines}


def test_the_window_for_the_court_is_given_both_ways(law: Law) -> None:
    """Served on 5 January 2026: six months end on a Sunday, three more in the National Day holiday; both are shown."""
    state = case(law, EXECUTION, act("execution_registered", "2026-01-21", facts=EXECUTED))
    found = limits(state, "2026-07-01")
    assert found["court_after_suit_period_in_execution"].due == date(2026, 7, 6)
    assert found["court_within_in_execution"].due == date(2026, 10, 5)
    assert found["court_within_rolled_in_execution"].due == date(2026, 10, 8)


def test_after_a_review_the_window_starts_anew(law: Law) -> None:
    """Fifteen days to sue after the decision on review, then three months."""
    heard = {"remedy_received_on": "2026-03-02"}
    state = case(
        law,
        EXECUTION,
        act("execution_registered", "2026-01-21", facts=EXECUTED),
        act("remedy_started", "2026-02-02"),
        act("remedy_concluded", "2026-03-02", facts=heard),
    )
    found = limits(state, "2026-03-10")
    assert found["court_application_within_after_review"].due == date(2026, 6, 17)
    assert "court_within_in_execution" not in found or found["court_within_in_execution"].status != "running"


@pytest.mark.parametrize(
    ("day", "yuan", "outcome"),
    [
        ("2026-01-21", "30", "pass"),
        ("2026-01-21", "30.01", "breach"),
        ("2026-02-22", "990", "pass"),
        ("2026-02-23", "1000", "pass"),
        ("2026-02-23", "1000.01", "breach"),
    ],
)
def test_the_added_fine_is_worked_out_from_the_file(law: Law, day: str, yuan: str, outcome: str) -> None:
    """Due on 20 January: three per cent from the 21st, the principal on the 34th day, whatever days were typed."""
    state = case(law, EXECUTION, act("execution_registered", "2026-01-21", facts=EXECUTED))
    demand = act("performance_demanded", day, facts={"added_fine_yuan": yuan})
    found = verdict(state, "cn.execution.added_fine_rate_in_execution", demand)
    assert found.outcome.value == outcome
    assert "1,000元 × 3% ×" in found.reason


def test_a_penalty_case_is_not_closed_over_sealed_goods(law: Law) -> None:
    """Measures taken within a penalty case bind that case; once the goods are back it may be closed."""
    sealed = act("sealing_imposed", "2026-03-03", facts={"measure_kind": "seal"})
    lifted = act("sealing_lifted", "2026-03-20", facts={"goods_returned": True})
    closing, rule = act("case_closed", "2026-04-01"), "cn.coercion.settled_before_closing"
    assert verdict(case(law, IN_PENALTY, sealed), rule, closing).refuses
    assert not verdict(case(law, IN_PENALTY, sealed, lifted), rule, closing).refuses


def test_only_an_examination_the_party_was_told_of_stops_the_clock(law: Law) -> None:
    """Thirty days from 3 March, moved by the ten days of an appraisal only where its notice was issued."""
    sealed = act("sealing_imposed", "2026-03-03")
    done = act("appraisal_received", "2026-03-20")
    told = case(law, COERCION, sealed, act("sealing_pause_told", "2026-03-10"), done)
    untold = case(law, COERCION, sealed, act("appraisal_commissioned", "2026-03-10"), done)
    assert limits(told, "2026-03-21")["settled_within_term"].due == date(2026, 4, 12)
    assert limits(untold, "2026-03-21")["settled_within_term"].due == date(2026, 4, 2)


@pytest.mark.parametrize(("delegated", "refused"), [(True, True), (False, False)])
def test_a_delegated_body_seals_nothing(law: Law, delegated: bool, refused: bool) -> None:
    """The power of coercive measures may not be delegated (§17)."""
    sealing = act("sealing_imposed", "2026-03-03", facts={"by_delegation": delegated})
    found = verdict(case(law, COERCION), "cn.coercion.not_delegated", sealing)
    assert found.refuses is refused


def test_freezing_is_refused_unless_a_statute_grants_it(law: Law) -> None:
    """Silence refuses; an administrative regulation refuses; only a statute that names the power does not."""
    rule, state = "cn.coercion.freezing_power", case(law, COERCION)

    def refused(**facts: object) -> bool:
        return verdict(state, rule, act("freezing_imposed", "2026-03-03", facts=facts)).refuses

    assert refused()
    assert refused(freezing_power=True, measure_basis_rank="administrative_regulation")
    assert not refused(freezing_power=True, measure_basis_rank="law")


@pytest.mark.parametrize(
    ("day", "urgent", "refused"),
    [
        ("2026-03-06", False, False),
        ("2026-03-07", False, True),
        ("2026-03-07", True, False),
        ("2026-02-17", False, True),
    ],
)
def test_nothing_is_enforced_on_days_off(law: Law, day: str, urgent: bool, refused: bool) -> None:
    """A Friday, a Saturday, a Saturday in an emergency, the first day of Spring Festival (§43)."""
    enforcing = act("execution_carried_out", day, facts={"execution_urgent": urgent})
    assert verdict(case(law, EXECUTION), "cn.execution.not_on_holidays", enforcing).refuses is refused


def test_each_procedure_hears_its_own_rules(law: Law) -> None:
    """What a penalty must state is no matter of a sealing order, nor the other way round."""
    in_coercion = {rule.id for rule in law.of_procedure("coercion").rules}
    in_summary = {rule.id for rule in law.of_procedure("summary").rules}
    assert "cn.coercion.decision_contents" in in_coercion
    assert "cn.penalty.decision_states_fine" not in in_coercion
    assert not {rule for rule in in_summary if rule.startswith("cn.coercion.")}
