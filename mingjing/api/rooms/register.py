"""Keeping the register of people: each administrator does here what is his on the pages, by the same services."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone

from mingjing.api.door import Called, scope_missing
from mingjing.api.operations import Room
from mingjing.api.problems import not_found, refused
from mingjing.api.rooms.personnel import answer_of, person_seen
from mingjing.api.rooms.personnel import room as people
from mingjing.api.rooms.personnel_schemas import PersonAnswer, Username
from mingjing.api.rooms.register_schemas import (
    ActiveGiven,
    CatalogueAnswer,
    CertificateGiven,
    CertificateStepGiven,
    ChangeLine,
    ChangePage,
    CounselGiven,
    PasswordGiven,
    PersonGiven,
    PlaceGiven,
    RoleLine,
    RolesGiven,
)
from mingjing.api.rows import Number
from mingjing.personnel import agency_register, selectors, services
from mingjing.personnel.permissions import may
from mingjing.personnel.refusals import RegisterRefused
from mingjing.training.applications import issue_certificate as issue_after_exam

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

room = Room("人员登记")
VIEW, MANAGE, SECURE = "people.view", "people.manage", "people.secure"
STEPS: Final = {
    "suspended": services.suspend_certificate,
    "restored": services.restore_certificate,
    "taken_back": services.take_back_certificate,
    "cancelled": services.cancel_certificate,
}


def kept(service: Callable[..., object], **given: Any) -> None:
    """Call a service of the register. Raises Problem with what it says by field."""
    try:
        service(**given)
    except RegisterRefused as refusal:
        raise refused(refusal.errors) from None


@room.get("/register/codes", VIEW, answer=CatalogueAnswer)
def get_register_codes(request: Called) -> CatalogueAnswer:
    """列出登记用的代码：角色、机关性质、执法领域。"""

    def lines(pairs: tuple[tuple[str, str], ...]) -> list[RoleLine]:
        return [RoleLine(code=code, title=title) for code, title in pairs]

    return CatalogueAnswer(
        roles=lines(selectors.ROLES),
        agency_kinds=lines(selectors.AGENCY_KINDS),
        fields=lines(selectors.ENFORCEMENT_FIELDS),
        today=timezone.localdate(),
    )


@people.post("/people", MANAGE, answer=PersonAnswer)
def create_person(request: Called, given: PersonGiven) -> PersonAnswer:
    """登记一个可以登录的人员，由系统管理员办理。首次登录的密码由请求给出，交给本人；角色另由安全管理员授予。"""
    _keeps(request, MANAGE, given.agency)
    kept(services.create_person, **given.model_dump(), by=request.auth.person.username)
    return answer_of(person_seen(request, given.username))


@room.post("/people/{username}/roles", SECURE, answer=PersonAnswer)
def set_person_roles(request: Called, username: Username, given: RolesGiven) -> PersonAnswer:
    """授予角色，由安全管理员办理；此后就是这些，没有别的。"""
    return _changed(request, username, SECURE, services.set_roles, roles=given.roles)


@room.post("/people/{username}/active", MANAGE, answer=PersonAnswer)
def set_person_active(request: Called, username: Username, given: ActiveGiven) -> PersonAnswer:
    """登记离任或者复职。"""
    return _changed(request, username, MANAGE, services.set_active, active=given.active)


@room.post("/people/{username}/password", SECURE, answer=PersonAnswer)
def set_person_password(request: Called, username: Username, given: PasswordGiven) -> PersonAnswer:
    """重设他人的密码，由安全管理员办理；原有登录随即失效。应答没有密码。"""
    return _changed(request, username, SECURE, services.set_password, password=given.password)


@room.post("/people/{username}/post", MANAGE, answer=PersonAnswer)
def place_person(request: Called, username: Username, given: PlaceGiven) -> PersonAnswer:
    """安排到本人所在机关的一个岗位。"""
    return _changed(request, username, MANAGE, agency_register.place_person, post=given.post)


@room.post("/people/{username}/counsel", MANAGE, answer=PersonAnswer)
def set_person_counsel(request: Called, username: Username, given: CounselGiven) -> PersonAnswer:
    """登记是否法律顾问、公职律师。"""
    return _changed(request, username, MANAGE, agency_register.set_counsel, counsel=given.counsel)


@room.post("/people/{username}/certificates", MANAGE, answer=PersonAnswer)
def issue_certificate(request: Called, username: Username, given: CertificateGiven) -> PersonAnswer:
    """登记一个执法证件。"""
    told = given.model_dump()
    return _changed(request, username, MANAGE, issue_after_exam, at=timezone.now(), **told)


@room.post("/people/{username}/certificates/{certificate}/events", MANAGE, answer=PersonAnswer)
def take_certificate_step(
    request: Called, username: Username, certificate: Number, given: CertificateStepGiven
) -> PersonAnswer:
    """登记证件的暂扣、恢复、收回、注销。"""
    found = _managed(request, username, MANAGE)
    held = next((one for one in selectors.certificates_of(username) if one.pk == certificate), None)
    if held is None:
        raise not_found()
    by = request.auth.person.username
    kept(STEPS[given.step], number=held.number, on=given.on, reason=given.reason, by=by)
    return answer_of(found)


@room.get("/people/{username}/changes", MANAGE, SECURE, answer=ChangePage)
def list_person_changes(request: Called, username: Username) -> ChangePage:
    """列出一个人登记事项的历次变更：谁、经哪个客户端、何时、改了什么。"""
    person_seen(request, username)
    # An agency may bear the same name as an account: its entries are not this person's.
    rows = [one for one in selectors.changes_of(username) if not one.action.startswith("agency")]
    return ChangePage(items=[ChangeLine.of(one) for one in rows])


def _keeps(request: Called, action: str, agency: str) -> None:
    """Raise Problem unless the caller may do this in that agency; one that is not there, the service refuses."""
    if not may(request.auth.person, action, agency):
        raise scope_missing(action)


def _managed(request: Called, username: str, action: str) -> "Person":
    found = person_seen(request, username)
    _keeps(request, action, found.agency.code)
    return found


def _changed(
    request: Called, username: str, action: str, service: Callable[..., object], **given: Any
) -> PersonAnswer:
    """Change the entry of somebody whom the caller keeps, and tell it as it is now. Raises Problem."""
    _managed(request, username, action)
    kept(service, username=username, by=request.auth.person.username, **given)
    return answer_of(person_seen(request, username))
