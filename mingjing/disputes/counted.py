"""Disputes as statistics count them: each step by its day and by when it was entered; no figure is made here."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from mingjing.disputes.models import Dispute, DisputeEvent

STEPS: Final = ("heard", "decided")


@dataclass(frozen=True, slots=True)
class Counted:
    """One step of one dispute; `step` opened is its beginning."""

    agency: int
    case_code: str
    ref: str
    kind: str
    instance: int
    step: str
    on: date
    loss: bool
    attended: str


def counted(agencies: Collection[int], *, since: date, until: date, before: datetime) -> Iterator[Counted]:
    """Give what fell on the days from one to another and was entered before a moment."""
    opened = Dispute.objects.filter(
        agency__in=agencies, opened_on__gte=since, opened_on__lte=until, at__lt=before
    )
    for row in opened.order_by("id"):
        yield Counted(
            *(row.agency_id, row.case_code, row.no, row.kind, row.instance),
            *("opened", row.opened_on, False, ""),
        )
    events = DisputeEvent.objects.filter(
        dispute__agency__in=agencies, kind__in=STEPS, on__gte=since, on__lte=until, at__lt=before
    )
    for event in events.select_related("dispute").order_by("id"):
        row = event.dispute
        yield Counted(
            *(row.agency_id, row.case_code, f"{row.no}/{event.seq}", row.kind, row.instance),
            *(event.kind, event.on, event.loss, str(event.facts.get("attended", ""))),
        )
