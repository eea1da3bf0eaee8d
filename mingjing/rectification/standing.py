"""Where an item stands, folded from its steps; nothing is read or written here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from mingjing.kit.clock import legal_day
from mingjing.rectification.kinds import OPEN, State


class Stepped(Protocol):
    """A step as it is stored."""

    kind: str
    facts: dict[str, Any]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit by its name in the text, and the code of the agency that a person says it is."""

    name: str
    agency: str
    leads: bool


@dataclass(slots=True)
class Now:
    """An item as it stands."""

    state: State = State.PROPOSED
    problem: str = ""
    measure: str = ""
    units: list[Unit] = field(default_factory=list)
    first_due: date | None = None
    due: date | None = None
    permanent: bool = False
    check: str = ""
    since: date | None = None
    confirmed_at: datetime | None = None
    submitted_by: str = ""
    closed_at: datetime | None = None
    kept_years: set[int] = field(default_factory=set)
    progress: str = ""
    progress_at: datetime | None = None
    expected: date | None = None
    proofs: int = 0  # handed in since the item was last closed or reopened
    red: list[Mapping[str, Any]] = field(default_factory=list)  # rows that reopened it
    reopened: int = 0

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in OPEN

    @property
    def lead(self) -> list[Unit]:
        """The units that lead."""
        return [one for one in self.units if one.leads]

    @property
    def responsible(self) -> list[Unit]:
        """The units that answer for it."""
        return [one for one in self.units if not one.leads]

    @property
    def closed_on(self) -> date | None:
        """The day of the closing that stands."""
        return legal_day(self.closed_at) if self.closed_at else None

    @property
    def in_time(self) -> bool | None:
        """Whether it was closed by its day; None while it is open, or has none."""
        return None if self.closed_on is None or self.due is None else self.closed_on <= self.due

    def overdue(self, today: date) -> bool:
        """Whether its day is over and it is not closed."""
        return self.open and self.due is not None and self.due < today


def now_of(steps: Iterable[Stepped], today: date) -> Now:
    """Fold the steps of an item. A standing duty that was kept last year is open again this year."""
    found = Now()
    for one in steps:
        _turn_year(found, legal_day(one.at).year)
        _FOLDS[one.kind](found, one)
    _turn_year(found, today.year)
    return found


def _turn_year(found: Now, year: int) -> None:
    if found.state == State.KEPT and year not in found.kept_years:
        found.state, found.closed_at, found.proofs = State.RUNNING, None, 0


def day_of(text: Any) -> date | None:
    """Give a stored day."""
    return date.fromisoformat(text) if text else None


def _confirmed(found: Now, one: Stepped) -> None:
    facts = one.facts
    found.state, found.confirmed_at = State.RUNNING, one.at
    found.problem, found.measure = facts["problem"], facts["measure"]
    found.units = [Unit(unit["name"], unit["agency"], unit["leads"]) for unit in facts["units"]]
    found.first_due = found.due = day_of(facts["due"])
    found.permanent, found.check, found.since = facts["permanent"], facts["check"], day_of(facts["since"])


def _left_out(found: Now, one: Stepped) -> None:
    found.state = State.LEFT_OUT


def _progress(found: Now, one: Stepped) -> None:
    found.progress, found.progress_at = one.facts["text"], one.at
    found.expected = day_of(one.facts.get("expected")) or found.expected


def _proof(found: Now, one: Stepped) -> None:
    found.proofs += sum(len(one.facts.get(name, [])) for name in ("files", "cases", "documents"))


def _submitted(found: Now, one: Stepped) -> None:
    found.state, found.submitted_by = State.SUBMITTED, one.by


def _sent_back(found: Now, one: Stepped) -> None:
    found.state = State.RUNNING


def _closed(found: Now, one: Stepped) -> None:
    found.state, found.closed_at = State.CLOSED, one.at


def _kept(found: Now, one: Stepped) -> None:
    found.state, found.closed_at = State.KEPT, one.at
    found.kept_years.add(one.facts["year"])


def _reopened(found: Now, one: Stepped) -> None:
    found.state, found.closed_at, found.proofs = State.REOPENED, None, 0
    found.red, found.reopened = one.facts.get("rows", []), found.reopened + 1
    found.kept_years.discard(legal_day(one.at).year)


def _extended(found: Now, one: Stepped) -> None:
    found.due = day_of(one.facts["due"])


def _check_changed(found: Now, one: Stepped) -> None:
    found.check, found.since = one.facts["check"], day_of(one.facts["since"])


_FOLDS = {
    "confirmed": _confirmed,
    "left_out": _left_out,
    "split": _left_out,
    "progress": _progress,
    "proof": _proof,
    "submitted": _submitted,
    "sent_back": _sent_back,
    "closed": _closed,
    "kept": _kept,
    "reopened": _reopened,
    "reopened_by_hand": _reopened,
    "extended": _extended,
    "check_changed": _check_changed,
}
