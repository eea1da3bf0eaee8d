"""Tables of a plan as labelled lines, row after row: “问题：…”, “整改措施：…”, “责任单位：…”. Cells in, text out."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from mingjing.rectification.plan.outline import label_named

Grid = Sequence[Sequence[str]]
_ORDER: Final = ("problem", "measure", "lead", "responsible", "limit")


class Tables:
    """Reads the tables of one document; a table that goes on without a heading row keeps the last one."""

    def __init__(self) -> None:
        self._columns: list[str] = []

    def lines(self, grid: Grid) -> Iterator[str]:
        """Give a table as lines. Columns that are no part of a plan (序号, 备注, 责任人) are left out."""
        for row in (_clean(row) for row in grid):
            named = [label_named(re.sub(r"[（(].*?[)）]", "", cell)) for cell in row]
            told = list(dict.fromkeys(cell for cell in row if cell))
            if len({one for one in named if one}) > 1:
                self._columns = named
            elif len(told) == 1:
                yield told[0]
            elif len(self._columns) == len(row) and any(self._columns):
                yield from self._row(row)
            elif told:
                yield " ".join(told)

    def _row(self, row: Sequence[str]) -> Iterator[str]:
        cells: dict[str, list[str]] = {}
        for name, cell in zip(self._columns, row, strict=True):
            if name and cell:
                cells.setdefault(name, []).append(cell)
        if "measure" not in self._columns and "problem" in cells:
            cells["measure"] = cells.pop("problem")
        for name in _ORDER:
            if name in cells:
                yield f"{_TITLES[name]}：{_JOINTS[name].join(cells[name])}"


_TITLES: Final = {
    "problem": "问题",
    "measure": "整改措施",
    "lead": "牵头单位",
    "responsible": "责任单位",
    "limit": "整改时限",
}
_JOINTS: Final = {"problem": "。", "measure": "：", "lead": "、", "responsible": "、", "limit": "，"}


def _clean(row: Sequence[str]) -> list[str]:
    """Cells without the line breaks that only the width of a column made; a list of units keeps them as signs."""
    return [re.sub(r"\s*\n\s*", _break(cell), cell.strip()) for cell in row]


def _break(cell: str) -> str:
    lines = [line.strip() for line in cell.strip().split("\n")]
    are_units = len(lines) > 1 and all(re.search(r"[科股局委办处所队室组府]$", line) for line in lines)
    return "、" if are_units else ""
