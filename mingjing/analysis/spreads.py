"""Fines as a spread among like cases: groups in the order of how many cases they have, never of how much was paid."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db.models import Q, QuerySet

from mingjing.analysis.asked import Asked
from mingjing.analysis.grids import Record
from mingjing.analysis.models import PenaltyLine
from mingjing.analysis.tables import MOST_ROWS, NOTHING, Cell, Column, Mark, Row, Table, counted
from mingjing.cases.spread import Spread, spread
from mingjing.kit.money import yuan

JOINT: Final = "~"  # between the parts of the key of a group
NUMBER, UNUSUAL = "number", "unusual"
QUARTILES: Final = {"low": "最低", "q1": "下四分位", "median": "中位数", "q3": "上四分位", "high": "最高"}
Key = tuple[str, ...]


@dataclass(frozen=True)
class Spreads:
    """The spread of fines within groups of penalties that are alike; agencies or people are never set side by side."""

    code: str
    title: str
    head: str
    by: tuple[str, ...]  # the columns that make a group
    of: Callable[[Asked], QuerySet[PenaltyLine]]
    told: Callable[[PenaltyLine], Record]
    called: Callable[[Mapping[str, str]], str]
    note: str = ""

    def table(self, asked: Asked) -> Table:
        """Describe every group."""
        groups = self._groups(asked)
        order = sorted(groups, key=lambda key: (-len(groups[key][1]), groups[key][0], key))
        columns = [Column(NUMBER, "案件", drawn=False)]
        columns += [Column(key, f"{title}（元）") for key, title in QUARTILES.items()]
        columns.append(Column(UNUSUAL, "明显偏离", drawn=False))
        return Table(
            *(self.code, self.title, self.head, columns),
            rows=[self._row(key, *groups[key]) for key in order[:MOST_ROWS]],
            chart="box",
            note=self.note,
            left_out=max(0, len(order) - MOST_ROWS),
            unit="元",
        )

    def _groups(self, asked: Asked) -> dict[Key, tuple[str, list[int]]]:
        """Give the fines of every group, in their order, with its title."""
        found: dict[Key, tuple[str, list[int]]] = {}
        columns = tuple(dict.fromkeys((*self.by, "violation")))
        for *values, fen in self._fined(asked).values_list(*columns, "fine_fen"):
            about = dict(zip(columns, values, strict=True))
            key = tuple(about[name] for name in self.by)
            found.setdefault(key, (self.called(about), []))[1].append(fen)
        return {key: (title, sorted(fines)) for key, (title, fines) in found.items()}

    def _fined(self, asked: Asked) -> QuerySet[PenaltyLine]:
        return self.of(asked).filter(fine_fen__isnull=False).order_by()

    def _row(self, key: Key, title: str, fines: list[int]) -> Row:
        row, told = JOINT.join(part or NOTHING for part in key), spread(fines)
        assert told is not None  # noqa: S101 - a group has members
        unusual = sum(1 for fen in fines if told.unusual(fen))
        shown = [
            Cell(value / 100, _yuan(value), Mark(row, name))
            for name, value in zip(QUARTILES, _quartiles(told), strict=True)
        ]
        last = counted(unusual, row, UNUSUAL) if told.telling else Cell(None, "件数少，不判断")
        return Row(row, title, [counted(len(fines), row), *shown, last])

    def opened(self, asked: Asked, row: str, column: str) -> QuerySet[PenaltyLine]:
        """Give the penalties of one group, or the unusual ones of it, the latest first."""
        rows = self._fined(asked)
        if row:
            parts = ["" if part == NOTHING else part for part in row.split(JOINT)]
            rows = (
                rows.filter(**dict(zip(self.by, parts, strict=False)))
                if len(parts) == len(self.by)
                else rows.none()
            )
        if column == UNUSUAL:
            fines = [fen for fen in rows.values_list("fine_fen", flat=True) if fen is not None]
            told = spread(sorted(fines))
            low, high = told.reach if told and told.telling else (0.0, 0.0)
            rows = (
                rows.filter(Q(fine_fen__lt=low) | Q(fine_fen__gt=high))
                if told and told.telling
                else rows.none()
            )
        return rows.select_related("case__agency").order_by("-decided_on", "-pk")

    def named(self, asked: Asked, row: str, column: str) -> str:
        """Say which group that is."""
        first = self.opened(asked, row, "").first()
        group = "" if first is None or not row else f"，{self.head}：{self.called(_about(first))}"
        return f"{self.title}{group}{'，明显偏离的' if column == UNUSUAL else ''}"

    def record(self, thing: Any) -> Record:
        """Give one penalty in words."""
        return self.told(thing)


def _about(line: PenaltyLine) -> Mapping[str, str]:
    names = ("law", "violation", "violation_key", "tier", "party_kind")
    return {name: str(getattr(line, name)) for name in names}


def _quartiles(told: Spread) -> Sequence[float]:
    return told.low, told.q1, told.median, told.q3, told.high


def _yuan(fen: float) -> str:
    return yuan(Decimal(str(round(fen))) / 100).removesuffix("元")  # the column says so
