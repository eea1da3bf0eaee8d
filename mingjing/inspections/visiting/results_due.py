"""Results of visits that are to be published: which, until when, and which campaign is behind; nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from mingjing.cases.followed import acts_in, limits_in
from mingjing.inspections.models import InspectedObject, VisitStart, VisitTask
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

TOLD: Final = "inspection_result_told"
PUBLISHED: Final = "decision_published"
LIMIT: Final = "result_published_within"
MOST: Final = 2_000
SINGLE: Final = "没有经过抽取的检查"


@dataclass(frozen=True, slots=True)
class Told:
    """A visit whose result the firm knows and the public does not, or does."""

    case_code: str
    name: str
    agency: str
    campaign: str
    campaign_code: str  # empty for a visit without a draw
    told_on: date
    due: date | None
    published: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the publication of one campaign has come."""

    title: str
    code: str
    agency: str
    tasks: int
    told: int
    published: int
    overdue: int
    due: date | None  # the next of those waiting


def told_results(viewer: "Person", today: date) -> list[Told]:
    """Give the visits of these agencies whose result was told, those first that wait and fall due soonest."""
    agencies = agencies_visible_to(viewer, "visits.results")
    rows = VisitStart.objects.filter(agency__in=agencies).select_related("agency", "task__campaign")
    starts = {one.case_code: one for one in rows.order_by("-id")[:MOST]}
    acts = acts_in(starts, (TOLD, PUBLISHED))
    told = {act.case.code: act for act in acts if act.kind == TOLD}
    published = {act.case.code for act in acts if act.kind == PUBLISHED}
    limits, names = limits_in(told, LIMIT), _names([starts[code] for code in told])
    found = []
    for code, act in told.items():
        start, limit = starts[code], limits.get(code)
        due, campaign = (legal_day(limit) if limit else None), start.task.campaign
        out = code in published
        found.append(
            Told(
                case_code=code,
                name=names.get((start.agency.region, start.object), start.object),
                agency=start.agency.short_name or start.agency.name,
                campaign=campaign.title if campaign else SINGLE,
                campaign_code=campaign.code if campaign else "",
                told_on=legal_day(act.done_at or act.recorded_at),
                due=due,
                published=out,
                overdue=not out and due is not None and due < today,
            )
        )
    return sorted(found, key=lambda one: (one.published, one.due or date.max, one.case_code))


def progress_of(rows: Sequence[Told]) -> list[Progress]:
    """Give each campaign among these results with its counts, those first that are late."""
    of_campaign: dict[str, list[Told]] = {}
    for one in rows:
        of_campaign.setdefault(one.campaign_code, []).append(one)
    tasks = VisitTask.objects.filter(campaign__code__in=of_campaign, withdrawn="")
    counts = dict[str, int]()
    for code in tasks.values_list("campaign__code", flat=True):
        counts[code] = counts.get(code, 0) + 1
    found = []
    for code, its in of_campaign.items():
        waiting = [one.due for one in its if not one.published and one.due]
        late = sum(one.overdue for one in its)
        out = sum(one.published for one in its)
        found.append(
            Progress(
                its[0].campaign, code, its[0].agency, counts.get(code, len(its)), len(its), out, late,
                min(waiting, default=None),
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (-one.overdue, one.due or date.max, one.title))


def _names(starts: Sequence[VisitStart]) -> dict[tuple[str, str], str]:
    rows = InspectedObject.objects.filter(public_id__in={one.object for one in starts})
    return {(region, one): name for region, one, name in rows.values_list("register_id", "public_id", "name")}
