"""An act outside the place that the packs give its kind is refused or not offered, and inside it is."""

from dataclasses import replace

from mingjing.lawengine.model import ActRecord, Law, NextAct
from mingjing.lawengine.terms import ActRef
from mingjing.lawengine.vocabulary import Place
from tests.lawengine.world import HEAD, act, at, law, rule_text, state_of

ON = at("2026-06-01")
EXCERPT = replace(HEAD, fragment=True)
FILED, ASKED = act("filed", "2026-03-02"), act("asked", "2026-03-03")
DECIDED, ARGUED = act("decided", "2026-03-10"), act("argued", "2026-03-12")


def placed(kind: str, place: Place) -> Law:
    the_law = law(rule_text("condition", '{ holds = "true" }'))
    return replace(the_law, kinds={**the_law.kinds, kind: replace(the_law.kinds[kind], place=place)})


def refused(the_law: Law, judged: ActRecord, *earlier: ActRecord) -> list[str]:
    return [one.rule for one in state_of(the_law, *earlier).judge(judged) if one.refuses]


def next_of(the_law: Law, kind: str, *done: ActRecord) -> NextAct:
    return next(one for one in state_of(the_law, *done).standing(ON).next_acts if one.kind == kind)


def test_what_must_come_before_must_have_been_done_by_then() -> None:
    """Each group needs one of its acts, not later than the act judged."""
    the_law = placed("answered", Place(after=((ActRef("asked"), ActRef("argued")),)))
    answered = act("answered", "2026-03-05")
    assert refused(the_law, answered, FILED) == ["kind.after"]
    assert refused(the_law, answered, FILED, ASKED) == []
    assert refused(the_law, answered, FILED, ARGUED) == ["kind.after"]
    assert not next_of(the_law, "answered", FILED).allowed


def test_a_reference_to_what_an_act_states_counts_only_such_acts() -> None:
    """The notice served is not the decision served."""
    the_law = placed("argued", Place(after=((ActRef("served", "document", "notice"),),)))
    for document, refusals in (("decided", ["kind.after"]), ("notice", [])):
        served = act("served", "2026-03-03", facts={"document": document})
        assert refused(the_law, ARGUED, FILED, served) == refusals


def test_what_ends_the_time_of_an_act_refuses_it_until_something_opens_it_anew() -> None:
    """The later of the two counts, whichever it is."""
    the_law = placed("inspected", Place(until=(ActRef("decided"),), again=(ActRef("argued"),)))
    inspected = act("inspected", "2026-03-20")
    assert refused(the_law, inspected, FILED) == []
    assert refused(the_law, inspected, FILED, DECIDED) == ["kind.until"]
    assert refused(the_law, inspected, FILED, DECIDED, ARGUED) == []
    assert refused(the_law, inspected, FILED, ARGUED, replace(DECIDED, done_at=at("2026-03-15"))) == [
        "kind.until"
    ]


def test_what_was_done_in_time_may_be_recorded_late() -> None:
    """By the hour it was done, not by the order of recording; without an hour the order counts."""
    the_law = placed("inspected", Place(until=(ActRef("decided"),)))
    assert refused(the_law, act("inspected", "2026-03-05"), FILED, DECIDED) == []
    assert refused(the_law, act("inspected", "2026-03-11"), FILED, DECIDED) == ["kind.until"]
    assert refused(the_law, act("inspected", None), FILED, DECIDED) == ["kind.until"]


def test_the_refusal_says_what_stands_against_the_act_and_what_would_help() -> None:
    """In titles and days that officers know."""
    the_law = placed("inspected", Place(until=(ActRef("decided"),), again=(ActRef("argued"),)))
    (told,) = (
        one for one in state_of(the_law, FILED, DECIDED).judge(act("inspected", "2026-03-20")) if one.refuses
    )
    assert told.reason == "本案已于2026年3月10日（周二）办理“决定”，不再办理“检查”"
    assert "先记录“申辩”" in told.remedy


def test_an_excerpt_is_not_asked_for_what_it_leaves_out() -> None:
    """What is not in it may have been done; a whole file is asked."""
    the_law = placed("answered", Place(after=((ActRef("asked"),),), until=(ActRef("decided"),)))
    for head, count in ((EXCERPT, 0), (HEAD, 2)):
        state = state_of(the_law, FILED, DECIDED, head=head)
        assert sum(one.refuses for one in state.judge(act("answered", "2026-03-20"))) == count


def test_advice_offers_or_not_and_never_refuses() -> None:
    """Too early, too late and seldom acts stay allowed; in its time an act is offered."""
    place = Place(
        usually_after=((ActRef("asked"),),), usually_until=(ActRef("decided"),), again=(ActRef("argued"),)
    )
    the_law = placed("inspected", place)
    for done, offered in (
        ((FILED,), False),
        ((FILED, ASKED), True),
        ((FILED, ASKED, DECIDED), False),
        ((FILED, ASKED, DECIDED, ARGUED), True),
    ):
        found = next_of(the_law, "inspected", *done)
        assert (found.allowed, found.offered) == (True, offered)
    seldom = next_of(placed("inspected", Place(seldom=True)), "inspected", FILED)
    assert (seldom.allowed, seldom.offered) == (True, False)


def test_what_is_warned_of_is_allowed_and_not_offered() -> None:
    """A warning about order keeps an act out of the proposals."""
    the_law = law(rule_text("sequence", '{ needs = ["noticed"] }', severity="warn"))
    found = next_of(the_law, "decided", FILED)
    assert (found.allowed, found.offered) == (True, False)
    found = next_of(the_law, "decided", FILED, act("noticed", "2026-03-05"))
    assert (found.allowed, found.offered) == (True, True)
