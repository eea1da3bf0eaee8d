"""Every address of the counter, by its door: open to anybody, or for a party inside and for nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from mingjing.counter.http import address_of
from mingjing.counter.urls import urlpatterns

pytestmark = pytest.mark.django_db

# name -> who may open it: "public" anybody, "party" with a paper, "complainant" with number and code.
# A page without a line fails.
DOORS = {
    "home": "public",
    "enter": "public",
    "leave": "public",
    "case": "party",
    "document": "party",
    "document-receipt": "party",
    "statement": "party",
    "write": "party",
    "drop": "party",
    "send": "party",
    "declare": "party",
    "received": "party",
    "receipt": "party",
    "exhibit-receipt": "party",
    "visit-rate": "party",
    "visit-complain": "party",
    "draw": "public",
    "entry": "public",
    "entry-code": "public",
    "repair": "party",
    "complaints": "public",
    "complaint-door": "public",
    "complaint-leave": "public",
    "complaint": "complainant",
    "complaint-step": "complainant",
    "complaint-receipt": "complainant",
    "subscribe": "public",
    "subscribe-confirm": "public",
    "subscribe-end": "public",
    "subscribe-end-now": "public",
}
ROUTES = {one.name: one.pattern.converters for one in urlpatterns if one.name}


def address(name: str) -> str:
    """An address with parts that may or may not be there."""
    parts = {part: 3 if kind.regex == "[0-9]+" else "a0" for part, kind in ROUTES[name].items()}
    return reverse(f"counter:{name}", kwargs=parts)


def test_every_address_has_its_door():
    """A new page without its line fails here; so does a line whose page is gone."""
    assert set(DOORS) == set(ROUTES)


def test_who_has_not_come_in_finds_the_door_and_nothing_else():
    """Read or sent, with ids or without: the page that asks for the paper, never an error."""
    for name, door in DOORS.items():
        client = Client(raise_request_exception=False)
        for answer in (client.get(address(name)), client.post(address(name), {"code": "x", "last": "1"})):
            expected = {200, 302, 403, 404, 405, 422} if door == "public" else {403}
            assert answer.status_code in expected, name
            if door == "complainant":
                assert "查询投诉举报办理情况" in answer.content.decode(), name
            if door == "party":
                assert "凭文书查看您的案件" in answer.content.decode(), name


def test_no_page_of_the_counter_is_cached_or_framed_or_shows_ids(live, visitor):
    """Nor does any break for a party inside, whatever is in the address."""
    case = live()
    visitor.enters(case)
    visitor.client.raise_request_exception = False
    for name, door in DOORS.items():
        if name == "leave":
            continue
        answer = visitor.client.get(address(name))
        # Whoever came in with a paper has not proved a complaint to be his.
        expected = {403} if door == "complainant" else {200, 302, 404, 405, 409}
        assert answer.status_code in expected, name
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Frame-Options"] == "DENY"
        assert case.case.code not in answer.content.decode()
        assert "sessionid" not in answer.cookies


def test_methods_that_no_page_knows_are_refused():
    """A page is read or sent to."""
    assert {Client().delete(address(name)).status_code for name in DOORS} == {405}


@pytest.mark.parametrize(("behind", "address"), [(True, "198.51.100.7"), (False, "127.0.0.1")])
def test_tries_are_counted_by_what_our_own_proxy_says_and_nobody_else(settings, rf, behind, address):
    """Of a chain only the last address is the proxy's word; without a proxy the header is anybody's and is not read."""
    settings.BEHIND_PROXY = behind
    assert address_of(rf.get("/", headers={"X-Forwarded-For": "10.9.9.9, 198.51.100.7"})) == address
