"""Days and hours as the law in China counts them; nothing here asks what time it is."""

from datetime import date, datetime, timedelta, timezone
from typing import Final

# China has had one zone and no summer time since 1991, and no act of ours is older.
BEIJING: Final = timezone(timedelta(hours=8), "北京时间")

_WEEKDAYS: Final = "一二三四五六日"


def beijing(moment: datetime) -> datetime:
    """Give the same moment on a Beijing clock. Raises ValueError for a moment without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its zone: whose midnight would a bare time mean?")
    return moment.astimezone(BEIJING)


def legal_day(moment: datetime) -> date:
    """Give the day in the law: the calendar day in Beijing, whatever zone the moment was written in."""
    return beijing(moment).date()


def chinese_date(day: date, *, weekday: bool = False) -> str:
    """Write a day for people: 2026年3月5日, or 2026年3月5日（周四）."""
    text = f"{day.year}年{day.month}月{day.day}日"
    return f"{text}（周{_WEEKDAYS[day.weekday()]}）" if weekday else text


def chinese_time(moment: datetime) -> str:
    """Write a moment for people, on the Beijing clock: 2026年3月5日14时05分."""
    local = beijing(moment)
    return f"{chinese_date(local.date())}{local.hour}时{local.minute:02d}分"
