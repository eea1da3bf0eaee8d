"""What an act is as bytes and as the law sees it. Pure: no database, no clock, no randomness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from mingjing.kit.canonical import Fixed
from mingjing.kit.clock import BEIJING
from mingjing.lawengine.model import ActRecord, EvidenceRef, Outcome, Performer, Verdict

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ActBody:
    """Everything an act commits to. Whoever changes one character of it changes the commitment."""

    log_code: str
    seq: int
    kind: str
    code: str
    facts: Mapping[str, Any]
    performers: Sequence[Mapping[str, Any]]
    evidence: Sequence[Mapping[str, Any]]
    done_at: datetime | None
    recorded_at: datetime
    recorded_by: str
    held: Sequence[Mapping[str, Any]]
    passed: Sequence[Mapping[str, Any]]
    pack_digest: str
    imported: bool

    def as_json(self) -> dict[str, Any]:
        """Give the object whose canonical bytes are hashed (and which a case bundle discloses)."""
        return {
            "v": FORMAT,
            "case": self.log_code,
            "n": self.seq,
            "kind": self.kind,
            "code": self.code,
            "facts": dict(self.facts),
            "performers": list(self.performers),
            "evidence": list(self.evidence),
            "done_at": moment(self.done_at) if self.done_at else None,
            "recorded_at": moment(self.recorded_at),
            "recorded_by": self.recorded_by,
            "held": list(self.held),
            "passed": list(self.passed),
            "pack": self.pack_digest,
            "imported": self.imported,
        }

    def leaf(self, commitment: str) -> dict[str, Any]:
        """Give the log entry of this act. `n` counts inside the case, so nothing of a case can be withheld."""
        return {"c": self.log_code, "n": self.seq, "h": commitment, "at": moment(self.recorded_at)}


def moment(at: datetime) -> str:
    """Give the one text of a moment: Beijing time, whole seconds or microseconds, with its offset."""
    return at.astimezone(BEIJING).isoformat()


def performer_json(performer: Performer) -> dict[str, Any]:
    """Give a performer as he stood on the day of the act; his certificate may change later, the act may not."""
    return {
        "person": performer.person,
        "name": performer.name,
        "agency": performer.agency,
        "role": performer.role,
        "certificate": performer.certificate,
        "certificate_state": performer.certificate_state,
        "certificate_fields": list(performer.certificate_fields),
        "legal_qualification": performer.legal_qualification,
        "auxiliary": performer.auxiliary,
    }


def evidence_json(ref: EvidenceRef) -> dict[str, Any]:
    """Give an evidence reference as the act keeps it."""
    return {"digest": ref.digest, "legal_kind": ref.legal_kind, "medium": ref.medium, "side": ref.side}


def act_record(
    *,
    seq: int,
    kind: str,
    done_at: datetime | None,
    facts: Mapping[str, Any],
    performers: Sequence[Mapping[str, Any]],
    evidence: Sequence[Mapping[str, Any]],
) -> ActRecord:
    """Give a stored act as the law engine reads it."""
    return ActRecord(
        seq=seq,
        kind=kind,
        done_at=done_at,
        facts=facts,
        performers=tuple(
            Performer(**{**one, "certificate_fields": tuple(one["certificate_fields"])}) for one in performers
        ),
        evidence=tuple(EvidenceRef(**one) for one in evidence),
    )


def held(verdicts: Sequence[Verdict]) -> list[Fixed]:
    """Give what an act stores of the verdicts that are not a pass: all of it, as the officer saw it."""
    return [_held(one) for one in verdicts if one.applies and one.outcome is not Outcome.PASS]


@lru_cache(maxsize=4096)  # what an excerpt leaves out is said in the same words of thousands of cases
def _held(verdict: Verdict) -> Fixed:
    return Fixed(verdict.as_json())


def passed(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """Give what an act stores of the verdicts that are: rule and version, which with the pack digest is the text."""
    return [
        {"rule": one.rule, "version_from": one.version_from.isoformat() if one.version_from else None}
        for one in verdicts
        if one.applies and one.outcome is Outcome.PASS
    ]


def read_back(stored: Sequence[Mapping[str, Any]]) -> tuple[Verdict, ...]:
    """Read back the verdicts that `held` gave."""
    return tuple(Verdict.from_json(one) for one in stored)
