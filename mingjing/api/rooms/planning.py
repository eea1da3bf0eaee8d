"""Planning inspections: items written, plans led to their filing, special and joint inspections, draws organised."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from ninja import Query

from mingjing.api.door import Called, demand
from mingjing.api.operations import Room
from mingjing.api.problems import not_found
from mingjing.api.refusals import needed, refusing
from mingjing.api.rooms.inspection_schemas import ItemCode, ItemLine, OfAgency, PlanAnswer, Year
from mingjing.api.rooms.inspections import VIEW, body_of
from mingjing.api.rooms.inspections import room as inspections
from mingjing.api.rooms.planning_schemas import (
    CapAnswer,
    ItemGiven,
    ItemVersions,
    JointAnswer,
    JointLine,
    JointReplyGiven,
    LineGiven,
    MeetingLine,
    PlanStepGiven,
    ProposalGiven,
    SpecialGiven,
    SpecialLine,
    SpecialPage,
    SpecialStepGiven,
    YearGiven,
)
from mingjing.api.rows import Number
from mingjing.inspections.planning import caps, items, joint, plans, specials
from mingjing.inspections.planning.items import Clause, ItemRefused, ItemTerms
from mingjing.inspections.planning.plans import LineTerms, PlanRefused
from mingjing.inspections.planning.specials import Approval, SpecialTerms
from mingjing.kit.clock import legal_day
from mingjing.packs.random_terms import RISKS
from mingjing.personnel.permissions import may
from mingjing.publicity.catalogue_law import kinds_for
from mingjing.publicity.inspection_lists import note_list

if TYPE_CHECKING:
    from mingjing.inspections.models import SpecialInspection, YearPlan

room = Room("检查计划")
ITEM, PLAN, APPROVE, SPECIAL = "inspect.item", "inspect.plan", "inspect.approve", "inspect.special"
LIST = "inspection_plan"
SHOWN = 200


@inspections.post("/inspections/items", ITEM, answer=ItemLine)
def write_inspection_item(request: Called, given: ItemGiven) -> ItemLine:
    """起草一个随机抽查事项；列入公开清单并公布以后才能使用。"""
    return _written(request, given, "")


@room.get("/inspections/items/{item}/versions", VIEW, answer=ItemVersions)
def list_item_versions(request: Called, item: ItemCode, of: Query[OfAgency]) -> ItemVersions:
    """列出一个抽查事项的各个版本，新的在前。"""
    found = items.versions(body_of(request, of.agency), item)
    if not found:
        raise not_found()
    return ItemVersions(items=[ItemLine.of(one) for one in found])


@room.post("/inspections/items/{item}/versions", ITEM, answer=ItemLine)
def rewrite_inspection_item(request: Called, item: ItemCode, given: ItemGiven) -> ItemLine:
    """修改一个抽查事项；公布过的另成新版。"""
    if not items.versions(request.auth.person.agency, item):
        raise not_found()
    return _written(request, given, item)


def _written(request: Called, given: ItemGiven, code: str) -> ItemLine:
    told = given.model_dump(exclude={"clauses"})
    clauses = [Clause(**one.model_dump()) for one in given.clauses]
    with refusing(ItemRefused):
        made = items.save_item(
            terms=ItemTerms(**told, clauses=clauses), by=request.auth.person, at=timezone.now(), code=code
        )
    return ItemLine.of(made)


# --- the plan of a year -----------------------------------------------------------------------


@inspections.post("/inspections/plans", PLAN, answer=PlanAnswer)
def begin_inspection_plan(request: Called, given: YearGiven) -> PlanAnswer:
    """建立今年或者明年的检查计划；已经有的，就是那一份。"""
    with refusing(PlanRefused):
        made = plans.begin_plan(year=given.year, by=request.auth.person, at=timezone.now())
    return _plan_told(made)


@room.post("/inspections/plans/{year}/tasks", PLAN, answer=PlanAnswer)
def add_plan_task(request: Called, year: Year, given: LineGiven) -> PlanAnswer:
    """向起草中的计划增加一项任务。"""
    return _set(request, year, _terms(given), None)


@room.post("/inspections/plans/{year}/tasks/{number}", PLAN, answer=PlanAnswer)
def change_plan_task(request: Called, year: Year, number: Number, given: LineGiven) -> PlanAnswer:
    """修改起草中的计划的一项任务。"""
    _task(request, year, number)
    return _set(request, year, _terms(given), number)


@room.post("/inspections/plans/{year}/tasks/{number}/removal", PLAN, answer=PlanAnswer)
def remove_plan_task(request: Called, year: Year, number: Number) -> PlanAnswer:
    """删去起草中的计划的一项任务；已经组织过抽取的不能删去。"""
    _task(request, year, number)
    return _set(request, year, None, number)


@room.post("/inspections/plans/{year}/steps", PLAN, APPROVE, answer=PlanAnswer)
def take_plan_step(request: Called, year: Year, given: PlanStepGiven) -> PlanAnswer:
    """批准、登记备案、转为起草；起草的人不能批准。"""
    if given.step != "reopen":
        demand(request, {"approve": APPROVE, "file": PLAN}[given.step])
    found = _own_plan(request, year)
    agency = found.agency
    told: dict[str, Any] = {"plan": found, "by": request.auth.person, "at": timezone.now()}
    with refusing(PlanRefused), transaction.atomic():
        if given.step == "approve":
            plans.approve_plan(**told)
        elif given.step == "file":
            plans.file_plan(filed_with=given.filed_with, filing_no=given.filing_no, **told)
        else:
            plans.reopen_plan(reason=given.reason, **told)
        note_list(agency, kinds_for(agency)[LIST].slug(found.year))
    return _plan_told(plans.plan_of(agency, year))


def _terms(given: LineGiven) -> LineTerms:
    return LineTerms(**given.model_dump())


def _own_plan(request: Called, year: int) -> "YearPlan":
    try:
        return plans.plan_of(request.auth.person.agency, year)
    except plans.NoPlan:
        raise not_found() from None


def _task(request: Called, year: int, number: int) -> None:
    """Raise Problem where one's own plan of the year has no such task."""
    if number not in {one.number for one in plans.lines_of(_own_plan(request, year))}:
        raise not_found()


def _set(request: Called, year: int, terms: LineTerms | None, number: int | None) -> PlanAnswer:
    found = _own_plan(request, year)
    with refusing(PlanRefused):
        plans.set_line(plan=found, terms=terms, number=number, by=request.auth.person, at=timezone.now())
    return _plan_told(found)


def _plan_told(found: "YearPlan") -> PlanAnswer:
    return PlanAnswer.of(found, plans.lines_of(found))


# --- outside the plan, and together -----------------------------------------------------------


@room.get("/inspections/specials", VIEW, answer=SpecialPage)
def list_special_inspections(request: Called) -> SpecialPage:
    """列出可以看到的专项检查，新的在前，最多 200 项。"""
    return SpecialPage(items=[SpecialLine.of(one) for one in specials.specials_seen_by(request.auth.person)])


@room.post("/inspections/specials", PLAN, answer=SpecialLine)
def ask_special_inspection(request: Called, given: SpecialGiven) -> SpecialLine:
    """申请计划外的专项检查，由上级批准。"""
    with refusing(PlanRefused):
        made = specials.ask_special(
            terms=SpecialTerms(**given.model_dump()), by=request.auth.person, at=timezone.now()
        )
    return SpecialLine.of(made)


@room.get("/inspections/specials/{special}", VIEW, answer=SpecialLine)
def get_special_inspection(request: Called, special: Number) -> SpecialLine:
    """读取一项专项检查。"""
    return SpecialLine.of(_special(request, special))


@room.post("/inspections/specials/{special}/steps", PLAN, SPECIAL, answer=SpecialLine)
def take_special_step(request: Called, special: Number, given: SpecialStepGiven) -> SpecialLine:
    """上级批准或者不予批准；本机关登记备案。"""
    found, person, now = _special(request, special), request.auth.person, timezone.now()
    needs = PLAN if given.step == "file" else SPECIAL
    demand(request, needs)
    if not may(person, needs, found.agency.code):
        raise not_found()
    with refusing(PlanRefused):
        if given.step == "file":
            specials.file_special(special=found.pk, filing_no=given.filing_no, by=person, at=now)
        elif given.step == "refuse":
            specials.refuse_special(special=found.pk, reason=given.reason, by=person)
        else:
            specials.approve_special(special=found.pk, approval=_approval(given), by=person, at=now)
    return SpecialLine.of(_special(request, special))


def _approval(given: SpecialStepGiven) -> Approval:
    return Approval(
        given.approver, given.approver_kind, given.document_no, needed(given.approved_on, "approved_on")
    )


def _special(request: Called, number: int) -> "SpecialInspection":
    try:
        return specials.special_of(request.auth.person, number)
    except specials.NoSpecial:
        raise not_found() from None


@room.get("/inspections/joint", VIEW, answer=JointAnswer)
def list_joint_inspections(request: Called) -> JointAnswer:
    """列出与其他部门对象和时间重合的任务、已经提议的联合检查、等本机关答复的。"""
    return _joint_told(request)


def _joint_told(request: Called) -> JointAnswer:
    agency, year = request.auth.person.agency, _year(timezone.now())
    return JointAnswer(
        meeting=[MeetingLine.of(one) for one in joint.overlaps(agency, year)[:SHOWN]],
        joints=[JointLine.of(one) for one in joint.joints_of(agency, year)],
        waiting=[one.pk for one in joint.waiting_for(agency)],
    )


@room.post("/inspections/joint", PLAN, answer=JointAnswer)
def propose_joint_inspection(request: Called, given: ProposalGiven) -> JointAnswer:
    """向其他部门提议联合检查，一次上门。"""
    person, now = request.auth.person, timezone.now()
    found = [
        one
        for one in joint.overlaps(person.agency, _year(now))
        if (one.own.pk, one.other.pk) == (given.own, given.other)
    ]
    if not found:
        raise not_found()
    with refusing(PlanRefused):
        joint.propose_joint(lead=found[0].own, others=[found[0].other], by=person, at=now)
    return _joint_told(request)


@room.post("/inspections/joint/{member}/answer", PLAN, answer=JointAnswer)
def answer_joint_inspection(request: Called, member: Number, given: JointReplyGiven) -> JointAnswer:
    """答复其他部门的联合检查提议；不同意的写明理由。"""
    person = request.auth.person
    if member not in {one.pk for one in joint.waiting_for(person.agency)}:
        raise not_found()
    with refusing(PlanRefused):
        joint.answer_joint(
            member=member, accept=given.accept, reason=given.reason, by=person, at=timezone.now()
        )
    return _joint_told(request)


@room.get("/inspections/caps", VIEW, answer=CapAnswer)
def get_inspection_caps(request: Called, of: Query[OfAgency]) -> CapAnswer:
    """读取公布的年度检查频次上限，和已经达到上限的对象。"""
    agency, today = body_of(request, of.agency), legal_day(timezone.now())
    reached = caps.at_cap(agency, agency.region, on=today)
    told: dict[str, Any] = {risk: caps.cap_of(agency, risk) for risk in RISKS}
    shown = {one: reached[one] for one in sorted(reached)[:SHOWN]}
    return CapAnswer(year=today.year, caps=told, reached=shown, count=len(reached))


def _year(now: datetime) -> int:
    return legal_day(now).year
