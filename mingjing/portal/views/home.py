"""The front door: one search box, three doors, and what was published last."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mingjing.kit.clock import legal_day
from mingjing.portal.http import page, public
from mingjing.publicity import selectors

ROBOTS = """User-agent: *
Allow: /portal/
Disallow: /portal/search/
Disallow: /portal/verify/
Disallow: /portal/open-data/agencies/
Disallow: /counter/
Sitemap: {origin}/portal/sitemap.xml
"""


@public()
def home(request: HttpRequest) -> HttpResponse:
    """The search box, the doors 事前 事中 事后, the newest decisions."""
    today = legal_day(timezone.now())
    context = {
        "door": "home",
        "newest": selectors.newest(on=today, limit=8),
        # Of one agency each; those of hundreds have a page of their own.
        "guides": selectors.items("guide") if selectors.stands_alone() else None,
    }
    return page("home.html", context)


@public(max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read decisions, not walk through searches."""
    return HttpResponse(
        ROBOTS.format(origin=settings.MINGJING_ORIGIN), content_type="text/plain; charset=utf-8"
    )
