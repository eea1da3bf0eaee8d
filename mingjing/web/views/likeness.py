"""同案同罚: how evenly like cases were fined, group by group, and the cases of one group."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from mingjing.cases import likeness
from mingjing.cases.spread import FEWEST, REACH
from mingjing.kit.clock import legal_day
from mingjing.packs.load import library
from mingjing.personnel.selectors import agencies as all_agencies
from mingjing.personnel.selectors import agencies_visible_to
from mingjing.web.access import SignedRequest, allowed

PAGE = 30
YEARS = 5  # that one may choose from


@allowed("supervise.board")
def groups(request: SignedRequest) -> HttpResponseBase:
    """Every group of like cases with its spread, those with unusual fines first."""
    filters = _filters(request)
    found = likeness.groups(request.user, **filters["asked"])
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "cases": sum(one.spread.count for one in found),
        "unusual": sum(one.unusual for one in found),
        **_words(),
        **filters,
    }
    return render(request, "web/likeness/groups.html", context)


@allowed("supervise.board")
def group(request: SignedRequest, key: str, tier: str, party: str) -> HttpResponseBase:
    """The cases of one group, each with whether its fine is unusual."""
    filters = _filters(request)
    told, members = likeness.members(request.user, key, _empty(tier), _empty(party), **filters["asked"])
    if told is None:
        raise Http404(key)
    page = Paginator(members, PAGE).get_page(request.GET.get("page"))
    context = {"group": told, "page": page, **_words(), **filters}
    return render(request, "web/likeness/group.html", context)


def _empty(part: str) -> str:
    return "" if part == "-" else part


def _words() -> dict[str, Any]:
    fields = library().fields
    return {
        "tiers": dict(fields["discretion_tier"].options),
        "parties": dict(fields["party_kind"].options),
        "fewest": FEWEST,
        "reach": REACH,
    }


def _filters(request: SignedRequest) -> dict[str, Any]:
    """The agency and the year asked for, and what one may ask for."""
    this_year = legal_day(timezone.now()).year
    year, agency = request.GET.get("year", ""), request.GET.get("agency", "")
    years = [str(this_year - back) for back in range(YEARS)]
    visible = set(agencies_visible_to(request.user))
    return {
        "asked": {"agency": agency, "since": date(int(year), 1, 1) if year in years else None},
        "agencies": [one for one in all_agencies() if one.pk in visible],
        "agency": agency,
        "years": years,
        "year": year if year in years else "",
        "query": urlencode({"agency": agency, "year": year}),
    }
