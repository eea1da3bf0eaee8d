"""Random draws: announced beforehand, published whole afterwards, and run again in the reader's own browser."""

from django.http import Http404, HttpRequest, HttpResponse

from mingjing.portal.http import page, public
from mingjing.publicity import draws as published
from mingjing.publicity.receipts import trust


@public()
def draws(request: HttpRequest) -> HttpResponse:
    """Every draw that was announced, the latest first."""
    agency = request.GET.get("agency", "")[:40]
    return page("draws.html", {"door": "before", "draws": published.draws(agency=agency)})


@public()
def draw(request: HttpRequest, code: str) -> HttpResponse:
    """The terms of one draw and, once it is over, its bundle and the page that runs it again."""
    one = published.draw(code)
    return page("draw.html", {"door": "before", "one": one, "trust": trust()})


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
