"""The grid of one agency as a map of figures: how many cases each area has, in steps that are told without colour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from mingjing.analysis.place_dims import areas
from mingjing.analysis.subjects.places import GRID_TABLE

if TYPE_CHECKING:
    from mingjing.analysis.asked import Asked
    from mingjing.analysis.tables import Cell, Table
    from mingjing.governance.grids import Grid
    from mingjing.personnel.models import Agency

STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One shade: what counts it stands for; 0 is left white."""

    number: int
    low: int
    high: int

    @property
    def title(self) -> str:
        """The counts in words."""
        return f"{self.low} 件" if self.low == self.high else f"{self.low} 至 {self.high} 件"


@dataclass(frozen=True, slots=True)
class Shaded:
    """One drawn area with its figure."""

    grid: "Grid"
    cell: "Cell | None"  # None: nothing to open
    step: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What there is to draw: the areas of one agency; or which agencies may be chosen, where several keep a grid."""

    areas: Sequence[Shaded]
    steps: Sequence[Step]
    choices: "Sequence[Agency]" = ()


def figures(asked: "Asked", table: "Table") -> Figures | None:
    """Give what is drawn beside the table of the grids; None where nobody has drawn any outline."""
    if table.code != GRID_TABLE:
        return None
    drawn = [one for one in areas(asked) if one.points]
    if not any(not one.outline for one in drawn):
        return None
    keepers = [one for one in asked.units if any(area.row.agency_id == one.pk for area in drawn)]
    if len(keepers) > 1:
        return Figures((), (), keepers)
    cells = {row.key: row.cells[-1] for row in table.rows}
    inner = [one for one in drawn if not one.outline]
    steps = steps_for([_number(cells.get(str(one.row.pk))) for one in inner])
    return Figures([_shaded(one, cells, steps) for one in drawn], steps)


def steps_for(counts: Sequence[int]) -> list[Step]:
    """Divide counts into at most four steps of the same width; nothing found is no step."""
    most = max(counts, default=0)
    if not most:
        return []
    many = min(STEPS, most)
    ends = [-(-most * n // many) for n in range(many + 1)]
    return [Step(n, before + 1, end) for n, (before, end) in enumerate(pairwise(ends), 1)]


def _shaded(one: "Grid", cells: "Mapping[str, Cell]", steps: Sequence[Step]) -> Shaded:
    if one.outline:
        return Shaded(one, None, 0)
    cell = cells.get(str(one.row.pk))
    number = _number(cell)
    return Shaded(one, cell, next((step.number for step in steps if step.low <= number <= step.high), 0))


def _number(cell: "Cell | None") -> int:
    return int(cell.value or 0) if cell else 0
