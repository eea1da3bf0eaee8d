"""Visits as people see them: to inspectors tasks, to bureaus campaigns, to supervisors figures; no closed name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db.models import QuerySet

from mingjing.cases.followed import acts_in, kinds_in, limits_in
from mingjing.inspections.models import (
    Campaign,
    CheckSheet,
    FirmVoice,
    InspectedObject,
    InspectionItem,
    Scheme,
    VisitStart,
    VisitTask,
)
from mingjing.inspections.visiting.visits import is_assigned, visit_law
from mingjing.kit.clock import legal_day
from mingjing.personnel.holders import numbers_of
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from mingjing.cases.models import Act
    from mingjing.packs.visit_law import Result
    from mingjing.personnel.models import Agency, Person

TOLD: Final = "inspection_result_told"
PUBLISHED: Final = "decision_published"
TRANSFERRED: Final = "case_transferred"
ORDERED: Final = "correction_ordered"
RECHECKED: Final = "correction_rechecked"
SOON: Final = 3  # days
AT_ONCE: Final = 300
NOT_COMPLETED: Final = "not_completed"


class NoSuchVisit(LookupError):
    """There is no such task, campaign or visit for this person."""


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task as a list shows it: `name` is empty while it is closed."""

    task: VisitTask
    trigger: str
    start: VisitStart | None
    sheet: CheckSheet | None
    result: "Result | None"
    name: str
    told: bool = False
    published: bool = False
    publish_by: date | None = None

    @property
    def could_not_be(self) -> bool:
        """Whether the firm was closed, gone or not to be reached, so that there is nothing to tell it."""
        found = self.result
        return found is not None and found.conclusion == NOT_COMPLETED and not found.refused

    @property
    def title(self) -> str:
        """What the task is called before its name is open."""
        about = self.task.campaign.title if self.task.campaign else self.trigger
        return f"第 {self.task.number} 项任务（{about}）"


@dataclass(frozen=True, slots=True)
class Recheck:
    """A visit after which something is to be looked at again."""

    case_code: str
    name: str
    due: date


def lines_of(tasks: Iterable[VisitTask]) -> list[TaskLine]:
    """Give tasks as lists show them. A name is read only where its visit has begun or no draw has closed it."""
    rows = list(tasks)
    starts = {one.task_id: one for one in VisitStart.objects.filter(task__in=rows)}
    sheets = {one.task_id: one for one in CheckSheet.objects.filter(task__in=rows).order_by("id")}
    names = _names(rows, starts)
    codes = [one.case_code for one in starts.values()]
    done = kinds_in(codes, (TOLD, PUBLISHED))
    due = limits_in(codes, "result_published_within")
    law, found = visit_law(), []
    for task in rows:
        start, sheet = starts.get(task.pk), sheets.get(task.pk)
        acts = done.get(start.case_code, set()) if start else set()
        found.append(
            TaskLine(
                task=task,
                trigger=law.triggers[task.trigger].title,
                start=start,
                sheet=sheet,
                result=law.results.get(sheet.result) if sheet else None,
                name=names.get(task.pk, ""),
                told=TOLD in acts,
                published=PUBLISHED in acts,
                publish_by=_day(due.get(start.case_code)) if start else None,
            )
        )
    return found


def _day(moment: datetime | None) -> date | None:
    return legal_day(moment) if moment else None


def _names(rows: Sequence[VisitTask], starts: Mapping[int, VisitStart]) -> dict[int, str]:
    shown = [one for one in rows if one.pk in starts or one.draw_id is None]
    ids = {one.object for one in shown}
    known = {
        (one.register_id, one.public_id): one.name
        for one in InspectedObject.objects.filter(public_id__in=ids)
    }
    return {one.pk: known.get((one.agency.region, one.object), one.object) for one in shown}


def own_tasks(who: "Person") -> list[TaskLine]:
    """Give the tasks of an inspector that are not over, the soonest due first."""
    numbers = numbers_of(who)
    rows = VisitTask.objects.filter(agency=who.agency_id, withdrawn="").select_related("campaign", "agency")
    mine = [one for one in rows.order_by("due", "number") if numbers & set(one.inspectors)]
    return [one for one in lines_of(mine[:AT_ONCE]) if not (one.told or one.could_not_be)]


def rechecks_of(who: "Person") -> list[Recheck]:
    """Give the visits of an inspector whose correction is to be looked at again, by the day it was to be done."""
    rows = VisitStart.objects.filter(agency=who.agency_id).select_related("task")
    mine = {one.case_code for one in rows if is_assigned(one.task, who)}
    seen = kinds_in(mine, (RECHECKED,))
    found = [
        Recheck(one.case.code, one.case.party_name, date.fromisoformat(one.facts["correction_until"]))
        for one in acts_in(mine, (ORDERED,))
        if one.case.code not in seen and one.facts.get("correction_until")
    ]
    return sorted(found, key=lambda one: one.due)


def task_by_code(viewer: "Person", code: str) -> VisitTask:
    """Give a task to whom it was given; for everybody else there is none."""
    found = VisitTask.objects.select_related("agency", "campaign", "draw", "scheme").filter(code=code).first()
    if found is None or not is_assigned(found, viewer):
        raise NoSuchVisit(code)
    return found


def task_of_case(viewer: "Person", case_code: str) -> VisitTask | None:
    """Give the task of the visit whose file this is, if it was given to this person."""
    start = VisitStart.objects.filter(case_code=case_code).select_related("task").first()
    return start.task if start is not None and is_assigned(start.task, viewer) else None


def start_of(task: VisitTask) -> VisitStart | None:
    """Give the visit of a task once it has begun."""
    return VisitStart.objects.select_related("agency", "task__agency").filter(task=task).first()


def items_of(agency: "Agency") -> list[InspectionItem]:
    """Give the items of an agency that stand in its published list."""
    rows = InspectionItem.objects.filter(agency=agency, published_in__isnull=False)
    return list(rows.order_by("name", "-version"))


# --- the bureau -------------------------------------------------------------------------------


def campaigns_of(viewer: "Person") -> "QuerySet[Campaign]":
    """Give the campaigns this person may see, the latest first."""
    agencies = agencies_visible_to(viewer, "visits.board")
    return Campaign.objects.filter(agency__in=agencies).select_related("agency").order_by("-id")


def campaign_by_code(viewer: "Person", code: str) -> Campaign:
    """Give one campaign, or raise NoSuchVisit."""
    found = campaigns_of(viewer).filter(code=code).first()
    if found is None:
        raise NoSuchVisit(code)
    return found


def tasks_of(campaign: Campaign) -> list[TaskLine]:
    """Give the tasks of a campaign in the order of the draw."""
    rows = VisitTask.objects.filter(campaign=campaign).select_related("campaign", "agency").order_by("number")
    return lines_of(rows)


def undrawn_of(viewer: "Person") -> list[TaskLine]:
    """Give the tasks without a draw that this person may see, the latest first."""
    agencies = agencies_visible_to(viewer, "visits.board")
    rows = VisitTask.objects.filter(agency__in=agencies, draw=None).select_related("campaign", "agency")
    return lines_of(rows.order_by("-id")[:AT_ONCE])


def schemes_of(agency: "Agency", campaign: Campaign | None) -> list[Scheme]:
    """Give the schemes of a campaign, or those for tasks without one, the latest first."""
    return list(Scheme.objects.filter(agency=agency, campaign=campaign).order_by("-id")[:20])


def follow_ups(viewer: "Person") -> list[tuple[VisitStart, "Act", bool]]:
    """Give the transfers that visits of these agencies led to, and whether the other department has answered."""
    starts = VisitStart.objects.filter(agency__in=agencies_visible_to(viewer, "visits.board"))
    by_code = {one.case_code: one for one in starts.prefetch_related("replies").select_related("agency")}
    return [
        (by_code[one.case.code], one, bool(by_code[one.case.code].replies.all()))
        for one in acts_in(by_code, (TRANSFERRED,))
    ]


def start_by_case(viewer: "Person", case_code: str) -> VisitStart:
    """Give the visit with this case, or raise NoSuchVisit."""
    agencies = agencies_visible_to(viewer, "visits.board")
    found = (
        VisitStart.objects.filter(agency__in=agencies, case_code=case_code).select_related("agency").first()
    )
    if found is None:
        raise NoSuchVisit(case_code)
    return found


# --- the supervisor ---------------------------------------------------------------------------


def voices_of(viewer: "Person") -> list[FirmVoice]:
    """Give what firms said of visits, to whoever supervises the inspecting agency: never to that agency itself."""
    agencies = set(agencies_visible_to(viewer, "visits.voices")) - {viewer.agency_id}
    rows = FirmVoice.objects.filter(agency__in=agencies).select_related("agency").prefetch_related("answers")
    return list(rows.order_by("-id")[:AT_ONCE])


def voice_counts(agency: "Agency") -> tuple[int, float | None]:
    """Give what the inspected unit itself may know: how many ratings, and their mean from five on."""
    ratings = FirmVoice.objects.filter(agency=agency)
    stars = [one.stars for one in ratings if one.stars is not None]
    # Of a few ratings the mean would tell who gave which.
    mean = sum(stars) / len(stars) if len(stars) >= FEWEST else None
    return len(stars), mean


FEWEST: Final = 5
