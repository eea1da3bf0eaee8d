"""What stands in the head of a page for those who come from elsewhere: its one address and its data for machines."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from mingjing.portal.addresses import chinese, here_in, to

register = template.Library()


@register.simple_tag
def canonical(name: str, argument: str = "") -> SafeString:
    """Give the one address of a page, for those who found it by another."""
    return format_html('<link rel="canonical" href="{}{}">', settings.MINGJING_ORIGIN, to(name, argument))


@register.simple_tag
def alternates() -> SafeString:
    """Give the addresses of the same page in each language, for search engines and browsers."""
    told = [(code, here_in(code)) for code, _ in settings.LANGUAGES]
    rows = [
        (code, settings.MINGJING_ORIGIN, path) for code, path in [*told, ("x-default", told[0][1])] if path
    ]
    return format_html_join("", '<link rel="alternate" hreflang="{}" href="{}{}">', rows)


@register.simple_tag
def words_of_scripts() -> SafeString:
    """Give the scripts of a page their words, where the page is not in Chinese, which they speak by themselves."""
    language = get_language()
    return SafeString("") if chinese() else json_script(_words(str(language)), "words")


@cache
def _words(language: str) -> dict[str, str]:
    found = finders.find(f"portal/words/{language}.json")
    return dict(json.loads(Path(found).read_text("utf-8"))) if isinstance(found, str) else {}


@register.simple_tag
def data(content: Mapping[str, Any]) -> SafeString:
    """Give what machines read of a page (schema.org), as a block of data that no browser runs."""
    text = json.dumps({"@context": "https://schema.org", **content}, ensure_ascii=False)
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above
