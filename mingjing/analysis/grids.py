"""Tables that count things by two dims, and what opens the things of one cell: from one source, so that they agree."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Protocol

from django.db.models import Count, Q, QuerySet

from mingjing.analysis.asked import Asked
from mingjing.analysis.dims import Dim, counts_by
from mingjing.analysis.months import shifted
from mingjing.analysis.tables import Chart, Column, Counts, Table, grid_columns, grid_rows, total_row

BEFORE = "上一同长时段"


@dataclass(frozen=True, slots=True)
class Record:
    """One thing behind a figure: no sum of money, and in the order of its day."""

    about: str
    agency: str
    on: date | None
    note: str = ""
    case: str = ""  # its code, where it is a case
    number: str = ""  # of a complaint


class Maker(Protocol):
    """Something that makes one table and opens its figures."""

    @property
    def code(self) -> str: ...

    def table(self, asked: Asked) -> Table:
        """Count."""

    def opened(self, asked: Asked, row: str, column: str) -> QuerySet[Any] | Sequence[Any]:
        """Give the things behind the figure of a row and a column, "" for all of them."""

    def named(self, asked: Asked, row: str, column: str) -> str:
        """Say in words which figure that is."""

    def record(self, thing: Any) -> Record:
        """Give one of these things in words."""


@dataclass(frozen=True)
class Rows:
    """Things that are rows of a table of the database.

    With `together`, whose first column holds the month, they are counted once for all tables of a page and for both
    periods, by these columns; a column `a,b` is two columns that are read as one value.
    """

    of: Callable[[Asked], QuerySet[Any]]
    order: tuple[str, ...]
    told: Callable[[Any], Record]
    together: tuple[str, ...] = ()
    kept: dict[Asked, list[tuple[Any, ...]]] = field(default_factory=dict, compare=False)

    def groups(self, asked: Asked, *columns: str) -> list[tuple[Any, ...]]:
        """Count them by some columns: the values, then how many."""
        if not self.together:
            return self._counted(asked, columns)
        both = replace(asked, first=asked.before.first)
        wide = next((one for one in self.kept if _covers(one, asked)), both)
        if wide not in self.kept:
            self.kept[wide] = self._counted(wide, self.together)
        places = [self.together.index(one) for one in columns]
        found: Counter[tuple[Any, ...]] = Counter()
        for row in self.kept[wide]:
            if asked.first <= row[0] <= asked.last:
                found[tuple(row[place] for place in places)] += row[-1]
        return [(*values, number) for values, number in found.items()]

    def _counted(self, asked: Asked, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        unique = tuple(dict.fromkeys(part for one in columns for part in one.split(",")))
        rows = self.of(asked).order_by().values_list(*unique).annotate(number=Count("pk"))
        places = [tuple(unique.index(part) for part in one.split(",")) for one in columns]
        return [(*(_value(row, place) for place in places), row[-1]) for row in rows]

    def opened(self, asked: Asked, dims: Mapping[Dim, str]) -> QuerySet[Any]:
        """Give those that have these keys."""
        where = Q()
        for dim, key in dims.items():
            where &= dim.where(key) if key else Q()
        return self.of(asked).filter(where).order_by(*self.order)


def _value(row: Sequence[Any], places: Sequence[int]) -> Any:
    return row[places[0]] if len(places) == 1 else tuple(row[place] for place in places)


def _covers(wide: Asked, asked: Asked) -> bool:
    """Say whether a count holds the period of another, narrowed by the same."""
    same = replace(asked, first=wide.first, last=wide.last) == wide
    return same and wide.first <= asked.first and asked.last <= wide.last


@dataclass(frozen=True)
class Things:
    """Things that another room hands over as objects; `by` reads of one what a dim calls its column."""

    of: Callable[[Asked], Sequence[Any]]
    told: Callable[[Any], Record]
    by: Callable[[Any, str], Any] = getattr

    def groups(self, asked: Asked, *columns: str) -> list[tuple[Any, ...]]:
        """Give them one by one: the values, and one."""
        return [(*(self.by(one, name) for name in columns), 1) for one in self.of(asked)]

    def opened(self, asked: Asked, dims: Mapping[Dim, str]) -> Sequence[Any]:
        """Give those that have these keys."""
        wanted = [(dim, key) for dim, key in dims.items() if key]
        return [
            one
            for one in self.of(asked)
            if all(key in dim.keys(self.by(one, dim.column)) for dim, key in wanted)
        ]


@dataclass(frozen=True)
class Grid:
    """How many things there are by two dims, in the period and in the one before."""

    code: str
    title: str
    source: Rows | Things
    rows: Dim
    columns: Dim
    chart: Chart = "stacked"
    note: str = ""
    unit: str = "件"
    compares: bool = True

    def table(self, asked: Asked) -> Table:
        """Count."""
        found = self._counts(asked)
        before = self._counts(asked.before) if self.compares else Counts()
        rows, left_out = self.rows.shown(asked, found.rows)
        columns, _ = self.columns.shown(asked, found.columns)
        rows = rows if columns else ()
        return Table(
            code=self.code,
            title=self.title,
            head=self.rows.title,
            columns=grid_columns(columns) or [Column("", self.unit)],
            rows=grid_rows(found, self._same_places(asked, before.rows), rows, columns),
            total=total_row(found, before.total, columns) if columns else None,
            chart=self.chart,
            note=self.note,
            compared=BEFORE if self.compares else "",
            left_out=left_out,
            unit=self.unit,
        )

    def _counts(self, asked: Asked) -> Counts:
        return counts_by(
            self.source.groups(asked, self.rows.column, self.columns.column), self.rows, self.columns
        )

    def _same_places(self, asked: Asked, counts: Mapping[str, int]) -> Mapping[str, int]:
        """Give the counts of the period before under the keys of this one: months move with it."""
        if not self.rows.monthly:
            return counts
        many = len(asked.months)
        return {shifted(month, many): number for month, number in counts.items()}

    def opened(self, asked: Asked, row: str, column: str) -> QuerySet[Any] | Sequence[Any]:
        """Give the things behind one figure."""
        return self.source.opened(asked, {self.rows: row, self.columns: column})

    def named(self, asked: Asked, row: str, column: str) -> str:
        """Say which figure that is."""
        return words_of(asked, self.title, ((self.rows, row), (self.columns, column)))

    def record(self, thing: Any) -> Record:
        """Give one of these things in words."""
        return self.source.told(thing)


def fetched(page: QuerySet[Any] | Sequence[Any]) -> list[Any]:
    """Give the things of one page, each with its case.

    They are put in order by their narrow rows alone: to sort all of them with their cases costs ten times as much.
    """
    if not isinstance(page, QuerySet):
        return list(page)
    pks = list(page.values_list("pk", flat=True))
    found = page.model._default_manager.select_related("case__agency").in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def words_of(asked: Asked, title: str, dims: Collection[tuple[Dim, str]]) -> str:
    """Say which figure of a table is meant."""
    parts = [f"{dim.title}：{dim.named(asked, key)}" for dim, key in dims if key]
    return "，".join([title, *parts])


def case_record(line: Any, on: date | None, note: str = "") -> Record:
    """Give something of a case in words; the row knows its case with its agency."""
    case = line.case
    return Record(
        about=case.number or case.decision_no or case.title or "（没有案号的案件）",
        agency=case.agency.short_name or case.agency.name,
        on=on,
        note=note or case.title,
        case=case.code,
    )
