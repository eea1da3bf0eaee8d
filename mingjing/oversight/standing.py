"""Where a matter stands, computed from its steps and from nothing else; nothing is read or written here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Protocol

TITLES: Final[Mapping[str, str]] = {
    "dropped": "放弃，没有制发",
    "issued": "核准制发",
    "filed": "报送备案",
    "received": "签收",
    "extension_asked": "申请延长期限",
    "extended": "批准延长期限",
    "not_extended": "不批准延长期限",
    "objected": "申请复查",
    "upheld": "复查维持",
    "withdrawn": "撤销文书",
    "replied": "报告办理情况",
    "sent_back": "退回，重新办理",
    "accepted": "认可，了结",
    "lifted": "销号",
    "reviewed": "审查，没有发现问题",
    "opined": "审查，发出监督文书",
}
ENDS: Final = frozenset({"dropped", "withdrawn", "accepted", "lifted", "reviewed", "opined"})


class Told(Protocol):
    """What a step must show of itself."""

    kind: str
    facts: Any
    by: str
    at: datetime


@dataclass(slots=True)
class Standing:
    """The sum of the steps so far; `due` is of the one who has to act next."""

    due: date | None
    issued_at: datetime | None = None
    received_at: datetime | None = None
    replied_at: datetime | None = None
    asked: Mapping[str, Any] | None = None  # an extension asked for and not decided
    objected: Mapping[str, Any] | None = None  # a re-examination asked for and not decided
    was_objected: bool = False
    extended: bool = False
    rounds: int = 1
    ended: str = ""
    replies: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def state(self) -> str:
        """One word for lists: draft, open, replied, or how it ended."""
        if self.ended:
            return self.ended
        if self.issued_at is None:
            return "draft"
        return "replied" if self.replied_at else "open"

    def overdue(self, today: date) -> bool:
        """Whether the unit should have answered by now and has not."""
        return self.state == "open" and self.due is not None and today > self.due


STATES: Final[Mapping[str, str]] = {
    "draft": "待核准",
    "open": "待报告",
    "replied": "待认可",
    "accepted": "已了结",
    "lifted": "已销号",
    "withdrawn": "已撤销",
    "dropped": "没有制发",
    "reviewed": "已审查",
    "opined": "已发文书",
}


def standing_of(due: date | None, steps: Iterable[Told]) -> Standing:
    """Fold the steps of one matter, to be answered by `due`."""
    found = Standing(due)
    for one in steps:
        if one.kind in ENDS:
            found.ended = one.kind
        else:
            _FOLDS[one.kind](found, one)
    return found


def _issued(found: Standing, one: Told) -> None:
    found.issued_at = one.at


def _filed(found: Standing, one: Told) -> None:
    found.issued_at = found.replied_at = one.at


def _received(found: Standing, one: Told) -> None:
    found.received_at = found.received_at or one.at


def _asked(found: Standing, one: Told) -> None:
    found.asked = {**one.facts, "by": one.by}


def _decided(found: Standing, one: Told) -> None:
    found.asked = None
    if one.kind == "extended":
        found.extended, found.due = True, date.fromisoformat(one.facts["due"])


def _objected(found: Standing, one: Told) -> None:
    found.objected, found.was_objected = {**one.facts, "by": one.by}, True


def _upheld(found: Standing, one: Told) -> None:
    found.objected = None


def _replied(found: Standing, one: Told) -> None:
    found.replied_at = one.at
    found.replies.append({**one.facts, "at": one.at, "by": one.by})


def _sent_back(found: Standing, one: Told) -> None:
    found.replied_at, found.extended = None, False
    found.rounds += 1
    found.due = date.fromisoformat(one.facts["due"])


_FOLDS: Final[Mapping[str, Any]] = {
    "issued": _issued,
    "filed": _filed,
    "received": _received,
    "extension_asked": _asked,
    "extended": _decided,
    "not_extended": _decided,
    "objected": _objected,
    "upheld": _upheld,
    "replied": _replied,
    "sent_back": _sent_back,
}
