"""What stays visible of corrections: which version was replaced by which, when, why and in what; for everybody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mingjing.publicity.models import Correction, Publication


@dataclass(frozen=True, slots=True)
class Corrected:
    """One correction as the public reads it."""

    version: int  # the wrong one
    published_at: datetime
    at: datetime
    reason: str
    changes: Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Corrections:
    """What was corrected before this version, the latest first, and the address of the one that replaced it."""

    before: Sequence[Corrected]
    replaced_by: str  # code of the right version, "" where this is it


def corrections_of(code: str) -> Corrections:
    """Give the corrections around one publication by its public address."""
    row = Publication.objects.filter(code=code).first()
    if row is None:
        return Corrections((), "")
    later = Correction.objects.filter(replaces=row).select_related("publication").first()
    made = Correction.objects.filter(
        publication__act_code=row.act_code, publication__version__lte=row.version
    ).select_related("replaces")
    told = [_told(one, whole=one.publication_id == row.pk) for one in made.order_by("-publication__version")]
    return Corrections(told, later.publication.code if later else "")


def _told(one: Correction, *, whole: bool) -> Corrected:
    # What an earlier correction put in may itself have been wrong, and kept from the public since.
    changes = one.changes if whole else [{"title": line["title"]} for line in one.changes]
    wrong = one.replaces
    return Corrected(wrong.version, wrong.published_at, one.corrected_at, one.reason, changes)
