"""Law governance of the leaders: major decisions, learning plans, heads in court, yearly statements."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from django.http import FileResponse, HttpResponse
from django.utils import timezone
from ninja import File, Form, Query
from ninja.files import UploadedFile

from mingjing.analysis.governance_counts import dockets, yearly_figures
from mingjing.api.door import Called, demand
from mingjing.api.operations import Room
from mingjing.api.problems import Problem, not_found
from mingjing.api.refusals import refusing
from mingjing.api.repeating import token_of
from mingjing.api.rooms.governance_schemas import (
    DecisionGiven,
    DecisionStepGiven,
    EntryAnswer,
    HearingGiven,
    LectureGiven,
    ListedLine,
    ListedPage,
    ListFilters,
    ProcedureGiven,
    StatementGiven,
    StatementStepGiven,
    StatementText,
    StudyGiven,
    StudyStepGiven,
    WhyGiven,
)
from mingjing.api.rooms.rectification import kept_file
from mingjing.api.rows import Number, newest_first
from mingjing.api.schemas import Digest
from mingjing.governance import court, decisions, papers, selectors, statements, study
from mingjing.governance.ledger import NotDone
from mingjing.typeset.render import DocumentNotDrawn

if TYPE_CHECKING:
    from mingjing.governance.models import Matter, Step

room = Room("法治政府建设")
VIEW, ENTER = "governance.view", "governance.enter"
REVIEW, CONFIRM = "governance.review", "governance.confirm"
PDF = "application/pdf"
Sent = Annotated[list[UploadedFile], File(default_factory=list, description="证明文件，最多 10 个")]


@room.get("/governance", VIEW, answer=ListedPage)
def list_governance(request: Called, filters: Query[ListFilters]) -> ListedPage:
    """列出法治政府建设的一种台账和各个步骤，新的在前。"""
    rows, links = newest_first(request, selectors.seen_by(request.auth.person, filters.kind), filters)
    return ListedPage(items=[ListedLine.of(one) for one in rows], links=links)


@room.get("/governance/entries/{entry}", VIEW, answer=EntryAnswer)
def get_governance_entry(request: Called, entry: Number) -> EntryAnswer:
    """读取台账的一项（任何一种）和各个步骤的内容。"""
    row = selectors.any_for(request.auth.person, entry)
    if row is None:
        raise not_found()
    return EntryAnswer.whole(row)


@room.file("/governance/entries/{entry}/files/{digest}", VIEW, media=("application/octet-stream",))
def download_governance_file(request: Called, entry: Number, digest: Digest) -> FileResponse:
    """下载随一个步骤提交的文件的原始字节。"""
    row = selectors.any_for(request.auth.person, entry)
    if row is None or digest not in papers.digests_in(row):
        raise not_found()
    return kept_file(digest, papers.dossier_of(row))


# --- major decisions ---------------------------------------------------------------------------


@room.post("/governance/decisions", ENTER, answer=EntryAnswer)
def propose_decision(request: Called, given: DecisionGiven) -> EntryAnswer:
    """提出一个重大行政决策事项；由另一人列入目录。"""
    with refusing(NotDone):
        row = decisions.propose(
            item=decisions.Item(**given.model_dump()),
            by=request.auth.person,
            at=timezone.now(),
            once=token_of(request),
        )
    return entry_told(request, "decision", row.pk)


@room.post("/governance/decisions/{decision}/steps", CONFIRM, answer=EntryAnswer)
def take_decision_step(request: Called, decision: Number, given: DecisionStepGiven) -> EntryAnswer:
    """列入目录，或者不列入、调出目录。提出人不能自己列入。"""
    row, by, at = matter_in(request, "decision", decision), request.auth.person, timezone.now()
    with refusing(NotDone):
        if given.step == "listed":
            decisions.list_item(matter=row, by=by, at=at, consent=given.consent, published=given.published)
        else:
            decisions.drop(matter=row, by=by, at=at, why=given.text)
    return entry_told(request, "decision", decision)


@room.post("/governance/decisions/{decision}/procedure", ENTER, REVIEW, answer=EntryAnswer)
def take_decision_procedure(
    request: Called, decision: Number, given: Form[ProcedureGiven], files: Sent
) -> EntryAnswer:
    """登记一个法定步骤（multipart/form-data），附证明文件。合法性审查不能由提出人办理。"""
    row = matter_in(request, "decision", decision)
    demand(request, REVIEW if given.code == decisions.LEGALITY else ENTER)
    if given.code not in decisions.codes_of(row):
        raise not_found()
    told = decisions.Told(**given.model_dump(exclude={"code"}))
    with refusing(NotDone):
        papers.take(
            matter=row,
            code=given.code,
            told=told,
            files=files,
            by=request.auth.person,
            at=timezone.now(),
        )
    return entry_told(request, "decision", decision)


# --- learning plans ----------------------------------------------------------------------------


@room.post("/governance/study-plans", ENTER, answer=EntryAnswer)
def plan_study(request: Called, given: StudyGiven) -> EntryAnswer:
    """拟定一个年度的领导干部学法计划；由另一人确认。"""
    with refusing(NotDone):
        row = study.plan(
            year=given.year,
            topics=[(one.title, one.hours, one.due) for one in given.topics],
            by=request.auth.person,
            at=timezone.now(),
            once=token_of(request),
        )
    return entry_told(request, "study", row.pk)


@room.post("/governance/study-plans/{study_plan}/steps", ENTER, CONFIRM, answer=EntryAnswer)
def take_study_step(request: Called, study_plan: Number, given: StudyStepGiven) -> EntryAnswer:
    """确认计划，或者列入一场考试。拟定人不能自己确认。"""
    row, by, at = matter_in(request, "study", study_plan), request.auth.person, timezone.now()
    demand(request, CONFIRM if given.step == "confirmed" else ENTER)
    with refusing(NotDone):
        if given.step == "confirmed":
            study.confirm(matter=row, by=by, at=at)
        else:
            study.test(matter=row, exam=given.exam or 0, by=by, at=at)
    return entry_told(request, "study", study_plan)


@room.post("/governance/study-plans/{study_plan}/lectures", ENTER, answer=EntryAnswer)
def record_lecture(
    request: Called, study_plan: Number, given: Form[LectureGiven], files: Sent
) -> EntryAnswer:
    """登记一个专题的学法（multipart/form-data），附证明文件。"""
    row = matter_in(request, "study", study_plan)
    with refusing(NotDone):
        papers.hold(
            matter=row,
            told=study.Lecture(**given.model_dump()),
            files=files,
            by=request.auth.person,
            at=timezone.now(),
        )
    return entry_told(request, "study", study_plan)


# --- heads in court ----------------------------------------------------------------------------


@room.post("/governance/hearings", ENTER, answer=EntryAnswer)
def enter_court_hearing(request: Called, given: HearingGiven) -> EntryAnswer:
    """登记一次开庭和谁出庭；已在复议诉讼登记的案件在那里登记。"""
    by = request.auth.person
    with refusing(NotDone):
        row = court.enter(
            **given.model_dump(),
            registered=dockets(by),
            by=by,
            at=timezone.now(),
            once=token_of(request),
        )
    return entry_told(request, "court", row.pk)


@room.post("/governance/hearings/{hearing}/strike", CONFIRM, answer=EntryAnswer)
def strike_court_hearing(request: Called, hearing: Number, given: WhyGiven) -> EntryAnswer:
    """作废一次登记，不再计入出庭率。登记人不能作废自己的登记。"""
    row = matter_in(request, "court", hearing)
    with refusing(NotDone):
        court.strike(matter=row, by=request.auth.person, at=timezone.now(), why=given.text)
    return entry_told(request, "court", hearing)


# --- the yearly statement ----------------------------------------------------------------------


@room.post("/governance/statements", ENTER, answer=EntryAnswer)
def draft_statement(request: Called, given: StatementGiven) -> EntryAnswer:
    """撰写一个年度的法治政府建设报告；数据由系统计算，由另一人审定。"""
    by = request.auth.person
    with refusing(NotDone):
        row = statements.draft(
            year=given.year,
            text=given.text.model_dump(),
            figures=yearly_figures(by, given.year),
            by=by,
            at=timezone.now(),
            once=token_of(request),
        )
    return entry_told(request, "statement", row.pk)


@room.post("/governance/statements/{statement}/steps", ENTER, CONFIRM, answer=EntryAnswer)
def take_statement_step(request: Called, statement: Number, given: StatementStepGiven) -> EntryAnswer:
    """修改、审定、报送、公开年度报告。撰写人不能自己审定。"""
    row = matter_in(request, "statement", statement)
    demand(request, CONFIRM if given.step == "agreed" else ENTER)
    with refusing(NotDone):
        _state(request, row, given, timezone.now())
    return entry_told(request, "statement", statement)


def _state(request: Called, row: "Matter", given: StatementStepGiven, at: datetime) -> "Step":
    by = request.auth.person
    if given.step == "revised":
        text, figures = (given.text or StatementText()).model_dump(), yearly_figures(by, row.year)
        return statements.revise(matter=row, text=text, figures=figures, by=by, at=at)
    if given.step == "agreed":
        return statements.agree(matter=row, by=by, at=at)
    if given.step == "submitted":
        return statements.submit(matter=row, on=given.on, to=given.to, by=by, at=at)
    return statements.publish(matter=row, on=given.on, where=given.to, by=by, at=at)


@room.file("/governance/statements/{statement}/paper.pdf", VIEW, media=(PDF,), also=(409,))
def get_statement_paper(request: Called, statement: Number) -> HttpResponse:
    """下载年度报告（PDF）；没有审定的标明是草稿。"""
    row = matter_in(request, "statement", statement)
    try:
        return HttpResponse(statements.paper_pdf(row), content_type=PDF)
    except DocumentNotDrawn as reason:
        raise Problem("not-now", str(reason)) from None


def matter_in(request: Called, kind: str, number: int) -> "Matter":
    """One entry of a list in sight. Raises Problem."""
    try:
        return selectors.matter_for(request.auth.person, kind, number)
    except selectors.NoSuchMatter:
        raise not_found() from None


def entry_told(request: Called, kind: str, number: int) -> EntryAnswer:
    """An entry as it stands now."""
    return EntryAnswer.whole(matter_in(request, kind, number))
