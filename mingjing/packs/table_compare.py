"""What differs between two versions of a table, row by row and cell by cell; what the table means is not known here."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

Row = Sequence[str]
ADDED: Final = "added"
REMOVED: Final = "removed"
ALTERED: Final = "altered"


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its headings, its rows, and the places of the columns that tell one row from another."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a changed row; `old` and `new` are equal where it did not change."""

    title: str
    old: str
    new: str

    @property
    def differs(self) -> bool:
        """Whether it changed."""
        return self.old != self.new


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that was added, removed or altered. Of an added row the old cells are empty, of a removed one the new."""

    kind: str
    cells: tuple[Cell, ...]


def table_changes(old: Table, new: Table) -> tuple[RowChange, ...]:
    """Give what changed, in the order of the new table, what was removed last. Moving a row is no change."""
    columns = tuple(dict.fromkeys((*new.columns, *old.columns)))
    before, after = _aligned(old, columns), _aligned(new, columns)
    left, came = _less(before, after), _less(after, before)
    pairs = _paired(left, came, tuple(columns.index(new.columns[part]) for part in new.parts))
    changes = [
        RowChange(
            ALTERED if at in pairs else ADDED, _cells(columns, left[pairs[at]] if at in pairs else (), row)
        )
        for at, row in enumerate(came)
    ]
    kept = set(pairs.values())
    gone = [row for at, row in enumerate(left) if at not in kept]
    return (*changes, *(RowChange(REMOVED, _cells(columns, row, ())) for row in gone))


def counted(changes: Sequence[RowChange]) -> dict[str, int]:
    """Give how many rows were added, removed and altered."""
    found = Counter(one.kind for one in changes)
    return {kind: found[kind] for kind in (ADDED, REMOVED, ALTERED)}


def row_key(row: Row, parts: Sequence[int]) -> tuple[str, ...]:
    """Give what tells a row from others, however it is spaced."""
    return tuple("".join(row[part].split()) for part in parts)


def _aligned(table: Table, columns: Sequence[str]) -> list[tuple[str, ...]]:
    places = [table.columns.index(title) if title in table.columns else None for title in columns]
    return [tuple("" if at is None else row[at] for at in places) for row in table.rows]


def _less(rows: Sequence[tuple[str, ...]], others: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Give the rows that the others do not have, each as often as it is missing."""
    held, left = Counter(others), []
    for row in rows:
        if held[row]:
            held[row] -= 1
        else:
            left.append(row)
    return left


def _paired(
    left: Sequence[tuple[str, ...]], came: Sequence[tuple[str, ...]], parts: Sequence[int]
) -> dict[int, int]:
    """Give for each new row the old one of which it is another text; without parts the first cell tells them apart."""
    by_key: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, row in enumerate(left):
        by_key[row_key(row, parts or (0,))].append(at)
    pairs = {}
    for at, row in enumerate(came):
        if waiting := by_key[row_key(row, parts or (0,))]:
            pairs[at] = waiting.pop(0)
    return pairs


def _cells(columns: Sequence[str], old: Row, new: Row) -> tuple[Cell, ...]:
    return tuple(
        Cell(title, old[at] if old else "", new[at] if new else "") for at, title in enumerate(columns)
    )
