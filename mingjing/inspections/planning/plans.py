"""The yearly plan: lines drafted, approved by the head, filed with the authority above, then published as a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.inspections.models import InspectionItem, PlanLine, PlanStep, YearPlan
from mingjing.inspections.planning.items import ItemRefused, public_item, ratio_faults, ratio_words
from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import NotOnRegister
from mingjing.personnel.selectors import agency as agency_of

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

State = YearPlan.State
LONGEST: Final = 400
STEPS: Final[Mapping[str, str]] = {
    "begun": "建立", "changed": "修改", "approved": "批准", "filed": "备案", "reopened": "调整", "returned": "退回",
}  # fmt: skip


class PlanRefused(Exception):
    """Nothing was written, or the plan does not allow it. The message is Chinese and says what would mend it."""


class NoPlan(LookupError):
    """There is no such plan or line of this agency."""


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What a line of a plan says; `members` are codes of the departments that take part."""

    name: str
    item: str
    ratios: Mapping[str, str]
    begins: date
    ends: date
    members: Sequence[str] = ()


@transaction.atomic
def begin_plan(*, year: int, by: "Person", at: datetime) -> YearPlan:
    """Open the plan of this year or the next; the one that is there where it was opened before. Raises PlanRefused."""
    _demand(by, "inspect.plan")
    this = legal_day(at).year
    if year not in (this, this + 1):
        raise PlanRefused(f"只能建立 {this} 年或者 {this + 1} 年的计划")
    plan, made = YearPlan.objects.get_or_create(
        agency=by.agency, year=year, defaults={"authors": [by.username]}
    )
    if made:
        _step(plan, "begun", by, at)
    return plan


@transaction.atomic
def set_line(
    *, plan: YearPlan, terms: LineTerms | None, by: "Person", at: datetime, number: int | None = None
) -> PlanLine | None:
    """Write a line of a draft, add one (no `number`) or take one out (no `terms`). Raises PlanRefused."""
    _demand(by, "inspect.plan")
    held = _locked(plan, by.agency)
    if held.state != State.DRAFT:
        raise PlanRefused(f"计划{held.get_state_display()}，不能直接修改。要调整的，先写明理由转为起草")
    line = _line(held, number) if number is not None else PlanLine(plan=held, number=_next(held))
    held.authors = sorted({*held.authors, by.username})
    held.save(update_fields=["authors"])
    if terms is None:
        if line.led.exists() or line.joined.exists():
            raise PlanRefused("这一项已列入联合检查，不能删去。请先由各部门答复联合检查")
        if line.campaigns.exists():
            raise PlanRefused("这一项已经组织过抽取，不能删去。不再检查的，在抽取页写明理由作废")
        line.delete()
        _step(held, "changed", by, at)
        return None
    if faults := line_faults(terms, held):
        raise PlanRefused("；".join(faults))
    line.name, line.item, line.ratios = terms.name.strip(), terms.item, dict(terms.ratios)
    line.begins, line.ends, line.members = terms.begins, terms.ends, list(terms.members)
    line.published_in = (
        None  # the public has read another line: nothing rests on this one until it is compared again
    )
    line.save()
    _step(held, "changed", by, at)
    return line


def line_faults(terms: LineTerms, plan: YearPlan) -> list[str]:
    """Say in Chinese what a line cannot stand with; nothing where it can."""
    faults = [] if terms.name.strip() else ["检查任务：请写名称"]
    if terms.begins > terms.ends:
        faults.append("开始日期晚于结束日期")
    if {terms.begins.year, terms.ends.year} != {plan.year}:
        faults.append(f"起止日期应在 {plan.year} 年内")
    try:
        item = public_item(plan.agency, terms.item)
        faults += ratio_faults(terms.ratios, key=item.key, agency=plan.agency)
    except ItemRefused as refused:
        faults.append(str(refused))
    for code in terms.members:
        if code == plan.agency.code:
            faults.append("配合部门不用写本机关")
        elif not _agency_in(code, plan.agency.region):
            faults.append(f"配合部门：本地区没有代码为“{code}”的机关")
    return faults


@transaction.atomic
def approve_plan(*, plan: YearPlan, by: "Person", at: datetime) -> YearPlan:
    """The head's approval; nobody approves what he wrote. Raises PlanRefused."""
    _demand(by, "inspect.approve")
    held = _locked(plan, by.agency)
    if held.state != State.DRAFT:
        raise PlanRefused(f"计划{held.get_state_display()}，不需要再批准")
    if by.username in held.authors:
        raise PlanRefused("起草人不能批准自己起草的计划。请由另一名负责人批准")
    lines = list(held.lines.all())
    if not lines:
        raise PlanRefused("计划里还没有一项任务")
    for line in lines:
        if faults := line_faults(line_terms(line), held):
            raise PlanRefused(f"第 {line.number} 项“{line.name}”：{'；'.join(faults)}")
    return _set(held, State.APPROVED, "approved", by, at)


@transaction.atomic
def file_plan(*, plan: YearPlan, filed_with: str, filing_no: str, by: "Person", at: datetime) -> YearPlan:
    """Note that an approved plan was filed with the government or its justice bureau. Raises PlanRefused."""
    _demand(by, "inspect.plan")
    held = _locked(plan, by.agency)
    if held.state != State.APPROVED:
        raise PlanRefused("只有已经批准、还没有备案的计划可以登记备案")
    if not filed_with.strip() or not filing_no.strip():
        raise PlanRefused("请写明备案机关和备案号")
    held.filed_with, held.filing_no = filed_with.strip()[:100], filing_no.strip()[:80]
    told = f"{held.filed_with}　{held.filing_no}"
    return _set(held, State.FILED, "filed", by, at, told, ("filed_with", "filing_no"))


@transaction.atomic
def reopen_plan(*, plan: YearPlan, reason: str, by: "Person", at: datetime) -> YearPlan:
    """Make a plan a draft again, with the reason: to change it during the year, or because the head returns it."""
    _demand(by, "inspect.plan", "inspect.approve")
    held = _locked(plan, by.agency)
    if held.state == State.DRAFT:
        raise PlanRefused("计划正在起草，可以直接修改")
    if not reason.strip() or len(reason) > LONGEST:
        raise PlanRefused(f"请写明调整的理由，最多 {LONGEST} 字")
    return _set(held, State.DRAFT, "reopened", by, at, reason.strip())


def plan_of(agency: "Agency", year: int) -> YearPlan:
    """Give the plan of an agency for a year, or raise NoPlan."""
    row = YearPlan.objects.filter(agency=agency, year=year).select_related("agency").first()
    if row is None:
        raise NoPlan(str(year))
    return row


def plans_of(agency: "Agency") -> list[YearPlan]:
    """Give every plan of an agency, the latest first."""
    return list(YearPlan.objects.filter(agency=agency).order_by("-year"))


def lines_of(plan: YearPlan) -> list[PlanLine]:
    """Give the lines of a plan in their order."""
    return list(plan.lines.select_related("plan__agency").order_by("number"))


def line_of(agency: "Agency", pk: int) -> PlanLine:
    """Give one line of an agency's plans, or raise NoPlan."""
    row = PlanLine.objects.filter(plan__agency=agency, pk=pk).select_related("plan__agency").first()
    if row is None:
        raise NoPlan(str(pk))
    return row


def steps_of(plan: YearPlan) -> list[PlanStep]:
    """Give every step of a plan, the latest first."""
    return list(plan.steps.order_by("-pk"))


def line_terms(line: PlanLine) -> LineTerms:
    """Give a line as it was written."""
    return LineTerms(line.name, line.item, line.ratios, line.begins, line.ends, line.members)


def usable_line(line: PlanLine, begins: date, ends: date) -> InspectionItem:
    """Give the published item of a line that may be carried out on these days. Raises PlanRefused, ItemRefused."""
    if line.plan.state != State.FILED:
        raise PlanRefused(f"年度检查计划{line.plan.get_state_display()}，还没有备案，不能按它抽取")
    if line.published_in is None:
        raise PlanRefused("这项任务不在现行公布的年度检查计划里，不能抽取。请先公布计划")
    if begins > ends or begins < line.begins or ends > line.ends:
        raise PlanRefused(f"检查日期应在计划的 {line.begins} 至 {line.ends} 之内")
    return public_item(line.plan.agency, line.item)


def line_words(line: PlanLine) -> dict[str, str]:
    """Give what a line itself says of its public row, whatever has become of its item."""
    return {
        "name": line.name,
        "amount": f"抽取{ratio_words(line.ratios)}",
        "from": line.begins.isoformat(),
        "until": line.ends.isoformat(),
    }


def line_row(line: PlanLine) -> dict[str, str] | None:
    """Give a line as the public list tells it, by column; None while its item is not public."""
    try:
        item = public_item(line.plan.agency, line.item)
    except ItemRefused:
        return None
    return line_words(line) | {
        "item": item.name,
        "kind": "日常检查",
        "body": line.plan.agency.name,
        "object": item.object,
        "way": f"双随机，{item.get_way_display()}",
        "basis": item.basis,
        "joint": "、".join(agency_of(code).name for code in line.members) or item.joint,
        "note": "",
    }


def filed_lines(agency: "Agency", year: int) -> list[PlanLine]:
    """Give the lines that may be published: of a plan that was approved and filed."""
    plan = YearPlan.objects.filter(agency=agency, year=year, state=State.FILED).first()
    return lines_of(plan) if plan else []


def lines_in(agency: "Agency", year: int) -> list[PlanLine]:
    """Give the lines of a year, whatever the state of their plan."""
    rows = PlanLine.objects.filter(plan__agency=agency, plan__year=year)
    return list(rows.select_related("plan__agency").order_by("number"))


@transaction.atomic
def note_published(line_ids: Mapping[int, int], *, agency: "Agency", year: int) -> None:
    """Note which lines of a year stand in the published list (id -> version of the list), and that no other does."""
    for line in PlanLine.objects.select_for_update().filter(plan__agency=agency, plan__year=year):
        if line.published_in != line_ids.get(line.pk):
            line.published_in = line_ids.get(line.pk)
            line.save(update_fields=["published_in"])


def _demand(by: "Person", *actions: str) -> None:
    if not any(may(by, action, by.agency.code) for action in actions):
        raise PlanRefused("您没有办理检查计划这一步的权限。请由本机关的档案文书人员起草、负责人批准")


def _locked(plan: YearPlan, agency: "Agency") -> YearPlan:
    row = YearPlan.objects.select_for_update().filter(pk=plan.pk, agency=agency).first()
    if row is None:
        raise PlanRefused("没有这份计划")
    return row


def _line(plan: YearPlan, number: int) -> PlanLine:
    row = plan.lines.filter(number=number).first()
    if row is None:
        raise PlanRefused("计划里没有这一项，可能已被删去。请刷新")
    return row


def _next(plan: YearPlan) -> int:
    last = plan.lines.order_by("-number").first()
    return last.number + 1 if last else 1


def _agency_in(code: str, region: str) -> bool:
    try:
        return agency_of(code).region == region
    except NotOnRegister:
        return False


def _set(
    plan: YearPlan,
    state: str,
    step: str,
    by: "Person",
    at: datetime,
    reason: str = "",
    also: Sequence[str] = (),
) -> YearPlan:
    plan.state = state
    plan.save(update_fields=["state", *also])
    _step(plan, step, by, at, reason)
    return plan


def _step(plan: YearPlan, kind: str, by: "Person", at: datetime, reason: str = "") -> None:
    body: list[dict[str, Any]] = [
        {
            "number": one.number, "name": one.name, "item": one.item, "ratios": one.ratios,
            "begins": one.begins.isoformat(), "ends": one.ends.isoformat(), "members": one.members,
        }
        for one in plan.lines.order_by("number")
    ]  # fmt: skip
    PlanStep.objects.create(plan=plan, kind=kind, reason=reason, body=body, by=by.username, at=at)
