"""Everything public before the fact: by agency and kind, what changed when, versions side by side, the windows."""

from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from mingjing.kit.clock import legal_day
from mingjing.portal.http import page, public
from mingjing.publicity import selectors, versions

TEN_MINUTES = 600
MOST_ROWS = 400  # of changed rows on one page, so that a phone loads it


def asked(request: HttpRequest, *names: str) -> dict[str, str]:
    """Give what was asked for by these names, as short plain text."""
    return {name: request.GET.get(name, "").replace("\0", "").strip()[:40] for name in names}


def number(text: str) -> int | None:
    """Read the number of a version; what is none is as if nothing was asked."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None


@public(max_age=TEN_MINUTES)
def before(request: HttpRequest) -> HttpResponse:
    """All that is published beforehand: the kinds and the agencies, or what one of them has."""
    wanted = asked(request, "agency", "kind")
    agencies = selectors.items("agency")
    context = {
        "door": "before",
        "asked": wanted,
        "agencies": agencies,
        "sorts": versions.sorts(),
        "shelves": versions.shelves(**wanted) if any(wanted.values()) else None,
    }
    return page("before.html", context)


@public()
def changes(request: HttpRequest) -> HttpResponse:
    """What changed on a day, or from one day to another, of everybody or of one agency."""
    wanted = asked(request, "on", "since", "until", "agency")
    today = legal_day(timezone.now())
    on, since, until = (_day(wanted[name]) for name in ("on", "since", "until"))
    wrong = [wanted[name] for name in ("on", "since", "until") if wanted[name] and _day(wanted[name]) is None]
    first, last = on or since or until or today, on or until or today
    if last < first:
        first, last = last, first
    cut = last - first > versions.LONGEST_SPAN
    first = last - versions.LONGEST_SPAN if cut else first
    found, count = versions.changes_on(since=first, until=last, agency=wanted["agency"])
    context = {
        "door": "before", "asked": wanted, "agencies": selectors.items("agency"), "changes": found, "count": count,
        "first": first, "last": last, "cut": cut, "wrong": wrong, "names": versions.agency_names(
            one.item for one in found
        ),
    }  # fmt: skip
    return page("changes.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


@public(max_age=TEN_MINUTES)
def compare(request: HttpRequest, kind: str) -> HttpResponse:
    """What one version changed against another: every row added, removed or altered, with its cells."""
    if kind not in versions.Kind.values or kind in (versions.Kind.LOG, versions.Kind.CHART):
        raise Http404(kind)
    wanted = asked(request, "agency", "slug", "version", "against")
    where = {"agency": wanted["agency"], "slug": wanted["slug"]}
    new = versions.version_of(kind, **where, version=number(wanted["version"]))
    other = number(wanted["against"])
    old = versions.version_of(kind, **where, version=other) if other else versions.version_before(new)
    found = versions.compared(old, new)
    context = {
        "door": "before",
        "new": new,
        "old": old,
        "counts": versions.counted(found),
        "changes": found[:MOST_ROWS],
        "more": max(0, len(found) - MOST_ROWS),
        "versions": versions.versions_of(new),
        "query": urlencode({"agency": new.agency_code, "slug": new.slug}),
    }
    return page("compare.html", context)


@public(max_age=TEN_MINUTES)
def windows(request: HttpRequest) -> HttpResponse:
    """The halls and windows: who is on duty, for what, when and where."""
    wanted = asked(request, "agency")
    shown = versions.windows(wanted["agency"])
    return page(
        "windows.html",
        {"door": "during", "windows": shown, "agencies": selectors.items("agency"), "asked": wanted},
    )
