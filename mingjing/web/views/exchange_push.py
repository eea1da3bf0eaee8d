"""The push to other platforms: how each stands, dead letters mended and sent again, the nightly comparisons."""

from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from mingjing.exchange.exports import ExportRefused
from mingjing.exchange.push import desk
from mingjing.exchange.push.desk import NoSuchDelivery
from mingjing.exchange.targets import MappingFault
from mingjing.web.access import SignedRequest, allowed

PAGE: Final = 30


@never_cache
@require_GET
@allowed("exchange.use")
def pushes(request: SignedRequest) -> HttpResponseBase:
    """Every platform that is pushed to: what waits, what needs somebody, how far behind the log it is."""
    lines, faults = desk.standings_for(request.user)
    return render(request, "web/exchange/pushes.html", {"lines": lines, "faults": faults})


@never_cache
@require_GET
@allowed("exchange.use")
def receiver(request: SignedRequest, code: str) -> HttpResponseBase:
    """One platform: its deliveries by state, and what each night found."""
    found = _receiver(request, code)
    standing, state = desk.standing_of(found, request.user), request.GET.get("state", "")
    rows = desk.deliveries(request.user).filter(receiver=found.code)
    states = [(name, title, standing.counts[name]) for name, title in desk.STATES]
    if state in standing.counts:
        rows = rows.filter(state=state)
    context = {
        "line": standing,
        "states": states,
        "state": state,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "query": f"state={state}",
        "nights": desk.comparisons(request.user, found),
    }
    return render(request, "web/exchange/receiver.html", context)


@require_POST
@allowed("exchange.use")
def receiver_step(request: SignedRequest, code: str) -> HttpResponseBase:
    """Send all dead letters of one's own agency again, or compare now."""
    found, now = _receiver(request, code), timezone.now()
    if request.POST.get("step") not in ("compare", "resend"):
        raise Http404(code)
    try:
        if request.POST.get("step") == "compare":
            desk.compare_soon(receiver=found, by=request.user, at=now)
            _tell(request, "已安排对账，后台几秒后开始；稍后刷新本页看结果。", "")
        else:
            count = desk.resend_dead(receiver=found, by=request.user, at=now)
            _tell(request, f"{count} 件已重新排队。", "")
    except ExportRefused as refused:
        _tell(request, str(refused), "red")
    return redirect("exchange-receiver", code)


@never_cache
@require_GET
@allowed("exchange.use")
def delivery(request: SignedRequest, pk: int) -> HttpResponseBase:
    """One delivery: what is wrong, what would go out now, what people mended."""
    return _shown(request, pk)


@require_POST
@allowed("exchange.use")
def delivery_step(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Mend one column, or send again."""
    found, now = _delivery(request, pk), timezone.now()
    if request.POST.get("step") not in ("mend", "resend"):
        raise Http404(str(pk))
    told = {name: request.POST.get(name, "") for name in ("column", "value", "reason")}
    try:
        if request.POST.get("step") == "mend":
            desk.mend(delivery=found, **told, by=request.user, at=now)
            _tell(request, "已补填。核对无误后请重新推送。", "")
        else:
            desk.resend(delivery=found, by=request.user, at=now)
            _tell(request, "已重新排队，稍后推送。", "")
    except (ExportRefused, MappingFault) as refused:
        return _shown(request, pk, {"notice": str(refused), "typed": told}, 422)
    return redirect("exchange-delivery", pk)


def _shown(
    request: SignedRequest, pk: int, more: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    found = _delivery(request, pk)
    context: dict[str, Any] = {"row": found, "cells": [], **(more or {})}
    try:
        context["cells"] = desk.cells_of(found)
    except MappingFault as fault:
        context["mapping_fault"] = str(fault)
    titles = {cell.column.code: cell.column.title for cell in context["cells"]}
    context["mends"] = [(one, titles.get(one.column, one.column)) for one in found.mends.order_by("-id")]
    context["title"] = desk.titles_of([found])[found.receiver]
    return render(request, "web/exchange/delivery.html", context, status=status)


def _tell(request: SignedRequest, text: str, bad: str) -> None:
    (messages.error if bad else messages.success)(request, text, extra_tags="red" if bad else "green")


def _receiver(request: SignedRequest, code: str) -> Any:
    try:
        return desk.receiver_for(request.user, code)
    except NoSuchDelivery:
        raise Http404(code) from None


def _delivery(request: SignedRequest, pk: int) -> Any:
    try:
        return desk.delivery_for(request.user, pk)
    except NoSuchDelivery:
        raise Http404(str(pk)) from None
