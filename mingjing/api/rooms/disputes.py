"""Reconsideration and suits: entering, every step, what losses teach, and what the other side will say."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from ninja import Query

from mingjing.api.cases_seen import case_of
from mingjing.api.door import Called, demand
from mingjing.api.operations import Room
from mingjing.api.problems import not_found
from mingjing.api.refusals import needed, refusing
from mingjing.api.repeating import token_of
from mingjing.api.rooms.dispute_schemas import (
    BriefAnswer,
    DisputeAnswer,
    DisputeFilters,
    DisputeLine,
    DisputeNo,
    DisputePage,
    DisputeStepGiven,
    DraftedCheckLine,
    DraftedCheckPage,
    LessonLine,
    LessonPage,
    ObjectionLine,
    SuitGiven,
)
from mingjing.api.rows import Paged, newest_first, page_of
from mingjing.api.schemas import Code
from mingjing.disputes import brief, learning, selectors, services, withdrawing
from mingjing.disputes.services import NotEntered
from mingjing.kit.clock import legal_day

if TYPE_CHECKING:
    from mingjing.disputes.models import Dispute
    from mingjing.personnel.models import Person

room = Room("复议诉讼")
VIEW, MANAGE, WITHDRAW = "dispute.view", "dispute.manage", "publicity.withdraw"


@room.get("/disputes", VIEW, answer=DisputePage)
def list_disputes(request: Called, filters: Query[DisputeFilters]) -> DisputePage:
    """列出行政复议、行政诉讼，新的在前。"""
    rows, links = newest_first(
        request, selectors.disputes_seen_by(request.auth.person, kind=filters.kind), filters
    )
    return DisputePage(items=[DisputeLine.of(one) for one in selectors.lines_of(rows)], links=links)


@room.get("/dispute-lessons", VIEW, answer=LessonPage)
def list_dispute_lessons(request: Called, paged: Query[Paged]) -> LessonPage:
    """列出败诉、被纠错的每一个原因，和现在能拦住的检查。"""
    found = list(enumerate(selectors.losses_seen_by(request.auth.person)))
    rows, links = page_of(request, found, lambda one: f"{one[1].event.pk}.{one[0]}", paged)
    return LessonPage(items=[LessonLine.of(one) for _number, one in rows], links=links)


@room.get("/dispute-checks", VIEW, answer=DraftedCheckPage)
def list_drafted_checks(request: Called, paged: Query[Paged]) -> DraftedCheckPage:
    """列出败诉以后提出的检查，每一项是法规包文件的初稿；还没有采用的在前。"""
    found = selectors.drafts_seen_by(request.auth.person)
    rows, links = page_of(request, found, lambda one: one.event.pk, paged)
    return DraftedCheckPage(items=[DraftedCheckLine.of(one) for one in rows], links=links)


@room.get("/disputes/{dispute}", VIEW, answer=DisputeAnswer)
def get_dispute(request: Called, dispute: DisputeNo) -> DisputeAnswer:
    """读取一件复议、诉讼：期限、各个步骤、要履行什么。"""
    return _told(_one(request, dispute))


@room.post("/cases/{code}/disputes", MANAGE, answer=DisputeAnswer, also=(410,))
def open_dispute(request: Called, code: Code, given: SuitGiven) -> DisputeAnswer:
    """登记对本案一个行为的复议申请或者起诉；期限从收到之日起计算，案卷中同时记录。"""
    case = case_of(request, code, action=MANAGE)
    said = given.model_dump(exclude={"previous"})
    with refusing(NotEntered):
        row = services.open_dispute(
            case=case,
            suit=services.Suit(**said, previous=services.previous_in(case, given.previous)),
            by=request.auth.person,
            at=timezone.now(),
            once=token_of(request),
        )
    return _told(_one(request, row.no))


@room.post("/disputes/{dispute}/steps", MANAGE, WITHDRAW, answer=DisputeAnswer)
def take_dispute_step(request: Called, dispute: DisputeNo, given: DisputeStepGiven) -> DisputeAnswer:
    """登记一步：答复、开庭、结果、履行、写明检查；准备和确认撤回公示须是两个人。"""
    line = _one(request, dispute)
    demand(request, WITHDRAW if given.step in {"propose", "confirm"} else MANAGE)
    with refusing(NotEntered):
        STEPS[given.step](line.row, given, request.auth.person, timezone.now())
    return _told(_one(request, dispute))


@room.get("/cases/{code}/objections", "case.view", answer=BriefAnswer, also=(410,))
def get_objections(request: Called, code: Code) -> BriefAnswer:
    """对方会怎么说：由法规判断、证据、期限、裁量和类似败诉案件算出，重的在前。"""
    case = case_of(request, code, why="通过接口查看对方会怎么说")
    found = brief.objections(case, viewer=request.auth.person, at=timezone.now())
    return BriefAnswer(items=[ObjectionLine.of(one) for one in found])


def _one(request: Called, no: str) -> selectors.Line:
    try:
        return selectors.one_for(request.auth.person, no)
    except selectors.NoSuchDispute:
        raise not_found() from None


def _told(line: selectors.Line) -> DisputeAnswer:
    return DisputeAnswer.whole(line, timezone.localdate())


Take = Callable[["Dispute", DisputeStepGiven, "Person", datetime], object]


def _hear(row: "Dispute", given: DisputeStepGiven, by: "Person", at: datetime) -> object:
    return services.hear(
        row=row,
        by=by,
        on=needed(given.on, "on"),
        attended=given.attended,
        who=given.who,
        reason=given.reason,
        at=at,
    )


def _decide(row: "Dispute", given: DisputeStepGiven, by: "Person", at: datetime) -> object:
    ending = services.Ending(
        outcome=given.outcome,
        docket=given.docket,
        received_on=needed(given.on, "on"),
        causes=[(one.cause, one.law, one.article) for one in given.causes],
        duty=given.duty,
        perform_by=given.perform_by,
        summary=given.summary,
    )
    return services.decide(row=row, by=by, ending=ending, at=at)


def _perform(row: "Dispute", given: DisputeStepGiven, by: "Person", at: datetime) -> object:
    on = needed(given.on, "on")
    return services.perform(row=row, by=by, on=on, text=given.text, proofs=given.proofs, at=at)


STEPS: Final[Mapping[str, Take]] = {
    "reply": lambda row, given, by, at: services.reply(
        row=row, by=by, on=needed(given.on, "on"), text=given.text, at=at
    ),
    "hear": _hear,
    "decide": _decide,
    "perform": _perform,
    "note": lambda row, given, by, at: services.note(
        row=row, by=by, on=legal_day(at), text=given.text, at=at
    ),
    "name_check": lambda row, given, by, at: learning.name_check(row=row, by=by, rule=given.rule, at=at),
    "draft_check": lambda row, given, by, at: learning.draft_check(
        row=row, by=by, name=given.name, title=given.title, at=at
    ),
    "propose": lambda row, given, by, at: withdrawing.propose(row=row, by=by, reason=given.reason, at=at),
    "confirm": lambda row, _given, by, at: withdrawing.confirm(row=row, by=by, at=at),
}
