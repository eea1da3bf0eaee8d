"""Inspections: how many, of which arm, how often something was found, with the interval; never by agency or person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from mingjing.analysis import dims
from mingjing.analysis.asked import Asked
from mingjing.analysis.dims import Dim
from mingjing.analysis.grids import BEFORE, Grid, Record, Things, words_of
from mingjing.analysis.tables import NOTHING, Cell, Column, Row, Table, Titles, counted
from mingjing.inspections.patterns.analysed import Visited, visited
from mingjing.inspections.patterns.figures import ARMS, class_title, wilson

DONE, FOUND = "done", "found"


def _visits(asked: Asked) -> list[Visited]:
    fields = {one.pk: one.field for one in asked.units}
    return [
        one
        for one in visited(asked.agencies, asked.begins, asked.ends)
        if asked.region in {"", one.region} and asked.field in {"", fields.get(one.agency_id)}
    ]


def _told(one: Visited) -> Record:
    note = f"{class_title(one.risk)}，{ARMS[one.arm]}，{one.result or '还没有结果'}"
    return Record(f"检查对象 {one.object}", one.agency, one.on, note, case=one.case_code)


def _risk() -> Dim:
    def titles(_: Asked, counts: Any) -> Titles:
        return [(key, class_title("" if key == NOTHING else key)) for key in sorted(counts)]

    return Dim("风险等级", "risk", lambda risk: (risk or NOTHING,), lambda _: dims.nothing(), titles)


@dataclass(frozen=True)
class Rates:
    """How often something was found, with the 95 % interval of Wilson; of two that overlap none is the higher."""

    code: str
    title: str
    rows: Dim
    note: str

    def table(self, asked: Asked) -> Table:
        """Count visits with a result and those that found something."""
        now, before = self._rates(asked), self._rates(asked.before)
        shown, left_out = self.rows.shown(asked, {key: done for key, (done, _) in now.items()})
        columns = [
            *(Column(DONE, "已有结果", drawn=False), Column(FOUND, "发现问题", drawn=False)),
            *(Column("share", "比例（%）"), Column("low", "95%区间下限"), Column("high", "95%区间上限")),
        ]
        rows = [self._row(key, title, now.get(key, (0, 0)), before.get(key, (0, 0))) for key, title in shown]
        return Table(
            *(self.code, self.title, self.rows.title, columns, rows, None, "intervals"),
            note=self.note,
            compared="" if self.rows.monthly else f"比例：{BEFORE}",
            left_out=left_out,
            unit="%",
        )

    def _rates(self, asked: Asked) -> dict[str, tuple[int, int]]:
        found: dict[str, tuple[int, int]] = {}
        for one in _visits(asked):
            for key in self.rows.keys(getattr(one, self.rows.column)) if one.problem is not None else ():
                done, hits = found.get(key, (0, 0))
                found[key] = done + 1, hits + bool(one.problem)
        return found

    def _row(self, key: str, title: str, now: tuple[int, int], before: tuple[int, int]) -> Row:
        done, hits = now
        between = wilson(hits, done) or (None, None)
        cells = [counted(done, key, DONE), counted(hits, key, FOUND)]
        mark = cells[0].mark
        cells += [
            Cell(None if one is None else round(one * 100, 1), _percent(one), mark)
            for one in (hits / done if done else None, *between)
        ]
        was = before[1] / before[0] if before[0] else None
        return Row(key, title, cells, Cell(was, _percent(was)))

    def opened(self, asked: Asked, row: str, column: str) -> Sequence[Visited]:
        """Give the visits behind one figure."""
        return [
            one
            for one in _visits(asked)
            if one.problem is not None
            and (not row or row in self.rows.keys(getattr(one, self.rows.column)))
            and (column != FOUND or one.problem)
        ]

    def named(self, asked: Asked, row: str, column: str) -> str:
        """Say which figure that is."""
        said = "，发现问题的" if column == FOUND else "，已有结果的"
        return words_of(asked, self.title, ((self.rows, row),)) + said

    def record(self, thing: Any) -> Record:
        """Give one visit in words."""
        return _told(thing)


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share * 100:.1f}%"


OVERLAP: Final = "两个区间重叠时，不能说一个高于另一个。不按机关、人员统计发现问题的多少。"


def makers() -> list[Grid | Rates]:
    """Give the tables of the subject."""
    visits, arm = Things(_visits, _told), dims.plain("来源", "arm", ARMS)
    return [
        Grid("months", "每月的检查", visits, dims.month("on"), arm, unit="次"),
        Grid("units", "各机关的检查", visits, dims.unit(), arm, "across", "机关按登记次序排列。", "次"),
        Rates("risks", "各风险等级发现问题的比例", _risk(), OVERLAP),
        Rates("arms", "随机抽查与针对性检查发现问题的比例", arm, OVERLAP),
        Rates("rates", "每月发现问题的比例", dims.month("on"), OVERLAP),
    ]
