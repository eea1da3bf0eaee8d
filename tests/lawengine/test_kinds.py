"""The kinds of rule, each by a table: what is kept, broken, cannot be told, and does not apply; accrual is apart."""

from dataclasses import replace
from typing import Any

import pytest

from mingjing.lawengine.model import ActRecord, Law
from mingjing.lawengine.verdicts import word
from tests.lawengine.world import HEAD, A, B, C, act, law, rule_text, said, state_of, verdict

EXCERPT = replace(HEAD, fragment=True)


def one(kind: str, terms: str, **more: str) -> Law:
    return law(rule_text(kind, terms, **more))


# --- sequence -------------------------------------------------------------------------------------

NEEDS = one("sequence", '{ needs = ["filed", "noticed|waived"], forbids = ["withdrawn"] }')


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        (("filed", "noticed"), "pass"),
        (("filed", "waived"), "pass"),
        (("filed",), "breach"),
        (("noticed",), "breach"),
        (("filed", "noticed", "withdrawn"), "breach"),
    ],
)
def test_an_act_needs_one_of_each_group_and_none_that_is_forbidden(
    earlier: tuple[str, ...], expected: str
) -> None:
    """Alternatives stand for each other; a forbidden act refuses whatever else was done."""
    before = [act(kind, "2026-03-01") for kind in earlier]
    assert said(NEEDS, act("decided"), *before) == expected


def test_a_refusal_names_the_act_that_is_missing_by_its_title() -> None:
    """An officer reads titles, not identifiers; a program reads the identifiers."""
    found = verdict(NEEDS, act("decided"), act("filed", "2026-03-01"))
    assert "“告知”或者“放弃申辩”" in found.reason
    assert found.missing == ("noticed", "waived")
    assert found.source is not None
    assert found.source.cite() == "《试验法》第一条"


def test_an_act_recorded_earlier_but_done_later_does_not_count() -> None:
    """The hour decides, not the order in which acts were typed in."""
    rule = one("sequence", '{ needs = ["filed"] }')
    assert said(rule, act("decided", "2026-03-02"), act("filed", "2026-03-03")) == "breach"
    assert said(rule, act("decided", "2026-03-02"), act("filed", "2026-03-02")) == "pass"


def test_an_undated_act_is_ordered_by_its_place_in_the_file() -> None:
    """Where the earlier act has no date, its number in the file stands for it."""
    rule = one("sequence", '{ needs = ["filed"] }')
    assert said(rule, act("decided"), act("filed", None)) == "pass"


def test_in_an_excerpt_a_missing_act_is_unknown_and_a_forbidden_one_still_refuses() -> None:
    """What an excerpt leaves out may have happened; what it shows did."""
    before = act("filed", "2026-03-01"), act("withdrawn", "2026-03-01")
    assert said(NEEDS, act("decided"), before[0], head=EXCERPT) == "unknown"
    assert said(NEEDS, act("decided"), *before, head=EXCERPT) == "breach"
    assert said(NEEDS, act("decided"), before[0], act("noticed", "2026-03-01"), head=EXCERPT) == "unknown"


def test_a_reference_may_mean_only_acts_that_state_a_value() -> None:
    """Serving the notice is not serving the decision."""
    rule = one("sequence", '{ needs = ["served[document=decided]"] }', acts='["closed"]')
    assert said(rule, act("closed"), act("served", "2026-03-01", facts={"document": "decided"})) == "pass"
    assert said(rule, act("closed"), act("served", "2026-03-01", facts={"document": "notice"})) == "breach"
    assert said(rule, act("closed"), act("served", "2026-03-01")) == "breach"


# --- quorum ---------------------------------------------------------------------------------------

TWO = one("quorum", "{ officers = 2, of_agency = true, field_of_certificate = true }")


@pytest.mark.parametrize(
    ("people", "expected", "words"),
    [
        ((A, B), "pass", "2 人"),
        ((A,), "breach", "实际 1 人"),
        ((A, replace(B, certificate_state="expired")), "breach", "乙（证2）执法证件在行为当日已经过期"),
        ((A, B, replace(C, certificate_state="none")), "breach", "丙（证3）没有执法证件"),
        ((A, replace(B, certificate_state="suspended")), "breach", "暂扣"),
        ((A, replace(B, certificate_state="cancelled")), "breach", "注销"),
        ((A, replace(B, auxiliary=True)), "breach", "乙是辅助人员，不计入"),
        ((A, B, replace(C, auxiliary=True, certificate_state="none")), "pass", "2 人"),
        ((A, replace(B, agency="A2")), "breach", "乙不是本机关的执法人员"),
        ((A, replace(B, certificate_fields=("market",))), "breach", "没有载明本执法领域"),
        ((), "unknown", "由谁实施"),
    ],
)
def test_enough_qualified_people_must_act_and_a_refusal_says_whose_certificate(
    people: tuple[Any, ...], expected: str, words: str
) -> None:
    """Everybody who acts as an officer must be qualified on the day; helpers are not counted."""
    found = verdict(TWO, act("decided", performers=people))
    assert found.outcome == expected
    assert words in found.reason


def test_a_reviewer_needs_a_legal_qualification() -> None:
    """One of those who act must hold it."""
    rule = one("quorum", "{ officers = 1, certificate = false, legal_qualification = true }")
    assert said(rule, act("decided", performers=(C,))) == "pass"
    assert said(rule, act("decided", performers=(A,))) == "breach"


# --- separation -----------------------------------------------------------------------------------


def test_who_inspected_may_not_review() -> None:
    """A person common to both acts is named with what he did."""
    rule = one("separation", '{ apart_from = ["inspected"] }')
    before = act("inspected", "2026-03-01", performers=(A, B))
    assert said(rule, act("decided", performers=(C,)), before) == "pass"
    found = verdict(rule, act("decided", performers=(B, C)), before)
    assert found.outcome == "breach"
    assert "乙是“检查”的实施人" in found.reason


def test_a_person_named_in_a_field_is_held_apart_too() -> None:
    """The host of a hearing may be neither an inspector nor a handler of the case; unnamed, it cannot be told."""
    rule = one(
        "separation",
        '{ apart_from = ["inspected"], people_field = "host", apart_from_people = ["handlers"] }',
        acts='["heard"]',
    )
    before = (
        act("filed", "2026-03-01", facts={"handlers": ["c"]}),
        act("inspected", "2026-03-01", performers=(A,)),
    )
    assert said(rule, act("heard", facts={"host": "b"}), *before) == "pass"
    assert said(rule, act("heard", facts={"host": "a"}), *before) == "breach"
    assert said(rule, act("heard", facts={"host": "c"}), *before) == "breach"
    assert said(rule, act("heard"), *before) == "unknown"


def test_where_nobody_is_named_separation_cannot_be_told() -> None:
    """An old file that names no inspector proves nothing; neither does an excerpt without the inspection."""
    rule = one("separation", '{ apart_from = ["inspected"] }')
    assert said(rule, act("decided"), act("inspected", "2026-03-01", performers=())) == "unknown"
    assert said(rule, act("decided", performers=())) == "unknown"
    assert said(rule, act("decided"), head=EXCERPT) == "unknown"
    assert said(rule, act("decided")) == "pass"


# --- ceiling --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "facts", "expected"),
    [
        ("at_most = 200", {"fine_yuan": "200"}, "pass"),
        ("at_most = 200", {"fine_yuan": "200.01"}, "breach"),
        ("below = 200", {"fine_yuan": "199.99"}, "pass"),
        ("below = 200", {"fine_yuan": "200"}, "breach"),
        ("at_least = 200", {"fine_yuan": "200"}, "pass"),
        ("at_least = 200", {"fine_yuan": "199.99"}, "breach"),
        ("above = 200", {"fine_yuan": "200.01"}, "pass"),
        ("above = 200", {"fine_yuan": "200"}, "breach"),
        ("at_most = 200", {}, "unknown"),
        ("at_most = 200", {"fine_yuan": "很多"}, "unknown"),
        ('at_most = { fact = "gain_yuan", times = 1.1 }', {"fine_yuan": "110", "gain_yuan": "100"}, "pass"),
        (
            'at_most = { fact = "gain_yuan", times = 1.1 }',
            {"fine_yuan": "110.01", "gain_yuan": "100"},
            "breach",
        ),
        ('at_most = { fact = "gain_yuan" }', {"fine_yuan": "1"}, "unknown"),
    ],
)
def test_a_figure_is_held_to_its_bound_to_the_cent(terms: str, facts: dict[str, str], expected: str) -> None:
    """Bounds with and without their figure, exact in decimals; what is missing is never taken for kept."""
    rule = one("ceiling", f'{{ fact = "fine_yuan", {terms} }}')
    assert said(rule, act("decided", facts=facts)) == expected


def test_a_bound_may_depend_on_who_the_party_is() -> None:
    """A kind of party that the bound does not name is not bound; an unknown kind is unknown."""
    rule = one("ceiling", '{ fact = "fine_yuan", by = "party_kind", at_most = { citizen = 200 } }')
    assert said(rule, act("decided", facts={"fine_yuan": "201", "party_kind": "citizen"})) == "breach"
    assert said(rule, act("decided", facts={"fine_yuan": "200", "party_kind": "citizen"})) == "pass"
    assert (
        said(rule, act("decided", facts={"fine_yuan": "900", "party_kind": "organization"}))
        == "not_applicable"
    )
    assert said(rule, act("decided", facts={"fine_yuan": "100"})) == "unknown"


def test_a_refusal_tells_the_figure_found_and_the_figure_allowed() -> None:
    """So that an officer knows what would be lawful."""
    rule = one("ceiling", '{ fact = "fine_yuan", by = "party_kind", at_most = { citizen = 200 } }')
    found = verdict(rule, act("decided", facts={"fine_yuan": "3000", "party_kind": "citizen"}))
    assert (found.found, found.allowed) == ("3,000元", "200元")
    assert found.reason == "罚款金额 3,000元，不得超过 200元（当事人类别：自然人）"


def test_an_exception_that_cannot_be_judged_matters_only_beyond_the_bound() -> None:
    """Within the bound nobody needs the exception."""
    rule = one("ceiling", '{ fact = "fine_yuan", at_most = 100, unless = "urgent" }')
    assert said(rule, act("decided", facts={"fine_yuan": "100"})) == "pass"
    assert said(rule, act("decided", facts={"fine_yuan": "101"})) == "unknown"
    assert said(rule, act("decided", facts={"fine_yuan": "101", "urgent": True})) == "not_applicable"
    assert said(rule, act("decided", facts={"fine_yuan": "101", "urgent": False})) == "breach"


# --- required -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "facts", "expected"),
    [
        ('facts = ["reason"]', {"reason": "有据"}, "pass"),
        ('facts = ["reason"]', {}, "breach"),
        ('true = ["shown"]', {"shown": True}, "pass"),
        ('true = ["shown"]', {"shown": False}, "breach"),
        ('true = ["shown"]', {}, "breach"),
        ('contains = { field = "kinds", any = ["fine"] }', {"kinds": ["fine", "warning"]}, "pass"),
        ('contains = { field = "kinds", any = ["fine"] }', {"kinds": ["warning"]}, "breach"),
        ('contains = { field = "kinds", all = ["fine", "warning"] }', {"kinds": ["fine"]}, "breach"),
        ('contains = { field = "kinds", all = ["fine", "warning"] }', {"kinds": ["fine", "warning"]}, "pass"),
        ('contains = { field = "kinds", any = ["fine"] }', {}, "breach"),
    ],
)
def test_what_an_act_must_state_is_stated(terms: str, facts: dict[str, Any], expected: str) -> None:
    """Absent, false and lacking are all breaches: whether it was stated is the very question."""
    rule = one("required", f"{{ {terms} }}")
    assert said(rule, act("decided", facts=facts)) == expected


def test_in_an_excerpt_what_is_not_there_is_unknown_and_what_is_wrong_stays_wrong() -> None:
    """An excerpt may have left out the statement; it did not invent the 否."""
    rule = one("required", '{ facts = ["reason"], true = ["shown"] }')
    assert said(rule, act("decided", facts={"shown": True}), head=EXCERPT) == "unknown"
    assert said(rule, act("decided", facts={"shown": False}), head=EXCERPT) == "breach"


def test_every_argument_needs_an_answer() -> None:
    """The row without one is named; that nobody argued at all is not known from silence."""
    rule = one("required", '{ answered = { rows = "arguments", column = "answer" } }', acts='["argued"]')
    rows = [{"argument": "一", "answer": "采纳"}, {"argument": "二"}]
    assert said(rule, act("argued", facts={"arguments": rows[:1]})) == "pass"
    found = verdict(rule, act("argued", facts={"arguments": rows}))
    assert found.outcome == "breach"
    assert "第 2 项" in found.reason
    assert said(rule, act("argued")) == "unknown"


def test_rows_must_be_there_and_complete() -> None:
    """At least one row, and in each row every column."""
    rule = one(
        "required",
        '{ rows_complete = { rows = "arguments", columns = ["argument", "answer"] } }',
        acts='["argued"]',
    )
    assert said(rule, act("argued", facts={"arguments": [{"argument": "一", "answer": "二"}]})) == "pass"
    assert said(rule, act("argued", facts={"arguments": [{"argument": "一"}]})) == "breach"
    assert said(rule, act("argued", facts={"arguments": []})) == "breach"
    assert said(rule, act("argued")) == "breach"


@pytest.mark.parametrize(
    ("of", "own", "earlier", "expected"),
    [
        ("case", [], [{"legal_kind": "书证", "side": "for"}], "pass"),
        ("act", [], [{"legal_kind": "书证", "side": "for"}], "breach"),
        ("act", [{"legal_kind": "书证", "side": "for"}], [], "pass"),
        ("case", [{"legal_kind": "物证", "side": "for"}], [], "breach"),
        ("case", [{"legal_kind": "书证", "side": "against"}], [], "breach"),
    ],
)
def test_evidence_of_a_kind_and_side_must_be_held(
    of: str, own: list[Any], earlier: list[Any], expected: str
) -> None:
    """Of the whole case or of the act alone, as the rule says."""
    rule = one(
        "required", f'{{ evidence = {{ at_least = 1, legal_kinds = ["书证"], side = "for", of = "{of}" }} }}'
    )
    assert (
        said(rule, act("decided", evidence=own), act("inspected", "2026-03-01", evidence=earlier)) == expected
    )


def test_a_field_of_the_acts_own_form_is_read_from_that_act_alone() -> None:
    """Credentials shown at an earlier act say nothing of this one; a fact of the case is known throughout."""
    shown = one("required", '{ true = ["shown"] }', acts='["inspected"]')
    before = act("inspected", "2026-03-01", facts={"shown": True})
    assert said(shown, act("inspected"), before) == "breach"
    assert said(shown, act("inspected", facts={"shown": True}), before) == "pass"
    fine = one("required", '{ facts = ["party_kind"] }')
    assert said(fine, act("decided"), act("filed", "2026-03-01", facts={"party_kind": "citizen"})) == "pass"


# --- recording and condition ----------------------------------------------------------------------


def test_an_act_is_recorded_or_says_why_not() -> None:
    """Evidence of the act itself, in one of the media; an excuse counts only when written."""
    rule = one("recording", '{ media = ["video", "audio"], unless = "excuse" }', acts='["inspected"]')
    assert said(rule, act("inspected", evidence=[{"medium": "audio"}])) == "pass"
    assert said(rule, act("inspected", evidence=[{"medium": "photo"}])) == "breach"
    assert said(rule, act("inspected", facts={"excuse": "设备故障"})) == "pass"
    assert (
        said(rule, act("inspected"), act("inspected", "2026-03-01", evidence=[{"medium": "video"}]))
        == "breach"
    )
    assert said(rule, act("inspected"), head=EXCERPT) == "unknown"


@pytest.mark.parametrize(
    ("holds", "facts", "expected"),
    [
        ("fine_yuan <= told_yuan", {"fine_yuan": "100", "told_yuan": "100"}, "pass"),
        ("fine_yuan <= told_yuan", {"fine_yuan": "100.5", "told_yuan": "100"}, "breach"),
        ("fine_yuan <= told_yuan", {"fine_yuan": "1"}, "unknown"),
        ("fine_yuan <= told_yuan || urgent", {"urgent": True}, "pass"),
        ("fine_yuan <= told_yuan && urgent", {"urgent": False}, "breach"),
        ("n_filed == 1 && did_filed && !did_noticed", {}, "pass"),
        ("performer_count == 2 && act_day == '2026-03-02' && act_kind == 'decided'", {}, "pass"),
        ("field == 'urban' && region == '410481' && procedure == 'ordinary'", {}, "pass"),
        ("'fine' in kinds", {"kinds": ["fine"]}, "pass"),
        ("arguments.all(a, has(a.answer))", {"arguments": [{"argument": "一", "answer": "二"}]}, "pass"),
        ("arguments.all(a, has(a.answer))", {"arguments": [{"argument": "一"}]}, "breach"),
        ("arguments.all(a, has(a.answer))", {}, "unknown"),
    ],
)
def test_a_condition_holds_fails_or_cannot_be_told(holds: str, facts: dict[str, Any], expected: str) -> None:
    """A fact that decides nothing may be missing; one that is needed may not."""
    rule = one("condition", f'{{ holds = "{holds}" }}')
    assert said(rule, act("decided", facts=facts), act("filed", "2026-03-01")) == expected


def test_what_is_missing_is_told_by_name_and_title() -> None:
    """The program gets the names, the officer the titles."""
    found = verdict(one("condition", '{ holds = "fine_yuan < 5 && urgent" }'), act("decided"))
    assert found.missing == ("fine_yuan", "urgent")
    assert "“罚款金额”、“情况紧急”" in found.reason


def test_a_condition_says_why_in_the_words_of_the_pack() -> None:
    """Facts and terms are put into the sentence; choices by their labels."""
    rule = one(
        "condition",
        '{ m = 50, holds = "fine_yuan <= terms.m", says = "{party_kind}罚 {fine_yuan}，最多 {terms.m}{told_yuan}" }',
    )
    found = verdict(rule, act("decided", facts={"fine_yuan": "60", "party_kind": "citizen"}))
    assert found.reason == "自然人罚 60，最多 50（不明）"


# --- when a rule applies --------------------------------------------------------------------------


def test_a_rule_applies_when_its_conditions_hold_and_is_unknown_when_they_are() -> None:
    """False: nothing to say. Unknown: not a pass."""
    rule = law(
        rule_text(
            "condition",
            '{ holds = "fine_yuan < 5" }',
            extra="when = \"party_kind == 'citizen'\"",
            more='when = "!urgent"',
        )
    )
    facts: dict[str, Any] = {"fine_yuan": "9", "party_kind": "citizen", "urgent": False}
    assert said(rule, act("decided", facts=facts)) == "breach"
    assert said(rule, act("decided", facts=facts | {"urgent": True})) == "not_applicable"
    assert said(rule, act("decided", facts=facts | {"party_kind": "organization"})) == "not_applicable"
    assert said(rule, act("decided", facts={"fine_yuan": "9", "urgent": False})) == "unknown"
    assert (
        said(rule, act("decided", facts={"fine_yuan": "9", "party_kind": "organization"})) == "not_applicable"
    )


def test_in_an_excerpt_whether_an_act_was_done_is_unknown_until_it_is_seen() -> None:
    """did_x is a known fact only in a whole file."""
    rule = one("condition", '{ holds = "!did_withdrawn" }')
    assert said(rule, act("decided")) == "pass"
    assert said(rule, act("decided"), head=EXCERPT) == "unknown"
    assert said(rule, act("decided"), act("withdrawn", "2026-03-01"), head=EXCERPT) == "breach"


def test_what_is_missing_is_named_in_words_whether_a_field_or_not() -> None:
    """The engine's own names have Chinese ones too; a name that nobody knows stays as it is."""
    the_law = one("condition", '{ holds = "true" }')
    assert [word(the_law, name) for name in ("act_day", "fine_yuan", "nobody")] == [
        "行为日",
        "罚款金额",
        "nobody",
    ]


def test_a_kind_of_act_may_come_once_first_and_in_its_procedure_only() -> None:
    """What the packs say of the kind itself refuses too, in words; the same act in its place is not refused."""
    the_law = law(rule_text("condition", '{ holds = "true" }'))

    def misplaced(judged: ActRecord, *earlier: ActRecord, procedure: str = "ordinary") -> set[str]:
        verdicts = state_of(the_law, *earlier, head=replace(HEAD, procedure=procedure)).judge(judged)
        return {one.rule for one in verdicts if one.refuses}

    filed = act("filed", "2026-03-01")
    assert misplaced(filed) == set()
    assert misplaced(act("decided"), filed) == set()
    assert misplaced(act("decided")) == {"kind.opening"}
    assert misplaced(act("decided"), filed, act("decided")) == {"kind.once"}
    assert misplaced(act("served"), filed, act("served")) == set()
    assert misplaced(filed, procedure="summary") == {"kind.procedure"}
    assert misplaced(act("dreamt"), filed) == {"kind.undefined"}


def test_auxiliary_staff_alone_are_asked_about_where_the_rule_says_so() -> None:
    """Standing in for an officer is a breach, helping is none, and a missing officer is not its matter."""
    rule = one("quorum", "{ officers = 2, only_auxiliary = true }")
    helper = replace(A, person="h", name="辅", auxiliary=True, certificate_state="none")
    stood_in = verdict(rule, act("decided", performers=(A, helper)))
    assert stood_in.outcome == "breach"
    assert "辅是辅助人员" in stood_in.reason
    assert "2 人" not in stood_in.reason
    assert said(rule, act("decided", performers=(A, B, helper))) == "pass"
    assert said(rule, act("decided", performers=(A,))) == "not_applicable"


def test_a_rule_may_wait_for_a_fact_that_is_found_out_later() -> None:
    """In a whole file it says nothing until the fact is stated; in an excerpt the fact may be stated elsewhere."""
    rule = one("condition", '{ holds = "gain_yuan > 5" }', extra='if_known = ["gain_yuan"]', severity="warn")
    assert said(rule, act("decided")) == "not_applicable"
    assert said(rule, act("decided"), head=EXCERPT) == "unknown"
    assert said(rule, act("decided", facts={"gain_yuan": "6"})) == "pass"
    assert said(rule, act("decided", facts={"gain_yuan": "5"})) == "breach"


def test_a_condition_may_ask_whether_the_day_is_worked() -> None:
    """Saturday is not, the Sunday worked for Spring Festival is; in a year without a notice nobody knows."""
    rule = one("condition", '{ holds = "act_day_is_working" }')
    assert said(rule, act("decided", "2026-03-06")) == "pass"
    assert said(rule, act("decided", "2026-03-07")) == "breach"
    assert said(rule, act("decided", "2026-02-28")) == "pass"
    assert said(rule, act("decided", "2099-03-06")) == "unknown"
