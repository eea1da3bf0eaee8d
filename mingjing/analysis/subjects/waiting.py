"""Stages and waiting times: where cases lie today and since when, and how long each stage took."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from mingjing.analysis import dims
from mingjing.analysis.asked import Asked
from mingjing.analysis.dims import Dim
from mingjing.analysis.grids import BEFORE, Grid, Record, Rows, case_record, words_of
from mingjing.analysis.models import StageSpan
from mingjing.analysis.months import shifted
from mingjing.analysis.sums import change, quantile_of
from mingjing.analysis.tables import Cell, Column, Mark, Row, Table, counted
from mingjing.packs.vocabulary import STAGES

if TYPE_CHECKING:
    from django.db.models import QuerySet

LONG: Final = 0.9
# How many days something has lain: key, title, from, to. Bands to look at, no limits of law.
BANDS: Final = (
    ("week", "7天以内", 0, 7),
    ("month", "8至30天", 8, 30),
    ("quarter", "31至90天", 31, 90),
    ("longer", "90天以上", 91, None),
)


def _every(asked: Asked) -> "QuerySet[StageSpan]":
    return StageSpan.objects.filter(**asked.narrowed()).select_related("case__agency")


def _lying(asked: Asked) -> "QuerySet[StageSpan]":
    return _every(asked).filter(until=None)


def _left(asked: Asked) -> "QuerySet[StageSpan]":
    return _every(asked).filter(until__gte=asked.begins, until__lte=asked.ends)


def _told(span: StageSpan) -> Record:
    words = STAGES.get(span.stage, span.stage)
    note = f"在“{words}”阶段 {span.days} 天" if span.until else f"现在“{words}”阶段"
    return case_record(span, span.since, f"{note}；{span.case.title}" if span.case.title else note)


def _since(today: date) -> Dim:
    """Give bands of days up to today, by the day since when."""

    def keys(since: date) -> tuple[str, ...]:
        days = max(0, (today - since).days)
        return tuple(key for key, _, low, high in BANDS if low <= days and (high is None or days <= high))

    def where(key: str) -> Q:
        low, high = next(((low, high) for code, _, low, high in BANDS if code == key), (0, -1))
        after = Q() if high is None else Q(since__gte=today - timedelta(days=high))
        # What is entered for a day still to come has lain for no day.
        return after & (Q(since__lte=today - timedelta(days=low)) if low else Q())

    return Dim("已停留", "since", keys, where, lambda _, __: [(key, title) for key, title, _, _ in BANDS])


@dataclass(frozen=True)
class Lying:
    """Where cases lie today, by how long they have lain; the grid needs to know what day it is."""

    code: str = "lying"
    title: str = "现在停留在各阶段的案件"

    def _grid(self, asked: Asked) -> Grid:
        note = "按今天的情况，不受时段影响；导入的旧案不计。天数段只供查看，不是法定期限。"
        rows = Rows(_lying, ("since", "pk"), _told)
        return Grid(
            *(self.code, self.title, rows, dims.stage(), _since(asked.today), "across", note), compares=False
        )

    def table(self, asked: Asked) -> Table:
        """Count."""
        return self._grid(asked).table(asked)

    def opened(self, asked: Asked, row: str, column: str) -> Any:
        """Give the cases behind one figure."""
        return self._grid(asked).opened(asked, row, column)

    def named(self, asked: Asked, row: str, column: str) -> str:
        """Say which figure that is."""
        return self._grid(asked).named(asked, row, column)

    def record(self, thing: Any) -> Record:
        """Give one case in words."""
        return _told(thing)


NUMBER, MEDIAN, LONGEST = "number", "median", "long"


@dataclass(frozen=True)
class Waits:
    """How long things took: how many, the median, and what nine in ten did not exceed."""

    code: str
    title: str
    rows: Dim
    note: str = ""
    source: Rows = field(default_factory=lambda: Rows(_left, ("-days", "-pk"), _told))

    def table(self, asked: Asked) -> Table:
        """Count."""
        now, before = self._histograms(asked), self._before(asked)
        counts = {key: sum(days.values()) for key, days in now.items()}
        shown, left_out = self.rows.shown(asked, counts)
        columns = [
            Column(NUMBER, "件次", drawn=False),
            Column(MEDIAN, "中位数（天）"),
            Column(LONGEST, "90%分位（天）"),
        ]
        # A month in which nothing ended has its row and its gap in the chart, else the months would seem to follow.
        rows = [
            self._row(key, title, now.get(key, Counter()), before.get(key, Counter()))
            for key, title in shown
            if key in now or self.rows.monthly
        ]
        return Table(
            *(self.code, self.title, self.rows.title, columns, rows, None),
            chart="bars" if self.rows.monthly else "beside",
            note=self.note,
            compared=f"中位数：{BEFORE}",
            left_out=left_out,
            unit="天",
        )

    def _histograms(self, asked: Asked) -> dict[str, Counter[int]]:
        found: dict[str, Counter[int]] = {}
        for raw, days, number in self.source.groups(asked, self.rows.column, "days"):
            for key in self.rows.keys(raw):
                found.setdefault(key, Counter())[days] += number
        return found

    def _before(self, asked: Asked) -> dict[str, Counter[int]]:
        """Give the period before under the keys of this one: months move with it."""
        found = self._histograms(asked.before)
        if not self.rows.monthly:
            return found
        return {shifted(month, len(asked.months)): days for month, days in found.items()}

    def _row(self, key: str, title: str, days: Counter[int], before: Counter[int]) -> Row:
        median, was = quantile_of(days, 0.5), quantile_of(before, 0.5)
        cells = [
            counted(sum(days.values()), key),
            _long(median, Mark(key, MEDIAN)),
            _long(quantile_of(days, LONG), Mark(key, LONGEST)),
        ]
        return Row(key, title, cells, _long(was), change(median, was))

    def opened(self, asked: Asked, row: str, column: str) -> Any:
        """Give what took so long: of the median and the share those at or above it, else all."""
        rows = self.source.opened(asked, {self.rows: row})
        if column not in {MEDIAN, LONGEST}:
            return rows
        least = quantile_of(self._histograms(asked).get(row, Counter()), 0.5 if column == MEDIAN else LONG)
        return rows.filter(days__gte=least or 0)

    def named(self, asked: Asked, row: str, column: str) -> str:
        """Say which figure that is."""
        said = {MEDIAN: "，不短于中位数的", LONGEST: "，不短于90%分位的"}.get(column, "")
        return words_of(asked, self.title, ((self.rows, row),)) + said

    def record(self, thing: Any) -> Record:
        """Give one case in words."""
        return self.source.told(thing)


def _long(days: int | None, mark: Mark | None = None) -> Cell:
    """Give a number of days; a dash that opens nothing where there was none."""
    return Cell(None, "—") if days is None else Cell(days, f"{days:,}", mark)


def makers() -> list[Lying | Waits]:
    """Give the tables of the subject."""
    note = "时段内走完的阶段，一个案件每走一次计一次；按自然日，当天进当天出的是 0 天。"
    return [
        Lying(),
        Waits("stages", "各阶段用了多少天", dims.stage(), note),
        Waits("months", "每月走完的阶段用了多少天", dims.month("until"), note),
        Waits("procedures", "各程序的阶段用了多少天", dims.procedure(), note),
    ]
