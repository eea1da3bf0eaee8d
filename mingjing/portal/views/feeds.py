"""Feeds of what is new: everything, or what matches an agency, a region, a kind, a firm or a search."""

from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from mingjing.kit.clock import beijing, legal_day
from mingjing.portal.feed_xml import Feed, atom, rss
from mingjing.portal.http import page, public
from mingjing.portal.views.decisions import NARROWING, asked_of, wanted_of
from mingjing.publicity import news, selectors, subscriptions
from mingjing.publicity.search import Wanted

FIVE_MINUTES = 300
FORMATS = {"atom": (atom, "application/atom+xml"), "rss": (rss, "application/rss+xml")}


@public(max_age=FIVE_MINUTES)
def feeds(request: HttpRequest) -> HttpResponse:
    """The page that gives the addresses of the feeds for one thing that is followed."""
    wanted, firm, query, title = _followed(request)
    choices = [
        (sort, name, getattr(wanted, sort), selectors.choices(sort)) for sort, name in NARROWING.items()
    ]
    context = {
        "door": "after",
        "wanted": wanted,
        "firm": firm,
        "title": title,
        "query": query,
        "choices": choices,
        "mail": subscriptions.offered(),
    }
    return page("feeds.html", context)


@public(max_age=FIVE_MINUTES)
def feed(request: HttpRequest, form: str) -> HttpResponse:
    """One feed; a withdrawal is an entry without content."""
    wanted, firm, query, title = _followed(request)
    write, kind = FORMATS[form]
    told = news.latest(wanted, firm=firm)
    origin = settings.MINGJING_ORIGIN
    where = f"?{query}" if query else ""
    shown = Feed(
        title=f"行政执法公示：{title}",
        address=f"{origin}{reverse(f'portal:feed-{form}')}{where}",
        page=f"{origin}{reverse('portal:firm', args=[firm])}"
        if firm
        else f"{origin}{reverse('portal:search')}{where}",
        origin=origin,
        at=_midnight(),
    )
    addresses = {
        one.entry.code: f"{origin}{reverse('portal:decision', args=[one.entry.code])}" for one in told
    }
    return HttpResponse(write(shown, told, addresses), content_type=f"{kind}; charset=utf-8")


def _followed(request: HttpRequest) -> tuple[Wanted, str, str, str]:
    """Give what is followed as a search, as a firm, as the query of an address and in words."""
    asked = {**asked_of(request), "since": "", "until": ""}
    asked = {name: "".join(char for char in value if char.isprintable()) for name, value in asked.items()}
    wanted, _ = wanted_of(asked, on=legal_day(timezone.now()))
    typed = request.GET.get("firm", "")[:40]
    firm = selectors.firm_of_text(typed)
    if typed and not firm:
        raise Http404(typed)
    titles = {sort: dict(selectors.choices(sort)) for sort in NARROWING}
    query = urlencode({name: value for name, value in {**asked, "firm": firm}.items() if value})
    return wanted, firm, query, news.described(wanted, titles, firm)


def _midnight() -> datetime:
    # An empty feed changes once a day, so that a cache may keep it.
    return beijing(timezone.now()).replace(hour=0, minute=0, second=0, microsecond=0)
