"""What findings of visits lead to: handed to the body that has jurisdiction, answered by it, looked at again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mingjing.inspections.visiting import handovers
from mingjing.inspections.visiting.handovers import HandoverRefused, NoSuchHandover
from mingjing.inspections.visiting.visit_lists import NoSuchVisit, start_by_case
from mingjing.inspections.visiting.visits import visit_law
from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies
from mingjing.web.access import SignedRequest, allowed, demand

if TYPE_CHECKING:
    from mingjing.inspections.models import Handover

DONE: Final[Mapping[str, str]] = {
    handovers.ACCEPTED: "已接收。请在期限内反馈处理情况。",
    handovers.REFUSED: "已退回，移交机关看得到理由。",
    handovers.DONE: "已反馈处理情况。",
}


@require_GET
@allowed("visits.board")
def board(request: SignedRequest) -> HttpResponseBase:
    """What came in, what went out, what nobody has yet, and what is to be looked at again."""
    today = legal_day(timezone.now())
    came, went = handovers.standings(request.user, today)
    context = {
        "came": came,
        "went": went,
        "waiting": handovers.to_hand_over(request.user),
        "rechecks": handovers.rechecks_due(request.user, today),
        "agencies": agencies(),
        "own": request.user.agency,
        "limit": visit_law().follow_up,
        "assigns": may(request.user, "visits.assign", request.user.agency.code),
    }
    return render(request, "web/visits/handovers.html", context)


@require_POST
@allowed("visits.assign")
def send(request: SignedRequest, code: str) -> HttpResponseBase:
    """Hand the finding of one visit over."""
    try:
        start = start_by_case(request.user, code)
        made = handovers.hand_over(
            start=start,
            target=request.POST.get("target", "")[:40],
            department=_text(request, "department")[:60],
            reason=_text(request, "reason"),
            by=request.user,
            at=timezone.now(),
        )
    except NoSuchVisit:
        raise Http404(code) from None
    except HandoverRefused as refused:
        messages.error(request, str(refused), extra_tags="red")
        return redirect("visit-handovers")
    messages.success(request, f"已移交{made.target.name}{made.department}。", extra_tags="green")
    return redirect("visit-handover", made.code)


@require_GET
@allowed("visits.board")
def handover(request: SignedRequest, code: str) -> HttpResponseBase:
    """One handover: what was found, where it stands, and for the receiving body what it may do."""
    found = _handover(request, code)
    context = {
        "one": handovers.standing(found, legal_day(timezone.now())),
        "answers": may(request.user, "visits.assign", found.target.code),
        "case": found.start.case_code if may(request.user, "visits.board", found.origin.code) else "",
        "limit": visit_law().follow_up,
    }
    return render(request, "web/visits/handover.html", context)


@require_POST
@allowed("visits.assign")
def step(request: SignedRequest, code: str) -> HttpResponseBase:
    """Accept it, send it back, or report what was done."""
    found = _handover(request, code)
    demand(request.user, "visits.assign", found.target.code)
    kind = request.POST.get("kind", "")
    try:
        handovers.answer(
            handover=found, kind=kind, text=_text(request, "text"), by=request.user, at=timezone.now()
        )
    except HandoverRefused as refused:
        messages.error(request, str(refused), extra_tags="red")
    else:
        messages.success(request, DONE[kind], extra_tags="green")
    return redirect("visit-handover", code)


def _handover(request: SignedRequest, code: str) -> "Handover":
    try:
        return handovers.by_code(request.user, code)
    except NoSuchHandover:
        raise Http404(code) from None


def _text(request: SignedRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()
