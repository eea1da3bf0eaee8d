"""What other rooms may read of evidence; nothing is written here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from mingjing.evidence import kinds, store
from mingjing.evidence.media import KNOWN_EXTENSIONS
from mingjing.evidence.models import EvidenceItem, Side
from mingjing.lawengine.model import EvidenceRef
from mingjing.packs.evidence_kinds import EvidenceKind

__all__ = [
    "KNOWN_EXTENSIONS",
    "Content",
    "NotInEvidence",
    "dossiers_of",
    "evidence_of",
    "item",
    "legal_kinds",
    "open_content",
    "places_in",
    "refs",
    "sides",
]


class NotInEvidence(LookupError):
    """There is no such piece of evidence in that case, or no such file at all."""


@dataclass(frozen=True, slots=True)
class Content:
    """Stored bytes and what is needed to send them, whole or in ranges."""

    digest: str
    size: int
    media_type: str
    name: str

    def open(self) -> BinaryIO:
        """Open the bytes for reading; the caller closes them."""
        return store.open_stored(self.digest)


def evidence_of(dossier: str) -> list[EvidenceItem]:
    """Give the evidence of a case in the order it came in."""
    return list(EvidenceItem.objects.filter(dossier=dossier))


def item(digest: str, dossier: str) -> EvidenceItem:
    """Give one piece of evidence of a case, or raise NotInEvidence."""
    try:
        return EvidenceItem.objects.get(digest=digest, dossier=dossier)
    except EvidenceItem.DoesNotExist:
        raise NotInEvidence(digest) from None


def refs(digests: Sequence[str], *, dossier: str) -> tuple[EvidenceRef, ...]:
    """Give evidence of a case as the law engine sees it, in the order asked, each once.

    What the case does not have is left out: the caller says so at the field.
    """
    if not digests:
        return ()
    rows = {row.digest: row for row in EvidenceItem.objects.filter(dossier=dossier, digest__in=set(digests))}
    found = (rows[digest] for digest in dict.fromkeys(digests) if digest in rows)
    return tuple(EvidenceRef(row.digest, row.legal_kind, row.medium, row.side) for row in found)


def open_content(digest: str, dossier: str) -> Content:
    """Give the stored bytes of a piece of evidence of a case; raises NotInEvidence where row or file is missing."""
    row = item(digest, dossier)
    if not store.stored(digest):
        raise NotInEvidence(digest)
    return Content(digest, row.size, row.media_type, row.original_name)


def places_in(dossiers: Collection[str], saying: str) -> list[tuple[str, str]]:
    """Give case and place of the evidence of some cases whose place has certain words, in the order it came in."""
    rows = EvidenceItem.objects.filter(dossier__in=dossiers, place__contains=saying)
    return list(rows.values_list("dossier", "place"))


def dossiers_of(commitments: Collection[str], saying: str) -> set[str]:
    """Give the cases of some evidence whose place has certain words."""
    rows = EvidenceItem.objects.filter(commitment__in=commitments, place__contains=saying)
    return set(rows.order_by().values_list("dossier", flat=True))


def legal_kinds() -> Mapping[str, EvidenceKind]:
    """Give the legal kinds of evidence by code, in the order of the law."""
    return kinds.legal_kinds()


def sides() -> list[tuple[str, str]]:
    """Give what evidence may speak for, as code and Chinese name."""
    return [(side.value, side.label) for side in Side]
