"""Where a major decision stands, computed from its steps and from nothing else; nothing is read or written here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Protocol

from mingjing.packs.governance_terms import GovernanceTerms, StepTerms, Taken

STATES: Final[Mapping[str, str]] = {
    "draft": "待列入目录",
    "open": "办理中",
    "late": "有步骤逾期",
    "done": "程序走完",
    "rejected": "讨论不予通过",
    "removed": "调出目录",
    "dropped": "没有列入",
}
ENDS: Final = frozenset({"dropped", "removed"})


class Told(Protocol):
    """What a step must show of itself."""

    kind: str
    facts: Any
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """One statutory step of one item: what the law asks, when it was planned, how it stands."""

    terms: StepTerms
    planned: date | None
    step: Told | None
    objection: str  # why it may not be taken now

    @property
    def state(self) -> str:
        """One word: done, failed, omitted or waiting."""
        if self.step is None:
            return "waiting"
        if self.step.facts.get("omitted"):
            return "omitted"
        result = self.terms.result(self.step.facts.get("result", ""))
        return "done" if result is None or result.passes else "failed"

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do in it."""
        return self.state in {"done", "omitted"}

    @property
    def way(self) -> str:
        """How it came out in words: the result, or the ground on which it was left out."""
        facts: Mapping[str, Any] = self.step.facts if self.step else {}
        if facts.get("omitted"):
            ground = self.terms.ground(facts["omitted"])
            return f"依法省去：{ground.title}（{ground.article}）" if ground else "省去"
        result = self.terms.result(facts.get("result", ""))
        return result.title if result else ""

    def overdue(self, today: date) -> bool:
        """Whether it should have been done by its planned day and is not."""
        return not self.settled and self.planned is not None and today > self.planned


@dataclass(slots=True)
class Standing:
    """The sum of the steps so far."""

    parts: list[Part]
    listed: Mapping[str, Any] | None = None
    ended: str = ""
    taken: list[Taken] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every statutory step was done or lawfully left out."""
        return all(one.settled for one in self.parts)

    @property
    def rejected(self) -> bool:
        """Whether the meeting turned it down for good."""
        return any(one.step is not None and one.step.facts.get("result") == "rejected" for one in self.parts)

    @property
    def open(self) -> bool:
        """Whether steps may still be taken."""
        return bool(self.listed) and not (self.ended or self.complete or self.rejected)

    def state(self, today: date) -> str:
        """One word for lists."""
        if self.ended:
            return self.ended
        if not self.listed:
            return "draft"
        if self.complete:
            return "done"
        if self.rejected:
            return "rejected"
        return "late" if self.late(today) else "open"

    def late(self, today: date) -> list[Part]:
        """Give the steps that are over their planned day."""
        waits = bool(self.listed) and not self.ended and not self.rejected
        return [one for one in self.parts if waits and one.overdue(today)]


def standing_of(plan: Mapping[str, str], steps: Iterable[Told], terms: GovernanceTerms) -> Standing:
    """Fold the steps of one item of the catalogue, in their order."""
    found, latest = Standing([]), dict[str, Told]()
    for one in steps:
        if one.kind in ENDS:
            found.ended = one.kind
        elif one.kind == "listed":
            found.listed = {**one.facts, "by": one.by, "at": one.at}
        else:
            found.taken.append(Taken(one.kind, one.facts.get("result", ""), one.facts.get("omitted", "")))
            latest[one.kind] = one
    stands = terms.settled(found.taken)
    for code, step in terms.steps.items():
        planned = plan.get(code)
        found.parts.append(
            Part(
                step,
                date.fromisoformat(planned) if planned else None,
                latest[code] if code in stands else None,
                terms.objection(found.taken, _any(step)),
            )
        )
    return found


def _any(step: StepTerms) -> Taken:
    """The step with whichever result: whether it may be taken does not hang on how it comes out."""
    return Taken(step.code, step.results[0].code if step.results else "")
