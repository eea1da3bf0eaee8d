"""Tables of figures, each with what opens the things behind it; pure counting, nothing is read from anywhere."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from mingjing.analysis.sums import change

Chart = Literal["", "stacked", "bars", "across", "beside", "lines", "box", "intervals"]
NOTHING: Final = "-"  # the key of what is not stated
UNSTATED: Final = "未载明"
MOST_ROWS: Final = 30  # of a table by something that may have thousands of values


@dataclass(frozen=True, slots=True)
class Mark:
    """What opens the things behind a figure: its row and its column, "" for all of them."""

    row: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure; `mark` is None where nothing lies behind it."""

    value: float | None
    shown: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `drawn` where the chart shows it."""

    key: str
    title: str
    drawn: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A row, and what it was in the period before."""

    key: str
    title: str
    cells: Sequence[Cell]
    before: Cell | None = None
    change: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the page, the chart and the spreadsheet show it."""

    code: str
    title: str
    head: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    total: Row | None = None
    chart: Chart = ""
    note: str = ""
    compared: str = ""  # the title of the column with the period before
    left_out: int = 0  # rows that are not shown
    unit: str = "件"

    @property
    def empty(self) -> bool:
        """Say whether there is nothing to show."""
        return not any(cell.value for row in self.rows for cell in row.cells)


def counted(number: int, row: str = "", column: str = "") -> Cell:
    """Give a count that opens what it counts."""
    return Cell(number, f"{number:,}", Mark(row, column) if number else None)


@dataclass(slots=True)
class Counts:
    """Things counted by row and column. One thing may stand in several columns and is still one in its row."""

    cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    columns: Counter[str] = field(default_factory=Counter)
    total: int = 0

    def add(self, rows: Sequence[str], columns: Sequence[str], number: int) -> None:
        """Count so many things that have these keys."""
        self.total += number
        for row in rows:
            self.rows[row] += number
            for column in columns:
                self.cells[row, column] += number
        for column in columns:
            self.columns[column] += number


def counts_of(groups: Iterable[tuple[Sequence[str], Sequence[str], int]]) -> Counts:
    """Count groups of things: their rows, their columns, how many."""
    found = Counts()
    for rows, columns, number in groups:
        found.add(rows, columns, number)
    return found


Titles = Sequence[tuple[str, str]]  # key, title, in the order shown


def grid_rows(found: Counts, before: Mapping[str, int], rows: Titles, columns: Titles) -> list[Row]:
    """Give the rows of a grid, each with its sum at the end unless there is only one column."""
    return [
        _grid_row(found, key, title, found.rows[key], before.get(key, 0), columns, key) for key, title in rows
    ]


def total_row(found: Counts, before: int, columns: Titles) -> Row:
    """Give the last row of a grid: everything."""
    cells = [counted(found.columns[key], "", key) for key, _ in columns]
    return _closed("", "合计", cells, found.total, before, "", several=len(columns) > 1)


def _grid_row(found: Counts, key: str, title: str, whole: int, before: int, columns: Titles, row: str) -> Row:
    cells = [counted(found.cells[key, column], row, column) for column, _ in columns]
    return _closed(key, title, cells, whole, before, row, several=len(columns) > 1)


def _closed(
    key: str, title: str, cells: list[Cell], whole: int, before: int, row: str, *, several: bool
) -> Row:
    if several:
        cells = [*cells, counted(whole, row)]
    return Row(key, title, cells, Cell(before, f"{before:,}"), change(whole, before))


def grid_columns(columns: Titles) -> list[Column]:
    """Give the columns of a grid, with their sum at the end unless there is only one."""
    named = [Column(key, title) for key, title in columns]
    return [*named, Column("", "合计", drawn=False)] if len(named) > 1 else named


def most_first(counts: Mapping[str, int], titles: Mapping[str, Any] | None = None) -> list[str]:
    """Give the keys by how often they were counted, never by any sum of money."""
    return sorted(counts, key=lambda key: (-counts[key], str((titles or {}).get(key, key))))
