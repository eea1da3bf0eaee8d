"""From a line of a plan to a draw: the list that is committed to, and all terms that a declaration freezes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, Any, Final

from mingjing.inspections.drawing.draw import Inspector
from mingjing.inspections.models import (
    InspectedObject,
    InspectionItem,
    ListVersion,
    PlanLine,
    SpecialInspection,
)
from mingjing.inspections.planning.caps import at_cap
from mingjing.inspections.planning.items import percent_of, ratio_words
from mingjing.inspections.planning.joint import accepted_members, common, selection_of
from mingjing.inspections.planning.plans import PlanRefused, usable_line
from mingjing.inspections.planning.specials import usable_special
from mingjing.inspections.register.inspectors import LeftOut, avoided, inspectors_for
from mingjing.inspections.register.lists import commit_list
from mingjing.inspections.register.selection import Selection, strata_of
from mingjing.inspections.register.versions import frozen_objects
from mingjing.packs.random_terms import RISKS, random_terms

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

# An object whose state is one of these when its visit comes up is skipped, by the reason declared beforehand.
REASONS: Final = tuple(one for one in InspectedObject.State.values if one != InspectedObject.State.ACTIVE)
TOGETHER: Final = 0


@dataclass(frozen=True, slots=True)
class Ground:
    """What a draw rests on: a line of the published plan or an approved special inspection, and its item."""

    source: PlanLine | SpecialInspection
    agency: "Agency"
    item: InspectionItem
    members: Sequence[PlanLine]  # lines of other departments carried out in the same visit
    selection: Selection
    left_out: Sequence[LeftOut]  # officers who may not be sent
    inspectors: Sequence[Inspector]

    @property
    def title(self) -> str:
        return self.source.name


def ground_of(source: PlanLine | SpecialInspection, begins: date, ends: date) -> Ground:
    """Give what a draw on these days would rest on, or refuse it; nothing is written. PlanRefused, ItemRefused.

    Objects at their yearly cap are left out with the reason; so is every officer who may not be sent.
    """
    if isinstance(source, PlanLine):
        agency, item = source.plan.agency, usable_line(source, begins, ends)
        members = accepted_members(source)
        selection = selection_of(source, item)
        for line in members:
            selection = common(selection, selection_of(line, usable_line(line, begins, ends)))
    else:
        agency, item, members = source.agency, usable_special(source, begins, ends), []
        risks = tuple(risk for risk in RISKS if percent_of(source.ratios, risk))
        selection = Selection(agency.region, tuple(item.kinds), tuple(item.industries), risks)
    selection = replace(selection, left_out=_left_out(selection, at_cap(agency, agency.region, on=begins)))
    corps = inspectors_for(agency, _fields(agency), begins, ends)
    return Ground(source, agency, item, members, selection, corps.left_out, corps.inspectors)


def terms_for(
    source: PlanLine | SpecialInspection, begins: date, ends: date, *, by: "Person", at: datetime
) -> tuple[ListVersion, dict[str, Any]]:
    """Commit to the list of a draw and give its terms, as `ceremony.declare` takes them. PlanRefused, ItemRefused.

    Nobody is named by hand: how many of each class follow from the ratios, inspectors from their certificates,
    avoidance from the relations on record, the parties from who is above whom. A face may add an invited party.
    """
    ground = ground_of(source, begins, ends)
    if by.agency_id != ground.agency.pk:
        raise PlanRefused("只能为本机关的检查抽取")
    if len(ground.inspectors) < _staffing(ground)["each"]:
        raise PlanRefused(
            f"可以选派的执法人员只有 {len(ground.inspectors)} 名，不够组成一组。请核对执法证和任务"
        )
    # The register itself first: what the list of this draw was made from is in the log before it.
    frozen = frozen_objects(ground.agency, at=at)
    listed = commit_list(
        agency=ground.agency,
        register=ground.item.name,
        strata=strata_of(ground.selection),
        conditions=[*conditions_of(ground), *frozen],
        by=by,
        at=at,
    )
    strata = strata_terms(source.ratios, listed, ground.agency)
    if not any(one["take"] for one in strata):
        raise PlanRefused("按条件和比例，名录库里没有可以抽取的对象")
    return listed, {
        "strata": strata,
        "inspectors": [_inspector(one) for one in ground.inspectors],
        "staffing": _staffing(ground),
        "parties": _parties(ground.agency),
        "silence": "void",
        "number": None,
        "reasons": list(REASONS),
    }


def member_terms(
    line: PlanLine, objects: Sequence[str], begins: date, ends: date, *, by: "Person", at: datetime
) -> tuple[ListVersion, dict[str, Any]]:
    """Give the terms by which a member of a joint visit draws its inspectors for the objects that its lead has drawn.

    All objects are taken: only the inspectors are left to chance. Raises PlanRefused, ItemRefused.
    """
    agency, item = line.plan.agency, usable_line(line, begins, ends)
    if by.agency_id != agency.pk:
        raise PlanRefused("只能为本机关选派人员")
    corps = inspectors_for(agency, _fields(agency), begins, ends)
    if not corps.inspectors:
        raise PlanRefused("没有可以选派的执法人员。请核对执法证和任务")
    listed = commit_list(
        agency=agency,
        register=f"{item.name}（联合检查）",
        strata={"联合检查": iter(objects)},
        conditions=["牵头部门已经抽取的对象，全部检查，只选派本部门人员"],
        by=by,
        at=at,
    )
    stratum = {"name": "联合检查", "take": len(objects), **_asked(agency)}
    numbers = [one.number for one in corps.inspectors]
    return listed, {
        "strata": [stratum],
        "inspectors": [_inspector(one) for one in corps.inspectors],
        "staffing": {"each": 1, "together": TOGETHER, "avoid": avoided(numbers)},  # with those of the lead
        "parties": _parties(agency),
        "silence": "void",
        "number": None,
        "reasons": list(REASONS),
    }


def strata_terms(ratios: Mapping[str, str], listed: ListVersion, agency: "Agency") -> list[dict[str, Any]]:
    """Give for each stratum of a list how many to take: the ratio of its class, rounded up."""
    told = {f"{risk}类": percent_of(ratios, risk) or Decimal(0) for risk in RISKS}
    return [
        {"name": one["name"], "take": take_of(one["size"], told[one["name"]]), **_asked(agency)}
        for one in listed.record["strata"]
    ]


def take_of(size: int, percent: Decimal) -> int:
    """Give how many of so many a ratio comes to: rounded up, so that a small class is not left out."""
    return int((Decimal(size) * percent / 100).to_integral_value(ROUND_CEILING))


def conditions_of(ground: Ground) -> list[str]:
    """Give the conditions as the public reads them before the draw."""
    joined = [one.plan.agency.name for one in ground.members]
    return [
        f"抽查事项：{ground.item.name}（第 {ground.item.version} 版）",
        *ground.selection.words,
        f"抽取比例：{ratio_words(ground.source.ratios)}",
        *([f"联合检查：{'、'.join(joined)}，一次上门"] if joined else []),
    ]


def _left_out(selection: Selection, capped: Mapping[str, str]) -> dict[str, str]:
    """Of the objects at their cap those that the selection speaks of: the others would only make the words wrong."""
    if not capped:
        return {}
    rows = InspectedObject.objects.filter(
        register=selection.region, state=InspectedObject.State.ACTIVE, public_id__in=list(capped)
    )
    for name, values in (
        ("kind", selection.kinds),
        ("industry", selection.industries),
        ("risk", selection.risks),
    ):
        if values:
            rows = rows.filter(**{f"{name}__in": list(values)})
    return {one: capped[one] for one in rows.values_list("public_id", flat=True)}


def _staffing(ground: Ground) -> dict[str, Any]:
    agency = ground.agency
    each = random_terms(agency.region, agency.field, agency.code).each
    numbers = [one.number for one in ground.inspectors]
    return {"each": each, "together": TOGETHER, "avoid": avoided(numbers)}


def _inspector(one: Inspector) -> dict[str, Any]:
    return {
        "number": one.number, "fields": sorted(one.fields), "regions": sorted(one.regions), "most": one.most,
    }  # fmt: skip


def _asked(agency: "Agency") -> dict[str, Any]:
    return {"fields": sorted(_fields(agency)), "region": agency.region}


def _fields(agency: "Agency") -> frozenset[str]:
    return frozenset({agency.field} if agency.field else ())


def _parties(agency: "Agency") -> list[str]:
    """The agency and the authority that supervises it: two at least, neither of whom can make the seed alone."""
    if agency.parent is None:
        raise PlanRefused("本机关没有登记监督机关，抽取至少要有两方出数。请先在人员与证件中登记")
    return [agency.name, agency.parent.name]


def line_or_special(agency: "Agency", kind: str, pk: int) -> PlanLine | SpecialInspection | None:
    """Give the line or special inspection of an agency by its kind and number, or None."""
    if kind == "special":
        return SpecialInspection.objects.filter(agency=agency, pk=pk).select_related("agency__parent").first()
    return PlanLine.objects.filter(plan__agency=agency, pk=pk).select_related("plan__agency__parent").first()
