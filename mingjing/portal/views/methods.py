"""The declared methods by which inspections are watched; what they tell of a bureau is not public."""

from django.http import HttpRequest, HttpResponse

from mingjing.portal.http import page, public
from mingjing.publicity.draw_methods import draw_methods

HOUR = 3600


@public(max_age=HOUR)
def methods(request: HttpRequest) -> HttpResponse:
    """Every detector: its formula, its figures, its worked examples, how good it was on simulated bureaus."""
    return page("draw_methods.html", {"door": "before", "told": draw_methods()})
