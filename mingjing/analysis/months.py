"""Months as keys that sort and stand in addresses: 2026-03; nothing here asks what day it is."""

import re
from datetime import date, timedelta
from typing import Final

_KEY: Final = re.compile(r"(20\d{2})-(0[1-9]|1[0-2])", re.ASCII)


def read_month(text: str) -> str:
    """Give the month that a text names, "" where it names none."""
    return text if _KEY.fullmatch(text) else ""


def month_of(day: date) -> str:
    """Give the month in which a day lies."""
    return f"{day.year:04d}-{day.month:02d}"


def shifted(month: str, by: int) -> str:
    """Give the month so many months later; earlier where `by` is negative."""
    number = _number(month) + by
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def months_from(first: str, last: str) -> list[str]:
    """Give every month from one to another, both included."""
    return [shifted(first, by) for by in range(_number(last) - _number(first) + 1)]


def first_day(month: str) -> date:
    """Give its first day."""
    return date(int(month[:4]), int(month[5:]), 1)


def last_day(month: str) -> date:
    """Give its last day."""
    return first_day(shifted(month, 1)) - timedelta(days=1)


def month_title(month: str) -> str:
    """Give it as people write it."""
    return f"{int(month[:4])}年{int(month[5:])}月"


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1
