"""The register of people: officers, certificates and agencies to read; it is kept in the rooms beside this one."""

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from ninja import Query

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import not_found
from mingjing.api.rooms.personnel_schemas import (
    AgencyPage,
    ExpiringLine,
    ExpiringPage,
    OrganLine,
    PeopleFilters,
    PersonAnswer,
    PersonLine,
    PersonPage,
    Username,
)
from mingjing.api.rows import page_of, told
from mingjing.personnel import selectors

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

room = Room("执法人员")
VIEW = "people.view"
EXPIRING_WITHIN: Final = 90  # days ahead, as the page looks; no figure of law


@room.get("/people", VIEW, answer=PersonPage)
def list_people(request: Called, filters: Query[PeopleFilters]) -> PersonPage:
    """查询人员和今天的证件状态。"""
    everybody = selectors.people_visible_to(request.auth.person).select_related("agency")
    fitting = [one for one in everybody if _fits(one, filters)]
    shown, links = page_of(request, fitting, lambda one: one.username, filters)
    held = selectors.qualifications(shown, timezone.localdate())
    return PersonPage(items=[PersonLine.of(one, held[one.username]) for one in shown], links=links)


def _fits(person: "Person", filters: PeopleFilters) -> bool:
    return filters.q in f"{person.name} {person.username} {person.department} {person.post}" and (
        not filters.role or filters.role in person.roles
    )


@room.get("/people/{username}", VIEW, answer=PersonAnswer)
def get_person(request: Called, username: Username) -> PersonAnswer:
    """读取一个人和历次执法证件。"""
    return answer_of(person_seen(request, username))


@room.get("/certificates/expiring", VIEW, answer=ExpiringPage)
def list_expiring_certificates(request: Called) -> ExpiringPage:
    """列出 90 天内到期的执法证件，先到期的在前。"""
    today, sight = timezone.localdate(), selectors.agencies_visible_to(request.auth.person, VIEW)
    found = selectors.certificates_expiring(today, EXPIRING_WITHIN, sight)
    return ExpiringPage(items=[told(ExpiringLine, one) for one in found])


@room.get("/agencies", VIEW, answer=AgencyPage)
def list_agencies(request: Called) -> AgencyPage:
    """列出可以查阅的机关，下级在其上级之后。"""
    rows = selectors.agencies_in_order(request.auth.person)
    codes = {one.pk: one.code for one, _depth in rows}
    return AgencyPage(
        items=[told(OrganLine, one, parent=codes.get(one.parent_id or 0, "")) for one, _depth in rows]
    )


def person_seen(request: Called, username: str) -> "Person":
    """Somebody whom the caller may look up. Raises Problem."""
    visible = selectors.people_visible_to(request.auth.person).select_related("agency")
    found = visible.filter(username=username).first()
    if found is None:
        raise not_found()
    return found


def answer_of(person: "Person") -> PersonAnswer:
    """Somebody with every certificate and its state today."""
    today: date = timezone.localdate()
    states: dict[int, Any] = {}
    rows = selectors.certificates_of(person.username)
    for one in rows:
        states[one.pk] = selectors.certified(one).state(today)
    held = selectors.qualifications([person], today)[person.username]
    return PersonAnswer.whole(person, held, rows, states)
