"""The legal kinds of evidence that this installation's packs name."""

from collections.abc import Mapping
from functools import cache

from django.conf import settings

from mingjing.packs.evidence_kinds import EvidenceKind, load_evidence_kinds


@cache
def legal_kinds() -> Mapping[str, EvidenceKind]:
    """Give the kinds by code, in the order of the law."""
    return load_evidence_kinds(settings.MINGJING_LAWPACKS)


def kind_title(code: str) -> str:
    """Give the Chinese name of a kind; an unknown code, from an older pack, speaks for itself."""
    kind = legal_kinds().get(code)
    return kind.title if kind else code
