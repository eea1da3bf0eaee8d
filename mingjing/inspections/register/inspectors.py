"""Who may be sent: from certificates valid on all days of a campaign, open tasks, and relations that are avoided."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction

from mingjing.inspections.drawing.bundle import CLOSING, VOID
from mingjing.inspections.drawing.draw import Inspector
from mingjing.inspections.models import Avoidance, DrawLine, DrawRecord, InspectedObject
from mingjing.packs.random_terms import random_terms
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import (
    ENFORCEMENT_FIELDS,
    certificates_of,
    certified,
    officers_in,
    person,
)

if TYPE_CHECKING:
    from mingjing.personnel.certificates import Certified
    from mingjing.personnel.models import Agency, Person

LONGEST: Final = 200
HINTS: Final = 200


class AvoidanceRefused(Exception):
    """Nothing was written. The message is Chinese and says what would make it possible."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An officer who may not be sent in this campaign, and why."""

    name: str
    number: str
    reason: str


@dataclass(frozen=True, slots=True)
class Corps:
    """The inspectors of a draw, who is left out, and the officer behind each certificate."""

    inspectors: Sequence[Inspector]
    left_out: Sequence[LeftOut]
    names: dict[str, str]  # certificate -> name


@dataclass(frozen=True, slots=True)
class Hint:
    """An object whose head has the name of an officer: perhaps the same person, perhaps not."""

    certificate: str
    officer: str
    public_id: str
    object: str


def inspectors_for(agency: "Agency", fields: Collection[str], begins: date, ends: date) -> Corps:
    """Give who may be sent from an agency on every day of a campaign, and of all others why not.

    A suspended day is enough to be left out: nobody knows yet on which day he will be sent.
    """
    terms = random_terms(agency.region, agency.field, agency.code)
    load, inspectors, left_out, names = open_tasks(), list[Inspector](), list[LeftOut](), dict[str, str]()
    for officer in officers_in([agency.pk]):
        held = [certified(one) for one in certificates_of(officer.username)]
        number, reason = _usable(held, fields, begins, ends)
        if not reason and load[number] >= terms.most:
            reason = f"未完成的检查任务已有 {load[number]} 项"
        if reason:
            left_out.append(LeftOut(officer.name, number, reason))
            continue
        names[number] = officer.name
        covered = _fields(held, begins, ends)
        inspectors.append(Inspector(number, covered, frozenset(), terms.most - load[number]))
    return Corps(inspectors, left_out, names)


def open_tasks() -> Counter[str]:
    """Count by certificate the visits that were drawn and whose draw is not over."""
    over = DrawRecord.objects.filter(body__format__in=(CLOSING, VOID)).values("draw")
    lines = DrawLine.objects.filter(skipped="").exclude(draw__in=over).values_list("inspectors", flat=True)
    return Counter(number for inspectors in lines.iterator() for number in inspectors)


def _usable(
    held: Sequence["Certified"], fields: Collection[str], begins: date, ends: date
) -> tuple[str, str]:
    """Give the certificate that counts, and a reason where none is good for all days and fields."""
    if not held:
        return "", "没有行政执法证"
    valid = [one for one in held if _throughout(one, begins, ends)]
    if not valid:
        return held[0].number, "执法证在检查期间不是每天有效（过期、暂扣、收回或者注销）"
    covered = {field for one in valid for field in one.fields}
    if missing := [title for field, title in ENFORCEMENT_FIELDS if field in set(fields) - covered]:
        return valid[0].number, f"执法证不包括{'、'.join(missing)}领域"
    return valid[0].number, ""


def _throughout(one: "Certified", begins: date, ends: date) -> bool:
    # The state changes only on the days of events: those, and the first and the last day, stand for all.
    changes = (event.on for event in one.events if begins <= event.on <= ends)
    return all(one.state(day) == "valid" for day in (begins, ends, *changes))


def _fields(held: Sequence["Certified"], begins: date, ends: date) -> frozenset[str]:
    return frozenset(field for one in held if _throughout(one, begins, ends) for field in one.fields)


# --- avoidance --------------------------------------------------------------------------------------


@transaction.atomic
def disclose(*, username: str, public_id: str, ground: str, by: "Person", at: datetime) -> Avoidance:
    """Note that an officer may not be sent to an object: said by himself, or found by his office. AvoidanceRefused."""
    officer, ground = person(username), ground.strip()
    own = officer.pk == by.pk and may(by, "inspect.avoid", by.agency.code)
    found = officer.agency_id == by.agency_id and may(by, "inspect.register", by.agency.code)
    if not own and not found:
        raise AvoidanceRefused("只能由本人申报，或者由本机关的档案文书人员登记")
    if not ground or len(ground) > LONGEST:
        raise AvoidanceRefused(f"请写明是什么关系，最多 {LONGEST} 字")
    if not InspectedObject.objects.filter(register=officer.agency.region, public_id=public_id).exists():
        raise AvoidanceRefused("名录库里没有这个对象。请在名录库中查到后从对象页登记")
    held = certificates_of(username)
    if not held:
        raise AvoidanceRefused("该人员没有执法证，不会被选派，不需要登记回避")
    try:
        with transaction.atomic():
            return Avoidance.objects.create(
                certificate=held[0].number, agency=officer.agency, public_id=public_id, ground=ground,
                disclosed_by=by.username, disclosed_at=at,
            )  # fmt: skip
    except IntegrityError:
        raise AvoidanceRefused("已经登记过这一回避关系") from None


@transaction.atomic
def end_avoidance(*, avoidance: int, by: "Person", at: datetime) -> Avoidance:
    """End a relation, which stays on record. An officer does not end his own. Raises AvoidanceRefused."""
    row = Avoidance.objects.select_for_update().filter(pk=avoidance, agency=by.agency).first()
    if row is None:
        raise AvoidanceRefused("没有这条回避关系")
    if not may(by, "inspect.register", by.agency.code):
        raise AvoidanceRefused("请由本机关的档案文书人员或者负责人核实后解除")
    if row.ended_at is not None:
        raise AvoidanceRefused("这条回避关系已经解除")
    if row.certificate in {one.number for one in certificates_of(by.username)}:
        raise AvoidanceRefused("不能解除自己的回避关系。请由他人核实后解除")
    row.ended_at, row.ended_by = at, by.username
    row.save(update_fields=["ended_at", "ended_by"])
    return row


def avoidances_of(agency: "Agency") -> list[Avoidance]:
    """Give every relation of an agency's officers, those that hold first."""
    return list(Avoidance.objects.filter(agency=agency).order_by("-ended_at", "-disclosed_at"))


def avoided(numbers: Collection[str]) -> list[list[str]]:
    """Give the pairs (certificate, object) that hold among these certificates, as a declaration says them."""
    rows = Avoidance.objects.filter(certificate__in=numbers, ended_at__isnull=True)
    return [
        list(one) for one in rows.order_by("certificate", "public_id").values_list("certificate", "public_id")
    ]


def hints(agency: "Agency") -> list[Hint]:
    """Give objects whose head has the name of an officer and that nobody has spoken of: to be asked, not to be used."""
    return list(_hints(agency))


def _hints(agency: "Agency") -> Iterator[Hint]:
    officers = {one.name: one for one in officers_in([agency.pk])}
    rows = InspectedObject.objects.filter(register=agency.region, representative__in=list(officers))
    spoken = set(Avoidance.objects.filter(agency=agency).values_list("certificate", "public_id"))
    for row in rows.exclude(representative="").order_by("name")[:HINTS]:
        held = certificates_of(officers[row.representative].username)
        if held and (held[0].number, row.public_id) not in spoken:
            yield Hint(held[0].number, row.representative, row.public_id, row.name)


def relations_of(usernames: Collection[str]) -> dict[str, set[str]]:
    """Give by username the public ids of the objects to which these people are not sent, while that holds."""
    numbers = {one.number: name for name in usernames for one in certificates_of(name)}
    found: dict[str, set[str]] = {}
    rows = Avoidance.objects.filter(certificate__in=list(numbers), ended_at=None)
    for number, public_id in rows.values_list("certificate", "public_id"):
        found.setdefault(numbers[number], set()).add(public_id)
    return found
