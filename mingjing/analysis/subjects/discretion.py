"""Discretion: fines against their benchmarks, tiers by violation, and fines among like cases."""

from collections.abc import Collection, Mapping
from typing import Final

from mingjing.analysis import dims
from mingjing.analysis.grids import Grid, Rows
from mingjing.analysis.models import PenaltyLine
from mingjing.analysis.spreads import Spreads
from mingjing.analysis.subjects.penalties import NO_RANK, standing, told
from mingjing.analysis.tables import UNSTATED
from mingjing.cases.spread import FEWEST, REACH
from mingjing.lawengine.benchmark import TIERS
from mingjing.packs.load import library

FIT: Final = "罚款与裁量评估时基准给出的幅度比；不在幅度内、又没有批准调整适用的，列为低于或者高于。"


def _violations(keys: Collection[str]) -> Mapping[str, str]:
    rows = PenaltyLine.objects.filter(violation_key__in=keys).order_by("violation_key", "-pk")
    return dict(rows.values_list("violation_key", "violation"))


def _like(about: Mapping[str, str]) -> str:
    parties = dict(library().fields["party_kind"].options)
    tier, party = about["tier"], about["party_kind"]
    parts = (about["violation"] or UNSTATED, TIERS.get(tier, tier), parties.get(party, party))
    return "，".join(one for one in parts if one)


def makers() -> list[Grid | Spreads]:
    """Give the tables of the subject."""
    rows, fit = Rows(standing, ("-decided_on", "-pk"), told), dims.fit()
    violation = dims.free("违法行为", "violation_key", _violations)
    alike = (
        f"违法行为、阶次、当事人类别都相同的为同类。偏离指超出四分位距的 {REACH} 倍；不足 {FEWEST} 件的不判断。"
        "案件多的在前，不按罚款高低排列。"
    )
    by = ("violation_key", "tier", "party_kind")
    return [
        Grid("fit", "罚款与裁量基准", rows, dims.month("decided_on"), fit, "stacked", FIT),
        Grid("tiers", "各违法行为的阶次", rows, violation, dims.tier(), "across"),
        Grid("units", "各机关适用基准的情况", rows, dims.unit(), fit, "across", NO_RANK + FIT),
        Spreads("alike", "同类案件的罚款", "同类案件", by, standing, told, _like, alike),
    ]
