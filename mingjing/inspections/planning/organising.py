"""Organising a draw from a line of the plan or an approved special inspection: looked at, then declared for good."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.inspections.ceremony import begin_campaign, declare
from mingjing.inspections.drawing.bundle import VOID
from mingjing.inspections.models import Campaign, Draw, InspectedObject, PlanLine, SpecialInspection
from mingjing.inspections.planning.items import percent_of
from mingjing.inspections.planning.plans import PlanRefused
from mingjing.inspections.planning.terms import Ground, conditions_of, ground_of, take_of, terms_for
from mingjing.inspections.register.selection import count_of
from mingjing.inspections.standing import stage_of
from mingjing.kit.clock import beijing
from mingjing.packs.random_terms import RISKS, random_terms

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

NAMED: Final = 50  # objects left out that are named on a page; all are counted
LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Layer:
    """One stratum as it would be: how many stand in it, the ratio, how many are taken."""

    risk: str
    size: int
    percent: Decimal
    take: int


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a draw on these days would freeze, before anything is written."""

    ground: Ground
    conditions: Sequence[str]
    layers: Sequence[Layer]
    left_out: Sequence[tuple[str, str, str]]  # objects: id, name, reason
    parties: Sequence[str]
    each: int  # inspectors a visit

    @property
    def take(self) -> int:
        return sum(one.take for one in self.layers)

    @property
    def faults(self) -> list[str]:
        """What stands in the way, in Chinese; with nothing there it may be declared."""
        told = []
        if len(self.ground.inspectors) < self.each:
            told.append(
                f"可以选派的执法人员只有 {len(self.ground.inspectors)} 名，不够组成一组（{self.each} 名）"
            )
        if not self.take:
            told.append(
                "按条件和比例，名录库里没有可以抽取的对象。请先在名录库导入对象，或者核对事项的对象类别"
            )
        if len(self.parties) < 2:
            told.append("本机关没有登记监督机关，抽取至少要有两方出数。请先在人员与证件中登记")
        return told


@dataclass(frozen=True, slots=True)
class Extra:
    """What may be added to the two parties: somebody invited, and a public number with what its silence means."""

    invited: str = ""
    number: str = ""  # its source, as “双色球第2026021期”
    after: datetime | None = None  # when it is out
    goes_on: bool = False  # with the public number, where a party does not show its own


def prospect(source: PlanLine | SpecialInspection, begins: date, ends: date) -> Prospect:
    """Give what a draw on these days would freeze; nothing is written. Raises PlanRefused, ItemRefused."""
    _present(source, begins, ends)
    ground = ground_of(source, begins, ends)
    agency = ground.agency
    names = _names(ground)
    out = Counter(risk for _, _, risk in names)
    layers = []
    for risk in RISKS:
        size = count_of(ground.selection).get(f"{risk}类", 0) - out[risk]
        percent = percent_of(source.ratios, risk) or Decimal(0)
        if size or percent:
            layers.append(Layer(risk, size, percent, take_of(size, percent)))
    return Prospect(
        ground=ground,
        conditions=conditions_of(ground),
        layers=layers,
        left_out=[(one, name, ground.selection.left_out[one]) for one, name, _ in names[:NAMED]],
        parties=[one.name for one in (agency, agency.parent) if one is not None],
        each=random_terms(agency.region, agency.field, agency.code).each,
    )


@transaction.atomic
def organise(
    *,
    source: PlanLine | SpecialInspection,
    begins: date,
    ends: date,
    extra: Extra,
    by: "Person",
    at: datetime,
) -> Draw:
    """Commit to the list and declare the draw. Raises PlanRefused, ItemRefused, DrawRefused.

    What was drawn once is not drawn again on the same days until the round before was voided with its reason.
    """
    type(source).objects.select_for_update().get(
        pk=source.pk
    )  # two who organise the same at once: one after the other
    campaign = _present(source, begins, ends)
    listed, terms = terms_for(source, begins, ends, by=by, at=at)
    terms |= _extra(extra, terms["parties"], at)
    if campaign is None:
        campaign = begin_campaign(
            agency=by.agency,
            title=source.name,
            item=source.item,
            source=source,
            begins=begins,
            ends=ends,
            by=by,
            at=at,
        )
    return declare(campaign=campaign, listed=listed, terms=terms, by=by, at=at)


def campaigns_from(source: PlanLine | SpecialInspection) -> list[Campaign]:
    """Give what was organised from a line or a special inspection, the latest first."""
    return list(source.campaigns.order_by("-pk").prefetch_related("draws"))


def _present(source: PlanLine | SpecialInspection, begins: date, ends: date) -> Campaign | None:
    """Give the campaign of these days whose last round came to nothing, None where there is none. PlanRefused."""
    for campaign in campaigns_from(source):
        if begins > campaign.ends or ends < campaign.begins:
            continue
        if not came_to_nothing(campaign):
            raise PlanRefused(
                f"这项任务在 {campaign.begins} 至 {campaign.ends} 已经组织过抽取，不能重抽。"
                "还没有抽出结果、确需重来的，先在抽取页写明理由作废"
            )
        if (campaign.begins, campaign.ends) != (begins, ends):
            raise PlanRefused(
                f"这项任务作废过一次抽取。重新抽取的，检查日期仍用 {campaign.begins} 至 {campaign.ends}"
            )
        return campaign
    return None


def came_to_nothing(campaign: Campaign) -> bool:
    """Say whether the last round of a campaign was voided, so that the next is held on the same days."""
    last = max(campaign.draws.all(), key=lambda one: one.round, default=None)
    return last is None or stage_of(last) == VOID


def _extra(extra: Extra, parties: Sequence[str], at: datetime) -> dict[str, Any]:
    invited = extra.invited.strip()
    if len(invited) > LONGEST or invited in parties:
        raise PlanRefused(f"受邀出数方：写明身份和姓名，最多 {LONGEST} 字，不能与其他出数方同名")
    told: dict[str, Any] = {"parties": [*parties, invited] if invited else list(parties)}
    if not extra.number.strip():
        if extra.goes_on or extra.after is not None:
            raise PlanRefused("约定公开号码的，写明来源，如“双色球第 2026021 期”")
        return told
    if extra.after is None or extra.after <= at:
        raise PlanRefused("公开号码要在公告之后才产生：请填写晚于现在的公布时间")
    number = {"source": extra.number.strip()[:LONGEST], "after": beijing(extra.after).isoformat()}
    return told | {"number": number, "silence": "number" if extra.goes_on else "void"}


def _names(ground: Ground) -> list[tuple[str, str, str]]:
    """Give id, name and class of the objects that are left out."""
    out = ground.selection.left_out
    rows = InspectedObject.objects.filter(register=ground.selection.region, public_id__in=list(out))
    return list(rows.order_by("name").values_list("public_id", "name", "risk"))
