"""Dates, long numbers and words as ordinary people read them, in Chinese or in English."""

import re
from datetime import date, datetime
from typing import Any, Final

from django import template
from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from mingjing.kit.clock import beijing, chinese_date

HAN: Final = re.compile(r"[\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")

register = template.Library()


def chinese() -> bool:
    """Tell whether Chinese, the language of the record, is being spoken."""
    return get_language() in {None, settings.LANGUAGE_CODE}


@register.filter
def day(value: date | datetime | None) -> str:
    """2026年3月5日（周四） or Thursday 5 March 2026; nothing for nothing."""
    if value is None:
        return ""
    on = beijing(value).date() if isinstance(value, datetime) else value
    return chinese_date(on, weekday=True) if chinese() else f"{on:%A} {on.day} {on:%B %Y}"


@register.filter
def moment(value: datetime) -> str:
    """2026年3月5日 14:05:09 or 5 March 2026, 14:05:09, on a Beijing clock."""
    local = beijing(value)
    on = f"{chinese_date(local.date())} " if chinese() else f"{local.day} {local:%B %Y}, "
    return f"{on}{local:%H:%M:%S}"


@register.filter
def groups(value: str) -> str:
    """A digest in groups of eight, so that two can be compared by eye."""
    return " ".join(value[at : at + 8] for at in range(0, len(value), 8))


@register.filter
def kilobytes(value: int) -> str:
    """How large a file is."""
    return f"{value / 1024 / 1024:.1f} MB" if value >= 1024 * 1024 else f"{max(1, value // 1024)} kB"


@register.filter
def left(running: Any) -> str:
    """How much of a time limit is left: in Chinese as it was computed, in English whether it is still open."""
    if chinese():
        return str(running.left)
    if running.due is None:
        return gettext("期限届满日尚不能确定")
    return gettext("期限已过") if running.over else gettext("期限未过")


@register.filter
def zh(value: object) -> SafeString:
    """A text of the record, which stays Chinese and is marked so on a page in another language."""
    text = conditional_escape(value if isinstance(value, str) else str(value or ""))
    if chinese() or not HAN.search(text):
        return text
    return format_html('<span lang="zh-Hans">{}</span>', text)


@register.filter
def word(value: object) -> SafeString:
    """A word or sentence that the counter has English for; another stays Chinese and is marked so."""
    text = str(value or "")
    return zh(gettext(text)) if text else SafeString("")


@register.simple_tag
def chinese_here(value: object = "字") -> SafeString:
    """Mark an element whose words are the record's as Chinese, where the page around it is not and they are."""
    foreign = not chinese() and HAN.search(str(value))
    return SafeString(' lang="zh-Hans"' if foreign else "")


@register.simple_tag
def portal(name: str) -> str:
    """Give the address of a page of the portal in the language being spoken."""
    try:
        return reverse(f"portal:{name}" if chinese() else f"portal-{get_language()}:{name}")
    except NoReverseMatch:
        return reverse(f"portal:{name}")
