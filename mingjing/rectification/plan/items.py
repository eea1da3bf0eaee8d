"""What is proposed from a plan: one row of the future ledger and the document it was read in. No reading here."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from mingjing.rectification.plan.dates import Dated, Kind, Limit


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One proposed row. `source` is the document's own text from `start` to `end`; nothing in the row is guessed."""

    path: tuple[str, ...]  # the headings above it
    title: str
    problem: str
    measure: str
    lead: tuple[str, ...]
    responsible: tuple[str, ...]
    limits: tuple[Limit, ...]
    source: str
    start: int
    end: int

    @property
    def deadline(self) -> date | None:
        """The day by which it must be done, where the words name one."""
        return next((one.day for one in self.limits if one.kind is Kind.DATE), None)

    @property
    def standing(self) -> bool:
        """Whether it is a duty without an end."""
        return self.deadline is None and any(one.stands for one in self.limits)

    @property
    def open_fields(self) -> tuple[str, ...]:
        """What the text does not name and a person must fill: `responsible`, `limit`."""
        limited = self.standing or self.deadline is not None
        missing = {"responsible": not (self.lead or self.responsible), "limit": not limited}
        return tuple(name for name, is_open in missing.items() if is_open)

    def as_json(self) -> dict[str, Any]:
        """The item as `mingjing plan import --json` prints it."""
        return {
            "title": self.title,
            "problem": self.problem,
            "measure": self.measure,
            "lead": list(self.lead),
            "responsible": list(self.responsible),
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "standing": self.standing,
            "limits": [one.as_json() for one in self.limits],
            "open": list(self.open_fields),
            "source": self.source,
            "path": list(self.path),
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """A document as it was read: its title, its text, when it was written, and the rows it proposes."""

    title: str
    text: str
    written: Dated
    items: tuple[PlanItem, ...]

    def as_json(self) -> dict[str, Any]:
        """The plan as `mingjing plan import --json` prints it."""
        return {
            "title": self.title,
            "written": self.written.day.isoformat() if self.written.day else None,
            "items": [one.as_json() for one in self.items],
        }
