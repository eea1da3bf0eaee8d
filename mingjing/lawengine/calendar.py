"""Working days by the State Council's calendars, with a dated table on top; a year nobody has published is an error."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

from chinese_calendar.constants import holidays, workdays


class UnknownYear(Exception):
    """The working days of a year are not known: no notice has been published, or none has been entered."""

    def __init__(self, year: int) -> None:
        super().__init__(year)
        self.year = year

    def __str__(self) -> str:
        return (
            f"{self.year} 年放假安排尚未公布或者尚未录入，无法推算工作日；"
            f"国务院办公厅发布通知后，请在 lawpacks/cn/calendar/{self.year}.toml 录入"
        )


@dataclass(frozen=True, slots=True)
class YearTable:
    """One year's notice as entered locally: days off and days worked against the rule of the week."""

    year: int
    off: frozenset[date]
    work: frozenset[date]


class WorkCalendar:
    """Which days are working days. A local table wins over the built-in calendar, day by day."""

    def __init__(self, tables: Iterable[YearTable] = ()) -> None:
        by_year = {table.year: table for table in tables}
        known = set(range(min(holidays).year, max(holidays).year + 1))
        self.years = tuple(sorted(known | by_year.keys()))
        self._days: list[date] = []
        self._off: list[date] = []
        for year in self.years:
            worked = _working_days(year, by_year.get(year), built_in=year in known)
            for day in _days_of(year):
                (self._days if day in worked else self._off).append(day)
        # Beyond a year that is missing in between nothing can be counted, so a span may not cross it.
        self._gaps = tuple(a + 1 for a, b in pairwise(self.years) if b != a + 1)

    def same_days(self, other: "WorkCalendar") -> bool:
        """Say whether both know the same years and count the same days in them."""
        return (self._days, self._off) == (other._days, other._off)

    def is_working_day(self, day: date) -> bool:
        """Say whether the day is worked. Raises UnknownYear."""
        self._demand(day.year)
        place = bisect_left(self._days, day)
        return place < len(self._days) and self._days[place] == day

    def add_working_days(self, day: date, count: int) -> date:
        """Give the `count`-th working day after the day (before it if negative). Raises UnknownYear."""
        self._demand(day.year)
        if count == 0:
            return day
        place = (
            bisect_right(self._days, day) + count - 1 if count > 0 else bisect_left(self._days, day) + count
        )
        if not 0 <= place < len(self._days):
            raise UnknownYear(self.years[-1] + 1 if count > 0 else self.years[0] - 1)
        self._demand_span(day, self._days[place])
        return self._days[place]

    def count_between(self, after: date, until: date) -> int:
        """Count the working days after `after` up to and including `until`. Raises UnknownYear."""
        self._demand(after.year)
        self._demand(until.year)
        self._demand_span(after, until)
        return max(0, bisect_right(self._days, until) - bisect_right(self._days, after))

    def next_working_day(self, day: date) -> date:
        """Give the day itself if it is worked, else the first working day after it. Raises UnknownYear."""
        return day if self.is_working_day(day) else self.add_working_days(day, 1)

    def days_off_between(self, after: date, until: date) -> tuple[date, ...]:
        """Give the days after `after` up to and including `until` that are not worked."""
        self._demand(after.year)
        self._demand(until.year)
        return tuple(self._off[bisect_right(self._off, after) : bisect_right(self._off, until)])

    def _demand(self, year: int) -> None:
        if year not in self.years:
            raise UnknownYear(year)

    def _demand_span(self, one: date, other: date) -> None:
        low, high = sorted((one.year, other.year))
        for gap in self._gaps:
            if low < gap <= high:
                raise UnknownYear(gap)


def _working_days(year: int, table: YearTable | None, *, built_in: bool) -> frozenset[date]:
    off, work = (table.off, table.work) if table else (frozenset(), frozenset())
    usual = _built_in(year) if built_in else frozenset(day for day in _days_of(year) if day.weekday() < 5)
    return (usual - off) | work


@cache
def _built_in(year: int) -> frozenset[date]:
    # As its own is_workday says, which checks the range of all its years anew for every day.
    return frozenset(
        day for day in _days_of(year) if day in workdays or (day.weekday() < 5 and day not in holidays)
    )


def _days_of(year: int) -> Iterator[date]:
    first, last = date(year, 1, 1), date(year, 12, 31)
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
