"""Random draws: announced beforehand, published whole afterwards, and run again in the reader's own browser."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from mingjing.kit.clock import legal_day
from mingjing.portal.addresses import address
from mingjing.portal.http import page, public
from mingjing.publicity import draws as published
from mingjing.publicity import results as found
from mingjing.publicity.receipts import trust


@public()
def draws(request: HttpRequest) -> HttpResponse:
    """Every draw that was announced, the latest first."""
    agency = request.GET.get("agency", "")[:40]
    return page("draws.html", {"door": "before", "draws": published.draws(agency=agency)})


@public()
def draw(request: HttpRequest, code: str) -> HttpResponse:
    """The terms of one draw and, once it is over, its results, its bundle and the page that runs it again."""
    one = published.draw(code)
    told = _results(code, 1) if one.bundle_size else {}
    return page("draw.html", {"door": "before", "one": one, "trust": trust(), **told})


def _results(code: str, number: int) -> dict[str, Any]:
    rows, pages = found.results(code, on=legal_day(timezone.now()), page=number)
    due, told = found.progress(code)
    onward = address("draw-results", code, number + 1) if number < pages else ""
    before = ("draw-results", code, number - 1) if number > 2 else ("draw", code)
    back = address(*before) if number > 1 else ""
    shown = {"pages": pages, "number": number, "back": back, "onward": onward}
    return {"results": rows, "due": due, "told": told, **shown}


@public()
def results(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The further pages of the results of a draw."""
    one = published.draw(code)
    if not one.bundle_size:
        raise Http404(code)
    return page("draw_results.html", {"door": "before", "one": one, **_results(code, number)})


@public()
def table(request: HttpRequest, code: str) -> HttpResponse:
    """All results of a draw as a table for machines."""
    text = found.results_csv(code, on=legal_day(timezone.now()))
    headers = {"Content-Disposition": f'attachment; filename="draw-{code}.csv"'}
    return HttpResponse(text.encode(), content_type="text/csv; charset=utf-8", headers=headers)


@public()
def bundle(request: HttpRequest, code: str) -> HttpResponse:
    """The bundle of a draw that is over, byte for byte."""
    data = published.draw_bundle(code)
    if not data:
        raise Http404(code)
    headers = {"Content-Disposition": f'attachment; filename="draw-{code}.json"'}
    return HttpResponse(data, content_type="application/json", headers=headers)


@public()
def check(request: HttpRequest) -> HttpResponse:
    """Where a bundle from a file is run again; nothing is sent anywhere."""
    return page("draw_check.html", {"door": "verify", "trust": trust()})
