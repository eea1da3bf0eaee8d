"""Tries of people without an account are counted by what they try and by from where, and run out."""

from datetime import UTC, datetime, timedelta

import pytest

from mingjing.signin.models import Try
from mingjing.signin.tries import KEPT, Tries

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DOOR = Tries("door", most=3, within=timedelta(minutes=30))

pytestmark = pytest.mark.django_db


def test_so_many_tries_and_no_more_until_the_span_is_over():
    """Three pass, the fourth does not, and after half an hour it does again."""
    assert all(DOOR.take("a", at=NOW) for _ in range(3))
    assert DOOR.take("a", at=NOW + timedelta(minutes=29)) is None
    assert DOOR.take("a", at=NOW + timedelta(minutes=31))


def test_each_key_and_each_thing_is_counted_apart():
    """Who has used up his tries at one door may try another, and his neighbour this one."""
    for _ in range(3):
        DOOR.take("a", at=NOW)

    assert DOOR.take("a", at=NOW) is None
    assert DOOR.take("b", at=NOW)
    assert Tries("letters", most=3, within=DOOR.within).take("a", at=NOW)


def test_a_good_try_is_given_back_and_a_key_can_be_forgotten():
    """What was right does not count; where it is forgotten all tries are there again."""
    for _ in range(3):
        DOOR.give_back(DOOR.take("a", at=NOW) or 0)
    assert DOOR.take("a", at=NOW)
    DOOR.forget("a")
    assert all(DOOR.take("a", at=NOW) for _ in range(3))


def test_keys_are_kept_as_digests_and_not_for_long():
    """No address stands in the table, and what no span counts any more is gone."""
    DOOR.take("192.0.2.7", at=NOW)
    assert "192.0.2.7" not in str(list(Try.objects.values_list()))
    DOOR.take("other", at=NOW + KEPT + timedelta(minutes=1))
    assert Try.objects.count() == 1
