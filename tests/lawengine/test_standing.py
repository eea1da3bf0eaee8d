"""Where a case stands: findings, points, vetoes, unknowns, stage and what may come next."""

from dataclasses import replace

from mingjing.lawengine.judge import judge_act, refusals, review_case
from mingjing.lawengine.model import ActRecord, Law, Outcome, Severity
from tests.lawengine.world import HEAD, A, act, at, law, rule_text, state_of

ON = at("2026-06-01")


def graded(terms: str, grade: str, **more: str) -> str:
    more.setdefault("severity", "grade")
    kind = more.pop("kind", "required")
    return rule_text(kind, terms, extra=f"grade = {{ {grade} }}", **more)


def acts(*kinds: str) -> list[ActRecord]:
    return [act(kind, f"2026-03-{number:02}", seq=number) for number, kind in enumerate(kinds, 2)]


def test_a_clean_case_keeps_all_its_points() -> None:
    """No finding, no unknown, a hundred points; a pass is counted as one."""
    the_law = law(graded('{ facts = ["reason"] }', 'item = "1", points = 3'))
    standing = review_case(the_law, HEAD, [act("filed"), act("decided", facts={"reason": "有"}, seq=2)], ON)
    assert (standing.score, standing.vetoed, standing.findings, standing.unknowns) == (100, False, (), ())
    assert standing.verdict_counts == {Outcome.PASS: 1}


def test_a_breach_costs_its_points_and_names_its_act() -> None:
    """Item, points, act, article and remedy stand in the finding."""
    the_law = law(graded('{ facts = ["reason"] }', 'item = "1", points = 3'))
    standing = review_case(the_law, HEAD, [act("filed"), act("decided", seq=2)], ON)
    (finding,) = standing.findings
    assert (finding.act_seq, finding.points, finding.item, finding.severity) == (2, 3, "1", Severity.GRADE)
    assert finding.source is not None
    assert standing.score == 97


def test_an_item_is_charged_once_unless_it_counts_each_time_up_to_its_cap() -> None:
    """Three inspections without showing credentials: 3 points once, or 2 each capped at 5."""
    three = acts("filed", "inspected", "inspected", "inspected")
    once = law(graded('{ true = ["shown"] }', 'item = "1", points = 3', acts='["inspected"]'))
    each = law(
        graded('{ true = ["shown"] }', 'item = "1", points = 2, each = true, cap = 5', acts='["inspected"]')
    )
    assert review_case(once, HEAD, three, ON).score == 97
    assert review_case(each, HEAD, three, ON).score == 95
    assert review_case(each, HEAD, three[:3], ON).score == 96
    assert len(review_case(once, HEAD, three, ON).findings) == 3


def test_two_rules_of_one_item_cost_the_dearer_and_of_two_items_both() -> None:
    """The item of the review standard is what is charged."""
    dear, cheap = (
        ('{ facts = ["reason"] }', 'item = "1", points = 5'),
        ('{ true = ["shown"] }', 'item = "1", points = 2'),
    )
    same = law(graded(*dear), graded(*cheap))
    other = law(graded(*dear), graded(cheap[0], 'item = "2", points = 2'))
    file = [act("filed"), act("decided", seq=2)]
    assert review_case(same, HEAD, file, ON).score == 95
    assert review_case(other, HEAD, file, ON).score == 93


def test_a_veto_fails_the_file_and_points_never_go_below_zero() -> None:
    """Two vetoes of a hundred points each."""
    the_law = law(
        graded('{ facts = ["reason"] }', 'item = "V1", points = 100, veto = true'),
        graded('{ true = ["shown"] }', 'item = "V2", points = 100, veto = true'),
    )
    standing = review_case(the_law, HEAD, [act("filed"), act("decided", seq=2)], ON)
    assert (standing.score, standing.vetoed) == (0, True)


def test_a_warning_tells_and_costs_nothing() -> None:
    """Even where the pack gives it points."""
    the_law = law(graded('{ facts = ["reason"] }', 'item = "1", points = 3', severity="warn"))
    standing = review_case(the_law, HEAD, [act("filed"), act("decided", seq=2)], ON)
    assert (standing.score, len(standing.findings), standing.findings[0].points) == (100, 1, 0)


def test_what_cannot_be_told_costs_nothing_and_is_listed_apart() -> None:
    """An unknown is no breach of the file, though it refuses a live act."""
    the_law = law(graded('{ holds = "urgent" }', 'item = "1", points = 3', kind="condition"))
    standing = review_case(the_law, HEAD, [act("filed"), act("decided", seq=2)], ON)
    assert (standing.score, standing.findings, len(standing.unknowns)) == (100, (), 1)
    blocking = law(rule_text("condition", '{ holds = "urgent" }'))
    assert len(refusals(judge_act(blocking, HEAD, [act("filed")], act("decided", seq=2)))) == 1


def test_only_block_rules_refuse() -> None:
    """A breach of a grade rule is written with the act; a breach of a block rule stops it."""
    graded_law = law(graded('{ facts = ["reason"] }', 'item = "1", points = 3'))
    blocking = law(rule_text("required", '{ facts = ["reason"] }'))
    assert refusals(judge_act(graded_law, HEAD, [act("filed")], act("decided", seq=2))) == ()
    (refusal,) = refusals(judge_act(blocking, HEAD, [act("filed")], act("decided", seq=2)))
    assert refusal.reason == "“决定”缺少“理由”"


def test_a_limit_that_ran_out_is_a_finding_without_an_act_and_one_met_late_a_finding_of_its_act() -> None:
    """Held against the file once either way."""
    terms = '{ from = "filed", amount = 7, unit = "working_days" }'
    the_law = law(graded(terms, 'item = "1", points = 4', kind="deadline"))
    filed = act("filed", "2026-03-02")
    unmet = review_case(the_law, HEAD, [filed], ON)
    assert [(one.act_seq, one.points) for one in unmet.findings] == [(None, 4)]
    assert "至今没有办理" in unmet.findings[0].reason
    late = review_case(the_law, HEAD, [filed, act("decided", "2026-05-06", seq=2)], ON)
    assert [(one.act_seq, one.points) for one in late.findings] == [(2, 4)]
    assert unmet.score == late.score == 96
    running = review_case(the_law, HEAD, [filed], at("2026-03-11"))
    assert (running.findings, running.score) == ((), 100)


def test_the_stage_is_that_of_the_last_act() -> None:
    """A case without acts has none."""
    the_law = law(rule_text("condition", '{ holds = "true" }'))
    assert review_case(the_law, HEAD, [], ON).stage == ""
    assert review_case(the_law, HEAD, [act("filed")], ON).stage == "decision"


def next_of(the_law: Law, *done: ActRecord) -> dict[str, bool]:
    return {one.kind: one.allowed for one in state_of(the_law, *done).standing(ON).next_acts}


def test_what_may_come_next_follows_from_order_alone() -> None:
    """Needs, forbidden acts and waiting periods stand against an act; what it would state does not."""
    the_law = law(
        rule_text("sequence", '{ needs = ["noticed"], forbids = ["withdrawn"] }'),
        rule_text(
            "deadline", '{ from = "noticed", amount = 5, unit = "working_days", bound = "not_before" }'
        ),
        rule_text("required", '{ facts = ["reason"] }'),
        rule_text("quorum", "{ officers = 2 }"),
    )
    filed, noticed = act("filed", "2026-03-02"), act("noticed", "2026-03-03")
    assert next_of(the_law)["filed"]
    assert not next_of(the_law)["decided"]
    assert not next_of(the_law, filed)["decided"]
    assert next_of(the_law, filed, noticed)["decided"]
    assert not next_of(the_law, filed, noticed, act("withdrawn", "2026-03-04"))["decided"]
    assert not next_of(the_law, filed, act("noticed", "2026-05-29"))["decided"]
    assert not next_of(the_law, filed)["filed"]


def test_what_stands_against_an_act_is_told() -> None:
    """So that the page can say why it is not offered."""
    the_law = law(rule_text("sequence", '{ needs = ["noticed"] }'))
    (decided,) = (
        one for one in state_of(the_law, act("filed")).standing(ON).next_acts if one.kind == "decided"
    )
    assert "“告知”" in decided.verdicts[0].reason


def test_judging_changes_nothing() -> None:
    """The same act judged twice gives the same; so does the case judged before."""
    the_law = law(rule_text("condition", '{ holds = "n_inspected == 0" }', acts='["inspected"]'))
    state = state_of(the_law, act("filed"))
    judged = act("inspected", performers=(A,), facts={"shown": True}, seq=2)
    first, facts = state.judge(judged), dict(state.facts)
    assert state.judge(judged) == first
    assert state.facts == facts
    assert replace(judged) == judged
