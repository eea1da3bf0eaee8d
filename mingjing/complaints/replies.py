"""What came of orders of 12345, for the room that sends it back to the hotline; nobody's identity is read here."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from mingjing.complaints.models import ComplaintEvent
from mingjing.complaints.standing import LOGGED, standing_of
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agencies

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency


@dataclass(frozen=True, slots=True)
class OrderReply:
    """One answer to one order: a reply, a refusal or the closing. `ref` is that of its entry in the log."""

    ref: str
    no: str
    order_no: str
    step: str
    kind: str  # of the complaint
    text: str
    satisfaction: str
    received_on: date
    due: date | None
    at: datetime
    office: "Agency"  # that handled it then


def order_replies(refs: Collection[str]) -> dict[str, OrderReply]:
    """Give the answers that these entries of the log stand for; what was no order, or no answer, is left out."""
    wanted = {one: parts for one in refs if (parts := _parts(one))}
    events = ComplaintEvent.objects.filter(
        complaint__no__in={no for no, _ in wanted.values()}, kind__in=LOGGED
    ).exclude(complaint__order_no="")
    rows = events.select_related("complaint", "complaint__office")
    found = {f"{one.complaint.no}/{one.seq}": one for one in rows}
    offices = {one.pk: one for one in agencies()} if found else {}
    return {ref: _reply(ref, found[ref], offices) for ref in wanted if ref in found}


def _parts(ref: str) -> tuple[str, str] | None:
    no, mark, seq = ref.partition("/")
    return (no, seq) if mark and seq.isdecimal() else None


def _reply(ref: str, event: ComplaintEvent, offices: dict[int, "Agency"]) -> OrderReply:
    row = event.complaint
    until = row.events.filter(seq__lte=event.seq).order_by("seq")
    office = standing_of(row.office_id, row.at, until).office
    return OrderReply(
        ref=ref,
        no=row.no,
        order_no=row.order_no,
        step=event.kind,
        kind=row.kind,
        text=event.facts.get("text", ""),
        satisfaction=event.facts.get("satisfaction", ""),
        received_on=legal_day(row.at),
        due=row.own_due,
        at=event.at,
        office=offices.get(office) or row.office,
    )
