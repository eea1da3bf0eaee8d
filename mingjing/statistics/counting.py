"""How rows become the figures of a table: pure counting by the forms of the packs; nothing is read from anywhere."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from mingjing.packs.statistics_terms import CLASS, Column, Source, TableForm

MONEY: Final[Mapping[str, Decimal]] = {"元": Decimal(1), "万元": Decimal(10_000)}
NONE: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Row:
    """Something that is counted: one act of a case, or one step of a dispute."""

    source: str
    agency: int
    case: str
    act: str
    kind: str
    on: date
    facts: Mapping[str, Any]
    imported: bool = False  # of an old case

    def stated(self, name: str) -> frozenset[str]:
        """Give what it states under a name, as texts; empty where it states nothing."""
        value = self.kind if name == "kind" else self.facts.get(name)
        if value is None or value == "":
            return frozenset()
        many = value if isinstance(value, list | tuple | set | frozenset) else (value,)
        return frozenset(str(one).lower() if isinstance(one, bool) else str(one) for one in many)


@dataclass(slots=True)
class Cell:
    """One figure with the rows behind it; None where it cannot be told: nothing typed, nothing to divide by."""

    column: Column
    value: Decimal | None
    rows: list[Row] = field(default_factory=list)

    @property
    def typed(self) -> bool:
        """Whether people state it."""
        return self.column.formula == "typed"

    @property
    def shown(self) -> str:
        """As tables show it."""
        return written(self.column, self.value)


def gravest(kinds: Iterable[str], order: Sequence[str]) -> str:
    """Give the gravest of some kinds by an order from light to grave; empty where a kind is not in the order."""
    named = set(kinds)
    return max(named, key=order.index) if named and named <= set(order) else ""


def classed(rows: Iterable[Row], sources: Mapping[str, Source], order: Sequence[str]) -> list[Row]:
    """Give every row its class, where its source has one."""
    found = []
    for row in rows:
        fact = sources[row.source].gravity
        if fact:
            row = Row(  # noqa: PLW2901 - the same row with its class
                *(row.source, row.agency, row.case, row.act, row.kind, row.on),
                {**row.facts, CLASS: gravest(row.stated(fact), order)},
                row.imported,
            )
        found.append(row)
    return found


class Sieve:
    """The rows of one source by what they state, so that every column finds its own without a look at the others'."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self._places: dict[str, dict[str, list[int]]] = {}

    def chosen(self, where: Mapping[str, Sequence[str]]) -> Sequence[Row]:
        """Give the rows that state, of every name, one of the values; in their order."""
        if not where:
            return self.rows
        named = [
            {place for value in values for place in self._stating(name).get(value, ())}
            for name, values in where.items()
        ]
        return [self.rows[place] for place in sorted(set.intersection(*named))]

    def _stating(self, name: str) -> Mapping[str, Sequence[int]]:
        if name not in self._places:
            found: dict[str, list[int]] = {}
            for place, row in enumerate(self.rows):
                for value in row.stated(name):
                    found.setdefault(value, []).append(place)
            self._places[name] = found
        return self._places[name]


def sieves_of(rows: Iterable[Row]) -> dict[str, Sieve]:
    """Put rows into sieves by their sources."""
    by_source: dict[str, list[Row]] = {}
    for row in rows:
        by_source.setdefault(row.source, []).append(row)
    return {source: Sieve(own) for source, own in by_source.items()}


def cells_of(form: TableForm, rows: Iterable[Row], typed: Mapping[str, Decimal]) -> list[Cell]:
    """Fill a table: counts and sums from rows, what people typed, then totals and shares of those before them."""
    return filled(form, sieves_of(rows), typed)


def filled(form: TableForm, sieves: Mapping[str, Sieve], typed: Mapping[str, Decimal]) -> list[Cell]:
    """Fill a table from rows that are in sieves already."""
    found: dict[str, Cell] = {}
    for column in form.columns:
        found[column.code] = _cell(column, sieves.get(column.source, _EMPTY), typed, found)
    return list(found.values())


_EMPTY: Final = Sieve(())


def _cell(column: Column, sieve: Sieve, typed: Mapping[str, Decimal], before: Mapping[str, Cell]) -> Cell:
    if column.formula == "typed":
        return Cell(column, typed.get(column.code))
    if column.formula == "total":
        parts = [before[code] for code in column.of]
        return Cell(column, total(one.value for one in parts), [row for one in parts for row in one.rows])
    if column.formula == "share":
        part, whole = (before[code].value for code in column.of)
        return Cell(column, None if part is None or not whole else 100 * part / whole)
    chosen = list(sieve.chosen(column.where))
    if column.formula == "count":
        return Cell(column, Decimal(len(chosen)), chosen)
    with_sums = [(row, sum_of(row, column.of)) for row in chosen]
    return Cell(column, sum((yuan for _, yuan in with_sums), NONE), [row for row, yuan in with_sums if yuan])


def total(values: Iterable[Decimal | None]) -> Decimal | None:
    """Add what is known; None where nothing is."""
    known = [one for one in values if one is not None]
    return sum(known, NONE) if known else None


def sum_of(row: Row, facts: Sequence[str]) -> Decimal:
    """Add the sums of a row that are stated; one that is not a number was not ascertained and does not count."""
    return sum((_yuan(row.facts.get(name)) for name in facts), NONE)


def _yuan(stated: Any) -> Decimal:
    if stated in (None, ""):
        return NONE
    try:
        found = Decimal(str(stated))
    except InvalidOperation:
        return NONE
    return found if found.is_finite() else NONE


def unplaced(forms: Iterable[TableForm], rows: Iterable[Row], sources: Mapping[str, Source]) -> list[Row]:
    """Give the rows that some table puts into classes and that fit none of its columns: told, never guessed."""
    found: dict[str, Row] = {}
    sieves = sieves_of(rows)
    for form in forms:
        columns = [one for one in form.columns if CLASS in one.where]
        for name in {one.source for one in columns} & sieves.keys():
            placed = {
                row.act for one in columns if one.source == name for row in sieves[name].chosen(one.where)
            }
            found |= {row.act: row for row in sieves[name].rows if row.act not in placed}
    return list(found.values())


def disagreements(form: TableForm, values: Mapping[str, Decimal | None]) -> list[str]:
    """Name every cell of a filled table that is not what its parts make, in Chinese; empty columns count as nothing."""
    found = []
    for column in form.columns:
        stated = values.get(column.code)
        if column.formula == "total" and stated is not None:
            made = sum((values.get(code) or NONE for code in column.of), NONE)
            if made != stated:
                found.append(f"“{column.title}”是 {stated}，各列之和是 {made}，相差 {stated - made}")
    for one in form.balances:
        if any(values.get(code) is None for code in (*one.left, *one.right)):
            continue
        left, right = (sum((values[code] or NONE for code in side), NONE) for side in (one.left, one.right))
        if left != right:
            found.append(f"{one.title}：前者 {left}，后者 {right}，相差 {left - right}")
    return found


def written(column: Column, value: Decimal | None) -> str:
    """Write a figure as its column has it: money in its unit, halves up; an unknown one as a dash."""
    if value is None:
        return "—"
    scaled = value / MONEY.get(column.unit, Decimal(1)) if column.formula == "sum" else value
    return f"{scaled.quantize(Decimal(1).scaleb(-column.decimals), ROUND_HALF_UP):,}"
