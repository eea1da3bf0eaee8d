"""Supervision documents and the filing of major penalties: drafting, issuing, answering, every step of both sides."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query

from mingjing.api.door import Called, demand
from mingjing.api.operations import Room
from mingjing.api.problems import Problem, not_found, refused
from mingjing.api.refusals import refusing
from mingjing.api.repeating import token_of
from mingjing.api.rooms.oversight_schemas import (
    FilingGiven,
    FilingLine,
    FilingPage,
    MatterAnswer,
    MatterFilters,
    MatterGiven,
    MatterLine,
    MatterPage,
    MatterStepGiven,
    matter_told,
)
from mingjing.api.rooms.step_schemas import steps_told
from mingjing.api.rows import Number, Paged, page_of
from mingjing.oversight import filings, selectors, services
from mingjing.oversight.printed import paper_pdf
from mingjing.oversight.services import NotDone
from mingjing.oversight.standing import TITLES
from mingjing.personnel.selectors import NotOnRegister, agency
from mingjing.typeset.render import DocumentNotDrawn

if TYPE_CHECKING:
    from mingjing.oversight.models import Step
    from mingjing.oversight.selectors import Line

room = Room("监督文书")
VIEW, DRAFT, REPLY = "oversight.view", "oversight.draft", "oversight.reply"
PDF: Final = "application/pdf"
UNIT_STEPS: Final = frozenset({"received", "replied", "extension_asked", "objected"})


@room.get("/supervision/documents", VIEW, answer=MatterPage)
def list_supervision_documents(request: Called, filters: Query[MatterFilters]) -> MatterPage:
    """列出监督文书和重大处罚备案，新的在前。"""
    today, asked = timezone.localdate(), filters.model_dump(include={"kind", "unit", "state"})
    found = selectors.lines(request.auth.person, asked, today)
    rows, links = page_of(request, found, lambda one: one.row.pk, filters)
    return MatterPage(items=[MatterLine.of(one, today) for one in rows], links=links)


@room.post("/supervision/documents", DRAFT, answer=MatterAnswer)
def draft_supervision_document(request: Called, given: MatterGiven) -> MatterAnswer:
    """起草一份监督文书；由本机关另一名监督人员核准后制发，制发以前下级单位看不到。"""
    try:
        to = agency(given.to)
    except NotOnRegister as missing:
        raise refused({"to": [str(missing)]}) from None
    follows = _one(request, given.follows).row if given.follows else None
    said = given.model_dump(include={"kind", "subject", "found", "basis", "demands", "due"})
    with refusing(NotDone):
        row = services.draft(
            told=services.Draft(**said, to=to, case_code=given.case),
            by=request.auth.person,
            at=timezone.now(),
            once=token_of(request),
            follows=follows,
        )
    return _told(_one(request, row.pk))


@room.get("/supervision/documents/{matter}", VIEW, answer=MatterAnswer)
def get_supervision_document(request: Called, matter: Number) -> MatterAnswer:
    """读取一份监督文书或者备案和各个步骤。"""
    return _told(_one(request, matter))


@room.file("/supervision/documents/{matter}/document.pdf", VIEW, media=(PDF,), also=(409,))
def get_supervision_paper(request: Called, matter: Number) -> HttpResponse:
    """下载监督文书（PDF）；还没有制发的标明是草稿。备案没有文书。"""
    line = _one(request, matter)
    if line.row.kind == "filing":
        raise not_found()
    try:
        return HttpResponse(paper_pdf(line), content_type=PDF)
    except DocumentNotDrawn as reason:
        raise Problem("not-now", str(reason)) from None


@room.post("/supervision/documents/{matter}/steps", DRAFT, REPLY, answer=MatterAnswer)
def take_supervision_step(request: Called, matter: Number, given: MatterStepGiven) -> MatterAnswer:
    """办理一步：核准制发、签收、报告、申请延期或者复查、认可、退回、撤销等。需要的权限由步骤决定。"""
    line = _one(request, matter)
    demand(request, REPLY if given.step in UNIT_STEPS else DRAFT)
    with refusing(NotDone):
        _take(request, line, given, timezone.now())
    return _told(_one(request, matter))


def _take(request: Called, line: "Line", given: MatterStepGiven, at: datetime) -> "Step":
    row, by, kind = line.row, request.auth.person, given.step
    if kind == "issued":
        return services.issue(matter=row, by=by, at=at)
    if kind in UNIT_STEPS:
        return services.unit_step(matter=row, kind=kind, by=by, at=at, said=given.text)
    return services.office_step(matter=row, kind=kind, by=by, at=at, said=given.text, due=given.due)


@room.get("/supervision/filings", VIEW, answer=FilingPage)
def list_filings(request: Called, paged: Query[Paged]) -> FilingPage:
    """列出最近一年应当报送备案的重大行政处罚：没有报送的在前，先到期的在前。"""
    today = timezone.localdate()
    found = filings.majors(selectors.units_of(request.auth.person), today)
    rows, links = page_of(request, found, lambda one: one.decided.case_code, paged)
    return FilingPage(items=[FilingLine.of(one, today) for one in rows], links=links)


@room.post("/supervision/filings", REPLY, answer=MatterAnswer)
def file_major_penalty(request: Called, given: FilingGiven) -> MatterAnswer:
    """报送一件本机关重大行政处罚的备案；报送过的返回原来的备案。"""
    with refusing(NotDone):
        row = filings.file(
            case_code=given.case,
            by=request.auth.person,
            at=timezone.now(),
            once=token_of(request),
            late=given.late,
        )
    return _told(_one(request, row.pk))


def _one(request: Called, number: int) -> "Line":
    try:
        return selectors.matter_for(request.auth.person, number)
    except selectors.NoSuchMatter:
        raise not_found() from None


def _told(line: "Line") -> MatterAnswer:
    said = matter_told(line, timezone.localdate())
    return MatterAnswer(**said, content=line.row.content, steps=steps_told(line.row.steps.all(), TITLES))
