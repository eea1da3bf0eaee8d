"""The columns of circumstances of a flat table as questions: which belong together and which row speaks of which."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from mingjing.lawengine.benchmark import Circumstance
from mingjing.packs.benchmark_cells import cell_condition, is_any
from mingjing.packs.benchmark_sums import Range

# A row for the gravest consequence holds whatever else is the case; its text may stand in any column.
_GRAVE: Final = re.compile(r"造成重大.*(?:影响|后果|损失).*")


@dataclass(frozen=True)
class Row:
    """One line of the table: its cells by key, its circumstances in order as (name, value), its measure."""

    line: int
    cells: dict[str, str]
    factors: list[tuple[str, str]]
    measure: Range

    @property
    def grave(self) -> int:
        """The column, from 0, in which this row says that it overrides all others; -1 if it does not."""
        for n, (_, value) in enumerate(self.factors):
            last_of_several = n > 0 and n == len(self.factors) - 1 and self.width == len(self.factors)
            if (
                _GRAVE.fullmatch(value)
                and not last_of_several
                and not any(v for _, v in self.factors[n + 1 :])
            ):
                return n
        return -1

    @property
    def width(self) -> int:
        """How many columns of circumstances the whole table has; set when the table is put together."""
        return int(self.cells.get("width", "0"))


@dataclass(frozen=True)
class Question:
    """One question of the item. `rows` are the lines that speak of it."""

    key: str
    text: str
    options: tuple[str, ...]
    column: int
    lines: frozenset[int]
    kind: str = "choice"
    unit: str = ""
    added_up: bool = False

    def table(self) -> dict[str, Any]:
        """Give the circumstance as the body has it."""
        table: dict[str, Any] = {"key": self.key, "question": self.text, "type": self.kind}
        if self.kind == "choice":
            table["options"] = [[f"o{n}", title] for n, title in enumerate(self.options, 1)]
        return table | ({"unit": self.unit} if self.unit else {})

    def answer(self, row: Row) -> str:
        """Give what the row says to this question, or nothing."""
        if row.line not in self.lines:
            return ""
        if self.kind == "bool":
            return "是"
        value = row.factors[1][1] if self.added_up else row.factors[self.column][1]
        return "" if is_any(value) else value

    def overriding(self, row: Row) -> bool:
        """Say whether the row overrides all others by this answer."""
        return self.kind == "bool" and row.line in self.lines


def graded(rows: list[Row]) -> list[Row]:
    """Where rows differ by their grade alone, make the grade a question: then the table leaves it to the officer."""
    said = [tuple(row.factors) for row in rows]
    grades = {row.cells.get("grade", "") for row in rows}
    if len(set(said)) == len(said) or len(grades) < 2:
        return rows
    return [
        Row(row.line, row.cells, [*row.factors, ("裁量阶次", row.cells.get("grade", ""))], row.measure)
        for row in rows
    ]


def questions_of(rows: Sequence[Row]) -> list[Question]:
    """Give the questions of one item."""
    if any(row.measure.unit == "percent" and not row.measure.of for row in rows):
        return _added_up(rows)
    width = max((len(row.factors) for row in rows), default=0)
    for row in rows:
        row.cells["width"] = str(width)
    plain_rows = [row for row in rows if row.grave < 0]
    questions = [one for column in range(width) for one in _of_column(plain_rows, column)]
    if grave := [row for row in rows if row.grave >= 0]:
        text = f"是否{grave[0].factors[grave[0].grave][1].removesuffix('的')}"
        questions.append(Question("grave", text, (), 0, frozenset(row.line for row in grave), "bool"))
    return questions


def _added_up(rows: Sequence[Row]) -> list[Question]:
    """Read a table that adds up per cents: each line is a question (first column), an answer and its per cent."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if len(row.factors) > 1:
            found.setdefault(row.factors[0][1], []).append(row)
    return [
        Question(
            f"f{n}", text, _distinct(row.factors[1][1] for row in group), 1,
            frozenset(row.line for row in group), added_up=True,
        )
        for n, (text, group) in enumerate(found.items(), 1)
    ]  # fmt: skip


def _of_column(rows: Sequence[Row], column: int) -> list[Question]:
    """Give the questions of a column: several, where its answers depend on the first column and share none."""
    speaking = [row for row in rows if len(row.factors) > column and not is_any(row.factors[column][1])]
    if not speaking:
        return []
    name = next((row.factors[column][0] for row in speaking if row.factors[column][0]), f"情节{column + 1}")
    groups = _components(speaking, column) if column else [speaking]
    questions = []
    for n, group in enumerate(groups):
        key = f"f{column + 1}" + (f"_{n + 1}" if n else "")
        first = "、".join(_distinct(row.factors[0][1] for row in group))
        text = name if len(groups) == 1 else f"{name}（{first}）"
        options = _distinct(row.factors[column][1] for row in group)
        lines = frozenset(row.line for row in group)
        kind, unit = ("number", "立方米") if _measured(options) else ("choice", "")
        questions.append(Question(key, text, options, column, lines, kind, unit))
    return questions


def _components(rows: Sequence[Row], column: int) -> list[list[Row]]:
    """Group rows whose answers in the column meet: 水域 and 废物 under one heading are two questions."""
    groups: list[tuple[set[str], set[str], list[Row]]] = []
    for row in rows:
        first, value = row.factors[0][1], row.factors[column][1]
        meeting = [one for one in groups if first in one[0] or value in one[1]]
        merged = ({first}, {value}, [row])
        for one in meeting:
            merged = (merged[0] | one[0], merged[1] | one[1], one[2] + merged[2])
            groups.remove(one)
        groups.append(merged)
    ordered = [sorted(one[2], key=lambda row: row.line) for one in groups]
    return sorted(ordered, key=lambda group: group[0].line)


def _measured(options: Sequence[str]) -> bool:
    """Say whether all answers are ranges of a volume, as in 处置≤10m3: then the officer states the figure."""
    if not all("m3" in one and re.search(r"[≤≥<>]", one) for one in options):
        return False
    figure = Circumstance("x", "x", "number", unit="立方米")
    try:
        return all(cell_condition(figure, one) for one in options)
    except ValueError:
        return False


def _distinct(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if not is_any(value)))
