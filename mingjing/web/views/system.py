"""How the system is doing: for the administrator in words, for machines as JSON and as Prometheus metrics; no names."""

from secrets import compare_digest
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mingjing.health import metrics, running
from mingjing.health.check import WORDS
from mingjing.health.checks import checks
from mingjing.health.slow import slow_of_day
from mingjing.translog.selectors import log_health
from mingjing.web.access import SignedRequest, allowed

SLOW_SHOWN: Final = 20


@allowed("system.view")
def system(request: SignedRequest) -> HttpResponseBase:
    """The page of the administrator: every check with its colour in words and what to do, then the details."""
    now = timezone.now()
    lanes, faults = running.lanes(now)
    slow = slow_of_day(now)
    found = checks(now)
    context = {
        "now": now,
        "checks": sorted(found, key=lambda one: list(WORDS)[::-1].index(one.colour)),
        "counts": [
            (colour, word, sum(one.colour == colour for one in found)) for colour, word in WORDS.items()
        ],
        "cursors": [(title, place, colour, WORDS[colour]) for title, place, colour in running.cursors(now)],
        "lanes": [(one, WORDS[one.colour]) for one in lanes],
        "faults": faults,
        "slow": slow[:SLOW_SHOWN],
        "slow_left": len(slow) - SLOW_SHOWN,
        "slow_ms": settings.MINGJING_SLOW_QUERY_MS,
    }
    return render(request, "web/system/page.html", context)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while everything is well, 503 with the name of what is not."""
    try:
        found = checks(timezone.now())
    except Exception as error:
        return JsonResponse({"status": "down", "fault": type(error).__name__}, status=503)
    state: dict[str, Any] = {one.name: "ok" if one.well else "late" for one in found}
    health = log_health()
    state |= {"log_size": health.size, "queued": health.queued, "checkpoint_size": health.checkpoint_size}
    state["checkpoint_at"] = health.checkpoint_at.isoformat() if health.checkpoint_at else None
    # A late worker is a warning: the web side still takes acts, and they are sealed when it comes back.
    return JsonResponse({"status": "ok" if all(one.well for one in found) else "degraded", **state})


@never_cache
@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """Metrics for whoever holds the token of the settings; without a token the page does not exist."""
    token = settings.MINGJING_METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not compare_digest(given.encode(), token.encode()):
        raise Http404
    content, kind = metrics.exposition(timezone.now())
    return HttpResponse(content, content_type=kind)
