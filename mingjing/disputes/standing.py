"""Where a dispute stands, computed from its events and from nothing else; nothing is read or written here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

from mingjing.lawengine.calendar import WorkCalendar
from mingjing.lawengine.periods import Span, extend, roll
from mingjing.packs.dispute_terms import DisputeTerms, Limit, Outcome

TITLES: Final[Mapping[str, str]] = {
    "opened": "收到复议、应诉通知",
    "replied": "提交答复（答辩状）和证据",
    "heard": "听证、开庭",
    "decided": "收到复议决定、裁判",
    "appealed": "提起上诉",
    "performed": "本机关已经履行",
    "proposed": "准备撤回公示",
    "withdrawn": "撤回公示",
    "check_named": "写明哪项检查能拦住",
    "check_drafted": "提出新的检查",
    "note": "记录",
}
ATTENDED: Final[Mapping[str, str]] = {
    "head": "正职负责人出庭",
    "deputy": "副职或者其他负责人出庭",
    "delegate": "负责人不能出庭，委托工作人员出庭",
    "agent": "只有律师出庭",
}
IN_PERSON: Final = ("head", "deputy")


class Event(Protocol):
    """What a step must show of itself."""

    kind: str
    facts: Any
    on: date
    by: str


@dataclass(frozen=True, slots=True)
class Due:
    """One limit as it stands: when it ends, when it was met. `end` None: no calendar reaches there."""

    limit: Limit
    start: date
    end: date | None
    met_on: date | None
    steps: tuple[str, ...]

    def state(self, today: date) -> str:
        """Say met, late, missed or running."""
        if self.met_on is not None:
            return "late" if self.end is not None and self.met_on > self.end else "met"
        return "missed" if self.end is not None and today > self.end else "running"


@dataclass(slots=True)
class Standing:
    """The sum of the events so far."""

    opened_on: date
    replied_on: date | None = None
    hearings: list[Mapping[str, Any]] = field(default_factory=list)
    decided_on: date | None = None
    outcome: Outcome | None = None
    decision: Mapping[str, Any] = field(default_factory=dict)
    appealed_on: date | None = None
    performed_on: date | None = None
    performance: Mapping[str, Any] = field(default_factory=dict)
    proposed: Mapping[str, Any] | None = (
        None  # a withdrawal that waits for a second person, with who prepared it
    )
    withdrawn: bool = False
    checks: list[Mapping[str, Any]] = field(default_factory=list)  # named or drafted, in order

    @property
    def lost(self) -> bool:
        """Say whether it ended against the agency."""
        return bool(self.outcome and self.outcome.loss)

    @property
    def perform_by(self) -> date | None:
        """The day until which the judgment gives the agency, where there is something to do."""
        until = self.decision.get("perform_by")
        return date.fromisoformat(until) if until else None

    @property
    def to_perform(self) -> bool:
        """Say whether something is still to be carried out."""
        return bool(self.decision.get("duty")) and self.performed_on is None and self.appealed_on is None

    @property
    def state(self) -> str:
        """One word for lists: open, decided, to_perform, done."""
        if self.decided_on is None:
            return "open"
        if self.to_perform:
            return "to_perform"
        return "to_learn" if self.lost and not self.checks and self.appealed_on is None else "done"


STATES: Final[Mapping[str, str]] = {
    "open": "审理中",
    "to_perform": "待履行",
    "to_learn": "败诉，待写明检查",
    "done": "已了结",
}


def standing_of(opened_on: date, events: Iterable[Event], terms: DisputeTerms) -> Standing:
    """Add up the events, given in their order."""
    now = Standing(opened_on)
    for one in events:
        _add(now, one, terms)
    return now


def _add(now: Standing, one: Event, terms: DisputeTerms) -> None:
    facts = one.facts
    match one.kind:
        case "replied":
            now.replied_on = now.replied_on or one.on
        case "heard":
            now.hearings.append({**facts, "on": one.on})
        case "decided":
            now.decided_on, now.decision = one.on, facts
            now.outcome = terms.outcomes.get(facts["outcome"])
        case "appealed":
            now.appealed_on = one.on
        case "performed":
            now.performed_on, now.performance = one.on, facts
        case "proposed":
            now.proposed = {**facts, "by": one.by}
        case "withdrawn":
            now.withdrawn, now.proposed = True, None
        case "check_named" | "check_drafted":
            now.checks.append({**facts, "kind": one.kind, "on": one.on})


def dues_of(now: Standing, limits: Iterable[Limit], calendar: WorkCalendar) -> list[Due]:
    """Give every limit that has begun to run, in the order of the packs; the judgment's own limit last."""
    days = {
        "opened": now.opened_on,
        "replied": now.replied_on,
        "decided": now.decided_on,
        "appealed": now.appealed_on,
        "performed": now.performed_on,
    }
    found = []
    for limit in limits:
        start = days.get(limit.start)
        if start is not None:
            met = min((day for name in limit.met_by if (day := days.get(name))), default=None)
            found.append(_due(limit, start, met, calendar))
    return found


def _due(limit: Limit, start: date, met: date | None, calendar: WorkCalendar) -> Due:
    span = Span(end=start, floor=start)
    extend(calendar, span, limit.amount, limit.unit)
    roll(calendar, span)
    end = span.end if span.end is None or type(span.end) is date else None
    return Due(limit, start, end, met, span.steps)
