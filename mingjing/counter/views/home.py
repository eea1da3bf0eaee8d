"""The front page of the counter: what can be handed in here."""

from django.http import HttpRequest, HttpResponse

from mingjing.counter.http import counter, page


@counter
def home(request: HttpRequest) -> HttpResponse:
    """What one can do here."""
    return page(request, "home.html", {})
