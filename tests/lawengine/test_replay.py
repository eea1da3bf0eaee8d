"""Judging only what differs gives what two full reviews give."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from mingjing.lawengine.judge import review_case
from mingjing.lawengine.model import ActRecord, Finding, Law, Outcome, Severity, Verdict
from mingjing.lawengine.replay import Change, compare, differences
from mingjing.lawengine.versions import lighter_now
from tests.lawengine.world import HEAD, A, B, C, act, at, law, library, rule_text

ON = at("2026-06-01")
CEILING = '{{ fact = "fine_yuan", by = "party_kind", at_most = {{ citizen = {}, organization = 3000 }} }}'
TWENTY = '{ from = "filed", amount = 20, unit = "working_days" }'

YEARS = '{{ from_field = "violation_ended_on", amount = {}, unit = "years" }}'
EACH = '{{ from = "noticed", occurrence = "each", amount = {}, unit = "calendar_days" }}'
SHOWN = '{ true = ["shown"] }'

# Each rule of the world in a few states; a law is one choice of each, and None leaves the rule out.
STATES: tuple[tuple[str | None, ...], ...] = (
    (rule_text("ceiling", CEILING.format(200)), rule_text("ceiling", CEILING.format(300)), None),
    (
        rule_text("sequence", '{ needs = ["filed", "noticed|waived"] }'),
        rule_text("sequence", '{ needs = ["filed"] }'),
        rule_text("sequence", '{ needs = ["filed", "noticed|waived"] }', severity="warn"),
    ),
    (
        rule_text("deadline", TWENTY),
        rule_text("deadline", '{ from = "filed", amount = 3, unit = "calendar_days" }'),
        rule_text("deadline", TWENTY, severity="grade", extra='grade = { item = "9", points = 3 }'),
        None,
    ),
    tuple(rule_text("deadline", YEARS.format(years), acts='["filed"]') for years in (2, 5)),
    tuple(rule_text("deadline", EACH.format(days), acts='["served"]') for days in (5, 9)),
    (rule_text("required", SHOWN, extra="when = \"party_kind == 'citizen'\""), rule_text("required", SHOWN)),
    (rule_text("quorum", "{ officers = 2 }"), rule_text("quorum", "{ officers = 3 }")),
)

LAWS = st.tuples(*(st.sampled_from(range(len(states))) for states in STATES))
KINDS = ("filed", "noticed", "waived", "inspected", "decided", "served", "closed")
ACTS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.dates(date(2026, 1, 5), date(2026, 4, 30)),
        st.fixed_dictionaries(
            {},
            optional={
                "fine_yuan": st.sampled_from(["150", "250", "5000"]),
                "party_kind": st.sampled_from(["citizen", "organization"]),
                "shown": st.booleans(),
                "violation_ended_on": st.sampled_from(["2022-01-01", "2025-12-01"]),
            },
        ),
        st.lists(st.sampled_from([A, B, C]), max_size=3, unique=True),
    ),
    max_size=7,
)
_BUILT: dict[tuple[int, ...], Law] = {}


def law_of(choice: tuple[int, ...]) -> Law:
    if choice not in _BUILT:
        # A rule that is left out keeps its file name free, so that the others keep their ids.
        texts = {
            f"area/r{n}.toml": text
            for n, (at, states) in enumerate(zip(choice, STATES, strict=True))
            if (text := states[at]) is not None
        }
        _BUILT[choice] = library(files=texts).law(region="410481", field="urban", agency="A1")
    return _BUILT[choice]


def weight(finding: Finding) -> tuple[object, ...]:
    counts = finding.outcome is Outcome.BREACH and finding.severity is not Severity.WARN
    return (
        finding.outcome,
        finding.severity,
        (finding.item, finding.points, finding.veto) if counts else None,
    )


def weight_of(verdict: Verdict) -> tuple[object, ...]:
    grade, counts = verdict.grade, verdict.outcome is Outcome.BREACH and verdict.severity is not Severity.WARN
    points = (grade.item, grade.points, grade.veto) if grade and counts else ("", 0, False)
    return (verdict.outcome, verdict.severity, points if counts else None)


@given(LAWS, LAWS, ACTS, st.booleans())
def test_what_differs_is_what_two_full_reviews_find(
    first: tuple[int, ...], second: tuple[int, ...], told: list[tuple[object, ...]], excerpt: bool
) -> None:
    """Whatever rules change, whatever was done: the same findings appear, go and weigh otherwise."""
    old, new, head = law_of(first), law_of(second), replace(HEAD, fragment=excerpt)
    acts = [
        act(kind, str(day), seq=n, facts=facts, performers=tuple(people))
        for n, (kind, day, facts, people) in enumerate(told, 1)
    ]
    found = differences(compare(old, new), head, acts, ON)

    reviews = [review_case(the_law, head, acts, ON) for the_law in (old, new)]
    was, now = (
        Counter((one.rule, one.act_seq, weight(one)) for one in (*review.findings, *review.unknowns))
        for review in reviews
    )
    gone = Counter((d.before.rule, d.seq, weight_of(d.before)) for d in found if weighs(d.before))
    come = Counter((d.after.rule, d.seq, weight_of(d.after)) for d in found if weighs(d.after))
    assert gone - come == was - now
    assert come - gone == now - was


def weighs(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.outcome is not Outcome.PASS


@given(LAWS, LAWS, ACTS)
def test_a_case_without_the_acts_concerned_is_judged_alike(
    first: tuple[int, ...], second: tuple[int, ...], told: list[tuple[object, ...]]
) -> None:
    """So a replay need not even read it."""
    change = compare(law_of(first), law_of(second))
    acts = [
        act(kind, str(day), seq=n, facts=facts)
        for n, (kind, day, facts, _) in enumerate(told, 1)
        if kind not in change.kinds and not facts.keys() & change.facts
    ]
    assert differences(change, HEAD, acts, ON) == ()


def test_the_same_law_differs_in_nothing_and_words_alone_change_nothing() -> None:
    """Title, remedy and quotation are for people."""
    text = rule_text("ceiling", CEILING.format(200))
    reworded = text.replace("试验规则", "另一个名称").replace('quote = "条文"', 'quote = "条文全文"')
    assert compare(law(text), law(reworded)).nothing
    assert not compare(law(text), law(text.replace("200", "201"))).nothing


def changed(spoil: Callable[[str], str], kind: str = "decided") -> Change:
    """What differs when one file of a kind of act is written otherwise."""
    from tests.lawengine.world import ACTS, _act  # noqa: PLC0415 - the texts of the world

    name, text = f"area/acts/{kind}.toml", _act(kind, *ACTS[kind])
    given = {"region": "410481", "field": "urban", "agency": "A1"}
    rule = rule_text("required", '{ true = ["shown"] }')
    return compare(library(rule).law(**given), library(rule, files={name: spoil(text)}).law(**given))


def test_a_kind_of_act_that_may_be_done_elsewhere_is_judged_anew() -> None:
    """Where it belongs in a case is no rule of its own, and still refuses."""
    change = changed(lambda text: text + 'after = ["noticed"]\n')
    assert change.places == {"decided"}
    acts: list[ActRecord] = [act("filed", "2026-03-01", seq=1), act("decided", "2026-03-02", seq=2)]
    (found,) = differences(change, HEAD, acts, ON)
    assert (found.rule, found.seq, found.before) == ("kind.after", 2, None)


def test_rules_about_an_act_whose_form_asks_for_less_are_judged_anew() -> None:
    """What a form does not ask is read from the case: the same rule may then pass."""
    change = changed(lambda text: text.replace(', { name = "shown" }', ""))
    acts = [
        act("filed", "2026-03-01", seq=1),
        act("inspected", "2026-03-02", seq=2, facts={"shown": True}),
        act("decided", "2026-03-03", seq=3),
    ]
    (found,) = differences(change, HEAD, acts, ON)
    assert found.before is not None
    assert (found.seq, found.after) == (3, None)


def test_the_difference_tells_rule_act_figure_and_clause() -> None:
    """Enough to explain it to the party."""
    change = compare(
        law(rule_text("ceiling", CEILING.format(200))), law(rule_text("ceiling", CEILING.format(300)))
    )
    facts = {"fine_yuan": "250", "party_kind": "citizen"}
    (found,) = differences(change, HEAD, [act("decided", facts=facts)], ON)
    assert found.before is not None
    assert found.before.source is not None
    assert (found.rule, found.seq, found.after) == ("cn.area.r0", 1, None)
    assert found.before.source.cite() == "《试验法》第一条"
    assert "200" in found.before.allowed


def test_today_s_text_counts_only_where_it_is_lighter() -> None:
    """从旧兼从轻."""
    old = rule_text("ceiling", '{ fact = "fine_yuan", at_most = 500 }', extra='dated_by = "conduct"')
    newer = (
        '[[version]]\nin_force = 2025-01-01\nsource = { law = "新法", article = "第一条" }\n'
        'quote = "条文"\nterms = { fact = "fine_yuan", at_most = %s }\n'
    )
    lighter, heavier = (
        law(old.replace("[[example]]", newer % figure + "[[example]]")).rules[0] for figure in (300, 900)
    )
    before, after, today = date(2024, 12, 31), date(2025, 1, 1), date(2026, 3, 1)
    found = lighter_now(lighter, before, today)
    assert found is not None
    assert found[1].source.law == "新法"
    assert lighter_now(lighter, after, today) is None
    assert lighter_now(heavier, before, today) is None
