"""Law governance in the field: campaigns, joint enforcement, the grid."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from ninja import Form

from mingjing.analysis.governance_counts import close_campaign
from mingjing.api.door import Called, demand
from mingjing.api.operations import Room
from mingjing.api.problems import not_found
from mingjing.api.refusals import refusing
from mingjing.api.repeating import token_of
from mingjing.api.rooms.governance import CONFIRM, ENTER, Sent, entry_told, matter_in
from mingjing.api.rooms.governance_schemas import (
    CampaignGiven,
    CampaignRecordGiven,
    CampaignStepGiven,
    EntryAnswer,
    GridGiven,
    JointGiven,
    JointResultGiven,
    JointStepGiven,
    WhyGiven,
)
from mingjing.api.rows import Number
from mingjing.governance import campaigns, grids, joint, papers
from mingjing.governance.ledger import NotDone

if TYPE_CHECKING:
    from mingjing.governance.models import Matter, Step

room = Room("专项行动、联合执法、网格")


@room.post("/governance/campaigns", ENTER, answer=EntryAnswer)
def plan_campaign(request: Called, given: CampaignGiven) -> EntryAnswer:
    """提出一次专项行动；先评估风险，再由另一名负责人批准。"""
    said = given.model_dump() | {"special": given.special or 0}
    with refusing(NotDone):
        row = campaigns.propose(
            plan=campaigns.Plan(**said),
            by=request.auth.person,
            at=timezone.now(),
            once=token_of(request),
        )
    return entry_told(request, "campaign", row.pk)


@room.post("/governance/campaigns/{drive}/steps", ENTER, CONFIRM, answer=EntryAnswer)
def take_campaign_step(request: Called, drive: Number, given: CampaignStepGiven) -> EntryAnswer:
    """评估风险、批准、不予批准、总结、停止一次专项行动。提出人、评估人不能批准。"""
    row = matter_in(request, "campaign", drive)
    demand(request, ENTER if given.step in {"risk", "closed"} else CONFIRM)
    with refusing(NotDone):
        _run(request, row, given, timezone.now())
    return entry_told(request, "campaign", drive)


def _run(request: Called, row: "Matter", given: CampaignStepGiven, at: datetime) -> "Step":
    by = request.auth.person
    if given.step == "risk":
        risks = {name: getattr(given, name) for name in campaigns.RISKS}
        return campaigns.assess(matter=row, level=given.level, risks=risks, by=by, at=at)
    if given.step == "approved":
        return campaigns.approve(matter=row, document=given.document, by=by, at=at)
    if given.step == "refused":
        return campaigns.refuse(matter=row, why=given.text, by=by, at=at)
    if given.step == "closed":
        return close_campaign(matter=row, text=given.text, by=by, at=at)
    return campaigns.stop(matter=row, why=given.text, by=by, at=at)


@room.post("/governance/campaigns/{drive}/records", ENTER, answer=EntryAnswer)
def record_campaign(
    request: Called, drive: Number, given: Form[CampaignRecordGiven], files: Sent
) -> EntryAnswer:
    """登记专项行动中的一次工作（multipart/form-data），可以附文件。"""
    row = matter_in(request, "campaign", drive)
    with refusing(NotDone):
        papers.record(
            matter=row,
            on=given.on,
            text=given.text,
            files=files,
            by=request.auth.person,
            at=timezone.now(),
        )
    return entry_told(request, "campaign", drive)


@room.post("/governance/joint", ENTER, answer=EntryAnswer)
def set_up_joint_work(request: Called, given: JointGiven) -> EntryAnswer:
    """拟定本单位牵头的联合执法机制；由另一人确认后运行。"""
    with refusing(NotDone):
        row = joint.set_up(
            **given.model_dump(), by=request.auth.person, at=timezone.now(), once=token_of(request)
        )
    return entry_told(request, "joint", row.pk)


@room.post("/governance/joint/{joint_work}/steps", ENTER, CONFIRM, answer=EntryAnswer)
def take_joint_step(request: Called, joint_work: Number, given: JointStepGiven) -> EntryAnswer:
    """确认机制、派出任务、终止机制（牵头单位）。"""
    row, by, at = matter_in(request, "joint", joint_work), request.auth.person, timezone.now()
    demand(request, ENTER if given.step == "task" else CONFIRM)
    with refusing(NotDone):
        if given.step == "confirmed":
            joint.confirm(matter=row, by=by, at=at)
        elif given.step == "task":
            said = given.model_dump(include={"trigger", "text", "members", "due"})
            joint.give(matter=row, **said, by=by, at=at)
        else:
            joint.end(matter=row, why=given.text, by=by, at=at)
    return entry_told(request, "joint", joint_work)


@room.post("/governance/joint/{joint_work}/results", ENTER, answer=EntryAnswer)
def answer_joint_task(
    request: Called, joint_work: Number, given: Form[JointResultGiven], files: Sent
) -> EntryAnswer:
    """反馈本单位一项任务的办理结果（multipart/form-data），可以附文件。"""
    row = matter_in(request, "joint", joint_work)
    with refusing(NotDone):
        papers.answer(
            matter=row,
            number=given.number,
            text=given.text,
            files=files,
            by=request.auth.person,
            at=timezone.now(),
        )
    return entry_told(request, "joint", joint_work)


@room.post("/governance/grids", ENTER, answer=EntryAnswer)
def draw_grid(request: Called, given: GridGiven) -> EntryAnswer:
    """划一个网格，或者辖区的轮廓。"""
    with refusing(NotDone):
        row = grids.draw(area=_area(given), by=request.auth.person, at=timezone.now(), once=token_of(request))
    return entry_told(request, "grid", row.pk)


@room.post("/governance/grids/{grid}/changes", ENTER, answer=EntryAnswer)
def change_grid(request: Called, grid: Number, given: GridGiven) -> EntryAnswer:
    """调整一个网格的范围或者责任人；是不是轮廓不能改。"""
    row = _own_grid(request, grid)
    area = replace(_area(given), outline=grids.stand(row).outline)
    with refusing(NotDone):
        grids.change(matter=row, area=area, by=request.auth.person, at=timezone.now())
    return entry_told(request, "grid", grid)


@room.post("/governance/grids/{grid}/end", CONFIRM, answer=EntryAnswer)
def end_grid(request: Called, grid: Number, given: WhyGiven) -> EntryAnswer:
    """撤销一个网格。"""
    row = _own_grid(request, grid)
    with refusing(NotDone):
        grids.end(matter=row, why=given.text, by=request.auth.person, at=timezone.now())
    return entry_told(request, "grid", grid)


def _own_grid(request: Called, number: int) -> "Matter":
    row = matter_in(request, "grid", number)
    if row.agency_id != request.auth.person.agency_id:
        raise not_found()
    return row


def _area(given: GridGiven) -> grids.Area:
    said = given.model_dump(exclude={"streets"})
    return grids.Area(**said, streets="\n".join(given.streets))
