"""File-review campaigns: planning, drawing, test files, reading, objections, re-review, the result."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query

from mingjing.api.door import Called, demand
from mingjing.api.operations import Room
from mingjing.api.problems import Problem, not_found
from mingjing.api.refusals import refusing
from mingjing.api.repeating import token_of
from mingjing.api.rooms.filereview_schemas import (
    BodyAnswer,
    LackingLine,
    MachineLine,
    MarkLine,
    OpinionLine,
    OverruledLine,
    OwnReadingLine,
    PlanGiven,
    ReviewAnswer,
    ReviewFileAnswer,
    ReviewFileLine,
    ReviewFileStepGiven,
    ReviewLine,
    ReviewPage,
    ReviewStepGiven,
    SeedPartyLine,
    TestFileAnswer,
    TestFileGiven,
    UnitResultLine,
    judged,
    review_told,
)
from mingjing.api.rooms.step_schemas import steps_told
from mingjing.api.rows import Paged, page_of, told
from mingjing.api.schemas import Code
from mingjing.appraisal import bodies, planning, printed, reading, results, selectors, sight
from mingjing.appraisal.drawing import NotProven, bundle_of, declaration_of
from mingjing.appraisal.standing import TITLES
from mingjing.appraisal.writing import NotDone
from mingjing.cases.selectors import case_by_own_code
from mingjing.supervision.services import note_access
from mingjing.typeset.render import DocumentNotDrawn

if TYPE_CHECKING:
    from mingjing.appraisal.models import File, Step
    from mingjing.appraisal.selectors import Line
    from mingjing.appraisal.sight import Look
    from mingjing.appraisal.standing import Opinion

room = Room("案卷评查")
VIEW, MANAGE = "filereview.view", "filereview.manage"
READ, ANSWER = "filereview.read", "filereview.answer"
PDF, JSON = "application/pdf", "application/json"


@room.get("/file-reviews", VIEW, answer=ReviewPage)
def list_file_reviews(request: Called, paged: Query[Paged]) -> ReviewPage:
    """列出与被代理人有关的案卷评查活动。"""
    rows, links = page_of(request, selectors.lines(request.auth.person), lambda one: one.row.code, paged)
    return ReviewPage(items=[ReviewLine.of(one) for one in rows], links=links)


@room.post("/file-reviews", MANAGE, answer=ReviewAnswer)
def plan_file_review(request: Called, given: PlanGiven) -> ReviewAnswer:
    """组织一次案卷评查：封存名单、公告抽样规则；两方承诺、公开随机数后抽出样本。"""
    with refusing(NotDone):
        row = planning.plan(
            told=planning.Plan(**given.model_dump()),
            by=request.auth.person,
            at=timezone.now(),
            once=token_of(request),
        )
    return _told(request, _one(request, row.code))


@room.get("/file-reviews/{review}", VIEW, answer=ReviewAnswer)
def get_file_review(request: Called, review: Code) -> ReviewAnswer:
    """读取一次案卷评查：走到哪一步、本人要评的、本单位的或者（组织人员）全部案卷、结果。"""
    return _told(request, _one(request, review))


@room.post("/file-reviews/{review}/steps", MANAGE, ANSWER, answer=ReviewAnswer)
def take_file_review_step(request: Called, review: Code, given: ReviewStepGiven) -> ReviewAnswer:
    """办理整个活动的一步：提交承诺、公开随机数（出数方）、开始、反馈、形成结果、放弃（组织人员）。"""
    line, shared = _one(request, review), {"by": request.auth.person, "at": timezone.now()}
    if given.step not in {"pledged", "revealed"}:
        demand(request, MANAGE)
    with refusing(NotDone):
        STEPS[given.step](given)(campaign=line.row, **shared)
    return _told(request, _one(request, review))


Take = Callable[..., "Step"]


def _with(service: Callable[..., "Step"], **told_too: Any) -> Take:
    return lambda **shared: service(**told_too, **shared)


STEPS: Final[Mapping[str, Callable[[ReviewStepGiven], Take]]] = {
    "pledged": lambda given: _with(planning.pledge, commits=given.commitment),
    "revealed": lambda given: _with(planning.reveal, nonce=given.nonce),
    "dropped": lambda given: _with(planning.drop, reason=given.text),
    "opened": lambda _given: reading.open_reading,
    "announced": lambda _given: reading.announce,
    "closed": lambda _given: reading.close,
}


@room.post("/file-reviews/{review}/test-files", MANAGE, answer=TestFileAnswer)
def plant_test_file(request: Called, review: Code, given: TestFileGiven) -> TestFileAnswer:
    """掺入一份测试卷：没有抽中的案卷的副本，有一处改错。评查人员看不出它是测试卷；不产生案件。"""
    line = _one(request, review)
    if not line.organiser:
        raise not_found()
    with refusing(NotDone):
        file = bodies.plant_altered(
            campaign=line.row,
            source=given.source,
            place=given.place,
            text=given.text,
            faults=[(given.item, given.words)],
            by=request.auth.person,
            at=timezone.now(),
        )
    return TestFileAnswer(key=file.key, self=_where(line, file))


@room.get("/file-reviews/{review}/files/{key}", VIEW, READ, answer=ReviewFileAnswer)
def get_file_review_file(request: Called, review: Code, key: Code) -> ReviewFileAnswer:
    """读取一份案卷：评查人员读全卷和要判断的项目，被评查单位在反馈后读查出的问题，组织人员都读。"""
    line = _one(request, review)
    look = _look(request, line, key)
    if look.file.case_code and not look.unit:
        case = case_by_own_code(look.file.case_code)
        note_access(case=case, by=request.auth.person, why=f"案卷评查：{line.row.title}", at=timezone.now())
    return _file_told(line, look)


@room.post("/file-reviews/{review}/files/{key}/steps", READ, MANAGE, ANSWER, answer=ReviewFileAnswer)
def take_review_file_step(
    request: Called, review: Code, key: Code, given: ReviewFileStepGiven
) -> ReviewFileAnswer:
    """在一份案卷上办理一步：提交评查意见、回避（评查人员）、指定评查人员（组织人员）、申请复核（被评查单位）。"""
    line = _one(request, review)
    look, at = _look(request, line, key), timezone.now()
    demand(request, {"appointed": MANAGE, "objected": ANSWER}.get(given.step, READ))
    with refusing(NotDone):
        _take(request, line, key, given, at)
    line = _one(request, review)
    try:
        return _file_told(line, sight.look_at(request.auth.person, line, key))
    except sight.NoSuchFile:  # who has stepped back from it sees it no more
        return _file_told(line, look)


def _take(request: Called, line: "Line", key: str, given: ReviewFileStepGiven, at: datetime) -> "Step":
    shared: dict[str, Any] = {"campaign": line.row, "key": key, "by": request.auth.person, "at": at}
    if given.step == "opined":
        marks = {one.no: (one.points, one.words) for one in given.marks}
        return reading.opine(marks=marks, overruled={one.no: one.words for one in given.overruled}, **shared)
    if given.step == "excused":
        return reading.excuse(reason=given.text, **shared)
    if given.step == "appointed":
        return reading.appoint(role=given.role, reader=given.reader, **shared)
    return reading.object_to(text=given.text, **shared)


@room.file("/file-reviews/{review}/bundle.json", VIEW, media=(JSON,), also=(409,))
def get_file_review_bundle(request: Called, review: Code) -> HttpResponse:
    """下载抽样的全部记录和存证证明，任何人可以据以重新抽取核验。反馈以前只有组织人员能下载。"""
    line = _one(request, review)
    if not sight.draw_seen(line):
        raise not_found()
    try:
        return HttpResponse(bundle_of(line.row), content_type=JSON)
    except NotProven as missing:
        raise Problem("not-now", str(missing)) from None


@room.file("/file-reviews/{review}/result.pdf", VIEW, media=(PDF,), also=(409,))
def get_file_review_result(request: Called, review: Code) -> HttpResponse:
    """下载评查结果（PDF）。"""
    line = _one(request, review)
    if not sight.result_seen(line):
        raise not_found()
    try:
        return HttpResponse(printed.result_pdf(line, at=timezone.now()), content_type=PDF)
    except DocumentNotDrawn as reason:
        raise Problem("not-now", str(reason)) from None


# --- how it is told ----------------------------------------------------------------------------


def _one(request: Called, code: str) -> "Line":
    try:
        return selectors.campaign_for(request.auth.person, code)
    except selectors.NoSuchCampaign:
        raise not_found() from None


def _look(request: Called, line: "Line", key: str) -> "Look":
    try:
        return sight.look_at(request.auth.person, line, key)
    except sight.NoSuchFile:
        raise not_found() from None


def _where(line: "Line", file: "File") -> str:
    return f"/api/v1/file-reviews/{line.row.code}/files/{file.key}"


def _told(request: Called, line: "Line") -> ReviewAnswer:
    row, now, person = line.row, line.now, request.auth.person
    readings = selectors.readings_for(person, line)
    done = results.summary_of(row, now)["units"] if now.state in selectors.TOLD else []
    return ReviewAnswer(
        **review_told(line),
        **{name: row.content[name] for name in ("begins", "ends", "procedures", "take", "share")},
        readers=row.content["readers"] if line.organiser else [],
        units=list(row.frame),
        parties=[
            SeedPartyLine(name=name, agency=code, pledged=name in now.pledges, revealed=name in now.reveals)
            for name, code in row.content["parties"].items()
        ],
        declaration=declaration_of(row).digest,
        objection_due=line.objection_due,
        files=_files(line, sight.files_seen(person, line)),
        readings=[
            OwnReadingLine(
                key=one.file.key,
                role=one.role,
                handed=now.opinion(one.file.key, one.role, person.username) is not None,
                self=_where(line, one.file),
            )
            for one in readings
        ],
        results=[told(UnitResultLine, one) for one in done],
        steps=steps_told(sight.steps_seen(line), TITLES),
    )


def _files(line: "Line", files: "list[File]") -> list[ReviewFileLine]:
    row, now = line.row, line.now
    finals = results.final_scores(row, now) if files else {}
    lacking: dict[str, list[LackingLine]] = {}
    for file, role in reading.lacking(row, now, files) if line.organiser else ():
        free = reading.free_readers(row, now, file)
        lacking.setdefault(file.key, []).append(LackingLine(role=role, free=free))
    return [
        ReviewFileLine(
            key=one.key,
            agency=one.agency.code,
            case=one.case_code,
            test=not one.case_code,
            twice=one.twice,
            score=finals.get(one.key, (None, None))[0],
            vetoed=finals.get(one.key, (None, None))[1],
            objected=one.key in now.objections,
            lacking=lacking.get(one.key, []),
            self=_where(line, one),
        )
        for one in files
    ]


def _file_told(line: "Line", look: "Look") -> ReviewFileAnswer:
    file, shown = look.file, look.writes or line.organiser
    return ReviewFileAnswer(
        key=file.key,
        agency=file.agency.code,
        role=look.own.role if look.own else "",
        writes=look.writes,
        objects=look.objects,
        objection=look.objection.facts["text"] if look.objection else "",
        body=BodyAnswer.of(bodies.body_of(file)),
        machine=[told(MachineLine, one) for one in file.machine["lines"]] if shown else [],
        items=judged() if look.writes else [],
        opinions=[_opinion(line, file, one) for one in look.opinions],
    )


def _opinion(line: "Line", file: "File", one: "Opinion") -> OpinionLine:
    names = ("no", "title", "points", "words", "who")
    marks = [dict(zip(names, mark, strict=True)) for mark in results.marks_told(file, one)]
    return told(
        OpinionLine,
        one,
        reader=one.reader if line.organiser else "",
        marks=[told(MarkLine, mark) for mark in marks],
        overruled=[OverruledLine(no=no, words=words) for no, words in one.overruled.items()],
    )
