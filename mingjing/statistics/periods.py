"""Months and years as reports have them, and by when each report is in; nothing here asks what day it is."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mingjing.packs.statistics_terms import ReportTerms

_KEY: Final = re.compile(r"(\d{4})(?:-(\d{2}))?", re.ASCII)
EARLIEST: Final = 2000


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One month, or one whole year where `month` is 0."""

    year: int
    month: int = 0

    @property
    def key(self) -> str:
        """As it stands in addresses and in the database: 2026-03, 2026."""
        return f"{self.year}-{self.month:02d}" if self.month else str(self.year)

    @property
    def title(self) -> str:
        """As people write it."""
        return f"{self.year}年{self.month}月" if self.month else f"{self.year}年"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month or 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Period":
        """The period after it."""
        if not self.month:
            return Period(self.year + 1)
        return Period(self.year + 1, 1) if self.month == 12 else Period(self.year, self.month + 1)

    @property
    def before(self) -> "Period":
        """The period before it."""
        if not self.month:
            return Period(self.year - 1)
        return Period(self.year - 1, 12) if self.month == 1 else Period(self.year, self.month - 1)

    @property
    def year_before(self) -> "Period":
        """The same period of the year before."""
        return Period(self.year - 1, self.month)


def period_of(kind: str, day: date) -> Period:
    """Give the period of a kind (month, year) in which a day lies."""
    return Period(day.year, day.month if kind == "month" else 0)


def read_period(kind: str, key: str) -> Period | None:
    """Give the period that a text names, None where it names none of this kind."""
    found = _KEY.fullmatch(key)
    if found is None or (found[2] is not None) != (kind == "month"):
        return None
    period = Period(int(found[1]), int(found[2] or 0))
    known = EARLIEST <= period.year < date.max.year and period.month <= 12
    return period if known and (period.month or kind == "year") else None


def due_of(terms: ReportTerms, period: Period) -> date:
    """Give the last day on which the report of a period is in time: in the month after it, or on its day next year."""
    after = period.next
    if terms.period == "month":
        return min(date(after.year, after.month, 1) + timedelta(days=terms.due_day - 1), after.last)
    return date(after.year, terms.due_month, terms.due_day)
