"""What the acts of one case come to: when it ended, how long it lay in each stage, how each fine fits its benchmark.

Pure: the acts and the kinds of acts are given, nothing is read from anywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Protocol

from mingjing.kit.clock import legal_day

# As the engine has it: acts towards the public and remedies do not move a case, nor does service before a decision.
ASIDE: Final = ("publication", "remedy")
SERVICE, DECISION = "service", "decision"
ASSESSED, DEPARTED = "discretion_assessed", "benchmark_departure_approved"
STATED: Final = ("penalty_kinds", "penalty_basis")  # facts of a penalty that are read
WITHIN, BY_LEAVE, BELOW, ABOVE, NO_BENCHMARK, NO_FINE = "within", "leave", "below", "above", "none", "no_fine"
FITS: Final[Mapping[str, str]] = {
    WITHIN: "基准幅度内",
    BY_LEAVE: "经批准调整适用",
    BELOW: "低于基准幅度",
    ABOVE: "高于基准幅度",
    NO_BENCHMARK: "未适用基准",
    NO_FINE: "没有罚款",
}
KINDS_LENGTH: Final = 300


class Told(Protocol):
    """What is read of an act."""

    @property
    def seq(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def done_at(self) -> datetime | None: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


class Kind(Protocol):
    """What is read of a kind of act."""

    @property
    def stage(self) -> str: ...
    @property
    def ends(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Span:
    """A stage from one day to another; None while the case lies in it."""

    stage: str
    since: date
    until: date | None

    @property
    def days(self) -> int | None:
        """How many days it took; 0 where it came and went on one day."""
        return (self.until - self.since).days if self.until else None


def ended_on(acts: Iterable[Told], kinds: Mapping[str, Kind]) -> date | None:
    """Give the day of the first act that closes a case; where it states none, the last day known up to then."""
    known: date | None = None
    for act in acts:
        day = legal_day(act.done_at) if act.done_at else known
        known = max(known, day) if known and day else day
        if act.kind in kinds and kinds[act.kind].ends == "closed":
            return day
    return None


def spans_of(acts: Iterable[Told], kinds: Mapping[str, Kind], end: date | None) -> list[Span]:
    """Give the stages a case went through, each time it was in one; the last is open unless the case has ended."""
    found: list[Span] = []
    stage, since, decided = "", None, False
    for act in acts:
        kind = kinds.get(act.kind)
        if kind is None or act.done_at is None:
            continue
        decided = decided or kind.stage == DECISION
        if kind.stage == stage or kind.stage in ASIDE or (kind.stage == SERVICE and not decided):
            continue
        # Acts are entered in the order they were recorded, which need not be that of their days.
        day = max(legal_day(act.done_at), since or date.min)
        if end and day > end:
            break
        if since is not None:
            found.append(Span(stage, since, day))
        stage, since = kind.stage, day
    if since is not None:
        found.append(Span(stage, since, max(end, since) if end else None))
    return found


@dataclass(frozen=True, slots=True)
class Decided:
    """What the act of a penalty states besides the fine."""

    kinds: str
    law: str
    fit: str


def decided_of(acts: Sequence[Told], seq: int, fine_fen: int | None) -> Decided:
    """Read a penalty: its kinds, the law it rests on first, and its fine against the benchmark assessed before it.

    What the decision does not say again stands as the case stated it last.
    """
    facts: dict[str, Any] = {}
    assessed: Mapping[str, Any] = {}
    departed = False
    for act in acts:
        if act.seq > seq:
            break
        if act.kind == ASSESSED:
            assessed, departed = act.facts, False
        departed = departed or act.kind == DEPARTED
        facts.update({name: act.facts[name] for name in STATED if name in act.facts})
    kinds = [str(one) for one in facts.get("penalty_kinds") or ()]
    basis = facts.get("penalty_basis") or ()
    first = basis[0] if isinstance(basis, list) and basis else {}
    law = str(first.get("law", "")) if isinstance(first, dict) else ""
    return Decided(listed(kinds), law.strip("《》 "), fit_of(assessed, fine_fen, departed=departed))


def listed(values: Iterable[str]) -> str:
    """Write several values so that one is found between commas."""
    text = ""
    for one in values:
        if len(text) + len(one) + 2 > KINDS_LENGTH:
            break
        text += f"{one}," if text else f",{one},"
    return text


def fit_of(assessed: Mapping[str, Any], fine_fen: int | None, *, departed: bool) -> str:
    """Say how a fine stands to what the benchmark gave: one of FITS."""
    if fine_fen is None:
        return NO_FINE
    low, high = (_fen(assessed.get(name)) for name in ("benchmark_low_yuan", "benchmark_high_yuan"))
    if not assessed.get("benchmark_applied") or low is None or high is None:
        return NO_BENCHMARK
    if low <= fine_fen <= high:
        return WITHIN
    if departed:
        return BY_LEAVE
    return BELOW if fine_fen < low else ABOVE


def _fen(yuan: Any) -> int | None:
    try:
        return None if yuan is None else int(Decimal(str(yuan)) * 100)
    except (InvalidOperation, ValueError, OverflowError):
        return None
