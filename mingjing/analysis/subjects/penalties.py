"""Penalties that stand: how many of which kind, by month, law, area and unit; fines as a spread and never as a rank."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from mingjing.analysis import dims
from mingjing.analysis.asked import Asked
from mingjing.analysis.grids import Grid, Record, Rows, case_record
from mingjing.analysis.models import PenaltyLine
from mingjing.analysis.spreads import Spreads
from mingjing.analysis.tables import UNSTATED
from mingjing.packs.load import library

if TYPE_CHECKING:
    from django.db.models import QuerySet

NOTE: Final = "一个决定并处几种的，每种各计一次，合计只计一次。按作出决定的日子；撤销、变更了的不计。"
NO_RANK: Final = "机关按登记次序排列，不按处罚多少排列。"


def standing(asked: Asked) -> "QuerySet[PenaltyLine]":
    """Give the penalties of the period that stand."""
    rows = PenaltyLine.objects.filter(**asked.narrowed()).select_related("case__agency")
    return rows.filter(decided_on__gte=asked.begins, decided_on__lte=asked.ends)


def told(line: PenaltyLine) -> Record:
    """Give one penalty in words: of which kinds, never how much."""
    titles = dict(library().fields["penalty_kinds"].options)
    kinds = "、".join(titles.get(one, one) for one in line.kinds.split(",") if one)
    return case_record(line, line.decided_on, f"{kinds}；{line.violation}" if kinds else line.violation)


def _law(about: Mapping[str, str]) -> str:
    return about["law"] or UNSTATED


def makers() -> list[Grid | Spreads]:
    """Give the tables of the subject."""
    rows, kinds = Rows(standing, ("-decided_on", "-pk"), told), dims.penalty_kinds()
    law = dims.free("处罚依据", "law")
    first = "按处罚依据中写在最前的一部。"
    spread = (
        "同一部处罚依据下的罚款怎样分布，案件多的在前；点开看案件。不统计罚款总额，不按罚款排列机关或者人员。"
    )
    return [
        Grid("months", "每月的处罚", rows, dims.month("decided_on"), kinds, "stacked", NOTE),
        Grid("laws", "各处罚依据", rows, law, kinds, "across", first + NOTE),
        Grid("regions", "各地区", rows, dims.region(), kinds, "across", NOTE),
        Grid("units", "各机关", rows, dims.unit(), kinds, "across", NO_RANK + NOTE),
        Spreads("fines", "罚款的分布", "处罚依据", ("law",), standing, told, _law, spread),
    ]
