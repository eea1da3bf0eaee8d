"""The terms of each kind of rule, as its judge reads them; figures come from the packs and are never written here."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

from mingjing.lawengine.condition import Condition

Unit = Literal["calendar_days", "working_days", "hours", "months", "years"]


@dataclass(frozen=True, slots=True)
class ActRef:
    """A kind of act, or only those acts of the kind whose field has this value."""

    kind: str
    field: str = ""
    value: object = None

    def matches(self, facts: Mapping[str, object]) -> bool | None:
        """Say whether an act of the kind with these facts is meant; None where it does not state the field."""
        if not self.field:
            return True
        stated = facts.get(self.field)
        if stated is None:
            return None
        return self.value in stated if isinstance(stated, list | tuple) else stated == self.value


@dataclass(frozen=True, slots=True)
class SequenceTerms:
    """Groups of acts of which one each must have been done before, and acts that must not have been done."""

    needs: tuple[tuple[ActRef, ...], ...] = ()
    forbids: tuple[ActRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Extension:
    """An act that lengthens a limit: by a figure it states (`field`) or by a fixed one."""

    act: ActRef
    field: str = ""
    amount: int = 0
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """A pair of acts between which a limit does not run."""

    start: ActRef
    end: ActRef


@dataclass(frozen=True, slots=True)
class DeadlineTerms:
    """A span from an act or a dated fact, within which, not before which, or ahead of which an act must come."""

    amount: int
    unit: Unit
    start: tuple[ActRef, ...] = ()
    start_field: str = ""
    occurrence: Literal["first", "last", "each"] = "first"
    bound: Literal["within", "not_before", "before"] = "within"
    roll: bool = True
    extensions: tuple[Extension, ...] = ()
    pauses: tuple[Pause, ...] = ()
    promised: str = ""
    met_by: tuple[ActRef, ...] = ()
    dropped_by: tuple[ActRef, ...] = ()
    unless: tuple[ActRef, ...] = ()


@dataclass(frozen=True, slots=True)
class QuorumTerms:
    """How many must act, and what each of them must hold."""

    officers: int
    certificate: bool = True
    of_agency: bool = False
    field_of_certificate: bool = False
    legal_qualification: bool = False
    no_auxiliary: bool = True
    only_auxiliary: bool = False  # asks only whether auxiliary staff stood in for officers


@dataclass(frozen=True, slots=True)
class SeparationTerms:
    """Acts whose performers may not perform this one (or be named in `people_field`)."""

    apart_from: tuple[ActRef, ...]
    people_field: str = ""
    apart_from_people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Multiple:
    """A bound that is another fact of the case, times a factor."""

    fact: str
    times: Decimal = Decimal(1)


Figure = Decimal | Multiple
Bound = Figure | Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class CeilingTerms:
    """A figure and the bounds on it; a bound may differ by the value of the fact `by`."""

    fact: str
    bounds: Mapping[str, Bound]  # at_most, at_least, below, above
    by: str = ""
    unless: Condition | None = None


@dataclass(frozen=True, slots=True)
class AccrualTerms:
    """A sum that grows by a share of a principal each day after a period for payment has run out."""

    fact: str  # the sum claimed
    principal: str
    rate: Decimal  # share of the principal for each day
    due: DeadlineTerms  # the period for payment; the day after its end is the first that counts
    cap_times: Decimal | None = None  # how many times the principal it may reach
    pauses: tuple[Pause, ...] = ()  # days that do not count, both ends included
    days: str = ""  # the number of days the act states, if it states one


@dataclass(frozen=True, slots=True)
class Replied:
    """What earlier acts handed in, row by row, and where the reply to the very same words must stand."""

    act: ActRef
    rows: str
    to: str  # the column that holds the words, there and here
    where: str  # the rows in which they are replied to, in whatever act
    column: str  # the reply


@dataclass(frozen=True)
class RequiredTerms:
    """What an act must state, show or answer."""

    facts: tuple[str, ...] = ()
    true: tuple[str, ...] = ()
    answered: tuple[str, str] | None = None
    replied: "Replied | None" = None
    rows_complete: tuple[str, tuple[str, ...]] | None = None
    evidence_at_least: int = 0
    evidence_kinds: tuple[str, ...] = ()
    evidence_media: tuple[str, ...] = ()
    evidence_side: str = ""
    evidence_of: Literal["act", "case"] = "case"
    contains_field: str = ""
    contains_any: tuple[str, ...] = ()
    contains_all: tuple[str, ...] = ()

    @cached_property
    def plain(self) -> bool:
        """Whether it asks for facts that are there or true and for nothing else."""
        return not (
            self.answered
            or self.replied
            or self.rows_complete
            or self.evidence_at_least
            or self.contains_field
        )

    @cached_property
    def stated(self) -> tuple[str, ...]:
        """Every field that must be there at all."""
        rows = self.rows_complete[:1] if self.rows_complete else ()
        return (*self.facts, *self.true, *rows, *((self.contains_field,) if self.contains_field else ()))


@dataclass(frozen=True, slots=True)
class RecordingTerms:
    """Media of which one must be among the act's own evidence, unless the named fact explains why not."""

    media: tuple[str, ...]
    unless: str = ""
    whole: bool = False  # from its beginning to its end; that nobody can tell from a list of evidence


@dataclass(frozen=True, slots=True)
class ConditionTerms:
    """A condition that must hold, and the sentence said when it does not."""

    holds: Condition
    says: str = ""


Terms = (
    SequenceTerms
    | DeadlineTerms
    | QuorumTerms
    | SeparationTerms
    | CeilingTerms
    | AccrualTerms
    | RequiredTerms
    | RecordingTerms
    | ConditionTerms
)
