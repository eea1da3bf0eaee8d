"""What the case page reads of records that were written on site."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mingjing.evidence.selectors import NotInEvidence, open_content
from mingjing.onsite.models import OnSiteRecord
from mingjing.onsite.signed_picture import ROLES, Unsound, read_signed

__all__ = ["OnSite", "onsite_of"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One signature, and whether its picture still names the words that are kept."""

    digest: str
    role: str
    name: str
    sound: bool


@dataclass(frozen=True, slots=True)
class OnSite:
    """How an act came from site."""

    synced_at: datetime
    late_reason: str
    marks: Sequence[Mark]


def onsite_of(case_code: str) -> Mapping[str, OnSite]:
    """Give, by the code of the act, how the acts of a case that were written on site came in."""
    return {
        row.act_code: OnSite(row.synced_at, row.late_reason, [_mark(row, one) for one in row.signatures])
        for row in OnSiteRecord.objects.filter(case_code=case_code)
    }


def _mark(row: OnSiteRecord, kept: Mapping[str, Any]) -> Mark:
    return Mark(
        kept["digest"], ROLES[kept["role"]], kept["name"], _names(row.text, kept["digest"], row.case_code)
    )


def _names(text: str, digest: str, dossier: str) -> bool:
    """Whether the stored picture is the one that was sent and names these words."""
    try:
        with open_content(digest, dossier).open() as file:
            picture = file.read()
        signed = read_signed(picture)
    except (NotInEvidence, Unsound, OSError):
        return False
    same_picture = hashlib.sha256(picture).hexdigest() == digest
    return same_picture and signed.of == hashlib.sha256(text.encode()).hexdigest()
