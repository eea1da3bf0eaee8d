"""How often interference was recorded, month by month: the count, and how to count it oneself in the public log."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mingjing.portal.http import page, public
from mingjing.publicity.interference import ledger


@public()
def interference(request: HttpRequest) -> HttpResponse:
    """The count of every month, months without any included."""
    return page("interference.html", {"door": "during", "ledger": ledger(timezone.now())})
