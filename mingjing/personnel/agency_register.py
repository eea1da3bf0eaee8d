"""The writers of an agency's entry: its particulars, its confirmation, its departments, posts and their holders."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mingjing.kit.clock import legal_day
from mingjing.kit.identity import credit_code_error
from mingjing.packs.load import library
from mingjing.packs.procedures import ENFORCEMENTS
from mingjing.packs.vocabulary import STAGES
from mingjing.personnel.editions import append_edition, particulars_of
from mingjing.personnel.models import (
    Agency,
    AgencyEdition,
    AgencyKind,
    Department,
    Duty,
    EnforcementField,
    Person,
    Post,
    SubjectConfirmation,
)
from mingjing.personnel.refusals import RegisterRefused, empty, not_theirs, unfit, unknown
from mingjing.personnel.register_log import note
from mingjing.personnel.tree import subtree

# What the page may change. Code and region name the entry and its cases for good.
CHANGEABLE: Final = (
    *("name", "short_name", "kind", "field", "enforcements", "uscc", "address", "phone", "office_hours"),
    *("number_prefix", "review_body", "court", "payment_bank", "payment_account", "is_active"),
)


@transaction.atomic
def change_agency(*, code: str, on: date, reason: str, by: str, **particulars: Any) -> Agency:
    """Change the particulars of an agency from the day `on`. Raises RegisterRefused, having written nothing.

    The change takes effect at once; a day still to come is refused, because what holds today must be what is shown.
    """
    entry = _locked(code)
    above = particulars.pop("parent", entry.parent.code if entry.parent else "")
    errors = not_theirs("name", "people.manage", by) | _wrong_particulars(particulars)
    errors |= empty({"reason": reason}) | unfit(AgencyEdition, {"reason": reason})
    errors |= _wrong_day(entry, on) | _wrong_parent(entry, above)
    if errors:
        raise RegisterRefused(errors)
    before = particulars_of(entry)
    for name in CHANGEABLE:
        setattr(entry, name, particulars.get(name, getattr(entry, name)))
    entry.parent = Agency.objects.get(code=above) if above else None
    after = particulars_of(entry)
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not changed:
        raise RegisterRefused({"name": ["没有任何变更。请改动后再保存。"]})
    entry.save(update_fields=[*CHANGEABLE, "parent"])
    append_edition(entry, on=on, reason=reason.strip(), by=by)
    note(by, "agency_changed", code, {"on": on.isoformat(), "reason": reason.strip(), "changed": changed})
    return entry


@transaction.atomic
def record_confirmation(  # noqa: PLR0913 - a document, each part of it named by the caller
    *,
    code: str,
    kind: str,
    document: str,
    document_no: str,
    confirmed_by: str,
    on: date,
    published_at: str,
    published_on: date,
    by: str,
) -> SubjectConfirmation:
    """Append that the agency was confirmed as a subject of enforcement, or no longer is. Raises RegisterRefused."""
    entry = _locked(code)
    texts = {
        "document": document,
        "document_no": document_no,
        "confirmed_by": confirmed_by,
        "published_at": published_at,
    }
    errors = not_theirs("document", "people.manage", by) | empty(texts) | unfit(SubjectConfirmation, texts)
    errors |= unknown("kind", [kind], SubjectConfirmation.Kind.values, "事项")
    if entry.kind == AgencyKind.TEMPORARY and kind == SubjectConfirmation.Kind.CONFIRMED:
        errors["kind"] = ["指挥部、领导小组等临时机构不能确认为执法主体。请由有执法权的机关办理。"]
    if published_on < on:
        errors["published_on"] = ["公告日期早于确认日期。请核对。"]
    last = entry.confirmations.last()
    if last and on < last.on:
        errors["on"] = ["日期早于上一次确认或者取消。请按先后顺序登记。"]
    if errors:
        raise RegisterRefused(errors)
    cleaned = {name: value.strip() for name, value in texts.items()}
    days = {"on": on, "published_on": published_on}
    row = SubjectConfirmation.objects.create(
        agency=entry, kind=kind, by=by, at=timezone.now(), **cleaned, **days
    )
    note(
        by,
        f"subject_{kind}",
        code,
        {**cleaned, "on": on.isoformat(), "published_on": published_on.isoformat()},
    )
    return row


@transaction.atomic
def add_post(*, code: str, department: str, name: str, by: str) -> Post:
    """Enter a post, and its department where it is not there yet. Raises RegisterRefused."""
    entry = _locked(code)
    errors = not_theirs("post", "people.manage", by) | empty({"department": department, "post": name})
    errors |= unfit(Department, {"name": department}) | unfit(Post, {"name": name})
    unit = Department.objects.filter(agency=entry, name=department.strip()).first()
    if unit and unit.posts.filter(name=name.strip()).exists():
        errors["post"] = [f"{department}已有“{name}”这一岗位。"]
    if errors:
        raise RegisterRefused(errors)
    unit = unit or Department.objects.create(agency=entry, name=department.strip())
    post = Post.objects.create(department=unit, name=name.strip())
    note(by, "post_added", code, {"department": unit.name, "post": post.name})
    return post


@transaction.atomic
def place_person(*, username: str, post: int, by: str) -> Person:
    """Put somebody in a post of his own agency. Raises RegisterRefused."""
    person = Person.objects.select_related("agency").get(username=username)
    seat = Post.objects.select_related("department__agency").filter(pk=post).first()
    errors = not_theirs("post", "people.manage", by)
    if seat is None or seat.department.agency_id != person.agency_id:
        errors["post"] = [f"没有这个岗位，或者它不在{person.name}所在的机关。请从列表中选择。"]
    if errors or seat is None:
        raise RegisterRefused(errors)
    before = [person.department, person.post]
    person.position, person.department, person.post = seat, seat.department.name, seat.name
    person.save(update_fields=["position", "department", "post"])
    note(
        by,
        "person_placed",
        username,
        {"before": before, "department": seat.department.name, "post": seat.name},
    )
    return person


@transaction.atomic
def set_counsel(*, username: str, counsel: bool, by: str) -> Person:
    """Note that somebody is, or no longer is, legal counsel who may give an opinion in a review."""
    person = Person.objects.select_for_update(of=("self",)).get(username=username)
    if errors := not_theirs("counsel", "people.manage", by):
        raise RegisterRefused(errors)
    person.is_counsel = counsel
    person.save(update_fields=["is_counsel"])
    note(by, "counsel_set", username, {"counsel": counsel})
    return person


@transaction.atomic
def set_duties(*, post: int, duties: Sequence[tuple[str, str]], responsibility: str, by: str) -> Post:
    """Give a post these powers, each a procedure and a stage, and no others. Raises RegisterRefused."""
    seat = Post.objects.select_related("department__agency").filter(pk=post).first()
    if seat is None:
        raise RegisterRefused({"post": ["没有这个岗位。请刷新页面后重试。"]})
    errors = not_theirs("duties", "people.manage", by) | unfit(Duty, {"responsibility": responsibility})
    errors |= empty({"responsibility": responsibility})
    errors |= unknown("duties", [one for one, _ in duties], [*library().procedures], "执法程序")
    errors |= unknown("duties", [stage for _, stage in duties], [*STAGES], "环节")
    if errors:
        raise RegisterRefused(errors)
    seat.duties.all().delete()
    wanted = list(dict.fromkeys(duties))
    Duty.objects.bulk_create(
        Duty(post=seat, procedure=one, stage=stage, responsibility=responsibility.strip())
        for one, stage in wanted
    )
    told = {"post": seat.name, "department": seat.department.name, "duties": [list(one) for one in wanted]}
    note(by, "duties_set", seat.department.agency.code, {**told, "responsibility": responsibility.strip()})
    return seat


def _locked(code: str) -> Agency:
    found = Agency.objects.select_for_update(of=("self",)).filter(code=code).first()
    if found is None:
        raise RegisterRefused({"code": [f"没有代码为“{code}”的机关。"]})
    return found


def _wrong_particulars(particulars: dict[str, Any]) -> dict[str, list[str]]:
    errors = unfit(Agency, {name: value for name, value in particulars.items() if isinstance(value, str)})
    errors |= empty({name: particulars[name] for name in ("name", "short_name") if name in particulars})
    if "kind" in particulars:
        errors |= unknown("kind", [particulars["kind"]], AgencyKind.values, "机关性质")
    if particulars.get("field"):
        errors |= unknown("field", [particulars["field"]], EnforcementField.values, "执法领域")
    errors |= unknown("enforcements", particulars.get("enforcements", ()), [*ENFORCEMENTS], "执法种类")
    if particulars.get("uscc") and (wrong := credit_code_error(particulars["uscc"])):
        errors["uscc"] = [wrong]
    return errors


def _wrong_day(entry: Agency, on: date) -> dict[str, list[str]]:
    last = entry.editions.last()
    if on > legal_day(timezone.now()):
        return {"on": ["生效日晚于今天。请在生效当日登记变更。"]}
    if last and on < last.on:
        return {"on": ["生效日早于上一次变更。请按先后顺序登记。"]}
    return {}


def _wrong_parent(entry: Agency, code: str) -> dict[str, list[str]]:
    if not code:
        return {}
    above = Agency.objects.filter(code=code).first()
    if above is None:
        return {"parent": [f"没有代码为“{code}”的监督机关。请先登记它。"]}
    if above.pk in subtree(entry.pk):
        return {"parent": ["不能由自己或者自己的下级监督。请另选。"]}
    return {}
