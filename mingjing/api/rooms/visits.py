"""Visits: an inspector's tasks, beginning one, its check form; campaigns and results. Acts go the way of every case."""

from typing import TYPE_CHECKING

from django.utils import timezone
from ninja import Query

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import act_refused, not_found, refused
from mingjing.api.rooms.visit_schemas import (
    CampaignLine,
    CampaignPage,
    ResultLine,
    ResultPage,
    SheetGiven,
    VisitLine,
    VisitPage,
)
from mingjing.api.rows import Paged, newest_first, page_of, told
from mingjing.api.schemas import Code
from mingjing.cases.services import ActRefused
from mingjing.inspections.visiting.results_due import told_results
from mingjing.inspections.visiting.sheets import fill_sheet
from mingjing.inspections.visiting.visit_lists import (
    NoSuchVisit,
    campaign_by_code,
    campaigns_of,
    lines_of,
    own_tasks,
    task_by_code,
    tasks_of,
)
from mingjing.inspections.visiting.visits import VisitRefused, begin_visit

if TYPE_CHECKING:
    from mingjing.inspections.models import VisitTask

room = Room("检查任务")
OWN, BOARD, RESULTS = "visits.own", "visits.board", "visits.results"


@room.get("/visits/tasks", OWN, answer=VisitPage)
def list_visit_tasks(request: Called, paged: Query[Paged]) -> VisitPage:
    """列出被代理人还没有办完的检查任务，先到期的在前。"""
    rows, links = page_of(request, own_tasks(request.auth.person), lambda one: one.task.code, paged)
    return VisitPage(items=[VisitLine.of(one) for one in rows], links=links)


@room.get("/visits/tasks/{task}", OWN, answer=VisitLine)
def get_visit_task(request: Called, task: Code) -> VisitLine:
    """读取一项检查任务；检查开始前不显示对象。"""
    return task_told(task_seen(request, task))


@room.post("/visits/tasks/{task}/start", OWN, answer=VisitLine)
def begin_visit_task(request: Called, task: Code) -> VisitLine:
    """开始检查：名单开封，建立检查案件；此后各个行为在案件中记录。"""
    found = task_seen(request, task)
    try:
        begin_visit(task=found, by=request.auth.person, at=timezone.now())
    except ActRefused as refusal:
        raise act_refused(refusal.trial) from None
    except VisitRefused as refusal:
        raise refused({"": [str(refusal)]}) from None
    return task_told(found)


@room.post("/visits/tasks/{task}/sheet", OWN, answer=VisitLine)
def fill_visit_sheet(request: Called, task: Code, given: SheetGiven) -> VisitLine:
    """填写检查表；笔录和告知书照此填好。"""
    found = task_seen(request, task)
    try:
        fill_sheet(
            task=found,
            answers=[one.model_dump() for one in given.answers],
            result=given.result,
            by=request.auth.person,
            at=timezone.now(),
        )
    except VisitRefused as refusal:
        raise refused({"": [str(refusal)]}) from None
    return task_told(found)


@room.get("/visits/campaigns", BOARD, answer=CampaignPage)
def list_campaigns(request: Called, paged: Query[Paged]) -> CampaignPage:
    """列出检查活动，新的在前。"""
    rows, links = newest_first(request, campaigns_of(request.auth.person), paged)
    return CampaignPage(items=[told(CampaignLine, one, agency=one.agency.code) for one in rows], links=links)


@room.get("/visits/campaigns/{campaign}/tasks", BOARD, answer=VisitPage)
def list_campaign_tasks(request: Called, campaign: Code, paged: Query[Paged]) -> VisitPage:
    """列出一次检查活动的任务；没有开始的不显示对象。"""
    try:
        found = tasks_of(campaign_by_code(request.auth.person, campaign))
    except NoSuchVisit:
        raise not_found() from None
    rows, links = page_of(request, found, lambda one: one.task.code, paged)
    return VisitPage(items=[VisitLine.of(one) for one in rows], links=links)


@room.get("/visits/results", RESULTS, answer=ResultPage)
def list_visit_results(request: Called, paged: Query[Paged]) -> ResultPage:
    """列出已经告知企业的检查结果，应当公示而还没有公示的在前。"""
    found = told_results(request.auth.person, timezone.localdate())
    rows, links = page_of(request, found, lambda one: one.case_code, paged)
    return ResultPage(items=[told(ResultLine, one) for one in rows], links=links)


def task_seen(request: Called, code: str) -> "VisitTask":
    """A task of the caller. Raises Problem."""
    try:
        return task_by_code(request.auth.person, code)
    except NoSuchVisit:
        raise not_found() from None


def task_told(task: "VisitTask") -> VisitLine:
    """A task as the desk shows it."""
    return VisitLine.of(lines_of([task])[0])
