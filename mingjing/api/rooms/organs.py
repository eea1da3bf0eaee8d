"""Bodies and their powers: agencies, confirmations, posts and duties, delegations; kept by the system administrator."""

from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone
from ninja import Query

from mingjing.api.door import Called, scope_missing
from mingjing.api.operations import Room
from mingjing.api.problems import not_found, refused
from mingjing.api.rooms.organ_schemas import (
    AgencyAnswer,
    AgencyChangeGiven,
    AgencyGiven,
    AgreementGiven,
    AgreementLine,
    AgreementPage,
    AgreementStepGiven,
    ConfirmationLine,
    DepartmentLine,
    DutiesGiven,
    EditionLine,
    OnDay,
    PostGiven,
    ResponsibilityLine,
    ResponsibilityPage,
    SubjectGiven,
)
from mingjing.api.rooms.personnel import room as people
from mingjing.api.rooms.register import MANAGE, VIEW, kept
from mingjing.api.rows import AgencyCode, Number, told
from mingjing.personnel import agency_register, authority, delegations, duties, selectors, services
from mingjing.personnel.permissions import may
from mingjing.personnel.refusals import RegisterRefused

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

room = Room("机关登记")


@room.get("/agencies/{agency}", VIEW, answer=AgencyAnswer)
def get_agency(request: Called, agency: AgencyCode, asked: Query[OnDay]) -> AgencyAnswer:
    """读取一个机关：登记事项及历次变更、主体确认、部门岗位和职权、委托和赋权。"""
    return _told(request, _found(request, agency), asked.on)


@people.post("/agencies", MANAGE, answer=AgencyAnswer)
def create_agency(request: Called, given: AgencyGiven) -> AgencyAnswer:
    """登记一个机关。"""
    person = request.auth.person
    if not may(person, MANAGE, given.parent or person.agency.code):
        raise scope_missing(MANAGE)
    kept(services.create_agency, by=person.username, **given.sent())
    return _told(request, _found(request, given.code), None)


@room.post("/agencies/{agency}/changes", MANAGE, answer=AgencyAnswer)
def change_agency(request: Called, agency: AgencyCode, given: AgencyChangeGiven) -> AgencyAnswer:
    """变更一个机关的登记事项；没有发来的项目不变。"""
    found = _managed(request, agency)
    told_us = given.sent("on", "reason")
    by = request.auth.person.username
    kept(agency_register.change_agency, code=agency, on=given.on, reason=given.reason, by=by, **told_us)
    found.refresh_from_db()
    return _told(request, found, None)


@room.post("/agencies/{agency}/confirmations", MANAGE, answer=AgencyAnswer)
def confirm_agency(request: Called, agency: AgencyCode, given: SubjectGiven) -> AgencyAnswer:
    """登记执法主体的确认或者取消。"""
    found, by = _managed(request, agency), request.auth.person.username
    kept(agency_register.record_confirmation, code=agency, by=by, **given.model_dump())
    return _told(request, found, None)


@room.post("/agencies/{agency}/posts", MANAGE, answer=AgencyAnswer)
def add_agency_post(request: Called, agency: AgencyCode, given: PostGiven) -> AgencyAnswer:
    """增加一个岗位；部门还没有的一并登记。"""
    found, by = _managed(request, agency), request.auth.person.username
    kept(agency_register.add_post, code=agency, by=by, **given.model_dump())
    return _told(request, found, None)


@room.post("/agencies/{agency}/posts/{post}/duties", MANAGE, answer=AgencyAnswer)
def set_post_duties(request: Called, agency: AgencyCode, post: Number, given: DutiesGiven) -> AgencyAnswer:
    """把职权分解到一个岗位：此后就是这些，没有别的。"""
    found = _managed(request, agency)
    if str(post) not in {pk for pk, _title in duties.posts_of(agency)}:
        raise not_found()
    kept(
        agency_register.set_duties,
        post=post,
        duties=[(one.procedure, one.stage) for one in given.duties],
        responsibility=given.responsibility,
        by=request.auth.person.username,
    )
    return _told(request, found, None)


@room.get("/agencies/{agency}/responsibilities", VIEW, answer=ResponsibilityPage)
def list_responsibilities(request: Called, agency: AgencyCode) -> ResponsibilityPage:
    """列出一个机关的执法责任清单：职权、岗位、责任人。"""
    lines = duties.responsibility_list(_found(request, agency).code)
    return ResponsibilityPage(items=[ResponsibilityLine.of(one) for one in lines])


# --- delegations ------------------------------------------------------------------------------


@room.get("/agreements", VIEW, answer=AgreementPage)
def list_agreements(request: Called, asked: Query[OnDay]) -> AgreementPage:
    """列出委托书和赋权清单，新签的在前，附所问之日的状态。"""
    found = authority.agreements_of(_ids(request), asked.on or timezone.localdate())
    return AgreementPage(items=[AgreementLine.of(one) for one in found])


@room.get("/agreements/{agreement}", VIEW, answer=AgreementLine)
def get_agreement(request: Called, agreement: Number) -> AgreementLine:
    """读取一份委托书或者赋权清单。"""
    return _agreement(request, agreement)


@room.post("/agreements", MANAGE, answer=AgreementLine)
def sign_agreement(request: Called, given: AgreementGiven) -> AgreementLine:
    """登记签订的委托书或者赋权清单；法律不允许的不登记，逐条说明。双方公布后才能据以执法。"""
    try:
        made = delegations.sign_agreement(by=request.auth.person.username, **given.model_dump())
    except RegisterRefused as refusal:
        raise refused({_place(name): texts for name, texts in refusal.errors.items()}) from None
    return AgreementLine.of(delegations.agreement_on(made, timezone.localdate()))


@room.post("/agreements/{agreement}/events", MANAGE, answer=AgreementLine)
def take_agreement_step(request: Called, agreement: Number, given: AgreementStepGiven) -> AgreementLine:
    """登记委托书、赋权清单的公布或者终止。"""
    _agreement(request, agreement)
    by = request.auth.person.username
    if given.step == "publish":
        kept(delegations.publish_agreement, pk=agreement, on=given.on, where=given.note, by=by)
    else:
        kept(delegations.end_agreement, pk=agreement, on=given.on, reason=given.note, by=by)
    return _agreement(request, agreement)


def _place(name: str) -> str:
    """Where in the body a field stands: what is no part of the instrument's head is one of its terms."""
    return name if not name or name in AgreementGiven.model_fields else f"terms/{name}"


def _ids(request: Called) -> list[int]:
    return selectors.agencies_visible_to(request.auth.person, VIEW)


def _agreement(request: Called, number: int) -> AgreementLine:
    found = authority.agreement_by_pk(number, timezone.localdate(), _ids(request))
    if found is None:
        raise not_found()
    return AgreementLine.of(found)


def _found(request: Called, code: str) -> "Agency":
    rows = selectors.agencies_in_order(request.auth.person)
    found = next((one for one, _depth in rows if one.code == code), None)
    if found is None:
        raise not_found()
    return found


def _managed(request: Called, code: str) -> "Agency":
    found = _found(request, code)
    if not may(request.auth.person, MANAGE, found.code):
        raise scope_missing(MANAGE)
    return found


def _told(request: Called, found: "Agency", on: date | None) -> AgencyAnswer:
    above = {one.pk: one.code for one, _depth in selectors.agencies_in_order(request.auth.person)}
    return AgencyAnswer.whole(
        found,
        authority.as_of(found, on or timezone.localdate()),
        above.get(found.parent_id or 0, ""),
        confirmations=[told(ConfirmationLine, one) for one in authority.confirmations_of(found)],
        editions=[told(EditionLine, one) for one in authority.editions_of(found)],
        departments=[DepartmentLine.of(one) for one in duties.departments_of(found.code)],
    )
