"""What the page of a party shows, gathered from the rooms by name; whatever is not named here is not on the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from mingjing.cases.payment import payment_of
from mingjing.defence.access import Inside
from mingjing.defence.selectors import received_of
from mingjing.documents.selectors import documents_of
from mingjing.kit.clock import legal_day
from mingjing.kit.money import yuan
from mingjing.personnel.selectors import performers_on
from mingjing.property.flow import HELD, STATES
from mingjing.property.selectors import goods_of_acts

if TYPE_CHECKING:
    from mingjing.documents.models import IssuedDocument


@dataclass(frozen=True, slots=True)
class Paper:
    """One document in the party's hands."""

    seq: int
    title: str
    number: str
    on: date | None
    drawn: bool


def page_of(inside: Inside, now: datetime) -> dict[str, Any]:
    """Give everything the page of this party shows."""
    file, case = inside.file, inside.case
    return {
        "inside": True,
        "number": case.number if file.is_current else "",
        "party": file.facts.get("party_name", ""),
        "matter": file.facts.get("violation_kind") or file.facts.get("matter", ""),
        "steps": list(reversed(file.steps)),
        "ahead": file.ahead if file.is_current else "",
        "rights": file.rights if file.is_current else [],
        "papers": papers_of(inside),
        "payment": _payment(inside, now),
        "goods": _goods(inside),
        "contacts": _contacts(inside, now),
        "received": received_of(case, inside.party_key),
        "takes": file.takes_statements,
    }


def papers_of(inside: Inside) -> list[Paper]:
    """Give the documents that are in his hands, latest first."""
    drawn = _drawn(inside)
    law = inside.file.file.law
    found = []
    for act in inside.file.own:
        if (came := inside.file.served.get(act.seq)) is None:
            continue
        document = drawn.get(act.seq)
        title = document.title if document else law.title_of(act.kind)
        on = legal_day(came.done_at) if came.done_at else None
        found.append(Paper(act.seq, title, str(act.facts.get("document_no", "")), on, document is not None))
    return found[::-1]


def paper(inside: Inside, seq: int) -> "IssuedDocument | None":
    """Give one document that is in his hands, None for every other."""
    return _drawn(inside).get(seq)


def _drawn(inside: Inside) -> dict[int, "IssuedDocument"]:
    return {one.act.seq: one for one in documents_of(inside.case) if one.act.seq in inside.file.served}


def _payment(inside: Inside, now: datetime) -> dict[str, Any] | None:
    """Give what he has to pay and has paid, once the decision is in his hands."""
    file = inside.file
    decided = any(act.kind.endswith("_decided") and act.seq in file.served for act in file.own)
    found = payment_of(file.file, now) if decided and file.is_current else None
    if found is None:
        return None
    return {
        "parts": [(one.title, yuan(one.yuan)) for one in found.parts],
        "paid": yuan(found.paid),
        "left": yuan(found.left),
        "done": found.left == 0,
        "revoked": found.revoked,
        "added": yuan(found.added.yuan) if found.added else "",
        "added_steps": found.added.steps if found.added else (),
        "bank": inside.case.agency.payment_bank,
        "account": inside.case.agency.payment_account,
    }


def _goods(inside: Inside) -> list[dict[str, str]]:
    rows = goods_of_acts(inside.case.code, [act.seq for act in inside.file.own])
    return [
        {
            "name": one.name,
            "quantity": one.quantity,
            "measure": one.get_measure_display(),
            "state": "本机关保管中" if one.now.state in HELD else STATES.get(one.now.state, ""),
        }
        for one in rows
    ]


def _contacts(inside: Inside, now: datetime) -> dict[str, Any]:
    """Give who handles the case, with certificate numbers, and where to turn to or complain."""
    agency = inside.case.agency
    people: Sequence[Any] = (
        performers_on(inside.case.handlers, legal_day(now)) if inside.file.is_current else ()
    )
    above = agency.parent
    return {
        "officers": [(one.name, one.certificate) for one in people],
        "agency": agency.name,
        "address": agency.address,
        "phone": agency.phone,
        "hours": agency.office_hours,
        "above": above.name if above else "",
        "above_phone": above.phone if above else "",
    }
