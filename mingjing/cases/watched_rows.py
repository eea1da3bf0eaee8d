"""Cases as plain values for whoever looks for patterns over all of them; they are read elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class WatchedAct:
    """One act. `done_on` is None where an imported excerpt gives no day."""

    seq: int
    kind: str
    done_on: date | None
    recorded_on: date
    recorded_by: str
    performers: tuple[str, ...]
    facts: Mapping[str, Any]
    imported: bool


@dataclass(frozen=True, slots=True)
class Breach:
    """What a rule found against a case; `seq` is 0 where it speaks of the case as a whole."""

    rule: str
    title: str
    reason: str
    seq: int


@dataclass(frozen=True, slots=True)
class WatchedCase:
    """One case with all its acts. Of a fragment, what it does not say is unknown."""

    pk: int
    code: str
    number: str
    procedure: str
    ended: bool
    imported: bool
    fragment: bool
    handlers: tuple[str, ...]
    acts: tuple[WatchedAct, ...]
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, slots=True)
class WatchedLimit:
    """One limit by which somebody still has to act."""

    case: str
    number: str
    rule: str
    title: str
    topic: str
    start_seq: int
    due: datetime


@dataclass(frozen=True, slots=True)
class WatchedFine:
    """One fine that stands; `like` names the violation, tier and kind of party that make cases alike."""

    agency: int
    case: str
    number: str
    like: tuple[str, str, str]
    seq: int
    fine_fen: int
