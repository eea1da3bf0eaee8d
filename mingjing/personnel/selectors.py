"""What other rooms may read of agencies, people and certificates; nothing is written here."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Count, QuerySet

from mingjing.lawengine.model import Performer
from mingjing.personnel.certificates import (
    STATE_TITLES,
    Certified,
    Event,
    Qualification,
    State,
    qualification,
)
from mingjing.personnel.models import (
    Agency,
    AgencyKind,
    Certificate,
    CertificateEvent,
    EnforcementField,
    Person,
    RegisterChange,
    Role,
)
from mingjing.personnel.permissions import Scope, scope_of
from mingjing.personnel.tree import subtree

# Codes with their Chinese names, as forms offer them.
ROLES: Final = tuple((one.value, str(one.label)) for one in Role)
AGENCY_KINDS: Final = tuple((one.value, str(one.label)) for one in AgencyKind)
SUPERVISING: Final = frozenset({AgencyKind.SUPERVISOR.value, AgencyKind.GOVERNMENT.value})
ENFORCEMENT_FIELDS: Final = tuple((one.value, str(one.label)) for one in EnforcementField)
CERTIFICATE_EVENTS: Final = tuple((one.value, str(one.label)) for one in CertificateEvent.Kind)


class NotOnRegister(LookupError):
    """There is no such agency or person."""


@dataclass(frozen=True, slots=True)
class PublishedOfficer:
    """What the public may know of an officer, and no more."""

    name: str
    agency_code: str
    agency: str
    department: str
    post: str
    fields: tuple[str, ...]  # in Chinese
    certificate: str
    state: State
    state_title: str


@dataclass(frozen=True, slots=True)
class CancelledCertificate:
    """A certificate that is worth nothing any more, with who held it, who may be gone."""

    number: str
    name: str
    since: date


@dataclass(frozen=True, slots=True)
class ExpiringCertificate:
    """A certificate that will soon be worth nothing."""

    username: str
    name: str
    agency: str
    number: str
    valid_until: date
    days_left: int


# --- agencies ---------------------------------------------------------------------------------


def agency(code: str) -> Agency:
    """Give the agency with this code, or raise NotOnRegister."""
    try:
        return Agency.objects.get(code=code)
    except Agency.DoesNotExist:
        raise NotOnRegister(f"没有代码为“{code}”的机关。") from None


def agencies() -> list[Agency]:
    """Give every agency in use, by code."""
    return list(Agency.objects.filter(is_active=True).order_by("code"))


def agencies_named(names: Iterable[str]) -> list[Agency]:
    """Give the agencies that bear these names today."""
    return list(Agency.objects.filter(name__in=list(names)))


def agencies_below(code: str) -> list[Agency]:
    """Give an agency and everything below it, by code."""
    return list(Agency.objects.filter(pk__in=subtree(agency(code).pk)).order_by("code"))


def agencies_above(agency_id: int) -> list[int]:
    """Give the ids of the agencies that look down on this one, the nearest first."""
    parents, above = dict(Agency.objects.values_list("pk", "parent")), list[int]()
    parent = parents.get(agency_id)
    while parent is not None and parent not in above:  # a loop in the data would end the walk
        above.append(parent)
        parent = parents.get(parent)
    return above


def office_above(agency: Agency, *, kinds: Collection[str] | None = SUPERVISING) -> Agency | None:
    """Give the nearest agency above this one that is in use and supervises; `kinds=None` takes any."""
    above = agencies_above(agency.pk)
    known = Agency.objects.filter(is_active=True).in_bulk(above)
    return next(
        (known[pk] for pk in above if pk in known and (kinds is None or known[pk].kind in kinds)), None
    )


def agency_tree(code: str) -> list[str]:
    """Give the codes of an agency and of everything below it, itself first."""
    return list(subtree(agency(code).pk).values())


def agencies_in_order(viewer: Person) -> list[tuple[Agency, int]]:
    """Give the agencies whose people this person may look up, each below its superior, with its depth."""
    rows = Agency.objects.filter(pk__in=agencies_visible_to(viewer, "people.view")).order_by("code")
    found = {one.pk: one for one in rows}
    below: dict[int | None, list[Agency]] = {}
    for one in found.values():
        below.setdefault(one.parent_id if one.parent_id in found else None, []).append(one)
    ordered: list[tuple[Agency, int]] = []
    waiting = [(one, 0) for one in reversed(below.get(None, []))]
    while waiting:
        one, depth = waiting.pop()
        ordered.append((one, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(one.pk, []))]
    return ordered


def staff_numbers(agency_ids: Collection[int]) -> dict[int, int]:
    """Give how many people are in post in each of these agencies, by id; an agency with nobody is left out."""
    rows = Person.objects.filter(agency__in=agency_ids, is_active=True).order_by()
    return dict(rows.values_list("agency").annotate(number=Count("pk")))


def agencies_visible_to(viewer: Person, action: str = "case.list") -> list[int]:
    """Give the ids of the agencies where this person may do `action`: what every list is narrowed to."""
    scope = scope_of(viewer.roles, action) if viewer.is_active else None
    if scope is None:
        return []
    if scope is Scope.OWN:
        return [viewer.agency_id]
    if scope is Scope.SUBTREE:
        return list(subtree(viewer.agency_id))
    return list(Agency.objects.order_by("pk").values_list("pk", flat=True))


# --- people -----------------------------------------------------------------------------------


def person(username: str) -> Person:
    """Give the person who signs in under this name, or raise NotOnRegister."""
    try:
        return Person.objects.get(username=username)
    except Person.DoesNotExist:
        raise NotOnRegister(f"没有用户名为“{username}”的人员。") from None


def names_of(usernames: Iterable[str]) -> dict[str, str]:
    """Give the names of people by username; unknown usernames are left out."""
    return dict(Person.objects.filter(username__in=set(usernames)).values_list("username", "name"))


def people_of(agency_code: str) -> list[Person]:
    """Give everybody in one agency, those who left included, by username."""
    return list(Person.objects.filter(agency__code=agency_code).order_by("username"))


def people_visible_to(viewer: Person) -> QuerySet[Person]:
    """Give the people this person may look up, by agency and username."""
    rows = Person.objects.filter(agency__in=agencies_visible_to(viewer, "people.view"))
    return rows.order_by("agency__code", "username")


def people_with_role(agency_code: str, role: str) -> list[Person]:
    """Give those who hold a role in an agency today."""
    # One agency has tens of people: filtering the JSON list here spares two database dialects.
    return [one for one in people_of(agency_code) if one.is_active and role in one.roles]


def officers_of(agency_code: str) -> list[Person]:
    """Give those who enforce for an agency today."""
    return people_with_role(agency_code, Role.OFFICER)


def changes_of(subject: str) -> list[RegisterChange]:
    """Give what was changed in the register about one person, agency or certificate, oldest first."""
    return list(RegisterChange.objects.filter(subject=subject).order_by("pk"))


def latest_changes(limit: int) -> list[RegisterChange]:
    """Give the latest changes of the register, about whomever, the latest first."""
    return list(RegisterChange.objects.order_by("-pk")[:limit])


# --- qualifications ---------------------------------------------------------------------------

# Plain SQL, for people, certificates and events at once: it runs inside every recorded act, where building the query
# by the ORM costs more than judging. Of each row the first six columns are the person's, four the certificate's.
_PEOPLE: Final = (
    "SELECT p.username, p.name, a.code, p.roles, p.legal_qualification_no, p.is_auxiliary, "
    'c.number, c.fields, c.valid_from, c.valid_until, e.kind, e."on" '
    "FROM personnel_person p JOIN personnel_agency a ON a.id = p.agency_id "
    "LEFT JOIN personnel_certificate c ON c.person_id = p.id "
    "LEFT JOIN personnel_certificateevent e ON e.certificate_id = c.id "
    'WHERE p.username IN ({}) ORDER BY e."on", e.id'
)


def performers_on(usernames: Sequence[str], on: date) -> tuple[Performer, ...]:
    """Give the people as the law sees them on the day `on`, in the order asked, each once.

    Unknown usernames are left out: the caller says so at the field. The role is the first that the register names.
    """
    asked = tuple(dict.fromkeys(usernames))
    by_person: dict[str, list[tuple[Any, ...]]] = {}
    if asked:
        with connection.cursor() as cursor:
            cursor.execute(_PEOPLE.format(", ".join(["%s"] * len(asked))), asked)
            for row in cursor.fetchall():
                by_person.setdefault(row[0], []).append(row)
    return tuple(_performer(by_person[one], on) for one in asked if one in by_person)


def _performer(rows: Sequence[tuple[Any, ...]], on: date) -> Performer:
    username, name, agency_code, roles, legal_qualification, auxiliary = rows[0][:6]
    held = qualification(_certified(rows), on)
    return Performer(
        person=username,
        name=name,
        agency=agency_code,
        role=next(iter(json.loads(roles)), ""),
        certificate=held.number,
        certificate_state=held.state,
        certificate_fields=held.fields,
        legal_qualification=legal_qualification,
        auxiliary=auxiliary,
    )


def _certified(rows: Iterable[tuple[Any, ...]]) -> list[Certified]:
    """Gather the joined rows of one person into certificates with their events."""
    issued: dict[str, tuple[Any, ...]] = {}
    events: dict[str, list[Event]] = {}
    for row in rows:
        number, kind, day = row[6], *row[10:]
        if number:
            issued[number] = row[7:10]
            events.setdefault(number, []).extend([Event(kind, day)] if kind else [])
    return [
        Certified(number, tuple(json.loads(fields)), valid_from, valid_until, tuple(events[number]))
        for number, (fields, valid_from, valid_until) in issued.items()
    ]


def certificates_of(username: str) -> list[Certificate]:
    """Give the certificates a person was ever issued, with their events, the latest first."""
    rows = Certificate.objects.filter(person__username=username).prefetch_related("events")
    return list(rows.order_by("-valid_from", "-pk"))


def qualifications(people: Iterable[Person], on: date) -> dict[str, Qualification]:
    """Give what each of these people was certified for on the day `on`, by username."""
    held: dict[int, list[Certified]] = {}
    ids = {one.pk: one.username for one in people}
    for row in Certificate.objects.filter(person__in=ids).prefetch_related("events"):
        held.setdefault(row.person_id, []).append(certified(row))
    return {username: qualification(held.get(pk, []), on) for pk, username in ids.items()}


def certified(row: Certificate) -> Certified:
    """Give a stored certificate as the pure rules of validity read it."""
    events = tuple(Event(event.kind, event.on) for event in row.events.all())
    return Certified(row.number, tuple(row.fields), row.valid_from, row.valid_until, events)


def certificates_expiring(
    on: date, days: int, agency_ids: Collection[int] | None = None
) -> list[ExpiringCertificate]:
    """Give the certificates valid on the day `on` that run out within `days` days, the soonest first."""
    rows = Certificate.objects.filter(
        person__is_active=True, valid_until__gte=on, valid_until__lte=on + timedelta(days=days)
    )
    if agency_ids is not None:
        rows = rows.filter(person__agency__in=agency_ids)
    rows = rows.select_related("person__agency").prefetch_related("events").order_by("valid_until", "number")
    return [_expiring(row, on) for row in rows if certified(row).state(on) == "valid"]


def _expiring(row: Certificate, on: date) -> ExpiringCertificate:
    left = (row.valid_until - on).days
    agency_name = row.person.agency.name
    return ExpiringCertificate(
        row.person.username, row.person.name, agency_name, row.number, row.valid_until, left
    )


def published_officers(on: date, agency_codes: Collection[str] | None = None) -> list[PublishedOfficer]:
    """Give what is published of everybody who enforces and has ever held a certificate, by agency and name."""
    rows = Person.objects.filter(is_active=True, is_auxiliary=False)
    if agency_codes is not None:
        rows = rows.filter(agency__code__in=agency_codes)
    people = [one for one in rows.order_by("agency__code", "name", "pk") if Role.OFFICER in one.roles]
    held = qualifications(people, on)
    return [_published(one, held[one.username]) for one in people if held[one.username].number]


def cancelled_certificates(on: date, agency_code: str) -> list[CancelledCertificate]:
    """Give the certificates of an agency that were cancelled up to a day, the latest first, whoever left included."""
    rows = CertificateEvent.objects.filter(
        kind=CertificateEvent.Kind.CANCELLED, on__lte=on, certificate__person__agency__code=agency_code
    )
    told = rows.order_by("-on", "-pk").values_list("certificate__number", "certificate__person__name", "on")
    return [CancelledCertificate(*one) for one in told]


def _published(officer: Person, held: Qualification) -> PublishedOfficer:
    return PublishedOfficer(
        name=officer.name,
        agency_code=officer.agency.code,
        agency=officer.agency.name,
        department=officer.department,
        post=officer.post,
        fields=tuple(EnforcementField(field).label for field in held.fields),
        certificate=held.number,
        state=held.state,
        state_title=STATE_TITLES[held.state],
    )


def officers_in(agency_ids: Iterable[int]) -> list[Person]:
    """Give everybody in post who enforces for one of these agencies, auxiliary staff left out."""
    rows = Person.objects.filter(agency__in=list(agency_ids), is_active=True, is_auxiliary=False)
    return [one for one in rows.order_by("agency__code", "username") if Role.OFFICER in one.roles]
