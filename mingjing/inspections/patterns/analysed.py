"""Visits with their days, as analysis counts them: each with its risk class, its arm and what came of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from mingjing.inspections.models import CheckSheet, VisitStart
from mingjing.inspections.patterns.figures import RANDOM, TARGETED
from mingjing.inspections.visiting.visits import DRAWN, visit_law
from mingjing.kit.clock import BEIJING, legal_day

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Visited:
    """One visit; `problem` is None while it has no result."""

    case_code: str
    agency_id: int
    agency: str
    region: str
    on: date
    object: str
    risk: str
    arm: str
    result: str
    problem: bool | None


def visited(agencies: Collection[int], first: date, last: date) -> list[Visited]:
    """Give the visits of some agencies that began from one day to another, the latest first."""
    begins = datetime.combine(first, time(), BEIJING)
    ends = datetime.combine(last + timedelta(days=1), time(), BEIJING)
    rows = list(
        VisitStart.objects.filter(agency__in=agencies, at__gte=begins, at__lt=ends)
        .select_related("task", "agency")
        .order_by("-at", "-pk")
    )
    results, law = _results([one.task_id for one in rows]), visit_law()
    found = []
    for one in rows:
        result = law.results.get(results.get(one.task_id, ""))
        found.append(
            Visited(
                case_code=one.case_code,
                agency_id=one.agency_id,
                agency=one.agency.short_name or one.agency.name,
                region=one.agency.region,
                on=legal_day(one.at),
                object=one.object,
                risk=one.risk,
                arm=RANDOM if one.task.trigger == DRAWN else TARGETED,
                result=result.title if result else "",
                problem=result.problem if result else None,
            )
        )
    return found


def _results(tasks: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(tasks), AT_ONCE):
        sheets = CheckSheet.objects.filter(task__in=tasks[start : start + AT_ONCE]).order_by("id")
        found.update(sheets.values_list("task_id", "result"))
    return found
