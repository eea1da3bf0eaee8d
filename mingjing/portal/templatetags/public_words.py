"""Dates and numbers as the public reads them."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from mingjing.kit.clock import beijing, chinese_date

PLACE = "ARGUMENT"
TELEPHONE = re.compile(r"(?<!\d)(?:0\d{2,3}[- ]?\d{7,8}|1\d{10}|12\d{3}|400[- ]?\d{3}[- ]?\d{4})(?!\d)")
LISTS = ("recording", "reviews", "delegations", "benchmark", "list", "catalogue")
PAGES = {"agency": "agencies", "officers": "officers", "laws": "laws", "channel": "channels"}

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


@register.filter
def iso_day(text: str) -> str:
    """2026年12月31日 for a day kept as 2026-12-31."""
    return chinese_date(date.fromisoformat(text))


@register.filter
def iso_moment(text: str) -> str:
    """2026年3月5日 14:05 for a moment kept as ISO 8601."""
    return moment(datetime.fromisoformat(text))


@register.filter
def get(values: Mapping[str, str], key: str) -> str:
    """The value of a key, or the key itself."""
    return values.get(key, key)


@register.filter
def telephone(text: str) -> SafeString:
    """A text with its telephone numbers as links that a phone dials."""
    parts, at = [], 0
    for found in TELEPHONE.finditer(text):
        number = found[0].replace(" ", "")
        parts += [escape(text[at : found.start()]), format_html('<a href="tel:{}">{}</a>', number, found[0])]
        at = found.end()
    return format_html_join("", "{}", ((one,) for one in [*parts, escape(text[at:])]))


@register.simple_tag
def to(name: str, argument: str = "") -> str:
    """Give the address of a page of the portal; its pattern is worked out once, for a page has dozens of links."""
    return _pattern(name, bool(argument)).replace(PLACE, argument)


@register.simple_tag
def item_url(item: Any) -> str:
    """Give the address at which one thing published beforehand is read."""
    query = f"?{urlencode({'agency': item.agency_code})}"
    if item.kind in LISTS:
        return f"{to('list', item.kind)}?{urlencode({'agency': item.agency_code, 'slug': item.slug})}"
    if item.kind == "guide":
        return to("guide", item.slug) + query
    return to(PAGES.get(item.kind, "before")) + (query if item.kind == "laws" else "")


@cache
def _pattern(name: str, with_argument: bool) -> str:
    return reverse(f"portal:{name}", args=[PLACE] if with_argument else [])
