"""Dates and long numbers as ordinary people read them."""

from datetime import date, datetime

from django import template

from mingjing.kit.clock import beijing, chinese_date

register = template.Library()


@register.filter
def day(value: date | datetime | None) -> str:
    """2026年3月5日（周四）; nothing for nothing."""
    if value is None:
        return ""
    return chinese_date(beijing(value).date() if isinstance(value, datetime) else value, weekday=True)


@register.filter
def moment(value: datetime) -> str:
    """2026年3月5日 14:05:09, on a Beijing clock."""
    local = beijing(value)
    return f"{chinese_date(local.date())} {local:%H:%M:%S}"


@register.filter
def groups(value: str) -> str:
    """A digest in groups of eight, so that two can be compared by eye."""
    return " ".join(value[at : at + 8] for at in range(0, len(value), 8))


@register.filter
def kilobytes(value: int) -> str:
    """How large a file is."""
    return f"{value / 1024 / 1024:.1f} MB" if value >= 1024 * 1024 else f"{max(1, value // 1024)} kB"
