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


def standing_decisions(agency: "Agency", *, kinds: Collection[str], on: date) -> Iterator[Reported]:
    """Give the decisions of these kinds whose publication is neither withdrawn nor over on the day, oldest first."""
    open_still = Q(published_until__isnull=True) | Q(published_until__gte=on)
    rows = Publication.objects.filter(open_still, agency=agency, kind__in=kinds, withdrawal__isnull=True)
    for row in rows.order_by("id").iterator(chunk_size=200):
        if not bytes(row.salt):
            continue  # lawfully destroyed: nothing of it is left to report
        paper = prepared_as(row)
        told, fields = told_of(row.act_code, paper.amended if paper else {})
        yield Reported(
            row.case_code,
            row.document_no,
            row.decided_on,
            row.published_at,
            row.published_until,
            told,
            fields,
        )
