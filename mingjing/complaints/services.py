"""Taking a complaint in: receipt number and code at once, identity apart, one log entry; nothing is decided here."""

import hashlib
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.cases.timeline import moment
from mingjing.complaints.kinds import Channel, Kind
from mingjing.complaints.masking import masked
from mingjing.complaints.models import Complainant, ComplainantWords, Complaint, ComplaintEvent
from mingjing.complaints.standing import LOGGED
from mingjing.kit.clock import legal_day
from mingjing.personnel import selectors as register
from mingjing.personnel.tree import subtree
from mingjing.translog.keeping import keep, next_seq
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH: Final = 10
LONGEST: Final = 3000
KINDS: Final = frozenset(Kind.values)


class NotTaken(Exception):
    """Nothing was taken in or changed. The Chinese message says why; `field` names the box it speaks of."""

    def __init__(self, message: str, *, field: str = "") -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody tells: the matter, and, kept apart from it, himself."""

    kind: str
    about: "Agency"
    text: str
    officer: str = ""
    party: str = ""
    place: str = ""
    happened: str = ""
    visit: str = ""
    name: str = ""
    phone: str = ""
    address: str = ""
    order_no: str = ""
    source: str = ""
    own_due: date | None = None


def told_in(typed: Mapping[str, str], about: "Agency") -> Told:
    """Give what a form says."""
    return Told(
        kind=typed["kind"],
        about=about,
        text=typed["text"],
        officer=typed.get("officer", ""),
        party=typed.get("party", ""),
        place=typed.get("place", ""),
        happened=typed.get("happened", ""),
        visit=typed.get("visit", ""),
        name=typed.get("name", ""),
        phone=typed.get("phone", ""),
        address=typed.get("address", ""),
        source=typed.get("source", ""),
    )


def sent_before(once: str) -> Complaint | None:
    """Give what was registered under the token of a form, so that its files are not taken in twice."""
    return Complaint.objects.filter(once=once).first() if once else None


@dataclass(frozen=True, slots=True)
class Received:
    """What the complainant takes with him; the code is nowhere else. Empty where the complaint was there already."""

    complaint: Complaint
    code: str


def new_number(at: datetime) -> str:
    """Give a receipt number that nobody guesses from another."""
    return f"TS{legal_day(at):%Y%m%d}-{''.join(secrets.choice(LETTERS) for _ in range(6))}"


@transaction.atomic
def receive(
    *,
    told: Told,
    channel: str,
    at: datetime,
    by: "Person | None" = None,
    once: str = "",
    no: str = "",
    files: Sequence[Mapping[str, Any]] = (),
) -> Received:
    """Register a complaint: row, identity apart, first event and log entry, or nothing.

    `by` is the officer who entered it, None for the complainant himself. The same `once` gives the same complaint
    again, without its code. It goes to the agency above where it is about conduct. Raises NotTaken.
    """
    if once:
        take_turn("complaint", once)
    if (there := sent_before(once)) is not None:
        return Received(there, "")
    plain = check(told, channel, by)
    office = office_for(told.kind, told.about)
    code = "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))
    row = _row(told, plain, office, at)
    row.no, row.once = no or new_number(at), once or secrets.token_hex(16)
    row.channel, row.by = channel, by.username if by else ""
    row.files = [dict(one) for one in files]
    row.code_digest = code_digest(row.no, code)
    keep(row, lambda made: content_of(made, plain["text"]), kind="complaint", ref=row.no, at=at)
    Complainant.objects.create(complaint=row, **{one: plain[one] for one in ("name", "phone", "address")})
    ComplainantWords.objects.create(complaint=row, seq=0, said=plain["text"])
    append(row, "registered", {"channel": channel}, by=row.by, at=at)
    return Received(row, code)


def check(told: Told, channel: str, by: "Person | None") -> dict[str, str]:
    """Give the words as they are kept, or raise NotTaken where something is missing or too long."""
    if told.kind not in KINDS or channel not in Channel.values:
        raise NotTaken("请选择事项的种类。", field="kind")
    plain = {
        "text": _clean(told.text, LONGEST, "内容", "text"),
        "officer": _clean(told.officer, 100, "被投诉人员", "officer"),
        "party": _clean(told.party, 200, "被举报人", "party"),
        "place": _clean(told.place, 200, "地点", "place"),
        "happened": _clean(told.happened, 60, "发生时间", "happened"),
        "visit": _clean(told.visit, 60, "所涉检查", "visit"),
        "name": _clean(told.name, 100, "姓名", "name"),
        "phone": _clean(told.phone, 40, "电话", "phone"),
        "address": _clean(told.address, 200, "住址", "address"),
        "order_no": _clean(told.order_no, 60, "工单编号", "order_no"),
        "source": _clean(told.source, 100, "转来机关", "source"),
    }
    if not plain["text"]:
        raise NotTaken("请写明情况：什么时间、什么地点、发生了什么事。", field="text")
    if by is not None and told.kind == Kind.CONDUCT and by.agency_id in subtree(told.about.pk):
        raise NotTaken(
            "对本单位执法行为的投诉不能由本单位人员登记。请告诉投诉人在网上提交，或者请司法局登记。",
            field="about",
        )
    return plain


def office_for(kind: str, about: "Agency") -> "Agency":
    """Give who handles it: the unit itself, or, for its conduct, who supervises it. Raises NotTaken."""
    if kind != Kind.CONDUCT:
        return about
    office = register.office_above(about) or register.office_above(about, kinds=None)
    if office is None:
        raise NotTaken(
            f"{about.name}没有登记上级监督机关，这里不能受理对它执法行为的投诉。请向同级司法行政机关或者 12345 反映。",
            field="about",
        )
    return office


def _row(told: Told, plain: Mapping[str, str], office: "Agency", at: datetime) -> Complaint:
    parts = [plain["name"], plain["phone"], plain["address"]]
    return Complaint(
        kind=told.kind,
        about=told.about,
        office=office,
        own_due=told.own_due,
        at=at,
        **{name: plain[name] for name in ("visit", "order_no", "source")},
        **{name: masked(plain[name], parts)[:longest] for name, longest in _WIDTHS.items()},
    )


_WIDTHS: Final = {"text": 2 * LONGEST, "officer": 100, "party": 200, "place": 200, "happened": 60}


def _clean(text: str, longest: int, title: str, field: str) -> str:
    """Give words as they are kept: one kind of line end, nothing that cannot be seen."""
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(one for one in plain if one == "\n" or unicodedata.category(one)[0] != "C").strip()
    if len(plain) > longest:
        raise NotTaken(f"{title}超过 {longest} 个字。请缩短。", field=field)
    return plain


def code_digest(no: str, code: str) -> str:
    """Give what is kept of a code."""
    return hashlib.sha256(f"{no}/{code}".encode()).hexdigest()


def content_of(row: Complaint, said: str) -> dict[str, Any]:
    """Give what the log entry of a registration commits to: the words themselves, by their digest."""
    return {
        "no": row.no,
        "step": "registered",
        "kind": row.kind,
        "channel": row.channel,
        "text": hashlib.sha256(said.encode()).hexdigest(),
        "files": [one["digest"] for one in row.files],
        "at": moment(row.at),
    }


def append(
    complaint: Complaint, kind: str, facts: Mapping[str, Any], *, by: str, at: datetime
) -> ComplaintEvent:
    """Write the next event; answers and endings go into the log. The caller holds complaint and transaction."""
    seq = next_seq(complaint.events)
    event = ComplaintEvent(complaint=complaint, seq=seq, kind=kind, facts=dict(facts), by=by, at=at)
    return keep(
        event,
        lambda made: event_content(complaint.no, made),
        kind="complaint",
        ref=f"{complaint.no}/{seq}",
        at=at,
        logged=kind in LOGGED,
    )


def event_content(no: str, event: ComplaintEvent) -> dict[str, Any]:
    """Give what an event commits to; only answers and endings are logged."""
    return {
        "no": no,
        "seq": event.seq,
        "step": event.kind,
        "facts": event.facts,
        "at": moment(event.at),
    }
