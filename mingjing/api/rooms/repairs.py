"""Credit repair: requests that came on paper, their conditions as the acts show them, and every step of deciding."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils import timezone
from ninja import Query
from pydantic import Field

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import not_found
from mingjing.api.refusals import refusing
from mingjing.api.rows import Paged, page_of
from mingjing.api.schemas import Code, Digest, Given, Links, Told
from mingjing.cases.selectors import case_by_code
from mingjing.personnel.permissions import may
from mingjing.publicity import desk, repair
from mingjing.publicity.refusals import PublicityRefused

if TYPE_CHECKING:
    from mingjing.publicity.models import Publication

room = Room("信用修复")
PREPARE, DECIDE = "publicity.prepare", "publicity.withdraw"


class RepairStepLine(Told):
    """One step of a request."""

    kind: str
    reason: str
    by: str
    at: datetime


class RepairLine(Told):
    """One request for credit repair; its code is the receipt of whoever asked."""

    code: str
    publication: str
    case: str
    agency: str
    applicant: str
    over: bool
    due: date | None
    overdue: bool
    self: str


class RepairPage(Told):
    """Requests."""

    items: list[RepairLine]
    links: Links


class RepairConditionLine(Told):
    """One condition, and by what one sees whether it is met."""

    title: str
    met: bool
    why: str


class RepairAnswer(RepairLine):
    """One request with its conditions and steps."""

    statement: str
    conditions: list[RepairConditionLine]
    steps: list[RepairStepLine]


class RepairGiven(Given):
    """A request as it came on paper."""

    applicant: Annotated[str, Field(max_length=200)]
    contact: Annotated[str, Field(max_length=60)]
    statement: Annotated[str, Field(max_length=4000)]
    letter: Digest = Field(description="信用承诺书：已经上传到本案的证据的摘要")


class RepairStepGiven(Given):
    """One step of deciding."""

    step: Literal["accept", "return", "extend", "refuse", "approve"]
    reason: Annotated[str, Field(max_length=2000)] = Field("", description="return、extend、refuse：理由")
    colleague: Annotated[str, Field(pattern=r"^[\w.@+-]{0,40}$")] = Field(
        "", description="approve：共同办理的另一名公示人员"
    )


@room.get("/publicity/repairs", PREPARE, answer=RepairPage)
def list_repairs(request: Called, paged: Query[Paged]) -> RepairPage:
    """列出信用修复申请，急的在前。"""
    found = repair.requests_seen_by(request.auth.person)
    rows, links = page_of(request, found, lambda one: one.request.code, paged)
    return RepairPage(items=[RepairLine(**_line(one)) for one in rows], links=links)


@room.get("/publicity/repairs/{repair_code}", PREPARE, answer=RepairAnswer)
def get_repair(request: Called, repair_code: Code) -> RepairAnswer:
    """读取一件申请：条件逐项是否符合、从哪里看出，办理到哪一步。"""
    return _told(request, _one(request, repair_code))


@room.post("/publicity/publications/{publication}/repairs", PREPARE, answer=RepairAnswer)
def enter_repair(request: Called, publication: Code, given: RepairGiven) -> RepairAnswer:
    """登记一件纸面来的信用修复申请。"""
    found = _published(request, publication)
    with refusing(PublicityRefused):
        asked = repair.request(publication=found, **given.model_dump(), by=request.auth.person)
    return _told(request, _one(request, asked.code))


@room.post("/publicity/repairs/{repair_code}/steps", DECIDE, answer=RepairAnswer)
def take_repair_step(request: Called, repair_code: Code, given: RepairStepGiven) -> RepairAnswer:
    """受理、退回补正、延长、不予修复，或者准予修复（公示提前结束，须两人）。条件不符的不能准予。"""
    asked, by = _one(request, repair_code).request, request.auth.person
    with refusing(PublicityRefused):
        if given.step == "accept":
            repair.accept(asked=asked, by=by)
        elif given.step == "approve":
            repair.approve(asked=asked, by=by, colleague=given.colleague)
        else:
            said = {"return": repair.give_back, "extend": repair.extend, "refuse": repair.refuse}
            said[given.step](asked=asked, by=by, reason=given.reason)
    return _told(request, _one(request, repair_code))


def _one(request: Called, code: str) -> repair.Standing:
    try:
        return repair.request_seen_by(request.auth.person, code)
    except repair.NotOnDesk:
        raise not_found() from None


def _published(request: Called, code: str) -> "Publication":
    try:
        found = desk.publication(request.auth.person, code)
    except desk.NotOnDesk:
        raise not_found() from None
    if not may(request.auth.person, PREPARE, found.agency.code):
        raise not_found()
    return found


def _line(standing: repair.Standing) -> dict[str, Any]:
    row = standing.request
    return {
        "code": row.code,
        "publication": row.publication.code,
        "case": row.case_code,
        "agency": row.agency.code,
        "applicant": row.applicant,
        "over": standing.over,
        "due": standing.due,
        "overdue": standing.overdue,
        "self": f"/api/v1/publicity/repairs/{row.code}",
    }


def _told(request: Called, standing: repair.Standing) -> RepairAnswer:
    row = standing.request
    case = case_by_code(request.auth.person, row.case_code)
    conditions = repair.conditions(row, case, timezone.localdate())
    return RepairAnswer(
        **_line(standing),
        statement=row.statement,
        conditions=[RepairConditionLine(title=one.title, met=one.met, why=one.why) for one in conditions],
        steps=[
            RepairStepLine(kind=one.kind, reason=one.reason, by=one.done_by, at=one.done_at)
            for one in standing.steps
        ],
    )
