"""What came of the objects of a draw that is over, for the public side: no name of a person, no word of free text."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from mingjing.cases.followed import acts_in, limits_in
from mingjing.inspections.drawing.bundle import CLOSING
from mingjing.inspections.models import CheckSheet, Draw, InspectedObject, Scheme, VisitTask
from mingjing.inspections.standing import stage_of
from mingjing.inspections.visiting.visits import visit_law
from mingjing.kit.clock import legal_day
from mingjing.packs.load import library

if TYPE_CHECKING:
    from mingjing.cases.models import Act

TOLD: Final = "inspection_result_told"
PUBLISHED_WITHIN: Final = "result_published_within"
ENDED: Final = "case_closed"
# What the public reads of what followed. A suspected crime is not among them: who is told of it is told by others.
FOLLOWED: Final[Mapping[str, str]] = {
    "correction_ordered": "已责令改正",
    "correction_rechecked": "已复查",
    "prompt_issued": "已当场提示改正",
    "inspection_violation_referred": "已转立案调查",
    "case_transferred": "已移送有管辖权的部门",
}
NOT_COMPLETED: Final = "not_completed"
CONCLUSION: Final = "inspection_conclusion"


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of one object. `case_code` joins it to its publication and is never shown."""

    object: str
    name: str = ""  # of firms; people and places without a code stay unnamed
    item: str = ""
    visited_on: date | None = None
    code: str = ""  # empty until the firm has been told, or nobody can be
    result: str = ""
    conclusion: str = ""  # as its publication words it: both must say the same
    follow: Sequence[str] = ()
    case_code: str = ""
    due_on: date | None = None  # until when it is to be published
    over: bool = False  # nothing more will come of it


def findings_of(draw_code: str, objects: Sequence[str]) -> list[Finding]:
    """Give what came of these objects of a draw; nothing at all while the draw is not closed."""
    campaign, _, round_ = draw_code.rpartition("-")
    draw = Draw.objects.select_related("campaign__agency").filter(
        campaign__code=campaign, round=int(round_) if round_.isdecimal() else 0
    )
    found = draw.first()
    if found is None or stage_of(found) != CLOSING:
        return []
    names = _firms(found, objects)
    rows = VisitTask.objects.filter(draw=found, object__in=objects).select_related("start")
    tasks = {one.object: one for one in rows if hasattr(one, "start")}
    codes = [one.start.case_code for one in tasks.values()]
    acts, due = _acts(codes), limits_in(codes, PUBLISHED_WITHIN)
    scheme = Scheme.objects.filter(campaign=found.campaign).order_by("-id").first()
    item = str(scheme.body["item"]["title"]) if scheme else ""
    sheets = _sheets(tasks.values())
    told = []
    for one in objects:
        bare = Finding(one, names.get(one, ""))
        task = tasks.get(one)
        if task is None:
            told.append(bare)
            continue
        code = task.start.case_code
        began = replace(bare, item=item, visited_on=legal_day(task.start.at), case_code=code)
        told.append(_finding(began, acts.get(code, []), sheets.get(task.pk, []), due.get(code)))
    return told


def _sheets(tasks: Iterable[VisitTask]) -> dict[int, list[CheckSheet]]:
    found: dict[int, list[CheckSheet]] = {}
    for sheet in CheckSheet.objects.filter(task__in=[one.pk for one in tasks]).order_by("id"):
        found.setdefault(sheet.task_id, []).append(sheet)
    return found


def _firms(draw: Draw, objects: Sequence[str]) -> dict[str, str]:
    rows = InspectedObject.objects.filter(
        register=draw.campaign.agency.region,
        public_id__in=objects,
        kind__in=(InspectedObject.Kind.FIRM, InspectedObject.Kind.ORGANISATION),
    )
    return dict(rows.values_list("public_id", "name"))


def _acts(codes: Collection[str]) -> "dict[str, list[Act]]":
    done: dict[str, list[Act]] = {}
    for act in acts_in(codes, (TOLD, ENDED, *FOLLOWED)):
        done.setdefault(act.case.code, []).append(act)
    return done


def _nothing_to_tell(began: Finding, sheet: CheckSheet) -> Finding:
    """Give what came of a visit that met nobody: nobody is told, so nothing more will come of it."""
    result = visit_law().results.get(sheet.result)
    if result is None or result.conclusion != NOT_COMPLETED:
        return began
    return replace(began, code=result.code, result=result.title, over=True)


def reason_title(code: str) -> str:
    """Give the words for a reason for which an object was skipped."""
    return dict(InspectedObject.State.choices).get(code, code)


def _finding(
    began: Finding, done: "Sequence[Act]", sheets: Sequence[CheckSheet], limit: datetime | None
) -> Finding:
    told = next((act for act in reversed(done) if act.kind == TOLD), None)
    if told is None:
        return _nothing_to_tell(began, sheets[-1]) if sheets else began
    # The form as it stood when the firm was told: what is written later is told later.
    sheet = next((one for one in reversed(sheets) if one.at <= told.recorded_at), None)
    result = visit_law().results.get(sheet.result) if sheet else None
    kinds = {act.kind for act in done}
    return replace(
        began,
        code=result.code if result else "",
        result=result.title if result else "",
        conclusion=library().fields[CONCLUSION].label(result.conclusion) if result else "",
        follow=[words for kind, words in FOLLOWED.items() if kind in kinds],
        due_on=legal_day(limit) if limit else None,
        over=ENDED in kinds,
    )
