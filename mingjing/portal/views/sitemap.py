"""The site map for search engines: one part for the pages that are always there, one for each stretch of decisions."""

from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from mingjing.kit.clock import legal_day
from mingjing.portal.http import public
from mingjing.publicity import selectors

HOUR = 3600
PART = 50_000  # addresses in one part: what the protocol allows
PAGES = (
    "home",
    "agencies",
    "officers",
    "guides",
    "lists",
    "channels",
    "interference",
    "statistics",
    "verify",
    "feeds",
    "open-data",
    "about-log",
)
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@public(max_age=HOUR)
def index(request: HttpRequest) -> HttpResponse:
    """The list of the parts."""
    parts = ["pages", *(str(number) for number in range(selectors.last_number() // PART + 1))]
    rows = (f"<sitemap><loc>{_address('sitemap-part', part)}</loc></sitemap>" for part in parts)
    return _xml(f"<sitemapindex {SPACE}>", rows, "</sitemapindex>")


@public(max_age=HOUR)
def part(request: HttpRequest, part: str) -> HttpResponse:
    """One part: only what is open today, so that what was taken down is taken out."""
    if part == "pages":
        guides = [_address("guide", item.slug) for item in selectors.items("guide")]
        rows = [f"<url><loc>{one}</loc></url>" for one in [*map(_address, PAGES), *dict.fromkeys(guides)]]
        return _xml(f"<urlset {SPACE}>", rows, "</urlset>")
    if not part.isdecimal() or len(part) > 6 or int(part) > selectors.last_number() // PART:
        raise Http404(part)
    first = int(part) * PART
    base = _address("decision", "CODE")
    found = selectors.open_codes(first, first + PART, on=legal_day(timezone.now()))
    rows = [
        f"<url><loc>{base.replace('CODE', code)}</loc><lastmod>{day.isoformat()}</lastmod></url>"
        for code, day in found
    ]
    return _xml(f"<urlset {SPACE}>", rows, "</urlset>")


def _address(name: str, argument: str = "") -> str:
    where = reverse(f"portal:{name}", args=[argument] if argument else [])
    return escape(f"{settings.MINGJING_ORIGIN}{where}")


def _xml(opening: str, rows: Iterable[str], closing: str) -> HttpResponse:
    lines = "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', opening, *rows, closing])
    return HttpResponse(lines + "\n", content_type="application/xml; charset=utf-8")
