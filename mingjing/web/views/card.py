"""The officer's own card on the phone: fetched once in the morning, shown all day, with or without a line."""

from datetime import datetime
from typing import Any

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mingjing.publicity import card as cards
from mingjing.web.access import SignedRequest, allowed

FILES = ("web/mingjing.css", "web/card.js", "web/icon.svg", "vendor/tabler/tabler.min.css")


@require_safe
@never_cache
@allowed("card.show")
def card(request: SignedRequest) -> HttpResponseBase:
    """The card, or why there is none."""
    context: dict[str, Any] = {"person": request.user}
    try:
        context["officer"] = cards.officer_of(request.user, timezone.now())
    except cards.NoCard as none:
        context["refusal"] = f"{none}。"
    return render(request, "web/card/page.html", context)


@require_safe
@never_cache
@allowed("card.show")
def statements(request: SignedRequest) -> HttpResponseBase:
    """What the phone keeps for the day: each quarter of an hour one signed statement as a drawn QR code."""
    now = timezone.now()
    try:
        officer = cards.officer_of(request.user, now)
    except cards.NoCard as none:
        return JsonResponse({"refused": f"{none}。"}, status=409)
    shown = [
        {"b": _epoch(one.begins), "e": _epoch(one.ends), "address": one.address, "rows": _drawn(one.address)}
        for one in cards.statements(officer, now)
    ]
    return JsonResponse({"shown": shown})


@require_safe
def worker(request: HttpRequest) -> HttpResponseBase:
    """What lets the phone keep the page; the same for everybody and without a word of anybody."""
    files = [f"{settings.STATIC_URL}{name}" for name in FILES]
    script = render_to_string("web/card/worker.js", {"page": reverse("card"), "files": files})
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())


def _drawn(address: str) -> list[str]:
    """The squares row by row as numbers in hex: the phone only has to paint them."""
    matrix = segno.make(address, error="l", micro=False).matrix
    return [f"{int(''.join(str(int(one)) for one in row), 2):x}" for row in matrix]
