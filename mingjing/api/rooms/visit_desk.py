"""The desk of visits: schemes approved, tasks given, findings referred and handed over, ratings, figures."""

from typing import TYPE_CHECKING

from django.utils import timezone
from ninja import Query

from mingjing.api.door import Called, scope_missing
from mingjing.api.operations import Room
from mingjing.api.problems import not_found
from mingjing.api.refusals import refusing
from mingjing.api.rooms.visit_desk_schemas import (
    FirstFilters,
    FirstLine,
    FirstPage,
    FollowAnswer,
    FollowGiven,
    HandoverGiven,
    HandoverLine,
    HandoverPage,
    HandoverStepGiven,
    LaterLine,
    LaterPage,
    QuestionLine,
    ReferralAnswer,
    SchemeFilters,
    SchemeGiven,
    SchemeLine,
    SchemePage,
    SheetAnswer,
    TaskGiven,
    VisitFiguresAnswer,
    VoiceGiven,
    VoiceLine,
    VoicePage,
    YearAsked,
)
from mingjing.api.rooms.visit_schemas import VisitLine, VisitPage
from mingjing.api.rooms.visits import BOARD, OWN, task_seen, task_told
from mingjing.api.rooms.visits import room as visits
from mingjing.api.rows import Paged, newest_first, page_of, told
from mingjing.api.schemas import Code
from mingjing.cases.firsts import judged, lenient_rows
from mingjing.inspections.patterns.figure_rows import figures_of
from mingjing.inspections.patterns.figures import DEFINITIONS
from mingjing.inspections.visiting import handovers
from mingjing.inspections.visiting.carrying import refer_violation
from mingjing.inspections.visiting.handovers import HandoverRefused, NoSuchHandover
from mingjing.inspections.visiting.scheme import read_scheme
from mingjing.inspections.visiting.sheets import sheet_of
from mingjing.inspections.visiting.visit_lists import (
    NoSuchVisit,
    campaign_by_code,
    rechecks_of,
    schemes_of,
    start_by_case,
    start_of,
    undrawn_of,
    voices_of,
)
from mingjing.inspections.visiting.visits import (
    VisitRefused,
    approve_scheme,
    assign,
    lay_out_all,
    reply_received,
    scheme_of,
    visit_law,
)
from mingjing.inspections.visiting.voices import answer_voice
from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from mingjing.inspections.models import Campaign, Handover, VisitStart

room = Room("检查办理")
APPROVE, ASSIGN, VOICES = "visits.approve", "visits.assign", "visits.voices"
FIRST, FIGURES = "visits.first", "visits.figures"


# --- schemes and tasks ------------------------------------------------------------------------


@room.get("/visits/schemes", BOARD, APPROVE, ASSIGN, answer=SchemePage)
def list_schemes(request: Called, filters: Query[SchemeFilters]) -> SchemePage:
    """列出一次检查活动的，或者本机关没有抽取的检查用的检查方案。"""
    found = _campaign(request, filters.campaign) if filters.campaign else None
    agency = found.agency if found else request.auth.person.agency
    return SchemePage(items=[SchemeLine.of(one) for one in schemes_of(agency, found)])


@room.post("/visits/schemes", APPROVE, answer=SchemeLine)
def approve_visit_scheme(request: Called, given: SchemeGiven) -> SchemeLine:
    """批准一个检查方案，由机关负责人办理；检查活动的方案批准后，任务随即排好。"""
    person, now = request.auth.person, timezone.now()
    found = _campaign(request, given.campaign) if given.campaign else None
    if found is not None and found.agency_id != person.agency_id:
        raise not_found()
    with refusing(VisitRefused):
        made = approve_scheme(agency=person.agency, campaign=found, raw=given.raw(), by=person, at=now)
    if found is not None:
        lay_out_all(at=now)
    return SchemeLine.of(made)


@visits.post("/visits/tasks", ASSIGN, answer=VisitLine)
def assign_visit_task(request: Called, given: TaskGiven) -> VisitLine:
    """下达一项没有抽取的检查任务：投诉、转办、监测、专项检查，写明理由。"""
    person = request.auth.person
    schemes = {one.code: one for one in schemes_of(person.agency, None)}
    if given.scheme not in schemes:
        raise not_found()
    with refusing(VisitRefused):
        made = assign(
            scheme=schemes[given.scheme],
            object_id=given.object,
            trigger=given.trigger,
            reason=given.reason,
            inspectors=given.inspectors,
            due=given.due,
            by=person,
            at=timezone.now(),
        )
    return task_told(made)


@room.get("/visits/undrawn", BOARD, answer=VisitPage)
def list_undrawn_tasks(request: Called, paged: Query[Paged]) -> VisitPage:
    """列出没有抽取的检查任务，新的在前。"""
    rows, links = page_of(request, undrawn_of(request.auth.person), lambda one: one.task.code, paged)
    return VisitPage(items=[VisitLine.of(one) for one in rows], links=links)


def _campaign(request: Called, code: str) -> "Campaign":
    try:
        return campaign_by_code(request.auth.person, code)
    except NoSuchVisit:
        raise not_found() from None


# --- what a visit finds -----------------------------------------------------------------------


@visits.get("/visits/tasks/{task}/sheet", OWN, answer=SheetAnswer)
def get_visit_sheet(request: Called, task: Code) -> SheetAnswer:
    """读取检查表：逐项的问题和已经填写的；检查开始以后才有。"""
    found = task_seen(request, task)
    scheme = scheme_of(found)
    if scheme is None or start_of(found) is None:
        raise not_found()
    kept = sheet_of(found)
    answers = kept.answers if kept else []
    questions = [
        QuestionLine(
            question=clause.question,
            law=clause.law,
            article=clause.article,
            answer_kind=clause.answer,
            photo=clause.photo,
            answer=answers[at]["answer"] if at < len(answers) else "",
            note=answers[at]["note"] if at < len(answers) else "",
        )
        for at, clause in enumerate(read_scheme(scheme.body).item.clauses)
    ]
    results = {code: one.title for code, one in visit_law().results.items()}
    return SheetAnswer(
        task=found.code, result=kept.result if kept else "", questions=questions, results=results
    )


@room.post("/visits/tasks/{task}/referral", OWN, answer=ReferralAnswer)
def refer_visit_violation(request: Called, task: Code) -> ReferralAnswer:
    """把检查发现的违法转为处罚案件：事实、当事人、条款和证据都带过去；办过的，就是那一件。"""
    start = start_of(task_seen(request, task))
    if start is None:
        raise not_found()
    with refusing(VisitRefused):
        opened = refer_violation(start=start, by=request.auth.person, at=timezone.now())
    return ReferralAnswer(case=opened.code, self=f"/api/v1/cases/{opened.code}")


@room.get("/visits/rechecks", OWN, answer=LaterPage)
def list_rechecks(request: Called) -> LaterPage:
    """列出被代理人的检查中责令改正、还没有复查的，先到期的在前。"""
    found = rechecks_of(request.auth.person)
    return LaterPage(items=[told(LaterLine, one, case=one.case_code) for one in found])


@room.post("/visits/cases/{visit}/replies", ASSIGN, answer=FollowAnswer)
def note_visit_reply(request: Called, visit: Code, given: FollowGiven) -> FollowAnswer:
    """登记接受移送的部门反馈的处理情况。"""
    start = _start(request, visit)
    with refusing(VisitRefused):
        made = reply_received(start=start, text=given.text, by=request.auth.person, at=timezone.now())
    return told(FollowAnswer, made, case=start.case_code)


def _start(request: Called, code: str) -> "VisitStart":
    try:
        return start_by_case(request.auth.person, code)
    except NoSuchVisit:
        raise not_found() from None


# --- handovers --------------------------------------------------------------------------------


@room.get("/visits/handovers", BOARD, answer=HandoverPage)
def list_handovers(request: Called) -> HandoverPage:
    """列出收到的和移交出去的检查发现，逾期的在前，各最多 300 件。"""
    came, went = handovers.standings(request.auth.person, legal_day(timezone.now()))
    return HandoverPage(
        came=[HandoverLine.of(one) for one in came], went=[HandoverLine.of(one) for one in went]
    )


@room.post("/visits/handovers", ASSIGN, answer=HandoverLine)
def hand_finding_over(request: Called, given: HandoverGiven) -> HandoverLine:
    """把一次检查的发现移交有管辖权的机关，或者本机关的其他机构。"""
    start = _start(request, given.case)
    with refusing(HandoverRefused):
        made = handovers.hand_over(
            start=start,
            target=given.target,
            department=given.department,
            reason=given.reason,
            by=request.auth.person,
            at=timezone.now(),
        )
    return _handover_told(made)


@room.get("/visits/handovers/{handover}", BOARD, answer=HandoverLine)
def get_handover(request: Called, handover: Code) -> HandoverLine:
    """读取一件移交。"""
    return _handover_told(_handover(request, handover))


@room.post("/visits/handovers/{handover}/steps", ASSIGN, answer=HandoverLine)
def take_handover_step(request: Called, handover: Code, given: HandoverStepGiven) -> HandoverLine:
    """接收、退回、反馈，由接收机关办理。"""
    found = _handover(request, handover)
    if not may(request.auth.person, ASSIGN, found.target.code):
        raise scope_missing(ASSIGN)
    with refusing(HandoverRefused):
        handovers.answer(
            handover=found, kind=given.step, text=given.text, by=request.auth.person, at=timezone.now()
        )
    return _handover_told(_handover(request, handover))


def _handover(request: Called, code: str) -> "Handover":
    try:
        return handovers.by_code(request.auth.person, code)
    except NoSuchHandover:
        raise not_found() from None


def _handover_told(found: "Handover") -> HandoverLine:
    return HandoverLine.of(handovers.standing(found, legal_day(timezone.now())))


# --- what firms say, and figures --------------------------------------------------------------


@room.get("/visits/voices", VOICES, answer=VoicePage)
def list_visit_ratings(request: Called) -> VoicePage:
    """列出企业对下级机关检查的评价，新的在前；被评价的机关自己看不到。"""
    return VoicePage(items=[VoiceLine.of(one) for one in voices_of(request.auth.person)])


@room.post("/visits/voices/{voice}/answers", VOICES, answer=VoiceLine)
def answer_visit_rating(request: Called, voice: Code, given: VoiceGiven) -> VoiceLine:
    """登记对一件评价的处理情况，企业在自己的页面看得到。"""
    person = request.auth.person
    found = next((one for one in voices_of(person) if one.code == voice), None)
    if found is None:
        raise not_found()
    with refusing(VisitRefused):
        answer_voice(voice=found, text=given.text, by=person, at=timezone.now())
    return next(VoiceLine.of(one) for one in voices_of(person) if one.code == voice)


@room.get("/visits/first-violations", FIRST, answer=FirstPage)
def list_first_violations(request: Called, filters: Query[FirstFilters]) -> FirstPage:
    """列出没有处罚的违法和当事人此前此后的违法，新录入的在前。"""
    rows = lenient_rows(request.auth.person, FIRST)
    if filters.q:
        rows = rows.filter(case__party_name__contains=filters.q)
    shown, links = newest_first(request, rows, filters)
    return FirstPage(items=[FirstLine.of(one) for one in judged(shown)], links=links)


@room.get("/visits/figures", FIGURES, answer=VisitFiguresAnswer)
def get_visit_figures(request: Called, asked: Query[YearAsked]) -> VisitFiguresAnswer:
    """读取一年的检查统计：覆盖率、随机和针对性检查发现问题的比例、频次、联合检查，附口径。"""
    year = asked.year or legal_day(timezone.now()).year
    found = figures_of(agencies_visible_to(request.auth.person, FIGURES), year)
    return VisitFiguresAnswer.of(year, found, dict(DEFINITIONS))
