"""Excerpts of old files: what they do not hold may have been done all the same."""

from dataclasses import replace

from mingjing.lawengine.model import Status
from tests.lawengine.world import HEAD, act, at, law, rule_text, state_of

SERVED_IN_SEVEN = law(
    rule_text("deadline", '{ from = "filed", amount = 7, unit = "calendar_days" }', severity="grade")
)
LONG_AFTER = at("2026-06-01")


def test_an_act_that_an_excerpt_does_not_hold_is_not_called_overdue():
    """Whether it was done in time is unknown, costs nothing and urges nobody."""
    state = state_of(SERVED_IN_SEVEN, act("filed", "2026-03-02"), head=replace(HEAD, fragment=True))
    standing = state.standing(LONG_AFTER)
    assert [limit.status for limit in standing.deadlines] == [Status.UNKNOWN]
    assert not standing.findings


def test_in_a_whole_file_the_same_act_is_overdue():
    """The twin: a whole file that lacks the act lacks the act."""
    standing = state_of(SERVED_IN_SEVEN, act("filed", "2026-03-02")).standing(LONG_AFTER)
    assert [limit.status for limit in standing.deadlines] == [Status.MISSED]
    assert len(standing.findings) == 1
