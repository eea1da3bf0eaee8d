"""The only writers of the register of agencies, people and certificates; each change says who made it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from mingjing.packs.procedures import ENFORCEMENTS
from mingjing.personnel import selectors
from mingjing.personnel.certificates import FOLLOWED_BY
from mingjing.personnel.editions import first_edition
from mingjing.personnel.models import (
    Agency,
    AgencyKind,
    Certificate,
    CertificateEvent,
    EnforcementField,
    Person,
    Role,
)
from mingjing.personnel.permissions import conflicting
from mingjing.personnel.refusals import RegisterRefused, empty, not_theirs, own, unfit, unknown
from mingjing.personnel.register_log import note
from mingjing.translog.turns import take_turn

USERNAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,39}")
REGION: Final = re.compile(r"[0-9]{6}")
# A person of such a name could not be opened: these words are pages.
RESERVED: Final = frozenset({"new", "agencies", "agreements", "responsibilities", "reviewers"})


@transaction.atomic
def create_agency(
    *,
    code: str,
    name: str,
    region: str,
    kind: str,
    by: str,
    field: str = "",
    parent: str = "",
    **particulars: Any,
) -> Agency:
    """Enter an agency below `parent` (a code; "" for a root). Raises RegisterRefused, having written nothing."""
    errors = unfit(Agency, {"code": code, "name": name, **particulars}) | empty({"code": code, "name": name})
    errors |= not_theirs("code", "people.manage", by) | unknown("kind", [kind], AgencyKind.values, "机关性质")
    errors |= unknown("field", [field] if field else [], EnforcementField.values, "执法领域")
    errors |= unknown("enforcements", particulars.get("enforcements", ()), [*ENFORCEMENTS], "执法种类")
    if not REGION.fullmatch(region):
        errors["region"] = ["行政区划代码应为六位数字，如 410481。"]
    take_turn("agency", code)
    if Agency.objects.filter(code=code).exists():
        errors["code"] = [f"机关代码“{code}”已被使用。请换一个代码，或修改已有机关。"]
    above = Agency.objects.filter(code=parent).first() if parent else None
    if parent and above is None:
        errors["parent"] = [f"没有代码为“{parent}”的监督机关。请先登记它。"]
    if errors:
        raise RegisterRefused(errors)
    particulars.setdefault("short_name", name)
    entry = Agency.objects.create(
        code=code, name=name, region=region, kind=kind, field=field, parent=above, **particulars
    )
    first_edition(entry, by=by)
    note(by, "agency_created", code, {"name": name, "region": region, "kind": kind, "parent": parent})
    return entry


@transaction.atomic
def create_person(
    *,
    username: str,
    name: str,
    agency: str,
    password: str,
    by: str,
    roles: Sequence[str] = (),
    **particulars: Any,
) -> Person:
    """Enter somebody who can sign in. Raises RegisterRefused, having written nothing."""
    take_turn("person", username.lower())
    errors = unfit(Person, {"name": name, **particulars}) | empty({"name": name})
    errors |= not_theirs("username", "people.manage", by)
    # A new account may be empty-handed: the system administrator opens it, the security administrator gives roles.
    errors |= (_wrong_roles(roles) | not_theirs("roles", "people.secure", by)) if roles else {}
    if not USERNAME.fullmatch(username):
        errors["username"] = ["用户名由字母、数字和 . _ - 组成，以字母或数字开头，2 至 40 个字符。"]
    elif username in RESERVED:
        errors["username"] = [f"“{username}”是系统页面的名称。请换一个用户名。"]
    elif Person.objects.filter(username__iexact=username).exists():
        errors["username"] = [f"用户名“{username}”已被使用。请换一个。"]
    body = Agency.objects.filter(code=agency).first()
    entry = Person(username=username, name=name, roles=list(roles), **particulars)
    errors |= _weak_password(password, entry)
    if body is None:
        raise RegisterRefused({**errors, "agency": [f"没有代码为“{agency}”的机关。请先登记机关。"]})
    if errors:
        raise RegisterRefused(errors)
    entry.agency = body
    entry.set_password(password)
    entry.save(force_insert=True)
    note(by, "person_created", username, {"name": name, "agency": agency, "roles": list(roles)})
    return entry


@transaction.atomic
def set_roles(*, username: str, roles: Sequence[str], by: str) -> Person:
    """Give somebody else these roles and no others. Raises RegisterRefused, having written nothing."""
    entry = _locked(username)
    if errors := own("roles", username, by) | not_theirs("roles", "people.secure", by) | _wrong_roles(roles):
        raise RegisterRefused(errors)
    before, entry.roles = entry.roles, list(roles)
    entry.save(update_fields=["roles"])
    note(by, "roles_set", username, {"before": before, "after": entry.roles})
    return entry


@transaction.atomic
def set_active(*, username: str, active: bool, by: str) -> Person:
    """Let somebody in again, or shut the door behind somebody who has left; acts already done stay as they are.

    Raises RegisterRefused where it is one's own door: the last administrator could shut everybody out.
    """
    entry = _locked(username)
    if errors := not_theirs("active", "people.manage", by) | own("active", username, by):
        raise RegisterRefused(errors)
    entry.is_active = active
    entry.save(update_fields=["is_active"])
    note(by, "person_active" if active else "person_left", username, {})
    return entry


@transaction.atomic
def set_password(*, username: str, password: str, by: str) -> Person:
    """Replace somebody else's password. Raises RegisterRefused, the old one still valid, if the new one is too weak."""
    entry = _locked(username)
    errors = _weak_password(password, entry) | not_theirs("password", "people.secure", by)
    if username == by:  # whoever finds an open desk must not be able to take the account over
        errors = {"password": ["改自己的密码要先输入原密码。请从右上角的姓名进入“修改密码”。"]}
    return _with_password(entry, password, errors, by, "password_set")


@transaction.atomic
def change_password(*, username: str, old: str, password: str) -> Person:
    """Replace one's own password. Raises RegisterRefused unless the old one is right and the new one another."""
    entry = _locked(username)
    errors = _weak_password(password, entry)
    if old == password:
        errors = {"password": ["新密码与原密码相同。请换一个。"]}
    if not entry.check_password(old):
        errors["old"] = ["原密码不对。请重新输入，注意大小写。"]
    return _with_password(entry, password, errors, username, "password_changed")


@transaction.atomic
def choose_password(*, username: str, password: str) -> Person:
    """Set one's own first password, having proved otherwise who one is. Raises RegisterRefused if it is too weak."""
    entry = _locked(username)
    return _with_password(entry, password, _weak_password(password, entry), username, "password_chosen")


def _with_password(
    entry: Person, password: str, errors: Mapping[str, Sequence[str]], by: str, action: str
) -> Person:
    if errors:
        raise RegisterRefused(errors)
    entry.set_password(password)
    entry.save(update_fields=["password"])
    note(by, action, entry.username, {})
    return entry


@transaction.atomic
def issue_certificate(
    *,
    username: str,
    number: str,
    issuer: str,
    fields: Sequence[str],
    valid_from: date,
    valid_until: date,
    by: str,
) -> Certificate:
    """Enter a certificate as it was issued. Raises RegisterRefused, having written nothing."""
    take_turn("certificate", number)
    holder = _locked(username)
    errors = unfit(Certificate, {"number": number, "issuer": issuer})
    errors |= empty({"number": number, "issuer": issuer})
    errors |= not_theirs("username", "people.manage", by) | own("username", username, by)
    errors |= unknown("fields", fields, EnforcementField.values, "执法类别")
    if not fields:
        errors["fields"] = ["请至少选择一个执法类别。"]
    if valid_until < valid_from:
        errors["valid_until"] = ["有效期止早于有效期起。请核对证件。"]
    if Certificate.objects.filter(number=number).exists():
        errors["number"] = [f"证号“{number}”已登记。请核对证号。"]
    if holder.is_auxiliary:
        errors["username"] = ["执法辅助人员不得持有执法证件。请先核对其身份。"]
    if errors:
        raise RegisterRefused(errors)
    entry = Certificate.objects.create(
        person=holder,
        number=number,
        issuer=issuer,
        fields=list(fields),
        valid_from=valid_from,
        valid_until=valid_until,
    )
    dates = {"valid_from": valid_from.isoformat(), "valid_until": valid_until.isoformat()}
    note(by, "certificate_issued", username, {"number": number, "fields": list(fields), **dates})
    return entry


def suspend_certificate(*, number: str, on: date, reason: str, by: str) -> CertificateEvent:
    """Append that the certificate counts for nothing from the day `on`, until restored."""
    return _append_event(number, CertificateEvent.Kind.SUSPENDED, on, reason, by)


def restore_certificate(*, number: str, on: date, reason: str, by: str) -> CertificateEvent:
    """Append that a suspended certificate counts again from the day `on`."""
    return _append_event(number, CertificateEvent.Kind.RESTORED, on, reason, by)


def take_back_certificate(*, number: str, on: date, reason: str, by: str) -> CertificateEvent:
    """Append that the certificate was taken back on the day `on`: it counts for nothing, and a new one is needed."""
    return _append_event(number, CertificateEvent.Kind.TAKEN_BACK, on, reason, by)


def cancel_certificate(*, number: str, on: date, reason: str, by: str) -> CertificateEvent:
    """Append that the certificate counts for nothing from the day `on`, for good."""
    return _append_event(number, CertificateEvent.Kind.CANCELLED, on, reason, by)


@transaction.atomic
def _append_event(
    number: str, kind: CertificateEvent.Kind, on: date, reason: str, by: str
) -> CertificateEvent:
    # The lock keeps two clerks from appending contradicting events at once.
    certificate = Certificate.objects.select_for_update().filter(number=number).first()
    if certificate is None:
        raise RegisterRefused({"number": [f"没有证号为“{number}”的执法证件。请核对证号。"]})
    last = certificate.events.last()
    errors = unfit(CertificateEvent, {"reason": reason}) | empty({"reason": reason})
    errors |= not_theirs("number", "people.manage", by) | own("number", certificate.person.username, by)
    if kind.value not in FOLLOWED_BY[last.kind if last else ""]:
        now = last.get_kind_display() if last else "未暂扣"
        errors["number"] = [f"证件现为“{now}”状态，不能再作“{kind.label}”。"]
    if on < (last.on if last else certificate.valid_from):
        errors["on"] = ["生效日早于上一事项或发证之日。请按先后顺序登记。"]
    if errors:
        raise RegisterRefused(errors)
    event = CertificateEvent.objects.create(
        certificate=certificate, kind=kind, on=on, reason=reason.strip(), recorded_by=by
    )
    details = {"number": number, "on": on.isoformat(), "reason": reason.strip()}
    note(by, f"certificate_{kind.value}", certificate.person.username, details)
    return event


def _locked(username: str) -> Person:
    selectors.person(username)  # raises for an unknown name, which locking would not explain
    return Person.objects.select_for_update(of=("self",)).get(username=username)


def _wrong_roles(roles: Sequence[str]) -> dict[str, list[str]]:
    if errors := unknown("roles", roles, Role.values, "角色"):
        return errors
    if pair := conflicting(roles):
        return {
            "roles": [f"{'、'.join(pair)}不能由同一人担任。管理员只任一职，不兼任其他角色。请只保留其一。"]
        }
    return {} if roles else {"roles": ["请至少选择一个角色。"]}


def _weak_password(password: str, entry: Person) -> dict[str, list[str]]:
    try:
        validate_password(password, entry)
    except ValidationError as refusal:
        return {"password": list(refusal.messages)}
    return {}
