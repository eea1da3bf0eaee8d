"""Plans of rectification: a document is read, its rows confirmed, left out, split or added; reports of a plan."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.http import FileResponse, HttpResponse
from django.utils import timezone
from ninja import File, Form, Query
from ninja.files import UploadedFile

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import Problem, not_found
from mingjing.api.refusals import refusing
from mingjing.api.rooms.rectification import kept_file
from mingjing.api.rooms.rectification_schemas import (
    LedgerPlanAnswer,
    LedgerPlanFileGiven,
    LedgerPlanLine,
    LedgerPlanPage,
    LedgerPlanStepGiven,
    PlanNo,
)
from mingjing.api.rows import Paged, newest_first
from mingjing.rectification import selectors as ledger
from mingjing.rectification import services
from mingjing.rectification.access import plans_seen_by
from mingjing.rectification.record import NotRectified
from mingjing.rectification.report import report_docx, report_pdf
from mingjing.rectification.standing import Unit
from mingjing.typeset.render import DocumentNotDrawn

if TYPE_CHECKING:
    from mingjing.personnel.models import Person
    from mingjing.rectification.models import Item, Plan

room = Room("整改方案")
VIEW, ENTER = "rectify.view", "rectify.enter"
PDF: Final = "application/pdf"
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@room.get("/rectification-plans", VIEW, answer=LedgerPlanPage)
def list_rectification_plans(request: Called, paged: Query[Paged]) -> LedgerPlanPage:
    """列出可以查阅的整改方案，新的在前。"""
    rows, links = newest_first(request, plans_seen_by(request.auth.person), paged)
    return LedgerPlanPage(items=[LedgerPlanLine.of(one) for one in rows], links=links)


@room.post("/rectification-plans", ENTER, answer=LedgerPlanAnswer)
def import_rectification_plan(
    request: Called, given: Form[LedgerPlanFileGiven], file: File[UploadedFile]
) -> LedgerPlanAnswer:
    """导入整改方案（Word、PDF、文本）：逐项读出，由人确认后列入台账。同一文件不导入两次。"""
    by = request.auth.person
    with refusing(NotRectified):
        services.demand_size(file.size or 0)
        plan = services.import_plan(
            content=file.read(),
            name=file.name or "",
            agency=by.agency,
            by=by,
            at=timezone.now(),
            issuer=given.issuer,
            title=given.title,
            written=given.written,
        )
    return _told(_plan(request, plan.code))


@room.get("/rectification-plans/{plan}", VIEW, answer=LedgerPlanAnswer)
def get_rectification_plan(request: Called, plan: PlanNo) -> LedgerPlanAnswer:
    """读取一份整改方案：各项原文、读出的内容、现在的状态，完成情况。"""
    return _told(_plan(request, plan))


@room.post("/rectification-plans/{plan}/steps", ENTER, answer=LedgerPlanAnswer)
def take_rectification_plan_step(
    request: Called, plan: PlanNo, given: LedgerPlanStepGiven
) -> LedgerPlanAnswer:
    """确认、不列入、拆分一项，增加一项，或者确认全部完整的、不列入其余的。"""
    found = _plan(request, plan)
    with refusing(NotRectified):
        STEPS[given.step](found, given, request.auth.person, timezone.now())
    return _told(found)


@room.file("/rectification-plans/{plan}/original", VIEW, media=("application/octet-stream",))
def download_rectification_plan(request: Called, plan: PlanNo) -> FileResponse:
    """下载整改方案的原件。"""
    found = _plan(request, plan)
    return kept_file(found.file_digest, found.code)


@room.file("/rectification-plans/{plan}/report.pdf", VIEW, media=(PDF,), also=(409,))
def get_rectification_report(request: Called, plan: PlanNo) -> HttpResponse:
    """下载整改情况报告（PDF），按现在的状态。"""
    found, now = _plan(request, plan), timezone.now()
    try:
        return HttpResponse(report_pdf(found, _lines(found), now), content_type=PDF)
    except DocumentNotDrawn as reason:
        raise Problem("not-now", str(reason)) from None


@room.file("/rectification-plans/{plan}/report.docx", VIEW, media=(WORD,))
def get_rectification_report_copy(request: Called, plan: PlanNo) -> HttpResponse:
    """下载整改情况报告（Word），按现在的状态。"""
    found, now = _plan(request, plan), timezone.now()
    return HttpResponse(report_docx(found, _lines(found), now), content_type=WORD)


def _plan(request: Called, code: str) -> "Plan":
    try:
        return ledger.plan_for(request.auth.person, code)
    except ledger.NotInLedger:
        raise not_found() from None


def _lines(plan: "Plan") -> list[ledger.Line]:
    return ledger.items_of_plan(plan, timezone.localdate())


def _told(plan: "Plan") -> LedgerPlanAnswer:
    lines = _lines(plan)
    return LedgerPlanAnswer.whole(plan, lines, ledger.figures(lines, timezone.localdate()))


def _row(plan: "Plan", given: LedgerPlanStepGiven) -> "Item":
    found = next((one.item for one in _lines(plan) if one.item.code == given.item), None)
    if found is None:
        raise not_found()
    return found


def _wanted(given: LedgerPlanStepGiven) -> services.Wanted:
    said = given.model_dump(include={"problem", "measure", "due", "permanent", "check", "since", "why"})
    units = [Unit(one.name.strip(), one.agency, one.leads) for one in given.units]
    return services.Wanted(**said, units=units)


Take = Callable[["Plan", LedgerPlanStepGiven, "Person", datetime], object]
STEPS: Final[Mapping[str, Take]] = {
    "confirm": lambda plan, given, by, at: services.confirm(
        item=_row(plan, given), wanted=_wanted(given), by=by, at=at
    ),
    "leave_out": lambda plan, given, by, at: services.leave_out(
        item=_row(plan, given), reason=given.text, by=by, at=at
    ),
    "split": lambda plan, given, by, at: services.split(
        item=_row(plan, given), parts=given.parts, by=by, at=at
    ),
    "add": lambda plan, given, by, at: services.add_item(plan=plan, wanted=_wanted(given), by=by, at=at),
    "confirm_complete": lambda plan, _given, by, at: services.confirm_complete(plan=plan, by=by, at=at),
    "leave_out_rest": lambda plan, given, by, at: services.leave_out_rest(
        plan=plan, reason=given.text, by=by, at=at
    ),
}
