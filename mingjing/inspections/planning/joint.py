"""One visit for several departments (综合查一次): lines that meet the same firms at the same time, joined."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from mingjing.inspections.models import JointInspection, JointMember, PlanLine
from mingjing.inspections.planning.items import ItemRefused, percent_of, public_item
from mingjing.inspections.planning.plans import PlanRefused, State
from mingjing.inspections.register.selection import Selection, count_of
from mingjing.packs.random_terms import RISKS
from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from mingjing.inspections.models import InspectionItem
    from mingjing.personnel.models import Agency, Person

NOBODY: Final = ("",)  # a condition that no object meets
LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two lines of different departments that meet the same firms in the same time."""

    own: PlanLine
    other: PlanLine
    begins: date
    ends: date
    objects: int
    joint: JointInspection | None  # where it was proposed already


def selection_of(line: PlanLine, item: "InspectionItem") -> Selection:
    """Give whom a line speaks of: the kinds and industries of its item, the classes that it takes from."""
    risks = tuple(risk for risk in RISKS if percent_of(line.ratios, risk))
    return Selection(line.plan.agency.region, tuple(item.kinds), tuple(item.industries), risks)


def overlaps(agency: "Agency", year: int) -> list[Overlap]:
    """Give every line of another department of the region that meets one of this agency's, the most firms first."""
    lines = _lines(agency.region, year)
    own = [one for one in lines if one[0].plan.agency_id == agency.pk]
    others = [one for one in lines if one[0].plan.agency_id != agency.pk]
    found = [_overlap(mine, other) for mine in own for other in others]
    return sorted((one for one in found if one is not None), key=lambda one: -one.objects)


def _lines(region: str, year: int) -> list[tuple[PlanLine, Selection]]:
    """The lines of plans that were approved, with whom they speak of; without a public item they speak of nobody."""
    rows = PlanLine.objects.filter(plan__agency__region=region, plan__year=year).exclude(
        plan__state=State.DRAFT
    )
    found = []
    for line in rows.select_related("plan__agency").order_by("plan", "number"):
        try:
            found.append((line, selection_of(line, public_item(line.plan.agency, line.item))))
        except ItemRefused:
            continue
    return found


def _overlap(mine: tuple[PlanLine, Selection], other: tuple[PlanLine, Selection]) -> Overlap | None:
    begins, ends = max(mine[0].begins, other[0].begins), min(mine[0].ends, other[0].ends)
    if begins > ends:
        return None
    count = sum(count_of(common(mine[1], other[1])).values())
    return Overlap(mine[0], other[0], begins, ends, count, _proposed(mine[0], other[0])) if count else None


def common(one: Selection, other: Selection) -> Selection:
    """Give whom both selections speak of."""
    return Selection(
        region=one.region,
        kinds=_both(one.kinds, other.kinds),
        industries=_both(one.industries, other.industries),
        risks=_both(one.risks, other.risks),
        townships=_both(one.townships, other.townships),
    )


def _both(one: Sequence[str], other: Sequence[str]) -> Sequence[str]:
    if not one or not other:
        return one or other
    return tuple(value for value in one if value in other) or NOBODY


def _proposed(one: PlanLine, other: PlanLine) -> JointInspection | None:
    rows = JointInspection.objects.filter(lead__in=(one, other), members__line__in=(one, other))
    return rows.exclude(members__accepted=False).first()


@transaction.atomic
def propose_joint(
    *, lead: PlanLine, others: Sequence[PlanLine], by: "Person", at: datetime
) -> JointInspection:
    """Propose to carry out a line of one's own together with others', in the time that they share. PlanRefused."""
    if lead.plan.agency_id != by.agency_id or not may(by, "inspect.plan", by.agency.code):
        raise PlanRefused("请由牵头部门的档案文书人员或者负责人提议")
    agencies = [one.plan.agency_id for one in (lead, *others)]
    if not others or len(set(agencies)) < len(agencies):
        raise PlanRefused("联合检查应有本部门一项和其他部门各一项任务")
    begins = max(one.begins for one in (lead, *others))
    ends = min(one.ends for one in (lead, *others))
    if begins > ends:
        raise PlanRefused("这几项任务的时间没有重合，不能联合")
    if any(_proposed(lead, one) is not None for one in others):
        raise PlanRefused("已经提议过联合检查，等待对方答复或者已经同意")
    joint = JointInspection.objects.create(
        region=by.agency.region, lead=lead, begins=begins, ends=ends, proposed_by=by.username, proposed_at=at
    )
    for one in others:
        JointMember.objects.create(joint=joint, line=one)
    return joint


@transaction.atomic
def answer_joint(*, member: int, accept: bool, reason: str, by: "Person", at: datetime) -> JointMember:
    """Answer a proposal for one's own department; a refusal says why. Raises PlanRefused."""
    row = JointMember.objects.select_for_update().filter(pk=member, line__plan__agency=by.agency).first()
    if row is None or not may(by, "inspect.plan", by.agency.code):
        raise PlanRefused("没有等待本机关答复的联合检查")
    if row.accepted is not None:
        raise PlanRefused("已经答复过")
    if not accept and not reason.strip():
        raise PlanRefused("不同意联合的，请写明理由")
    row.accepted, row.reason = accept, reason.strip()[:LONGEST]
    row.answered_by, row.answered_at = by.username, at
    row.save(update_fields=["accepted", "reason", "answered_by", "answered_at"])
    return row


def waiting_for(agency: "Agency") -> list[JointMember]:
    """Give the proposals that wait for an agency's answer."""
    rows = JointMember.objects.filter(line__plan__agency=agency, accepted__isnull=True)
    return list(rows.select_related("joint__lead__plan__agency", "line__plan__agency").order_by("pk"))


def joints_of(agency: "Agency", year: int) -> list[JointInspection]:
    """Give the joint inspections of a year that an agency leads or takes part in."""
    led = JointInspection.objects.filter(lead__plan__agency=agency, lead__plan__year=year)
    joined = JointInspection.objects.filter(members__line__plan__agency=agency, lead__plan__year=year)
    rows = (led | joined).distinct().select_related("lead__plan__agency").order_by("-pk")
    return list(rows.prefetch_related("members__line__plan__agency"))


def accepted_members(line: PlanLine) -> list[PlanLine]:
    """Give the lines of other departments that are carried out with this one. Raises PlanRefused where it is led."""
    own = (
        JointMember.objects.filter(line=line, accepted=True)
        .select_related("joint__lead__plan__agency")
        .first()
    )
    if own is not None:
        lead = own.joint.lead
        raise PlanRefused(f"这项任务已并入{lead.plan.agency.name}的“{lead.name}”，一次上门，由牵头部门抽取")
    rows = JointMember.objects.filter(joint__lead=line, accepted=True).select_related("line__plan__agency")
    return [one.line for one in rows.order_by("pk")]
