"""One firm: everything public about it in the order of time, for whoever knows its credit code."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mingjing.kit.clock import legal_day
from mingjing.portal.addresses import address
from mingjing.portal.http import page, public
from mingjing.portal.structured import of_firm
from mingjing.publicity import firms

BAR = 28  # how wide a year is drawn, and how high the tallest
STEP = BAR + 14  # from one year to the next


@public()
def firm(request: HttpRequest, code: str) -> HttpResponse:
    """The open publications about one firm with a line of years; where nothing is open, just that."""
    found = firms.firm(code, on=legal_day(timezone.now()))
    if code != found.code:
        return HttpResponseRedirect(address("firm", found.code))
    bars = _bars(found)
    context = {
        "door": "after",
        "firm": found,
        "bars": bars,
        "width": len(bars) * STEP,
        "data": of_firm(found),
    }
    response = page("firm.html", context)
    if not found.entries:
        response["X-Robots-Tag"] = "noindex"
    return response


def _bars(found: firms.Firm) -> list[dict[str, int]]:
    """Give place and height of each year's bar; the table below says the same in words."""
    most = max((count for _, count in found.years), default=1)
    heights = [(year, count, count * BAR // most) for year, count in found.years]
    return [
        {"year": year, "count": count, "x": at * STEP, "middle": at * STEP + BAR // 2}
        | {"height": max(high, 3) if count else 0, "y": BAR + 16 - (max(high, 3) if count else 0)}
        for at, (year, count, high) in enumerate(heights)
    ]
