"""A case as the engine is told of it: its head, its acts, who did them and on what evidence; nothing is judged here."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class CaseHead:
    """What is true of the case before any act: where, by whom and under which procedure."""

    region: str
    field: str
    agency: str
    agency_kind: str = "bureau"
    procedure: str = "ordinary"
    fragment: bool = False  # an excerpt of an old file: what is not there may still have happened
    promised: Mapping[str, int] = dataclasses.field(default_factory=dict)


CertificateState = Literal["valid", "expired", "suspended", "taken_back", "cancelled", "none"]


@dataclass(frozen=True, slots=True)
class Performer:
    """Somebody who performed an act, as he stood on that day."""

    person: str
    name: str
    agency: str
    role: str
    certificate: str = ""
    certificate_state: CertificateState = "none"
    certificate_fields: tuple[str, ...] = ()
    legal_qualification: str = ""
    auxiliary: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """What the engine may know of a piece of evidence; never its content."""

    digest: str
    legal_kind: str = ""
    medium: str = "other"  # photo audio video document other
    side: str = "neutral"  # against for neutral


@dataclass(frozen=True, slots=True)
class ActRecord:
    """One act as recorded. `done_at` is None only in an imported file that does not say when."""

    seq: int
    kind: str
    done_at: datetime | None
    facts: Mapping[str, object] = dataclasses.field(default_factory=dict)
    performers: tuple[Performer, ...] = ()
    evidence: tuple[EvidenceRef, ...] = ()
