"""The figures of a report: rows read for a period and a cut-off, counted, compared; what is handed in as plain data."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, TypedDict

from mingjing.cases.tallied import Tallied, tallied, told_before
from mingjing.kit.clock import BEIJING
from mingjing.packs.statistics_terms import ReportTerms, Source, StatisticsTerms, TableForm, statistics_terms
from mingjing.personnel.selectors import agencies_below
from mingjing.statistics.counting import (
    Cell,
    Row,
    cells_of,
    classed,
    disagreements,
    filled,
    sieves_of,
    unplaced,
    written,
)
from mingjing.statistics.periods import Period

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

# Agencies, first day, last day, the moment before which it was entered -> rows of sources that no act of a case is:
# disputes. A room beside this one may not be read from here, so the face that joins them brings them.
Others = Callable[[Sequence[int], date, date, datetime], Iterable[Row]]
OVER_OTHERS: Final = ("supervisor", "government")  # their reports cover everything below them
Typed = Mapping[str, Mapping[str, Decimal]]  # table -> column -> what people state


class _Span(TypedDict):
    until: date
    recorded_before: datetime


@dataclass(frozen=True, slots=True)
class Ways:
    """How to count: with imported old cases or without, a month with the year so far beside it or alone."""

    imported: bool = True
    so_far: bool = False


USUAL: Final = Ways()


def no_others(agencies: Sequence[int], since: date, until: date, before: datetime) -> Iterable[Row]:
    """Give nothing: of a report without tables of disputes."""
    return ()


def terms_of(agency: "Agency") -> StatisticsTerms:
    """Give by what an agency counts."""
    return statistics_terms(agency.region, agency.field, agency.code)


def covered(agency: "Agency") -> "list[Agency]":
    """Give the agencies whose acts the reports of this one count: its own; of a supervisor all below it."""
    return agencies_below(agency.code) if agency.kind in OVER_OTHERS else [agency]


@dataclass(frozen=True, slots=True)
class Filled:
    """One table with its figures and those of the periods it is compared with."""

    form: TableForm
    cells: Sequence[Cell]
    before: Sequence[Cell]
    year_before: Sequence[Cell]
    so_far: Sequence[Cell] = ()  # of a month: since the first of January

    @property
    def imported(self) -> int:
        """How many of the acts it counts are of old cases."""
        return len({row.act for cell in self.cells for row in cell.rows if row.imported})


@dataclass(frozen=True, slots=True)
class Figures:
    """A report as it is counted."""

    agency: "Agency"
    agencies: "Sequence[Agency]"
    terms: StatisticsTerms
    report: ReportTerms
    period: Period
    cutoff: date
    tables: Sequence[Filled]
    unplaced: Sequence[Row]
    with_imported: bool = True

    @property
    def title(self) -> str:
        """What the report is called."""
        return f"{self.agency.name}{self.period.title}{self.report.title}"

    @property
    def faults(self) -> list[str]:
        """What does not add up, in Chinese."""
        return [
            f"{one.form.title}：{fault}"
            for one in self.tables
            for fault in disagreements(one.form, {cell.column.code: cell.value for cell in one.cells})
        ]

    def cell(self, table: str, column: str) -> Cell | None:
        """Give one figure with its rows."""
        return next(
            (
                cell
                for one in self.tables
                if one.form.code == table
                for cell in one.cells
                if cell.column.code == column
            ),
            None,
        )


def figures_of(
    agency: "Agency",
    form: str,
    period: Period,
    *,
    cutoff: date,
    at: datetime,
    others: Others = no_others,
    typed: Typed | None = None,
    ways: Ways = USUAL,
) -> Figures:
    """Count a report: acts done in the period and recorded by the end of the cut-off, seen at a moment.

    The year so far beside a month takes as long as counting all its months.
    Of a day that is not over, what was recorded before that moment counts: the same arguments give the same figures.
    """
    terms, agencies = terms_of(agency), covered(agency)
    forms, ids = terms.tables_of(form), [one.pk for one in agencies]
    before = min(at, datetime.combine(cutoff + timedelta(days=1), time(), BEIJING))
    asked = _Asked(terms, forms, ids, before, others, ways.imported)
    # A month and the year so far are read in one go, for the month's own rows are among those of the year.
    running = ways.so_far and bool(period.month)
    january = replace(period, month=1) if running else period
    acts = _acts(asked, january, period)
    counted = {period: [one for one in acts if one.on >= period.first] + _others(asked, period)}
    for one in (period.before, period.year_before):
        counted[one] = _acts(asked, one, one) + _others(asked, one)
    sieves = {one: sieves_of(rows) for one, rows in counted.items()}
    whole = sieves_of(acts + _others(asked, january, period)) if running else {}
    typed = typed or {}
    tables = [
        Filled(
            one,
            filled(one, sieves[period], typed.get(one.code, {})),
            filled(one, sieves[period.before], {}),
            filled(one, sieves[period.year_before], {}),
            filled(one, whole, {}) if running else (),
        )
        for one in forms
    ]
    lost = unplaced(forms, counted[period], terms.sources)
    return Figures(agency, agencies, terms, terms.reports[form], period, cutoff, tables, lost, ways.imported)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is counted, whatever the days."""

    terms: StatisticsTerms
    forms: Sequence[TableForm]
    agencies: Sequence[int]
    before: datetime
    others: Others
    imported: bool

    @property
    def sources(self) -> list[Source]:
        wanted = {column.source for form in self.forms for column in form.columns if column.source}
        return [self.terms.sources[name] for name in sorted(wanted)]


def _acts(asked: _Asked, first: Period, last: Period) -> list[Row]:
    """Give the rows that are acts, from the first day of one period to the last day of another."""
    sources = asked.sources
    span: _Span = {"until": last.last, "recorded_before": asked.before}
    kinds = {kind for one in sources for kind in one.kinds}
    telling = {kind for one in sources if _reads_facts(one, asked.forms) for kind in one.kinds}
    by_kind: dict[str, list[Tallied]] = {}
    for act in tallied(
        asked.agencies, kinds, since=first.first, telling=telling, imported=asked.imported, **span
    ):
        by_kind.setdefault(act.kind, []).append(act)
    rows = [
        row
        for one in sources
        if one.kinds
        for row in _of_source(one, [act for kind in one.kinds for act in by_kind.get(kind, ())], span)
    ]
    return classed(rows, asked.terms.sources, asked.terms.severity.kinds)


def _others(asked: _Asked, first: Period, last: Period | None = None) -> list[Row]:
    """Give the rows that are no acts of cases."""
    if all(one.kinds for one in asked.sources):
        return []
    rows = asked.others(asked.agencies, first.first, (last or first).last, asked.before)
    return classed(rows, asked.terms.sources, asked.terms.severity.kinds)


def _reads_facts(source: Source, forms: Sequence[TableForm]) -> bool:
    """Say whether some column asks for more of this source than that it happened."""
    columns = [one for form in forms for one in form.columns if one.source == source.code]
    return bool(source.gravity) or any(one.formula == "sum" or set(one.where) - {"kind"} for one in columns)


def _of_source(source: Source, own: Sequence[Tallied], span: _Span) -> list[Row]:
    if not (source.first or source.carries):
        return [_row(source, one, {}) for one in own]
    context = {kind for kinds in source.carries.values() for kind in kinds}
    asked = context | set(source.kinds if source.first else ())
    first: dict[int, int] = {}
    told: dict[int, list[Tallied]] = {}
    for act in told_before({one.case for one in own}, asked, **span):
        told.setdefault(act.case, []).append(act)
        if act.kind in source.kinds:
            first.setdefault(act.case, act.seq)
    own = [one for one in own if not source.first or first[one.case] == one.seq]
    return [_row(source, one, _carried(source, told.get(one.case, ()), one.seq)) for one in own]


def _carried(source: Source, acts: Iterable[Tallied], seq: int) -> dict[str, Any]:
    """Give what earlier acts of the case stated, the latest before this one."""
    found: dict[str, Any] = {}
    for act in acts:
        for fact, kinds in source.carries.items():
            if act.seq < seq and act.kind in kinds and act.facts.get(fact) not in (None, ""):
                found[fact] = act.facts[fact]
    return found


def _row(source: Source, act: Tallied, carried: Mapping[str, Any]) -> Row:
    return Row(
        source.code,
        act.agency,
        act.case_code,
        act.code,
        act.kind,
        act.on,
        {**carried, **act.facts},
        act.imported,
    )


# --- as it is handed in -----------------------------------------------------------------------


def as_data(found: Figures, *, typed_notes: Mapping[str, str], note: str, pack: str) -> dict[str, Any]:
    """Give a report as plain data: what is stored, committed to, printed and published. Names no case and no party."""
    return {
        "v": 1,
        "title": found.title,
        "agency": found.agency.name,
        "since": found.period.first.isoformat(),
        "until": found.period.last.isoformat(),
        "cutoff": found.cutoff.isoformat(),
        "covers": [one.name for one in found.agencies],
        "order": found.terms.order,
        "order_title": found.terms.severity.title,
        "rules": [one.text for one in found.terms.rules],
        "pack": pack,
        "tables": [_table(one, found) for one in found.tables],
        "typed_notes": dict(typed_notes),
        "note": note,
        "unplaced": len(found.unplaced),
        "with_imported": found.with_imported,
    }


def _table(one: Filled, found: Figures) -> dict[str, Any]:
    so_far: Sequence[Cell | None] = one.so_far or [None] * len(one.cells)
    cells = zip(one.cells, one.before, one.year_before, so_far, strict=True)
    return {
        "code": one.form.code,
        "title": one.form.title,
        "law": one.form.law,
        "article": one.form.article,
        "verified": one.form.verified,
        "note": one.form.note,
        "cells": [_cell(*each, monthly=bool(found.period.month)) for each in cells],
        "imported": one.imported,
        "units": _units(one, found) if len(found.agencies) > 1 else [],
    }


def _cell(
    cell: Cell, before: Cell, year_before: Cell, so_far: Cell | None, *, monthly: bool
) -> dict[str, Any]:
    column = cell.column
    return {
        "code": column.code,
        "title": column.title,
        "group": column.group,
        "unit": column.unit,
        "typed": cell.typed,
        "exact": None if cell.value is None else str(cell.value),
        "shown": cell.shown,
        # What people stated of another period stands in the report of that period.
        "before": "" if cell.typed or not monthly else before.shown,
        "year_before": "" if cell.typed else year_before.shown,
        "so_far": "" if cell.typed or so_far is None else so_far.shown,
    }


def _units(one: Filled, found: Figures) -> list[dict[str, Any]]:
    """Give the figures of each agency that is covered; shares and what people typed are of the whole only."""
    rows = {row.act: row for cell in one.cells for row in cell.rows}
    every: dict[int, list[Row]] = {}
    for row in rows.values():
        every.setdefault(row.agency, []).append(row)
    return [
        {
            "agency": agency.name,
            "shown": [
                written(cell.column, cell.value) for cell in cells_of(one.form, every.get(agency.pk, ()), {})
            ],
        }
        for agency in found.agencies
    ]


def typed_of(content: Mapping[str, Any]) -> dict[str, dict[str, Decimal]]:
    """Give back what people typed, from a report that was handed in."""
    return {
        table["code"]: {
            cell["code"]: Decimal(cell["exact"])
            for cell in table["cells"]
            if cell["typed"] and cell["exact"] is not None
        }
        for table in content["tables"]
    }


def differences(content: Mapping[str, Any], found: Figures) -> list[str]:
    """Name every figure of a report handed in that is not what is counted now, in Chinese."""
    told = {
        (table["code"], cell["code"]): (f"{table['title']}“{cell['title']}”", cell["exact"])
        for table in content["tables"]
        for cell in table["cells"]
    }
    now = {
        (one.form.code, cell.column.code): None if cell.value is None else str(cell.value)
        for one in found.tables
        for cell in one.cells
    }
    return [
        f"{name}：报表上是 {exact or '—'}，现在数出 {now.get(key) or '—'}"
        for key, (name, exact) in told.items()
        if now.get(key) != exact
    ]
