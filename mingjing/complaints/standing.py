"""Where a complaint stands, computed from its events and from nothing else; nothing is read or written here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Protocol

from mingjing.kit.clock import legal_day
from mingjing.lawengine.calendar import WorkCalendar
from mingjing.lawengine.periods import Span, extend, roll
from mingjing.packs.complaint_terms import ComplaintTerms

TITLES: Final[Mapping[str, str]] = {
    "registered": "登记",
    "assigned": "分派承办人",
    "transferred": "转其他机关办理",
    "accepted": "受理",
    "refused": "不予受理",
    "released": "核对屏蔽后转涉及单位说明",
    "explained": "涉及单位说明情况",
    "extension_asked": "申请延长期限",
    "extended": "批准延长期限",
    "not_extended": "不批准延长期限",
    "noted": "办理记录",
    "case_opened": "转为案件线索",
    "replied": "答复",
    "material": "补充材料",
    "rated": "投诉人评价",
    "called_back": "回访",
    "closed": "办结",
    "reopen_asked": "要求重新办理",
    "not_reopened": "不予重新办理",
    "reopened": "重新办理",
}
SATISFIED: Final[Mapping[str, str]] = {
    "yes": "满意",
    "partly": "基本满意",
    "no": "不满意",
    "unreached": "三次联系不上",
}
ENDS: Final = frozenset({"closed", "refused"})
LOGGED: Final = ENDS | {"replied"}  # what the complainant, and the hotline, is told


class Event(Protocol):
    """What an event must show of itself."""

    kind: str
    facts: Any
    by: str
    at: datetime


@dataclass(slots=True)
class Standing:
    """The sum of the events so far."""

    office: int
    opened_at: datetime
    handler: str = ""
    accepted_at: datetime | None = None
    released: Mapping[str, Any] | None = None
    explained: bool = False
    asked: Mapping[str, Any] | None = None  # the request to extend that is not decided, with who asked
    extended: bool = False
    replied_at: datetime | None = None
    replies: list[Mapping[str, Any]] = field(default_factory=list)
    satisfaction: str = ""
    called_back: bool = False
    ended: str = ""
    ended_at: datetime | None = None
    reopen_asked: bool = False
    rounds: int = 1
    cases: list[str] = field(default_factory=list)

    @property
    def state(self) -> str:
        """One word for lists: new, open, replied, closed, refused."""
        if self.ended:
            return self.ended
        if self.replied_at:
            return "replied"
        return "open" if self.accepted_at else "new"

    @property
    def title(self) -> str:
        """The state in Chinese."""
        words = {"new": "待受理", "open": "办理中", "replied": "已答复，待回访", "closed": "已办结"}
        return words.get(self.state, "不予受理") + ("，要求重新办理" if self.reopen_asked else "")


def standing_of(office: int, at: datetime, events: Iterable[Event]) -> Standing:
    """Fold the events of one complaint, registered at `at` with the agency `office`."""
    found = Standing(office, at)
    for one in events:
        _FOLDS.get(one.kind, _nothing)(found, one)
    return found


def _nothing(found: Standing, one: Event) -> None:
    """Leave the standing as it is."""


def _moved(found: Standing, one: Event) -> None:
    found.office, found.handler = int(one.facts["office"]), ""


def _ended(found: Standing, one: Event) -> None:
    found.ended, found.ended_at = one.kind, one.at


def _replied(found: Standing, one: Event) -> None:
    found.replies.append({**one.facts, "at": one.at})
    found.replied_at = found.replied_at or one.at


def _rated(found: Standing, one: Event) -> None:
    found.satisfaction = one.facts["satisfaction"]


def _called(found: Standing, one: Event) -> None:
    found.called_back = True
    if one.facts["satisfaction"] != "unreached" or not found.satisfaction:
        found.satisfaction = one.facts["satisfaction"]


def _reopened(found: Standing, one: Event) -> None:
    found.opened_at, found.accepted_at = one.at, one.at
    found.ended, found.ended_at, found.replied_at = "", None, None
    found.reopen_asked = found.extended = found.called_back = False
    found.asked, found.satisfaction, found.rounds = None, "", found.rounds + 1


def _set(name: str, value: Any) -> Any:
    def fold(found: Standing, one: Event) -> None:
        setattr(found, name, value(one) if callable(value) else value)

    return fold


def _decided(found: Standing, one: Event) -> None:
    found.asked, found.extended = None, found.extended or one.kind == "extended"


_FOLDS: Final[Mapping[str, Any]] = {
    "assigned": _set("handler", lambda one: one.facts["handler"]),
    "transferred": _moved,
    "accepted": _set("accepted_at", lambda one: one.at),
    "refused": _ended,
    "released": _set("released", lambda one: one.facts),
    "explained": _set("explained", True),
    "extension_asked": _set("asked", lambda one: {**one.facts, "by": one.by}),
    "extended": _decided,
    "not_extended": _decided,
    "case_opened": lambda found, one: found.cases.append(one.facts["case"]),
    "replied": _replied,
    "rated": _rated,
    "called_back": _called,
    "closed": _ended,
    "reopen_asked": _set("reopen_asked", True),
    "not_reopened": _set("reopen_asked", False),
    "reopened": _reopened,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """Until when it is to be accepted and replied to, None where the calendar does not reach; and on which ground."""

    accept: date | None
    reply: date | None
    source: str
    verified: bool


def limits_of(found: Standing, terms: ComplaintTerms, calendar: WorkCalendar, own_due: date | None) -> Limits:
    """Count the limits with the calendar engine of all limits; an order's own day stands for the reply's."""
    start = legal_day(found.opened_at)
    spans = {name: Span(start, start) for name in ("accept", "reply")}
    extend(calendar, spans["accept"], terms.accept.amount, terms.accept.unit)
    source, verified = f"《{terms.law}》{terms.article}", terms.verified
    if own_due is not None and found.rounds == 1:
        spans["reply"], source, verified = Span(own_due, own_due), "12345 工单载明的期限", True
    else:
        extend(calendar, spans["reply"], terms.finish.amount, terms.finish.unit)
    if found.extended:
        extend(calendar, spans["reply"], terms.extend.amount, terms.extend.unit)
    if own_due is None or found.rounds > 1:
        roll(calendar, spans["reply"])
    roll(calendar, spans["accept"])
    return Limits(_day(spans["accept"]), _day(spans["reply"]), source, verified)


def _day(span: Span) -> date | None:
    return span.end if not isinstance(span.end, datetime) else legal_day(span.end)
