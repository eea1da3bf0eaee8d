"""Inspections outside the plan (专项检查): asked for, approved by the government above, filed, and only then begun."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from mingjing.inspections.models import InspectionItem, SpecialInspection
from mingjing.inspections.planning.items import ItemRefused, public_item, ratio_faults, ratio_words
from mingjing.inspections.planning.plans import PlanRefused
from mingjing.kit.clock import legal_day
from mingjing.packs.random_terms import random_terms
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_above, agencies_visible_to

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

APPROVERS: Final[Mapping[str, str]] = {
    "government": "县级以上人民政府", "vertical": "实行垂直管理的县级以上行政机关", "own_agency": "本机关",
    "other": "其他",
}  # fmt: skip
LONGEST_REASON: Final = 1000


class NoSpecial(LookupError):
    """There is no such special inspection for this person."""


@dataclass(frozen=True, slots=True)
class SpecialTerms:
    """What a special inspection is about."""

    name: str
    reason: str
    item: str
    ratios: Mapping[str, str]
    begins: date
    ends: date


@dataclass(frozen=True, slots=True)
class Approval:
    """The document of the authority that approved."""

    approver: str
    approver_kind: str
    document_no: str
    approved_on: date


@transaction.atomic
def ask_special(*, terms: SpecialTerms, by: "Person", at: datetime) -> SpecialInspection:
    """Ask for an inspection outside the plan. Raises PlanRefused."""
    agency = by.agency
    if not may(by, "inspect.plan", agency.code):
        raise PlanRefused("您没有申请专项检查的权限。请由本机关的档案文书人员或者负责人申请")
    faults = [] if terms.name.strip() else ["名称：空的"]
    if not terms.reason.strip() or len(terms.reason) > LONGEST_REASON:
        faults.append(f"理由：写明哪一领域、行业、地区有什么突出问题，最多 {LONGEST_REASON} 字")
    if terms.begins > terms.ends or terms.ends < legal_day(at):
        faults.append("起止日期：结束日期不能早于开始日期和今天")
    try:
        item = public_item(agency, terms.item)
        faults += ratio_faults(terms.ratios, key=item.key, agency=agency)
    except ItemRefused as refused:
        faults.append(str(refused))
    if faults:
        raise PlanRefused("；".join(faults))
    return SpecialInspection.objects.create(
        agency=agency, name=terms.name.strip()[:200], reason=terms.reason.strip(), item=terms.item,
        ratios=dict(terms.ratios), begins=terms.begins, ends=terms.ends, asked_by=by.username, asked_at=at,
    )  # fmt: skip


@transaction.atomic
def approve_special(*, special: int, approval: Approval, by: "Person", at: datetime) -> SpecialInspection:
    """Register the approval with its document; done by the authority above, never by the agency. PlanRefused."""
    row = _above(special, by)
    if row.approved_on is not None or row.refused:
        raise PlanRefused("这项专项检查已经答复过")
    approvers = random_terms(row.agency.region, row.agency.field, row.agency.code).approvers
    if approval.approver_kind not in approvers:
        told = "或者".join(APPROVERS[one] for one in approvers)
        raise PlanRefused(
            f"专项检查须经{told}批准，不能由{APPROVERS.get(approval.approver_kind, '其他机关')}批准"
        )
    if not approval.approver.strip() or not approval.document_no.strip():
        raise PlanRefused("请写明批准机关和批准文号")
    if approval.approved_on > legal_day(at):
        raise PlanRefused("批准日期不能晚于今天")
    row.approver, row.approver_kind = approval.approver.strip()[:100], approval.approver_kind
    row.document_no, row.approved_on = approval.document_no.strip()[:80], approval.approved_on
    row.approved_by = by.username
    row.save(update_fields=["approver", "approver_kind", "document_no", "approved_on", "approved_by"])
    return row


@transaction.atomic
def refuse_special(*, special: int, reason: str, by: "Person") -> SpecialInspection:
    """Note that the authority above does not approve, and why. Raises PlanRefused."""
    row = _above(special, by)
    if row.approved_on is not None or row.refused:
        raise PlanRefused("这项专项检查已经答复过")
    if not reason.strip():
        raise PlanRefused("请写明不予批准的理由")
    row.refused, row.approved_by = reason.strip()[:400], by.username
    row.save(update_fields=["refused", "approved_by"])
    return row


@transaction.atomic
def file_special(*, special: int, filing_no: str, by: "Person", at: datetime) -> SpecialInspection:
    """Note that an approved special inspection was filed. Raises PlanRefused."""
    row = _locked(special)
    if row.agency_id != by.agency_id or not may(by, "inspect.plan", by.agency.code):
        raise PlanRefused("请由本机关的档案文书人员或者负责人登记备案")
    if row.approved_on is None:
        raise PlanRefused("还没有批准，不能备案")
    if row.filed_on is not None:
        raise PlanRefused("已经备案")
    if not filing_no.strip():
        raise PlanRefused("请写明备案号")
    row.filing_no, row.filed_on, row.filed_by = filing_no.strip()[:80], legal_day(at), by.username
    row.save(update_fields=["filing_no", "filed_on", "filed_by"])
    return row


def usable_special(special: SpecialInspection, begins: date, ends: date) -> InspectionItem:
    """Give the item of a special inspection that may be carried out on these days. PlanRefused, ItemRefused."""
    if special.approved_on is None:
        raise PlanRefused("专项检查还没有经上级人民政府批准，不能开始")
    if special.filed_on is None:
        raise PlanRefused("专项检查还没有备案，不能开始")
    if begins > ends or begins < special.begins or ends > special.ends:
        raise PlanRefused(f"检查日期应在批准的 {special.begins} 至 {special.ends} 之内")
    return public_item(special.agency, special.item)


def special_row(special: SpecialInspection) -> dict[str, str] | None:
    """Give an approved special inspection as the public plan tells it, by column; None while its item is not public."""
    try:
        item = public_item(special.agency, special.item)
    except ItemRefused:
        return None
    return {
        "name": special.name,
        "item": item.name,
        "kind": "专项检查",
        "body": special.agency.name,
        "object": item.object,
        "amount": f"抽取{ratio_words(special.ratios)}",
        "way": f"双随机，{item.get_way_display()}",
        "from": special.begins.isoformat(),
        "until": special.ends.isoformat(),
        "basis": item.basis,
        "joint": item.joint,
        "note": f"经{special.approver}批准（{special.document_no}）",
    }


def approved_specials(agency: "Agency", year: int) -> list[SpecialInspection]:
    """Give the special inspections of a year that were approved."""
    rows = SpecialInspection.objects.filter(agency=agency, begins__year=year, approved_on__isnull=False)
    return list(rows.select_related("agency").order_by("pk"))


def specials_seen_by(viewer: "Person") -> list[SpecialInspection]:
    """Give the special inspections of the agencies that this person may see, the latest first."""
    rows = SpecialInspection.objects.filter(agency__in=agencies_visible_to(viewer, "inspect.view"))
    return list(rows.select_related("agency").order_by("-id")[:200])


def special_of(viewer: "Person", pk: int) -> SpecialInspection:
    """Give one of them, or raise NoSpecial."""
    rows = SpecialInspection.objects.filter(agency__in=agencies_visible_to(viewer, "inspect.view"), pk=pk)
    row = rows.select_related("agency").first()
    if row is None:
        raise NoSpecial(str(pk))
    return row


def specials_in(agency: "Agency", year: int) -> int:
    """Count the special inspections of a year that were not refused: their number is to be held down."""
    return SpecialInspection.objects.filter(agency=agency, begins__year=year, refused="").count()


def _locked(pk: int) -> SpecialInspection:
    row = SpecialInspection.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise PlanRefused("没有这项专项检查")
    return row


def _above(pk: int, by: "Person") -> SpecialInspection:
    row = _locked(pk)
    if by.agency_id not in agencies_above(row.agency_id) or not may(by, "inspect.special", row.agency.code):
        raise PlanRefused("请由上级人民政府、司法行政部门（监督机关）的人员登记批准")
    return row
