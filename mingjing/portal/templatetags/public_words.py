"""Dates and numbers as the public reads them."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from django import template
from django.urls import reverse

from mingjing.kit.clock import beijing, chinese_date

PLACE = "ARGUMENT"

register = template.Library()


@register.filter
def day(value: date | datetime | None) -> str:
    """2026年3月5日, of a moment its day in Beijing; nothing for nothing."""
    if value is None:
        return "未载明"
    return chinese_date(beijing(value).date() if isinstance(value, datetime) else value)


@register.filter
def moment(value: datetime) -> str:
    """2026年3月5日 14:05, on a Beijing clock."""
    local = beijing(value)
    return f"{chinese_date(local.date())} {local:%H:%M}"


@register.filter
def at(values: Sequence[str], place: int) -> str:
    """The value at a place counted from 0, as templates count rows and columns together."""
    return values[place]


@register.simple_tag
def to(name: str, argument: str = "") -> str:
    """Give the address of a page of the portal; its pattern is worked out once, for a page has dozens of links."""
    return _pattern(name, bool(argument)).replace(PLACE, argument)


@cache
def _pattern(name: str, with_argument: bool) -> str:
    return reverse(f"portal:{name}", args=[PLACE] if with_argument else [])
