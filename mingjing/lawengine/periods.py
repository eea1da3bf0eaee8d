"""Counting spans of time as the law does: the first day is not counted, and an end on a rest day rolls on."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache

from mingjing.kit.clock import chinese_date, chinese_time
from mingjing.lawengine.calendar import UnknownYear, WorkCalendar
from mingjing.lawengine.terms import Unit

Moment = date | datetime  # a day, or for hours a point in time

UNIT_NAMES: dict[Unit, str] = {
    "calendar_days": "日（自然日）",
    "working_days": "个工作日",
    "hours": "小时",
    "months": "个月",
    "years": "年",
}


@dataclass(slots=True)
class Span:
    """The end of a period while it is being worked out, with the steps that led there.

    `end` is None once a year is met whose days off nobody has published; `floor` is the last day on which the period
    has surely not yet run out.
    """

    end: Moment | None
    floor: date
    unknown: str = ""
    _notes: list[tuple[str, tuple[object, ...]]] = field(default_factory=list)

    def note(self, text: str, *values: object) -> None:
        """Add a step. It is put into words only if somebody asks: most limits are kept, and nobody does."""
        self._notes.append((text, values))

    @property
    def steps(self) -> tuple[str, ...]:
        """The derivation, one Chinese sentence a step."""
        return tuple(text.format(*map(_in_words, values)) for text, values in self._notes)


def move(calendar: WorkCalendar, start: Moment, amount: int, unit: Unit) -> Moment:
    """Give the last day (or hour) of a period of `amount` units after the start; before it if negative.

    Months and years end on the day of the same number, or on the last day of a shorter month. Raises UnknownYear.
    """
    if unit == "hours":
        if not isinstance(start, datetime):
            raise ValueError("hours run from a point in time")
        return start + timedelta(hours=amount)
    day = day_of(start)
    if unit == "calendar_days":
        return day + timedelta(days=amount)
    if unit == "working_days":
        return calendar.add_working_days(day, amount)
    months = day.year * 12 + day.month - 1 + (amount * 12 if unit == "years" else amount)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def extend(calendar: WorkCalendar, span: Span, amount: int, unit: Unit) -> None:
    """Move the end of the span on. A year nobody has published makes the end unknown, and says so."""
    if span.end is None:
        return
    try:
        span.end = move(calendar, span.end, amount, unit)
        span.floor = max(span.floor, day_of(span.end) - timedelta(days=1))
    except UnknownYear as missing:
        span.end, span.unknown = None, str(missing)
        span.floor = max(span.floor, date(missing.year - 1, 12, 31))
        span.note("{}", span.unknown)
    except OverflowError:
        # No calendar reaches there: a number of days that no law knows was stated, and its rule has refused it.
        span.end, span.unknown = None, f"{amount} {UNIT_NAMES[unit]}超出日历，无法计算届满日，请核对所填天数"
        span.note("{}", span.unknown)


def roll(calendar: WorkCalendar, span: Span) -> None:
    """Move an end that falls on a rest day to the next working day.

    Where the year is not published yet the day itself stands, as the earliest end, and the step says so.
    """
    if span.end is None or isinstance(span.end, datetime):
        return
    try:
        rolled = calendar.next_working_day(span.end)
    except UnknownYear as missing:
        span.unknown = str(missing)
        span.note("末日是否休息日尚不能确定：{}；期限不早于{}届满", span.unknown, span.end)
        return
    if rolled != span.end:
        span.note("末日{}是休息日，顺延至{}", span.end, rolled)
        span.end = rolled


def day_of(moment: Moment) -> date:
    """Give the day of a moment."""
    return moment.date() if isinstance(moment, datetime) else moment


@lru_cache(maxsize=4096)
def shown(moment: Moment) -> str:
    """Write a day with its weekday, or a point in time."""
    return chinese_time(moment) if isinstance(moment, datetime) else chinese_date(moment, weekday=True)


def _in_words(value: object) -> str:
    if isinstance(value, date):
        return shown(value)
    return days_in_words(value) if isinstance(value, tuple) else str(value)


@lru_cache(maxsize=4096)
def days_in_words(days: tuple[date, ...]) -> str:
    """Write days, runs of them as one: 5月1日至5月5日、5月9日."""
    runs: list[list[date]] = []
    listed = sorted(days)
    for day, before in zip(listed, [None, *listed[:-1]], strict=True):
        if before is not None and day - before == timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return "、".join(
        f"{run[0].month}月{run[0].day}日" + (f"至{run[-1].month}月{run[-1].day}日" if len(run) > 1 else "")
        for run in runs
    )
