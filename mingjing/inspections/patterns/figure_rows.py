"""The rows that the figures of visits count, and the same rows in words for whoever opens a figure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count

from mingjing.inspections.models import CheckSheet, Draw, InspectedObject, Scheme, VisitStart
from mingjing.inspections.patterns.figures import RANDOM, TARGETED, Figures, Visit, figures
from mingjing.inspections.visiting.visits import DRAWN, visit_law
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agencies

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class Row:
    """One visit behind a figure."""

    case: str
    agency: str
    object: str
    name: str
    risk: str
    trigger: str
    on: date
    result: str
    problem: bool | None
    joint: int
    nth: int  # which visit of this agency to the object in the year


def figures_of(agency_ids: Collection[int], year: int) -> Figures:
    """Count the visits of some agencies in one year."""
    rows = list(_starts(agency_ids, year))
    results, caps = _results(rows), _caps(rows)
    law = visit_law()
    visits = [
        Visit(
            case=one.case_code,
            object=one.object,
            risk=one.risk,
            arm=RANDOM if one.task.trigger == DRAWN else TARGETED,
            problem=found.problem if (found := law.results.get(results.get(one.task_id, ""))) else None,
            counted=one.counted,
            before_own=one.before_own,
            cap=caps.get(one.pk, 0),
            joint=one.joint > 1,
        )
        for one in rows
    ]
    return figures(visits, listed=_listed(agency_ids, year), register=_register(agency_ids))


def rows_of(agency_ids: Collection[int], year: int, cases: Collection[str]) -> list[Row]:
    """Give these visits in words, the latest first; whatever is not of these agencies is left out."""
    starts = list(_starts(agency_ids, year).filter(case_code__in=cases).order_by("-at"))
    results, names, law = _results(starts), _names(starts), visit_law()
    found = []
    for one in starts:
        result = law.results.get(results.get(one.task_id, ""))
        found.append(
            Row(
                case=one.case_code,
                agency=one.agency.short_name or one.agency.name,
                object=one.object,
                name=names.get((one.agency.region, one.object), ""),
                risk=one.risk,
                trigger=law.triggers[one.task.trigger].title,
                on=legal_day(one.at),
                result=result.title if result else "",
                problem=result.problem if result else None,
                joint=one.joint,
                nth=one.before_own + 1,
            )
        )
    return found


def _starts(agency_ids: Collection[int], year: int) -> "QuerySet[VisitStart]":
    rows = VisitStart.objects.filter(agency__in=agency_ids, year=year)
    return rows.select_related("task", "task__scheme", "agency").order_by("id")


def _results(rows: Sequence[VisitStart]) -> dict[int, str]:
    sheets = CheckSheet.objects.filter(task__in=[one.task_id for one in rows]).order_by("id")
    return dict(sheets.values_list("task_id", "result"))


def _caps(rows: Sequence[VisitStart]) -> dict[int, int]:
    campaigns = {one.task.campaign_id for one in rows if one.task.campaign_id}
    latest = {one.campaign_id: one for one in Scheme.objects.filter(campaign__in=campaigns).order_by("id")}
    found = {}
    for one in rows:
        scheme = one.task.scheme or latest.get(one.task.campaign_id)
        found[one.pk] = scheme.body["item"]["cap"] if scheme else 0
    return found


def _names(rows: Sequence[VisitStart]) -> dict[tuple[str, str], str]:
    known = InspectedObject.objects.filter(public_id__in={one.object for one in rows})
    return {
        (region, one): name for region, one, name in known.values_list("register_id", "public_id", "name")
    }


def _listed(agency_ids: Collection[int], year: int) -> int:
    """Give how many objects stood in the lists that this year's campaigns drew from, each list once."""
    draws = Draw.objects.filter(
        campaign__agency__in=agency_ids, campaign__begins__year=year, tasks__isnull=False
    ).select_related("list")
    lists = {one.list_id: one.list for one in draws}
    return sum(stratum["size"] for one in lists.values() for stratum in one.record["strata"])


def _register(agency_ids: Collection[int]) -> dict[str, int]:
    """Give how many objects in business the registers of these agencies' regions hold, by risk class."""
    regions = {one.region for one in agencies() if one.pk in set(agency_ids)}
    rows = InspectedObject.objects.filter(register__in=regions, state=InspectedObject.State.ACTIVE)
    return dict(rows.order_by().values_list("risk").annotate(count=Count("id")))
