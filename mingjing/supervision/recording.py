"""Recording across cases: an index kept by a cursor over the log, each agency's coverage, what lacks its record."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, QuerySet

from mingjing.cases.law import law_of
from mingjing.cases.recording import EXCUSED, MISSING, RECORDED, STATES, Coverage, recorded_acts
from mingjing.cases.selectors import acts_by_codes
from mingjing.personnel.selectors import agencies, agencies_visible_to
from mingjing.supervision.models import RecordedAct
from mingjing.translog.cursors import run_cursor
from mingjing.translog.selectors import SealedEntry

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

__all__ = ["STATES", "AgencyCoverage", "coverage_by_agency", "index_recordings", "unrecorded"]

CURSOR: Final = "recording"
ACTION: Final = "supervise.board"


@dataclass(frozen=True, slots=True)
class AgencyCoverage:
    """The coverage of one agency; never ranked."""

    agency: "Agency"
    coverage: Coverage


def index_recordings(*, seconds: float = float("inf")) -> int:
    """Take newly sealed acts into the index, for so long at most; give how many entries were read. For the worker."""
    read, until = 0, time.monotonic() + seconds
    while count := run_cursor(CURSOR, _index):
        read += count
        if time.monotonic() >= until:
            break
    return read


def _index(entries: Sequence[SealedEntry]) -> None:
    # An act that somebody has deleted is not found: `mingjing verify` says so.
    for act in acts_by_codes([entry.ref for entry in entries if entry.kind == "act"]):
        for one in recorded_acts(law_of(act.case), [act]):
            about = {
                "case_code": act.case.code,
                "agency": act.case.agency,
                "seq": act.seq,
                "title": one.title[:120],
                "party_name": act.case.party_name,
                "number": act.case.number,
                "state": one.state,
                "reason": one.reason,
                "done_at": act.done_at,
            }
            RecordedAct.objects.update_or_create(act_code=act.code, defaults=about)


def coverage_by_agency(viewer: "Person", filters: Mapping[str, str]) -> list[AgencyCoverage]:
    """Give the coverage of every agency that the viewer may see and that had anything to record, in register order."""
    counted: dict[int, dict[str, int]] = {}
    groups = _seen(viewer, filters).order_by().values_list("agency_id", "state").annotate(n=Count("pk"))
    for agency, state, count in groups:
        counted.setdefault(agency, {})[state] = count
    return [
        AgencyCoverage(
            one,
            Coverage(*(counted[one.pk].get(state, 0) for state in (RECORDED, EXCUSED, MISSING))),
        )
        for one in agencies()
        if one.pk in counted
    ]


def unrecorded(viewer: "Person", filters: Mapping[str, str]) -> "QuerySet[RecordedAct]":
    """Give the acts without their record, those without any reason first, then the latest. Filters: agency, state."""
    rows = _seen(viewer, filters).filter(state__in=(MISSING, EXCUSED))
    if filters.get("state") in {MISSING, EXCUSED}:
        rows = rows.filter(state=filters["state"])
    return rows.select_related("agency").order_by("-state", "-id")


def _seen(viewer: "Person", filters: Mapping[str, Any]) -> "QuerySet[RecordedAct]":
    rows = RecordedAct.objects.filter(agency__in=agencies_visible_to(viewer, ACTION))
    return rows.filter(agency__code=filters["agency"]) if filters.get("agency") else rows
