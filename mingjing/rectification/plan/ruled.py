"""Tables on a PDF page: cells found by the ruling lines, merged ones repeated in each row they span. Geometry only."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from pypdfium2.raw import FPDF_PAGEOBJ_PATH

MOST_PATHS: Final = 4_000
_NEAR: Final = 3.0  # points: the two edges of one line, and what scanners and word processors are off
_LONG: Final = 8.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text and the middle of its place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Ruled:
    """The one grid of a page: where it is and its cells, from the top."""

    left: float
    right: float
    top: float
    bottom: float
    rows: tuple[tuple[str, ...], ...] = ()

    def holds(self, piece: Piece) -> bool:
        """Whether a run of text stands within the grid."""
        return self.left <= piece.x <= self.right and self.bottom <= piece.y <= self.top


Line = tuple[float, float, float]  # its place, where it begins, where it ends


def ruled(page: Any, pieces: Iterable[Piece]) -> Ruled | None:
    """Find the grid of a page; None where no lines make one."""
    upright, level = _lines_of(page)
    xs, ys = _places(upright), _places(level)[::-1]
    if len(xs) < 3 or len(ys) < 3:
        return None
    grid = Ruled(xs[0], xs[-1], ys[0], ys[-1])
    inside = [one for one in pieces if grid.holds(one)]
    columns = [_column(inside, level, left, right) for left, right in pairwise(xs)]
    bands = [(top + bottom) / 2 for top, bottom in pairwise(ys)]
    rows = (tuple(_cell(column, middle) for column in columns) for middle in bands)
    return replace(grid, rows=tuple(row for row in rows if any(row)))


Column = list[tuple[float, float, str]]  # bands of one column: top, bottom, text


def _column(pieces: Iterable[Piece], level: list[Line], left: float, right: float) -> Column:
    middle = (left + right) / 2
    ys = _places([line for line in level if line[1] <= middle <= line[2]])[::-1]
    mine = [one for one in pieces if left <= one.x < right]
    return [
        (top, bottom, _text(one for one in mine if bottom <= one.y < top)) for top, bottom in pairwise(ys)
    ]


def _cell(column: Column, y: float) -> str:
    return next((text for top, bottom, text in column if bottom <= y < top), "")


def _text(pieces: Iterable[Piece]) -> str:
    """The runs of a cell, line by line."""
    lines: list[list[Piece]] = []
    for one in sorted(pieces, key=lambda piece: -piece.y):
        if lines and abs(lines[-1][0].y - one.y) <= _NEAR:
            lines[-1].append(one)
        else:
            lines.append([one])
    return "\n".join("".join(one.text for one in sorted(line, key=lambda piece: piece.x)) for line in lines)


def _lines_of(page: Any) -> tuple[list[Line], list[Line]]:
    upright: list[Line] = []
    level: list[Line] = []
    for number, path in enumerate(page.get_objects(filter=[FPDF_PAGEOBJ_PATH])):
        if number >= MOST_PATHS:
            break
        left, bottom, right, top = path.get_bounds()
        if top - bottom > _LONG:
            upright += [
                (x, bottom, top) for x in ({left, right} if right - left > _NEAR else {(left + right) / 2})
            ]
        if right - left > _LONG:
            level += [
                (y, left, right) for y in ({bottom, top} if top - bottom > _NEAR else {(bottom + top) / 2})
            ]
    return upright, level


def _places(lines: Iterable[Line]) -> list[float]:
    """The distinct places of lines, in order."""
    places: list[float] = []
    for at in sorted(line[0] for line in lines):
        if not places or at - places[-1] > _NEAR:
            places.append(at)
    return places
