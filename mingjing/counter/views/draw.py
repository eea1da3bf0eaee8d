"""The link of somebody invited to help make the seed of a draw: bind himself first, show his number later."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from mingjing.counter.http import counter, page
from mingjing.inspections.ceremony import DrawRefused, pledge, reveal
from mingjing.inspections.desk import party_page
from mingjing.inspections.invitations import invited


@counter
def draw(request: HttpRequest, key: str) -> HttpResponse:
    """What is due from the invited party now, and the form for it."""
    seat = invited(key)
    if seat is None:
        raise Http404
    if request.method != "POST":
        return page(request, "draw.html", {"one": party_page(seat, timezone.now()), "key": key})
    typed, now = request.POST, timezone.now()
    try:
        if "nonce" in typed:
            reveal(
                draw=seat.draw,
                party=seat.name,
                nonce=typed["nonce"].strip().lower()[:100],
                by=seat.name,
                at=now,
            )
        else:
            commits = typed.get("commitment", "").strip().lower()[:100]
            pledge(draw=seat.draw, party=seat.name, commits=commits, by=seat.name, at=now)
    except DrawRefused as refused:
        return page(
            request,
            "draw.html",
            {"one": party_page(seat, timezone.now()), "key": key, "fault": str(refused)},
            status=422,
        )
    return HttpResponseRedirect(request.path)
