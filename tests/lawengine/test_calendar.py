"""Working days, held against the official calendars day by day and against a gold table of deadlines."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from mingjing.lawengine.calendar import UnknownYear, WorkCalendar, YearTable
from mingjing.lawengine.periods import Span, move, roll
from mingjing.packs.load import library

CALENDAR = WorkCalendar()


def rows(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "data" / "holidays" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.shared
def test_every_day_of_eleven_years_is_worked_as_the_state_council_said(shared: Path) -> None:
    """4,018 days, none of them otherwise, with the table the packs put on top."""
    days = rows(shared, "workdays_2016_2026.csv")
    calendar = library().calendar
    wrong = [
        row["date"]
        for row in days
        if calendar.is_working_day(date.fromisoformat(row["date"])) != (row["status"] == "workday")
    ]
    assert len(days) == 4018
    assert not wrong


@pytest.mark.shared
def test_the_days_that_trap_naive_calendars_are_right(shared: Path) -> None:
    """Make-up Sundays, revised notices, new year's eves."""
    for row in rows(shared, "tricky_days.csv"):
        worked = CALENDAR.is_working_day(date.fromisoformat(row["date"]))
        assert worked == (row["expected"] == "workday"), row


@pytest.mark.shared
def test_deadlines_end_where_the_gold_table_says(shared: Path) -> None:
    """Working days, calendar days, and calendar days rolled on from a rest day."""
    for row in rows(shared, "deadline_gold.csv"):
        start = date.fromisoformat(row["start_date"])
        for column in (name for name in row if name != "start_date"):
            assert ends(start, column).isoformat() == row[column], (start, column)


def ends(start: date, column: str) -> date:
    """Work out a column of the gold table, plus_15_calendar_rolled_to_workday."""
    amount = int(column.split("_")[1])
    unit = "working_days" if "workdays" in column else "calendar_days"
    end = move(CALENDAR, start, amount, unit)  # type: ignore[arg-type]
    span = Span(end, start)
    if "rolled" in column:
        roll(CALENDAR, span)
    assert isinstance(span.end, date)
    return span.end


def test_a_year_without_a_notice_is_an_error_and_never_a_guess() -> None:
    """The last known year is certain, the next one says what to do."""
    year = CALENDAR.years[-1] + 1
    assert CALENDAR.is_working_day(date(year - 1, 12, 31)) in (True, False)
    with pytest.raises(UnknownYear, match=rf"{year} 年放假安排尚未公布.*calendar/{year}\.toml"):
        CALENDAR.is_working_day(date(year, 1, 4))
    with pytest.raises(UnknownYear):
        CALENDAR.add_working_days(date(year - 1, 12, 30), 20)
    with pytest.raises(UnknownYear):
        CALENDAR.add_working_days(date(2003, 12, 31), 1)


def test_a_local_table_adds_a_year_and_corrects_a_known_one() -> None:
    """Day by day the table wins; days it does not name follow the week or the built-in calendar."""
    year = CALENDAR.years[-1] + 1
    new_year = YearTable(year, frozenset({date(year, 1, 1)}), frozenset({next_sunday(date(year, 1, 2))}))
    corrected = YearTable(2026, frozenset({date(2026, 3, 3)}), frozenset({date(2026, 3, 7)}))
    calendar = WorkCalendar([new_year, corrected])
    assert not calendar.is_working_day(date(year, 1, 1))
    assert calendar.is_working_day(next_sunday(date(year, 1, 2)))
    assert not calendar.is_working_day(date(2026, 3, 3))
    assert calendar.is_working_day(date(2026, 3, 7))
    assert calendar.is_working_day(date(2026, 3, 4))
    assert CALENDAR.is_working_day(date(2026, 3, 3))


def test_a_span_may_not_cross_a_year_that_is_missing_in_between() -> None:
    """A table for a far year does not make the years before it known."""
    far = CALENDAR.years[-1] + 2
    calendar = WorkCalendar([YearTable(far, frozenset({date(far, 1, 1)}), frozenset())])
    assert calendar.is_working_day(date(far, 1, 1)) is False
    with pytest.raises(UnknownYear, match=str(far - 1)):
        calendar.add_working_days(date(far - 2, 12, 1), 40)
    with pytest.raises(UnknownYear):
        calendar.count_between(date(far - 2, 12, 1), date(far, 2, 1))


def test_working_days_are_counted_forth_and_back_alike() -> None:
    """Counting N on from a working day and N back again ends where it began."""
    day = date(2026, 2, 13)
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(day, 7), -7) == day
    assert CALENDAR.add_working_days(day, 0) == day
    assert CALENDAR.count_between(day, CALENDAR.add_working_days(day, 7)) == 7
    assert CALENDAR.days_off_between(date(2026, 2, 27), date(2026, 3, 2)) == (date(2026, 3, 1),)
    assert CALENDAR.next_working_day(date(2026, 2, 15)) == date(2026, 2, 24)


def next_sunday(day: date) -> date:
    return day + timedelta(days=(6 - day.weekday()) % 7)
