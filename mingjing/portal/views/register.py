"""Before and during the fact: who enforces, by which steps, within which limits, and where to complain."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse

from mingjing.portal.http import page, public
from mingjing.portal.structured import of_guide, of_law
from mingjing.portal.views.before import asked, number
from mingjing.publicity import selectors, versions
from mingjing.publicity.tables import csv_text

TEN_MINUTES = 600
ROWS = 150  # of a table on one page, so that a phone loads it
LISTS = (
    "recording",
    "reviews",
    "delegations",
    "benchmark",
    "list",
    "catalogue",
)  # kinds of published item that are tables


@public(max_age=TEN_MINUTES)
def agencies(request: HttpRequest) -> HttpResponse:
    """The bodies that enforce."""
    return page("agencies.html", {"door": "before", "items": selectors.items("agency")})


@public()
def officers(request: HttpRequest) -> HttpResponse:
    """The officers and their certificates, searchable by name, unit and number."""
    asked = request.GET.get("q", "").replace("\0", "").strip()[:60]
    shown, count = selectors.officers(asked)
    gone, gone_count = selectors.cancelled(asked)
    told = {"asked": asked, "officers": shown, "count": count, "cancelled": gone, "gone": gone_count}
    return page("officers.html", {"door": "before", **told})


@public()
def officer(request: HttpRequest, certificate: str) -> HttpResponse:
    """One officer, as the register publishes him."""
    return page("officer.html", {"door": "before", "one": selectors.officer(certificate)})


@public(max_age=TEN_MINUTES)
def guides(request: HttpRequest) -> HttpResponse:
    """Every service guide and flow chart."""
    return page("guides.html", {"door": "before", "items": versions.without_ended(selectors.items("guide"))})


@public(max_age=TEN_MINUTES)
def guide(request: HttpRequest, procedure: str) -> HttpResponse:
    """The steps of one procedure with their limits and articles."""
    item = selectors.item("guide", slug=procedure, agency=request.GET.get("agency", "")[:40])
    context = {
        "door": "before",
        "item": item,
        "guide": item.body,
        "ending": versions.ending_of(item),
        "data": of_guide(item),
    }
    return page("guide.html", context)


@public(max_age=TEN_MINUTES)
def chart(request: HttpRequest, procedure: str) -> HttpResponse:
    """The flow chart of one procedure, drawn from the rules that run it."""
    item = selectors.item("chart", slug=procedure, agency=request.GET.get("agency", "")[:40])
    return page("chart.html", {"door": "before", "item": item, "ending": versions.ending_of(item)})


@public(max_age=TEN_MINUTES)
def lists(request: HttpRequest) -> HttpResponse:
    """Every list that an agency makes public beforehand."""
    shown = [(kind, versions.without_ended(selectors.items(kind))) for kind in LISTS]
    return page("lists.html", {"door": "before", "kinds": [(kind, items) for kind, items in shown if items]})


@public(max_age=TEN_MINUTES)
def one_list(request: HttpRequest, kind: str) -> HttpResponse:
    """One list as a table."""
    item = _version(request, kind)
    found = versions.versions_of(item)
    sheets = Paginator(versions.marked_rows(item), ROWS)
    context = {
        "door": "before",
        "item": item,
        "table": item.body,
        "sheet": sheets.get_page(request.GET.get("page")),
        "versions": found,
        "latest": found[0].item,
        "ending": versions.ending_of(item),
    }
    return page("list.html", context)


@public(max_age=TEN_MINUTES)
def list_file(request: HttpRequest, kind: str) -> HttpResponse:
    """One version of a list as a file for a spreadsheet."""
    item = _version(request, kind)
    name = f"{kind}-{item.agency_code}-{item.slug or 'list'}-{item.version}.csv"
    return HttpResponse(
        csv_text(item.body["columns"], item.body["rows"]),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _version(request: HttpRequest, kind: str) -> versions.PublicItem:
    if kind not in LISTS:
        raise Http404(kind)
    wanted = asked(request, "agency", "slug", "version")
    return versions.version_of(
        kind, agency=wanted["agency"], slug=wanted["slug"], version=number(wanted["version"])
    )


@public(max_age=TEN_MINUTES)
def laws(request: HttpRequest) -> HttpResponse:
    """The laws that an agency enforces by; with `law`, that one article by article with what follows from each."""
    item = selectors.item("laws", agency=request.GET.get("agency", "")[:40])
    asked = request.GET.get("law", "")
    chosen = next((one for one in item.body["laws"] if one["name"] == asked), None)
    if asked and chosen is None:
        raise Http404(asked)
    context = {
        "door": "before",
        "item": item,
        "law": chosen,
        "agencies": selectors.items("laws"),
        "data": of_law(asked) if chosen else None,
    }
    return page("laws.html", context)


@public(max_age=TEN_MINUTES)
def channels(request: HttpRequest) -> HttpResponse:
    """Where to complain about enforcement."""
    return page(
        "channels.html",
        {"door": "during", "items": selectors.items("channel"), "lists": versions.lists_in_use("channels")},
    )
