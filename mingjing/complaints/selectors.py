"""What lists, figures and the workbench show of complaints; nobody's identity is ever read here."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from django.db.models import OuterRef, Q, QuerySet, Subquery

from mingjing.complaints.access import Eye, Sight, eye_of, sight_of
from mingjing.complaints.kinds import Channel, Kind
from mingjing.complaints.models import Complaint, ComplaintEvent
from mingjing.complaints.services import content_of, event_content
from mingjing.complaints.standing import ENDS, Limits, Standing, limits_of, standing_of
from mingjing.kit.clock import BEIJING, legal_day
from mingjing.packs.complaint_terms import ComplaintTerms, complaint_terms
from mingjing.packs.load import library
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies
from mingjing.translog.receipt import Receipt
from mingjing.translog.receipts import NotInLog, receipt_of_content

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

STATES: Final = {
    "new": "待受理",
    "open": "办理中",
    "replied": "待回访",
    "overdue": "已超期",
    "reopen": "要求重新办理",
    "closed": "已办结",
    "refused": "不予受理",
}
_TURNS: Final = ("registered", "closed", "refused", "reopen_asked", "not_reopened", "reopened")
_RESTING: Final = ("closed", "refused", "not_reopened")


class NoSuchComplaint(LookupError):
    """There is none with this number, or none for this person."""


@dataclass(frozen=True, slots=True)
class Line:
    """One complaint with where it stands and until when."""

    row: Complaint
    now: Standing
    limits: Limits
    terms: ComplaintTerms
    office: "Agency"
    sight: Sight

    @property
    def due(self) -> date | None:
        """The limit that runs now, None where none does."""
        if self.now.ended or self.now.replied_at:
            return None
        return self.limits.reply if self.now.accepted_at else self.limits.accept

    def overdue(self, today: date) -> bool:
        """Say whether the running limit is over."""
        return self.due is not None and self.due < today

    @property
    def met(self) -> bool | None:
        """Whether the reply came in time; None while there is none."""
        if self.now.replied_at is None or self.limits.reply is None:
            return None
        return legal_day(self.now.replied_at) <= self.limits.reply


def _line(row: Complaint, offices: dict[int, "Agency"], sight: Sight) -> Line:
    now = standing_of(row.office_id, row.at, row.events.all())
    office = offices.get(now.office) or row.office
    terms = complaint_terms(office.region, office.field, office.code, row.kind)
    return Line(row, now, limits_of(now, terms, library().calendar, row.own_due), terms, office, sight)


def _rows(where: Q) -> QuerySet[Complaint]:
    rows = Complaint.objects.filter(where).select_related("about", "office")
    return rows.prefetch_related("events").order_by("-id")


def _near(eye: Eye) -> Q:
    """Whatever may concern this viewer, sometimes more: `sight_of` says what does."""
    moved = ComplaintEvent.objects.filter(kind="transferred", facts__office__in=list(eye.seen))
    here = Q(office__in=eye.seen) | Q(pk__in=moved.values("complaint"))
    return here | Q(about__in=eye.own, kind=Kind.CONDUCT)


def files_seen(line: Line) -> list[dict[str, Any]]:
    """Give the files of a complaint: to its office all, to the unit what was released, to those above none."""
    if line.sight is Sight.UNIT:
        return list((line.now.released or {}).get("files", []))
    if line.sight is not Sight.OFFICE:
        return []
    added = [file for one in line.row.events.all() if one.kind == "material" for file in one.facts["files"]]
    return [*line.row.files, *added]


def seen_by(viewer: "Person", *, waiting: bool = False) -> list[Line]:
    """Give what this person may see, latest first; what he may not see does not exist for him.

    `waiting`: without what is closed and asks for nothing.
    """
    offices, eye = {one.pk: one for one in agencies()}, eye_of(viewer)
    where = _near(eye)
    if waiting:
        turns = ComplaintEvent.objects.filter(complaint=OuterRef("pk"), kind__in=_TURNS).order_by("-seq")
        latest = Complaint.objects.annotate(turn=Subquery(turns.values("kind")[:1]))
        where &= ~Q(pk__in=latest.filter(turn__in=_RESTING).values("pk"))
    found = []
    for row in _rows(where):
        sight = sight_of(eye, row, standing_of(row.office_id, row.at, row.events.all()))
        if sight is not Sight.NONE:
            found.append(_line(row, offices, sight))
    return found


def lines_about(about: Iterable[int], since: date | None = None) -> list[Line]:
    """Give the complaints about these agencies that came in since a day, for rooms that watch over them.

    Nobody's sight is asked here: the caller shows no more than number, state and limit.
    """
    offices = {one.pk: one for one in agencies()}
    where = Q(about__in=list(about))
    if since is not None:
        where &= Q(at__gte=datetime.combine(since, time.min, tzinfo=BEIJING))
    return [_line(row, offices, Sight.NONE) for row in _rows(where)]


def in_state(lines: Iterable[Line], state: str, today: date) -> list[Line]:
    """Give the lines in a state of STATES."""
    if state == "overdue":
        return [one for one in lines if one.overdue(today)]
    if state == "reopen":
        return [one for one in lines if one.now.reopen_asked]
    return [one for one in lines if one.now.state == state]


def one_for(viewer: "Person", no: str) -> Line:
    """Give one complaint for this person, or raise NoSuchComplaint."""
    row = _rows(Q(no=no)).first()
    if row is None:
        raise NoSuchComplaint(no)
    sight = sight_of(eye_of(viewer), row, standing_of(row.office_id, row.at, row.events.all()))
    if sight is Sight.NONE:
        raise NoSuchComplaint(no)
    return _line(row, {one.pk: one for one in agencies()}, sight)


def for_complainant(row: Complaint) -> Line:
    """Give the complaint for the one who made it."""
    found = _rows(Q(pk=row.pk)).get()
    return _line(found, {one.pk: one for one in agencies()}, Sight.NONE)


def waiting_for(person: "Person") -> list[Line]:
    """Give what this person has to see to: his own, those nobody handles yet, and what his unit has to explain."""
    handles = may(person, "complaint.handle", person.agency.code)
    approves = may(person, "complaint.approve", person.agency.code)
    if not (handles or approves):
        return []
    lines = [
        one
        for one in seen_by(person, waiting=True)
        if _is_for(one, person, handles=handles, approves=approves)
    ]
    return sorted(lines, key=lambda one: (one.due or date.max, one.row.pk))


def _is_for(one: Line, person: "Person", *, handles: bool, approves: bool) -> bool:
    if one.sight is Sight.UNIT:
        return not (one.now.explained or one.now.ended)
    if one.sight is not Sight.OFFICE:
        return False
    own = one.now.handler == person.username
    if approves and not own:
        waits = one.now.reopen_asked or one.now.asked is not None
        if waits or (one.now.state == "replied" and not one.now.called_back):
            return True
    return handles and not one.now.ended and (own or not one.now.handler)


@dataclass(slots=True)
class Figures:
    """The counts of one unit or kind."""

    title: str
    taken: int = 0
    running: int = 0
    overdue: int = 0
    replied: int = 0
    in_time: int = 0
    content: int = 0
    asked: int = 0

    def count(self, one: Line, today: date) -> None:
        """Count one complaint."""
        self.taken += 1
        self.running += not one.now.ended
        self.overdue += one.overdue(today)
        self.replied += one.met is not None
        self.in_time += one.met is True
        self.asked += one.now.satisfaction in {"yes", "partly", "no"}
        self.content += one.now.satisfaction in {"yes", "partly"}


def figures(lines: Sequence[Line], at: datetime) -> tuple[list[Figures], list[Figures], list[Figures]]:
    """Give counts by unit (in the order of the register, never by any figure), by kind and by channel."""
    today = legal_day(at)
    units = {one.pk: Figures(one.name) for one in agencies()}
    kinds, channels = ({value: Figures(str(title)) for value, title in of.choices} for of in (Kind, Channel))
    for one in lines:
        about = units.setdefault(one.row.about_id, Figures(one.row.about.name))
        for counted in (about, kinds[one.row.kind], channels[one.row.channel]):
            counted.count(one, today)
    return tuple([row for row in table.values() if row.taken] for table in (units, kinds, channels))  # type: ignore[return-value]


def receipt_for_complainant(row: Complaint, which: str) -> Receipt | None:
    """Give the receipt of the registration or of the latest ending, for the complainant; None while not sealed."""
    try:
        return _registered(row) if which == "registered" else _ended(row)
    except NotInLog:
        return None


def _registered(row: Complaint) -> Receipt:
    said = row.words.get(seq=0).said  # only its digest goes into the receipt
    return receipt_of_content("complaint", row.no, bytes(row.salt), content_of(row, said))


def _ended(row: Complaint) -> Receipt | None:
    event = row.events.filter(kind__in=ENDS).order_by("-seq").first()
    if event is None:
        return None
    content = event_content(row.no, event)
    return receipt_of_content("complaint", f"{row.no}/{event.seq}", bytes(event.salt), content)


def numbers_of_orders(orders: Collection[str]) -> dict[str, str]:
    """Give the number under which each order of the hotline is registered, for the system that sent it."""
    return dict(Complaint.objects.filter(order_no__in=orders).values_list("order_no", "no"))
