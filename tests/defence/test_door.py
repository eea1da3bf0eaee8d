"""Only a paper served on him, with the end of his own number, opens the door; everything else is one refusal."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from mingjing.defence import access
from mingjing.defence.access import DoorClosed, DoorLocked, Where, enter
from mingjing.defence.models import PartyLook, PartyVisit
from tests.defence.conftest import HERE

pytestmark = pytest.mark.django_db


def refusal(**given) -> str:
    with pytest.raises(DoorClosed) as refused:
        enter(**{"where": HERE, **given})
    return str(refused.value)


def test_the_code_and_the_end_of_his_number_let_him_in(live):
    """Upper or lower case, with blanks or without: what stands on the papers is enough, and the visit is kept."""
    case = live()
    act = case.act("prior_notice_issued")

    visit = enter(code=case.code(), act=act, last=f" {case.last.lower()} ", where=HERE, at=case.at)

    assert (visit.outcome, visit.case_code) == ("entered", case.case.code)
    assert access.inside(visit.code, at=case.at).case == case.case


def test_every_refusal_says_the_same(live):
    """A wrong number, a code that is none and a paper not served yet cannot be told apart."""
    case = live()
    act, code = case.act("prior_notice_issued"), case.code()
    told = {
        refusal(code=code, act=act, last="000000", at=case.at),
        refusal(code="A" * 26, act=None, last=case.last, at=case.at),
        refusal(code="B" * 26, act=case.act("investigation_reported"), last=case.last, at=case.at),
        refusal(code=code, act=act, last="", at=case.at),
    }
    assert len(told) == 1


def test_a_paper_opens_nothing_before_it_is_served(live):
    """The decision is drawn, and not in his hands: its code is refused; once served it opens."""
    case = live()
    case.goes_on("penalty_decided")
    given = {"code": case.code("penalty_decided"), "act": case.act("penalty_decided"), "last": case.last}
    refusal(**given, at=case.at)

    case.goes_on("document_served", nth=1)

    assert enter(**given, where=HERE, at=case.at)


def test_after_five_wrong_numbers_the_code_is_locked_for_half_an_hour(live):
    """Even the right number opens nothing then, from wherever it comes; later it does."""
    case = live()
    given = {"code": case.code(), "act": case.act("prior_notice_issued")}
    for n in range(5):
        refusal(**given, last=f"00000{n}", at=case.at, where=Where(f"192.0.2.{n}", ""))

    with pytest.raises(DoorLocked):
        enter(**given, last=case.last, where=Where("192.0.2.99", ""), at=case.at)
    assert enter(**given, last=case.last, where=HERE, at=case.at + timedelta(minutes=31))


def test_an_address_that_tries_many_codes_is_locked(live):
    """Twenty codes that are none, and the twenty-first try is not answered, while a neighbour comes in."""
    case = live()
    for n in range(20):
        refusal(code=f"{n:026d}", act=None, last="123456", at=case.at)
    given = {"code": case.code(), "act": case.act("prior_notice_issued"), "last": case.last, "at": case.at}

    with pytest.raises(DoorLocked):
        enter(**given, where=HERE)
    assert enter(**given, where=Where("198.51.100.1", ""))


def test_a_code_that_is_none_is_locked_like_any_other(live):
    """So the lock does not tell whether there is such a paper."""
    case = live()
    for _ in range(5):
        refusal(code="C" * 26, act=None, last="123456", at=case.at)
    with pytest.raises(DoorLocked):
        enter(code="C" * 26, act=None, last="123456", where=HERE, at=case.at)


def test_who_came_who_was_refused_and_who_looked_is_kept_for_ever(live):
    """The trail of the case shows both, and the database refuses to change it."""
    case = live()
    refusal(code=case.code(), act=case.act("prior_notice_issued"), last="000000", at=case.at)
    inside = case.inside()
    access.looked(inside.visit, "案件进展", at=case.at)

    assert [one.outcome for one in access.visits_of(case.case.code)] == ["entered", "refused"]
    for row in (PartyVisit.objects.first(), PartyLook.objects.first()):
        with pytest.raises(IntegrityError), transaction.atomic():
            row.delete()
