"""The decisions that stand published, whole and unmasked, for the rooms that report them to other authorities."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from mingjing.lawengine.model import Field
from mingjing.publicity.decisions import told_of
from mingjing.publicity.desk import prepared_as
from mingjing.publicity.models import Publication

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency


@dataclass(frozen=True, slots=True)
class Reported:
    """One published decision with all that its case states. Not for the public: it holds what was masked there."""

    case_code: str
    document_no: str
    decided_on: date | None
    published_at: datetime
    published_until: date | None
    told: Mapping[str, Any]
    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Standing:
    """One publication and how it stands, for whoever hands it on. `record` is the same for all its corrections."""

    code: str
    record: str
    agency_id: int
    agency_code: str
    kind: str
    document_no: str
    stands: bool
    replaced: bool  # by a corrected one, which goes on under the same record
    ground: str  # why it no longer stands
    reason: str


def standing_decisions(agency: "Agency", *, kinds: Collection[str], on: date) -> Iterator[Reported]:
    """Give the decisions of these kinds whose publication is neither withdrawn nor over on the day, oldest first."""
    open_still = Q(published_until__isnull=True) | Q(published_until__gte=on)
    rows = Publication.objects.filter(open_still, agency=agency, kind__in=kinds, withdrawal__isnull=True)
    for row in rows.order_by("id").iterator(chunk_size=200):
        if bytes(row.salt):  # else lawfully destroyed: nothing of it is left to report
            yield _reported(row)


def standings(codes: Collection[str], *, on: date) -> dict[str, Standing]:
    """Give how publications stand on a day, by their codes; those that are not known are left out."""
    rows = Publication.objects.filter(code__in=codes).select_related(
        "agency", "withdrawal", "ending", "corrected_by"
    )
    found = list(rows.defer("body"))
    acts = {row.act_code for row in found}
    first = Publication.objects.filter(act_code__in=acts).order_by("-version")
    records = dict(first.values_list("act_code", "code"))  # the first version is the last to be put in
    return {row.code: _standing(row, records[row.act_code], on) for row in found}


def _standing(row: Publication, record: str, on: date) -> Standing:
    taken, ended = getattr(row, "withdrawal", None), getattr(row, "ending", None)
    over = ended is not None or (row.published_until is not None and row.published_until < on)
    destroyed = not bytes(row.salt)
    ground = taken.ground if taken else "公示期届满" if over else "依法销毁" if destroyed else ""
    return Standing(
        code=row.code,
        record=record,
        agency_id=row.agency_id,
        agency_code=row.agency.code,
        kind=row.kind,
        document_no=row.document_no,
        stands=not ground,
        replaced=getattr(row, "corrected_by", None) is not None,
        ground=ground,
        reason=taken.reason if taken else "",
    )


def reported(code: str, *, on: date) -> Reported | None:
    """Give the whole of one publication; None where it no longer stands on the day."""
    found = standings([code], on=on).get(code)
    return _reported(Publication.objects.get(code=code)) if found and found.stands else None


def _reported(row: Publication) -> Reported:
    paper = prepared_as(row)
    told, fields = told_of(row.act_code, paper.amended if paper else {})
    return Reported(
        row.case_code,
        row.document_no,
        row.decided_on,
        row.published_at,
        row.published_until,
        told,
        fields,
    )
