"""How the system is doing: for the administrator in words, for machines as JSON and as Prometheus metrics; no names."""

from secrets import compare_digest
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mingjing.health import metrics
from mingjing.health.checks import checks
from mingjing.translog.selectors import log_health
from mingjing.web.access import SignedRequest, allowed


@allowed("system.view")
def system(request: SignedRequest) -> HttpResponseBase:
    """The page of the administrator."""
    return render(request, "web/system/page.html", {"checks": checks(timezone.now()), "now": timezone.now()})


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
