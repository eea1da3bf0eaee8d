"""Choosing from registers: who stands in the lists of a draw, by conditions that are said in words beforehand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import QuerySet

from mingjing.inspections.models import InspectedObject

CHUNK: Final = 20_000


@dataclass(frozen=True, slots=True)
class Selection:
    """The conditions of a draw over one register; an empty one asks nothing. `left_out` are ids, each with a reason."""

    region: str
    kinds: Sequence[str] = ()
    industries: Sequence[str] = ()
    risks: Sequence[str] = ()
    townships: Sequence[str] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def words(self) -> list[str]:
        """The conditions as the public reads them."""
        kinds = dict(InspectedObject.Kind.choices)
        told = {
            "行政区划": [self.region],
            "类别": [str(kinds[one]) for one in self.kinds],
            "行业": self.industries,
            "风险等级": self.risks,
            "乡镇街道": self.townships,
        }
        said = [f"{name}：{'、'.join(values)}" for name, values in told.items() if values]
        reasons = sorted(set(self.left_out.values()))
        out = [f"不列入 {len(self.left_out)} 个：{'、'.join(reasons)}"] if self.left_out else []
        return [*said, "状态：在业", *out]


def strata_of(selection: Selection) -> dict[str, Iterator[str]]:
    """Give the ids of every stratum, one for each risk class that has any; they are read when they are asked for."""
    rows = _chosen(selection)
    present = list(rows.values_list("risk", flat=True).distinct().order_by("risk"))
    return {f"{risk}类": _ids(rows.filter(risk=risk), selection) for risk in present}


def count_of(selection: Selection) -> dict[str, int]:
    """Give how many stand in every stratum, before what is left out."""
    counts: dict[str, int] = {}
    for risk in InspectedObject.Risk.values:
        if count := _chosen(selection).filter(risk=risk).count():
            counts[f"{risk}类"] = count
    return counts


def _ids(rows: "QuerySet[InspectedObject]", selection: Selection) -> Iterator[str]:
    out = set(selection.left_out)
    ids = rows.values_list("public_id", flat=True).order_by().iterator(chunk_size=CHUNK)
    return (one for one in ids if one not in out) if out else iter(ids)


def _chosen(selection: Selection) -> "QuerySet[InspectedObject]":
    rows = InspectedObject.objects.filter(register=selection.region, state=InspectedObject.State.ACTIVE)
    for name, values in (
        ("kind", selection.kinds),
        ("industry", selection.industries),
        ("risk", selection.risks),
        ("township", selection.townships),
    ):
        if values:
            rows = rows.filter(**{f"{name}__in": list(values)})
    return rows
