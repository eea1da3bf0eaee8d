"""Dates, numbers and words as the public reads them, in Chinese or in English."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from mingjing.kit.clock import beijing
from mingjing.portal.addresses import chinese, here_in, to
from mingjing.portal.saying import MONTHS, pieces, written

HAN = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")

TELEPHONE = re.compile(r"(?<!\d)(?:0\d{2,3}[- ]?\d{7,8}|1\d{10}|12\d{3}|400[- ]?\d{3}[- ]?\d{4})(?!\d)")
LISTS = ("recording", "reviews", "delegations", "benchmark", "list", "catalogue")
PAGES = {"agency": "agencies", "officers": "officers", "laws": "laws", "channel": "channels"}

register = template.Library()


register.simple_tag(to)
register.simple_tag(here_in)


@register.filter
def day(value: date | datetime | None) -> str:
    """2026年3月5日 or 5 March 2026, of a moment its day in Beijing; of nothing, that it is not stated."""
    if value is None:
        return gettext("未载明")
    return written(beijing(value).date() if isinstance(value, datetime) else value)


@register.filter
def month(value: date) -> str:
    """2026年3月 or March 2026."""
    return f"{value.year}年{value.month}月" if chinese() else f"{MONTHS[value.month - 1]} {value.year}"


@register.filter
def moment(value: datetime) -> str:
    """2026年3月5日 14:05 or 5 March 2026, 14:05, on a Beijing clock."""
    local = beijing(value)
    return f"{written(local.date())}{' ' if chinese() else ', '}{local:%H:%M}"


@register.filter
def at(values: Sequence[str], place: int) -> str:
    """The value at a place counted from 0, as templates count rows and columns together."""
    return values[place]


@register.filter
def iso_day(text: str) -> str:
    """2026年12月31日 or 31 December 2026 for a day kept as 2026-12-31."""
    return written(date.fromisoformat(text))


@register.filter
def iso_moment(text: str) -> str:
    """2026年3月5日 14:05 or 5 March 2026, 14:05 for a moment kept as ISO 8601."""
    return moment(datetime.fromisoformat(text))


@register.filter
def zh(value: object) -> SafeString:
    """A text of the record, which stays Chinese and is marked so on a page in another language."""
    text = conditional_escape(value if isinstance(value, str) else str(value or ""))
    if chinese() or not HAN.search(text):
        return text
    return format_html('<span lang="zh-Hans">{}</span>', text)


@register.filter
def word(value: object) -> SafeString:
    """A word, day or amount of the record in the language of the page; what else it says stays Chinese, marked so."""
    parts = pieces(str(value or ""))
    return format_html_join("", "{}", ((zh(text) if own else text,) for text, own in parts))


@register.filter
def plain_word(value: object) -> str:
    """The same where no markup can stand: in an attribute, an option or a title."""
    return "".join(text for text, _ in pieces(str(value or "")))


@register.filter
def words(values: Sequence[str], between: str = "、") -> SafeString:
    """A list of words or texts of the record, with the mark that the language puts between them."""
    return format_html_join(gettext(between), "{}", ((word(one),) for one in values))


@register.simple_tag
def chinese_here(value: object = "字") -> SafeString:
    """Mark an element whose words are the record's as Chinese, where the page around it is not and they are."""
    foreign = not chinese() and HAN.search(str(value))
    return SafeString(' lang="zh-Hans"' if foreign else "")


@register.simple_tag
def data_title(columns: Sequence[str], place: int) -> SafeString:
    """Give a cell its column's heading, for narrow screens that show no head; one that stays Chinese marks the cell."""
    heading = plain_word(columns[place])
    return format_html(' data-title="{}"{}', heading, chinese_here(heading))


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
def item_url(item: Any) -> str:
    """Give the address at which one thing published beforehand is read."""
    query = f"?{urlencode({'agency': item.agency_code})}"
    if item.kind in LISTS:
        return f"{to('list', item.kind)}?{urlencode({'agency': item.agency_code, 'slug': item.slug})}"
    if item.kind == "guide":
        return to("guide", item.slug) + query
    return to(PAGES.get(item.kind, "before")) + (query if item.kind == "laws" else "")
