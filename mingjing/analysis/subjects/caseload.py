"""Caseload: what was opened, what ended, what was pending at the end of each month."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from mingjing.analysis import dims
from mingjing.analysis.asked import Asked
from mingjing.analysis.grids import BEFORE, Grid, Record, Rows, case_record
from mingjing.analysis.models import CaseLine
from mingjing.analysis.months import first_day, last_day, month_of, month_title, shifted
from mingjing.analysis.sums import change
from mingjing.analysis.tables import Cell, Column, Row, Table, counted

if TYPE_CHECKING:
    from django.db.models import QuerySet

OPENED, ENDED, PENDING = "opened", "ended", "pending"
COLUMNS: Final = {OPENED: "开案", ENDED: "结案", PENDING: "月末在办"}


def _every(asked: Asked) -> "QuerySet[CaseLine]":
    return CaseLine.objects.filter(**asked.narrowed()).select_related("case__agency")


def _opened(asked: Asked) -> "QuerySet[CaseLine]":
    return _every(asked).filter(opened_on__gte=asked.begins, opened_on__lte=asked.ends)


def _ended(asked: Asked) -> "QuerySet[CaseLine]":
    return _every(asked).filter(ended_on__gte=asked.begins, ended_on__lte=asked.ends)


def _told(line: CaseLine) -> Record:
    return case_record(line, line.opened_on)


@dataclass(frozen=True)
class Flow:
    """Month by month: opened, ended, and what was pending on its last day. Imported cases wait for nobody."""

    code: str = "flow"
    title: str = "开案、结案和在办"

    def table(self, asked: Asked) -> Table:
        """Count."""
        opened, ended, pending = _monthly(asked, "opened_on"), _monthly(asked, "ended_on"), _pending(asked)
        before_opened = _monthly(asked.before, "opened_on")
        rows = [
            Row(
                month,
                month_title(month),
                [
                    counted(opened[month], month, OPENED),
                    counted(ended[month], month, ENDED),
                    counted(pending[month], month, PENDING),
                ],
                *_compared(opened[month], before_opened[shifted(month, -len(asked.months))]),
            )
            for month in asked.months
        ]
        sums = sum(opened[one] for one in asked.months), sum(ended[one] for one in asked.months)
        cells = [counted(sums[0], "", OPENED), counted(sums[1], "", ENDED), Cell(None, "")]
        total = Row("", "合计", cells, *_compared(sums[0], sum(before_opened.values())))
        columns = [Column(key, title) for key, title in COLUMNS.items()]
        return Table(
            *(self.code, self.title, "月份", columns, rows, total, "lines"),
            note="月末在办按结案日倒推；导入的旧案不计在办。本月的月末在办是到今天为止。",
            compared=f"开案：{BEFORE}",
        )

    def opened(self, asked: Asked, row: str, column: str) -> "QuerySet[CaseLine]":
        """Give the cases behind one figure."""
        if column == PENDING:
            return _pending_on(asked, row or asked.last).order_by("opened_on", "pk")
        at = "ended_on" if column == ENDED else "opened_on"
        rows = _ended(asked) if column == ENDED else _opened(asked)
        return (rows.filter(dims.month(at).where(row)) if row else rows).order_by(f"-{at}", "-pk")

    def named(self, asked: Asked, row: str, column: str) -> str:
        """Say which figure that is."""
        return f"{COLUMNS.get(column, COLUMNS[OPENED])}，{month_title(row) if row else asked.title}"

    def record(self, thing: Any) -> Record:
        """Give one case in words."""
        return _told(thing)


def _compared(now: int, before: int) -> tuple[Cell, str]:
    return Cell(before, f"{before:,}"), change(now, before)


def _monthly(asked: Asked, column: str) -> Counter[str]:
    rows = _opened(asked) if column == "opened_on" else _ended(asked)
    found: Counter[str] = Counter()
    for day, number in Rows(lambda _: rows, (), _told).groups(asked, column):
        found[month_of(day)] += number
    return found


def _live(asked: Asked) -> "QuerySet[CaseLine]":
    return _every(asked).filter(imported=False)


def _pending(asked: Asked) -> Mapping[str, int]:
    """Give what was pending on the last day of each month: what was before, plus what came, less what went."""
    begins = first_day(asked.first)
    now = _live(asked).filter(Q(ended_on=None) | Q(ended_on__gte=begins), opened_on__lt=begins).count()
    moved: Counter[str] = Counter()
    live = Rows(_live, (), _told)
    for opened, number in live.groups(asked, "opened_on"):
        if opened and asked.begins <= opened <= asked.ends:
            moved[month_of(opened)] += number
    for ended, number in Rows(
        lambda one: _ended(one).filter(imported=False, opened_on__isnull=False), (), _told
    ).groups(asked, "ended_on"):
        moved[month_of(ended)] -= number
    found = {}
    for month in asked.months:
        now += moved[month]
        found[month] = now
    return found


def _pending_on(asked: Asked, month: str) -> "QuerySet[CaseLine]":
    day = last_day(month)
    return _live(asked).filter(Q(ended_on=None) | Q(ended_on__gt=day), opened_on__lte=day)


def makers() -> list[Flow | Grid]:
    """Give the tables of the subject."""
    opened = Rows(_opened, ("-opened_on", "-pk"), _told)
    ended = Rows(_ended, ("-ended_on", "-pk"), _told)
    return [
        Flow(),
        Grid("opened", "各程序的开案", opened, dims.month("opened_on"), dims.procedure()),
        Grid("ended", "各程序的结案", ended, dims.month("ended_on"), dims.procedure()),
        Grid(
            "units", "各机关的开案", opened, dims.unit(), dims.procedure(), "across", "机关按登记次序排列。"
        ),
        Grid("regions", "各地区的开案", opened, dims.region(), dims.procedure(), "across"),
    ]
