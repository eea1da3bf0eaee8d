"""What the engine says of a case: outcomes, verdicts, limits, findings, where it stands; nothing is judged here."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Final


class Outcome(StrEnum):
    """What a rule says of an act. UNKNOWN is never a pass: it refuses as a breach does."""

    PASS = "pass"  # noqa: S105 -- an outcome, not a password
    BREACH = "breach"
    UNKNOWN = "unknown"


class Severity(StrEnum):
    """What follows from a breach: the act is stopped, the file loses points, or the officer is told."""

    BLOCK = "block"
    GRADE = "grade"
    WARN = "warn"


class Status(StrEnum):
    """Where a limit stands on a day."""

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    PAUSED = "paused"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from. `verified` is False where the text itself could not be seen."""

    law: str
    article: str
    verified: bool = True
    note: str = ""

    def cite(self) -> str:
        """Write the citation: 《行政处罚法（2021）》第五十一条."""
        return f"《{self.law}》{self.article}"


@dataclass(frozen=True, slots=True)
class Grade:
    """What a breach costs in the file review; `each` counts every occurrence up to `cap` points."""

    item: str
    points: int
    veto: bool = False
    each: bool = False
    cap: int = 100


_NAMES: Final = {kind: tuple(one.name for one in fields(kind)) for kind in (Source, Grade)}


def _plain(one: Source | Grade) -> dict[str, object]:
    """Give the fields of one of the two above; `asdict` copies them one by one, fifty times an act."""
    return {name: getattr(one, name) for name in _NAMES[type(one)]}


_VERDICT_TEXTS: Final = ("reason", "quote", "found", "allowed", "remedy", "topic")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says of one act, and why. `applies` is False where the rule had nothing to say."""

    rule: str
    title: str
    outcome: Outcome
    severity: Severity
    reason: str = ""
    source: Source | None = None
    quote: str = ""
    found: str = ""
    allowed: str = ""
    remedy: str = ""
    missing: tuple[str, ...] = ()
    applies: bool = True
    topic: str = ""
    grade: Grade | None = None
    version_from: date | None = None

    @property
    def refuses(self) -> bool:
        """Say whether the act may not be done."""
        return self.severity is Severity.BLOCK and self.outcome is not Outcome.PASS

    def as_json(self) -> dict[str, object]:
        """Give plain JSON values for storage with the act; what is empty is left out."""
        stored: dict[str, object] = {"rule": self.rule, "title": self.title}
        stored |= {"outcome": self.outcome.value, "severity": self.severity.value, "applies": self.applies}
        texts = {name: getattr(self, name) for name in _VERDICT_TEXTS}
        stored |= {name: text for name, text in texts.items() if text}
        if self.source:
            stored["source"] = _plain(self.source)
        if self.grade:
            stored["grade"] = _plain(self.grade)
        if self.missing:
            stored["missing"] = list(self.missing)
        if self.version_from:
            stored["version_from"] = self.version_from.isoformat()
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Verdict":
        """Read back what `as_json` gave: an equal verdict."""
        version_from = stored.get("version_from")
        return cls(
            rule=stored["rule"],
            title=stored["title"],
            outcome=Outcome(stored["outcome"]),
            severity=Severity(stored["severity"]),
            applies=stored["applies"],
            source=Source(**stored["source"]) if "source" in stored else None,
            grade=Grade(**stored["grade"]) if "grade" in stored else None,
            missing=tuple(stored.get("missing", ())),
            version_from=date.fromisoformat(version_from) if version_from else None,
            **{name: stored.get(name, "") for name in _VERDICT_TEXTS},
        )


@dataclass(frozen=True, slots=True)
class Deadline:
    """One limit in time, with the derivation a lawyer can follow line by line (`steps`)."""

    rule: str
    title: str
    topic: str
    start: date | None
    start_seq: int | None
    due: date | datetime | None
    status: Status
    met_on: date | None
    steps: tuple[str, ...]
    source: Source | None
    severity: Severity
    grade: Grade | None = None
    bound: str = "within"  # within: act by then. not_before: not until then. before: at least so long ahead
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the file review holds against a case; `act_seq` is None where an act is missing altogether."""

    rule: str
    title: str
    act_seq: int | None
    severity: Severity
    outcome: Outcome
    reason: str
    source: Source | None
    points: int = 0
    veto: bool = False
    item: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class NextAct:
    """A kind of act that could come next, and what stands against it.

    `offered` is False where it is allowed but seldom done at this point of a case, or not without a warning.
    """

    kind: str
    allowed: bool
    verdicts: tuple[Verdict, ...]
    offered: bool = True


@dataclass(frozen=True)
class Standing:
    """Where a case stands on a day: limits, findings, what cannot be told, points, and what may come next."""

    stage: str
    deadlines: tuple[Deadline, ...]
    findings: tuple[Finding, ...]
    unknowns: tuple[Finding, ...]
    score: int
    vetoed: bool
    verdict_counts: Mapping[str, int]
    find_next: Callable[[Collection[str] | None], tuple[NextAct, ...]] = field(
        repr=False, compare=False, default=lambda kinds: ()
    )

    @cached_property
    def next_acts(self) -> tuple[NextAct, ...]:
        """The kinds of act of this procedure, each allowed or not; worked out only when asked for."""
        return self.find_next(None)

    def next_of(self, kinds: Collection[str]) -> tuple[NextAct, ...]:
        """The same of some kinds only: the others are not tried."""
        return self.find_next(kinds)
