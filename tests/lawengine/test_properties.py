"""What holds for every case: days off never shorten a limit, unknown never passes, breaches stay, JSON is faithful."""

import json
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mingjing.lawengine.calendar import WorkCalendar, YearTable
from mingjing.lawengine.model import Grade, Outcome, Severity, Source, Verdict
from mingjing.lawengine.periods import Span, day_of, move, roll
from tests.lawengine.world import HEAD, A, B, C, act, law, rule_text, said, state_of, verdict

DAYS = st.dates(date(2024, 1, 1), date(2026, 6, 30))
PLAIN = WorkCalendar()

LAW = law(
    rule_text(
        "ceiling",
        '{ fact = "fine_yuan", by = "party_kind", at_most = { citizen = 200, organization = 3000 } }',
    ),
    rule_text("condition", '{ holds = "fine_yuan <= told_yuan" }'),
    rule_text("required", '{ facts = ["reason"], true = ["shown"] }'),
    rule_text("sequence", '{ needs = ["filed", "noticed|waived"] }'),
    rule_text("quorum", "{ officers = 2 }"),
    rule_text("deadline", '{ from = "filed", amount = 20, unit = "working_days" }'),
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "fine_yuan": st.sampled_from(["0", "199.99", "200", "200.01", "3000", "3000.01"]),
        "told_yuan": st.sampled_from(["0", "200", "5000"]),
        "party_kind": st.sampled_from(["citizen", "organization"]),
        "reason": st.just("有据"),
        "shown": st.booleans(),
    },
)
PEOPLE = st.lists(
    st.sampled_from([A, B, C, replace(B, certificate_state="expired")]), unique_by=lambda p: p.person
)
EARLIER = st.lists(st.sampled_from(["filed", "noticed", "waived", "inspected"]), max_size=4)


@given(
    DAYS,
    st.integers(1, 90),
    st.sampled_from(["working_days", "calendar_days", "months"]),
    st.integers(1, 120),
)
def test_adding_a_holiday_never_shortens_a_limit(start: date, amount: int, unit: str, ahead: int) -> None:
    """Whatever day is taken off, no limit ends earlier."""
    off = start + timedelta(days=ahead)
    more = WorkCalendar([YearTable(off.year, frozenset({off}), frozenset())])

    def end(calendar: WorkCalendar) -> date:
        span = Span(move(calendar, start, amount, unit), start)  # type: ignore[arg-type]
        roll(calendar, span)
        assert span.end is not None
        return day_of(span.end)

    assert end(more) >= end(PLAIN)


@given(FACTS, PEOPLE, EARLIER)
def test_nothing_missing_ever_passes(
    facts: dict[str, object], people: list[object], earlier: list[str]
) -> None:
    """Taking any one fact away from an act that passes a rule never leaves a pass that rested on it."""
    before = [act(kind, "2026-03-01", seq=n) for n, kind in enumerate(earlier, 1)]
    state = state_of(LAW, *before)
    judged = act("decided", facts=facts, performers=tuple(people), seq=len(before) + 1)
    for one in state.judge(judged):
        if one.rule == "cn.area.r0" and one.outcome is Outcome.PASS:
            assert {"fine_yuan", "party_kind"} <= facts.keys()
        if one.rule == "cn.area.r1" and one.outcome is Outcome.PASS:
            assert {"fine_yuan", "told_yuan"} <= facts.keys()
        if one.rule == "cn.area.r2" and one.outcome is Outcome.PASS:
            assert facts["reason"]
            assert facts["shown"] is True
        if one.rule == "cn.area.r4" and one.outcome is Outcome.PASS:
            assert len(people) >= 2
        if one.outcome is Outcome.UNKNOWN:
            assert one.refuses


@given(FACTS, PEOPLE, EARLIER, st.sampled_from(["excuse", "gain_yuan", "handlers", "host"]))
def test_a_breach_stays_a_breach_whatever_else_is_stated(
    facts: dict[str, object], people: list[object], earlier: list[str], more: str
) -> None:
    """Facts that no rule asks for heal nothing."""
    before = [act(kind, "2026-03-01", seq=n) for n, kind in enumerate(earlier, 1)]
    state = state_of(LAW, *before)
    plain = act("decided", facts=facts, performers=tuple(people), seq=len(before) + 1)
    added = replace(plain, facts={**facts, more: "1"})
    assert [one.outcome for one in state.judge(plain)] == [one.outcome for one in state.judge(added)]


@given(FACTS, EARLIER)
def test_an_excerpt_is_never_judged_harder_than_the_whole_file(
    facts: dict[str, object], earlier: list[str]
) -> None:
    """What passes in the whole file is no breach in an excerpt of it, and a breach there is a breach here."""
    before = [act(kind, "2026-03-01", seq=n) for n, kind in enumerate(earlier, 1)]
    judged = act("decided", facts=facts, seq=len(before) + 1)
    whole = {one.rule: one.outcome for one in state_of(LAW, *before).judge(judged)}
    excerpt = {
        one.rule: one.outcome
        for one in state_of(LAW, *before, head=replace(HEAD, fragment=True)).judge(judged)
    }
    for rule, outcome in excerpt.items():
        if outcome is Outcome.BREACH:
            assert whole[rule] is Outcome.BREACH


VERDICTS = st.builds(
    Verdict,
    rule=st.text(max_size=8),
    title=st.text(max_size=8),
    outcome=st.sampled_from(Outcome),
    severity=st.sampled_from(Severity),
    reason=st.text(max_size=20),
    source=st.none()
    | st.builds(Source, st.text(max_size=5), st.text(max_size=5), st.booleans(), st.text(max_size=5)),
    quote=st.text(max_size=8),
    found=st.text(max_size=5),
    allowed=st.text(max_size=5),
    remedy=st.text(max_size=5),
    missing=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    applies=st.booleans(),
    topic=st.text(max_size=5),
    grade=st.none()
    | st.builds(Grade, st.text(max_size=3), st.integers(0, 100), st.booleans(), st.booleans()),
    version_from=st.none() | DAYS,
)


@given(VERDICTS)
def test_a_stored_verdict_is_read_back_as_it_was(one: Verdict) -> None:
    """Through JSON text and back, nothing is lost."""
    assert Verdict.from_json(json.loads(json.dumps(one.as_json()))) == one


def test_the_verdicts_of_a_real_act_survive_storage() -> None:
    """Not only made-up ones."""
    found = verdict(LAW, act("decided", facts={"fine_yuan": "900", "party_kind": "citizen"}))
    assert Verdict.from_json(json.loads(json.dumps(found.as_json()))) == found
    assert said(LAW, act("decided", facts={"fine_yuan": "9", "party_kind": "citizen"})) == "pass"
