"""Every address of the officers' face, tried by everybody: strangers find nothing, no role breaks it, no id either."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mingjing.personnel import delegations
from mingjing.personnel.models import Delegation
from mingjing.publicity.models import Preparation, Publication
from mingjing.web.urls import urlpatterns
from tests.cast import BUREAU, ELSEWHERE, make_agency, make_person
from tests.journeys.conftest import NewJourney
from tests.journeys.doors import DOORS
from tests.journeys.office import Desk, Journey
from tests.journeys.paper import Page
from tests.personnel.test_authority import TERMS

# Who sees most, and who sees least; `test_http_every_door` goes through all of them by what each door is for.
ROLES = ["head", "officer", "supervisor", "admin", "outsider"]
if connection.vendor == "postgresql":
    ROLES = ROLES[:2]  # what breaks in a database breaks for whoever may open the page
EVERY_ROLE = "officer reviewer head clerk publicity supervisor"
ROUTES = {str(pattern.name): pattern.pattern.converters for pattern in urlpatterns}
OPEN_TO_ALL = {door.name for door in DOORS.values() if door.action == "public"}
# What is of no agency or of one person, and what only its own room can make: `test_http_other_rooms` and
# `test_http_every_door` show of those that other agencies do not see them.
IN_THEIR_ROOM = {
    door.name
    for door in DOORS.values()
    if door.thing in {"room", "upload", "-", "paper", "own", "step", "table"}
}
REGISTER = {door.name for door in DOORS.values() if door.action.startswith("people.")}
PARTY = "恒远建材"
DESIGNED = {403: "没有权限", 404: "没有找到", 400: "请求无法识别"}
BOGUS = ["x", "0" * 24, "f" * 64, "legal_review_opined", "a-b_c", "999999999"]


@pytest.fixture
def places(journey: NewJourney) -> dict[str, dict[str, Any]]:
    """The ids of two real cases: one published, one with a publication that waits for a second person."""
    live = journey().told_until("document_served", nth=1)
    live.at(live.step("decision_published"))
    first = Desk("publicity")
    address = f"/publicity/cases/{live.code}/"
    sheet = first.reads(address).sheet("")
    live.writes(sheet, live.step("decision_published"))
    first.sends(sheet, to=address)
    journey(mark="out", party_name="已公示有限公司").told_until("decision_published")
    return ids(live)


def ids(live: Journey) -> dict[str, dict[str, Any]]:
    """What stands for each part of an address; some names of urls mean something else by `code`."""
    photo = live.last("inspection_recorded").evidence[0]["digest"]
    common = {
        "code": live.code,
        "kind": "inquiry_recorded",
        "digest": photo,
        "act": live.last("penalty_decided").code,
        "pk": Preparation.objects.get(confirmed_by=None).pk,
        "username": "officer2",
        "rule": "cn.penalty.two_officers_throughout",
        "procedure": "ordinary",
    }
    opening = {name: {"kind": "clue_registered"} for name in ROUTES if name and name.endswith("-open")}
    body, pact = {"code": BUREAU}, {"pk": agreed().pk}
    return {
        "": common,
        "publicity-published": {"code": Publication.objects.get().code},
        "agency": body,
        "agency-step": body | {"step": "post"},
        "agreement": pact,
        "agreement-step": pact | {"step": "publish"},
        **opening,
    }


def agreed() -> Delegation:
    """An agreement by which the bureau lets a station enforce."""
    make_agency("410481-station", "舞钢市环境卫生站", kind="delegated")
    day = timezone.localdate()
    return delegations.sign_agreement(
        kind="delegation",
        number="舞城管委1号",
        delegator=BUREAU,
        delegate="410481-station",
        terms=TERMS,
        valid_from=day,
        valid_until=day + timedelta(days=300),
        signed_on=day,
        by="set-up",
    )


def address(name: str, places: Mapping[str, Mapping[str, Any]]) -> str:
    """The address of a page with real ids."""
    given = {**places[""], **places.get(name, {})}
    kinds = ROUTES[name].items()
    return reverse(
        name, kwargs={part: given.get(part, 1 if kind.regex == "[0-9]+" else "x") for part, kind in kinds}
    )


def with_ids() -> list[str]:
    """The names of the pages that show something of one case."""
    of_a_case = {"code", "digest", "act", "pk", "username"}
    return [name for name, parts in ROUTES.items() if of_a_case & set(parts) and name not in IN_THEIR_ROOM]


@pytest.mark.parametrize("role", ROLES)
def test_no_address_breaks_for_anybody_with_real_ids(places: dict[str, dict[str, Any]], role: str) -> None:
    """GET and POST of every page, HEAD by one: an answer that was meant, and a designed page where it is a refusal."""
    client = Desk(role).client
    client.raise_request_exception = False
    broken = [
        f"{method} {name}: {page.status}"
        for name in ROUTES
        if name != "logout"
        for method in ("get", "post", *(["head"] if role == "head" else []))
        for page in [Page(getattr(client, method)(address(name, places)))]
        if page.status >= 500 or (method == "get" and DESIGNED.get(page.status, "") not in page)
    ]
    assert broken == []


@pytest.mark.parametrize("bogus", BOGUS)
def test_no_address_breaks_with_an_id_that_is_none(places: dict[str, dict[str, Any]], bogus: str) -> None:
    """What somebody types into the address bar gives the designed 404, or 403, and never more."""
    client = Desk("head").client
    client.raise_request_exception = False
    answers = {}
    for name, parts in ROUTES.items():
        if not parts:
            continue
        given = {part: 999999 if kind.regex == "[0-9]+" else bogus for part, kind in parts.items()}
        answers[name] = Page(client.get(reverse(name, kwargs=given)))
    odd = {name: page for name, page in answers.items() if page.status not in {403, 404, 405}}
    assert odd == {}
    assert all(DESIGNED.get(page.status, "") in page for page in answers.values())


def test_what_belongs_to_another_agency_does_not_exist(places: dict[str, dict[str, Any]]) -> None:
    """Somebody with every role elsewhere gets the designed 404 with nothing of the case, read or sent."""
    make_person("stranger", "外", EVERY_ROLE, agency=ELSEWHERE)
    stranger, own, found = Desk("stranger").client, Desk("head").client, []
    own.raise_request_exception = False
    for name in with_ids():
        here = address(name, places)
        pages = [(method, Page(getattr(stranger, method)(here))) for method in ("get", "post")]
        found += [f"{method} {name}: {page}" for method, page in pages if not hidden(name, page)]
        assert {page.status for _, page in pages} - {405}, name
        there = {Page(own.get(here)).status, Page(own.post(here)).status}
        assert there != {404}, name  # for its own people
    assert found == []


def hidden(name: str, page: Page) -> bool:
    """Whether a page says no more than that there is nothing; the register is closed to all but its keepers."""
    meant = {403, 404, 405} if name in REGISTER else {404, 405}
    return page.status in meant and DESIGNED.get(page.status, "") in page and PARTY not in page.source


def test_lists_and_counts_elsewhere_show_nothing_of_it(places: dict[str, dict[str, Any]]) -> None:
    """Neither desk, nor search, nor spreadsheet, nor board."""
    make_person("stranger", "外", EVERY_ROLE, agency=ELSEWHERE)
    stranger = Desk("stranger")
    lists = [name for name, parts in ROUTES.items() if not parts and DOORS[name].method == "get"]
    lists = [name for name in lists if name not in OPEN_TO_ALL | {"card-statements"}]
    for path in [*map(reverse, lists), "/cases/?q=恒远", "/supervision/cases/?agency=410481-urban"]:
        page = stranger.reads(path)
        assert page.status == 200 or "没有权限" in page, path
        assert PARTY not in page.source, path
    assert PARTY not in stranger.downloads("/cases/?export=csv")[1].decode()
    assert PARTY in Desk("officer").downloads("/cases/?export=csv")[1].decode()


def test_without_signing_in_every_page_leads_to_the_sign_in(places: dict[str, dict[str, Any]]) -> None:
    """And back to where one wanted to go; a sent form is not taken."""
    open_pages = []
    for name in ROUTES.keys() - OPEN_TO_ALL - {"upload"}:
        answers = [Client().get(address(name, places)), Client().post(address(name, places))]
        led = [
            one.get("Location", "").startswith("/login/?next=") for one in answers if one.status_code != 405
        ]
        if not led or not all(led):
            open_pages.append(name)
    assert open_pages == []


def test_no_page_of_an_officer_is_left_in_a_shared_cache(places: dict[str, dict[str, Any]]) -> None:
    """Private every one, and all but files with a digest are not kept at all."""
    client, kept = Desk("officer").client, []
    for name in ROUTES.keys() - OPEN_TO_ALL:
        answer = client.get(address(name, places))
        cached = answer.get("Cache-Control", "")
        Page(answer)
        if answer.status_code == 200 and ("private" not in cached or "public" in cached):
            kept.append(f"{name}: {cached}")
    assert kept == []


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("admin", "/cases/"),
        ("officer", "/publicity/"),
        ("officer", "/supervision/"),
        ("officer", "/system/"),
        ("supervisor", "/review/"),
        ("supervisor", "/publicity/"),
        ("clerk", "/cases/new/on_the_spot_decided/"),
        ("reviewer", "/cases/new/clue_registered/"),
    ],
)
def test_the_wrong_role_gets_the_page_that_says_whom_to_ask(cast: Any, role: str, path: str) -> None:
    """403 with the roles one has and the way out."""
    page = Desk(role).reads(path)
    assert page.status == 403
    assert "没有权限" in page
    assert "您现有的角色" in page
    assert "回到首页" in page
