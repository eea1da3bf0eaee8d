"""The desk of destructions: who asks for one and why, who confirms it, and the stones that stay."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mingjing.archive.erasure import (
    CASE,
    EVIDENCE,
    ErasureRefused,
    confirm_erasure,
    grounds_for,
    refuse_erasure,
    request_erasure,
    requests_for,
    shown_request,
)
from mingjing.evidence.selectors import NotInEvidence, evidence_of, item
from mingjing.personnel.permissions import may
from mingjing.web.access import SignedRequest, allowed, case_of, demand


@require_safe
@allowed("erase.view")
def erasures(request: SignedRequest) -> HttpResponseBase:
    """What waits for a second person, and what was destroyed or refused."""
    rows = requests_for(request.user)
    context = {
        "waiting": [row for row in rows if row.request.state == "open"],
        "decided": [row for row in rows if row.request.state != "open"],
        "may_confirm": may(request.user, "erase.confirm", request.user.agency.code),
    }
    return render(request, "web/archive/erasures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("erase.request")
def ask(request: SignedRequest, code: str) -> HttpResponseBase:
    """The form by which the destruction of a case, or of one piece of its evidence, is asked for."""
    case = case_of(request, code)
    demand(request.user, "erase.request", case.agency.code)
    refused = ""
    if request.method == "POST":
        try:
            digest = request.POST.get("digest", "")
            if digest:
                item(digest, case.code)
            request_erasure(
                case=case,
                digest=digest,
                ground=request.POST.get("ground", ""),
                authority=request.POST.get("authority", "")[:200],
                reason=request.POST.get("reason", "")[:500],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, "已提出，等另一人复核。复核之前什么也不会销毁。")
            return redirect("erasures")
        except NotInEvidence:
            raise Http404(code) from None
        except ErasureRefused as told:
            refused = str(told)
    grounds = {one.code: one for unit in (CASE, EVIDENCE) for one in grounds_for(unit)}
    context = {
        "case": case,
        "grounds": grounds.values(),
        "items": [one for one in evidence_of(case.code) if not one.erased],
        "form": request.POST,
        "refused": refused,
    }
    return render(request, "web/archive/erase.html", context, status=422 if refused else 200)


@require_POST
@allowed("erase.confirm")
def decide(request: SignedRequest, code: str) -> HttpResponseBase:
    """Confirm a request, and the content is destroyed; or refuse it."""
    found = shown_request(request.user, code)
    if found is None:
        raise Http404(code)
    demand(request.user, "erase.confirm", found.agency.code)
    try:
        if request.POST.get("answer") == "confirm":
            stone = confirm_erasure(found, by=request.user, at=timezone.now())
            messages.success(request, f"内容已销毁，销毁记录 {stone.code} 已写入存证日志，永久保留。")
        else:
            refuse_erasure(found, by=request.user, at=timezone.now())
            messages.success(request, "已退回，内容保持原样。")
    except ErasureRefused as refused:
        messages.warning(request, str(refused), extra_tags="amber")
    return redirect("erasures")
