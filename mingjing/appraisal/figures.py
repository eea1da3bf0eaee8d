"""Indicators computed from rows: so many of so many, with the rows behind each; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mingjing.packs.appraisal_indicators import Indicator, Scheme


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a source: what it is (for its own unit), its day, where it is looked up, what holds of it."""

    name: str
    day: date | None
    flags: frozenset[str]
    case_code: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One indicator of one unit."""

    indicator: Indicator
    rows: Sequence[Row]  # of the denominator
    hits: int

    @property
    def of(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    @property
    def percent(self) -> str:
        """The share to a tenth of a percent, halves upward; empty where nothing was counted."""
        return percent(self.hits, self.of)


def percent(hits: int, of: int) -> str:
    """Write a share, to a tenth of a percent, the same wherever it is computed."""
    if not of:
        return ""
    tenths = (2000 * hits + of) // (2 * of)
    return f"{tenths // 10}.{tenths % 10}%"


def figure(indicator: Indicator, rows: Iterable[Row]) -> Figure:
    """Count one indicator over the rows of its source."""
    of, hits = frozenset(indicator.of), frozenset(indicator.hits)
    counted = [one for one in rows if of <= one.flags]
    return Figure(indicator, counted, sum(hits <= one.flags for one in counted))


def figures(scheme: Scheme, rows: Mapping[str, Sequence[Row]]) -> list[Figure]:
    """Count every indicator."""
    return [figure(one, rows.get(one.source, ())) for one in scheme.indicators]
