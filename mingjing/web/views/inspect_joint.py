"""One visit for several departments, and how often a firm may be visited at all: proposals, answers, caps."""

from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mingjing.inspections.planning import caps, joint
from mingjing.inspections.planning.plans import PlanRefused
from mingjing.inspections.visiting.visits import visit_law
from mingjing.kit.clock import legal_day
from mingjing.packs.random_terms import RISKS
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.inspecting import about, body_of, text_of

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

SHOWN: Final = 50
CODE: Final = 26


@require_GET
@allowed("inspect.view")
def joints(request: SignedRequest) -> HttpResponseBase:
    """Where lines of several departments meet the same firms, what was proposed, and what waits for an answer."""
    return _joints(request, body_of(request))


def _joints(request: SignedRequest, body: "Agency", refused: str = "") -> HttpResponseBase:
    year = legal_day(timezone.now()).year
    found = joint.overlaps(body, year)
    context = {
        **about(request, body, "joint"),
        "year": year,
        "overlaps": found[:SHOWN],
        "more": max(0, len(found) - SHOWN),
        "waiting": joint.waiting_for(body),
        "joints": joint.joints_of(body, year),
        "refused": refused,
    }
    return render(request, "web/inspect/joint.html", context, status=422 if refused else 200)


@require_POST
@allowed("inspect.plan")
def propose(request: SignedRequest) -> HttpResponseBase:
    """Propose to the other department to go together."""
    body, year = request.user.agency, legal_day(timezone.now()).year
    lead, other = (_number(request.POST.get(name, "")) for name in ("own", "other"))
    found = [one for one in joint.overlaps(body, year) if (one.own.pk, one.other.pk) == (lead, other)]
    if not found:
        return _joints(request, body, "这两项任务现在没有共同的对象和时间。请刷新后重试")
    try:
        joint.propose_joint(lead=found[0].own, others=[found[0].other], by=request.user, at=timezone.now())
    except PlanRefused as error:
        return _joints(request, body, str(error))
    messages.success(request, "已提议联合检查，等待对方部门答复。", extra_tags="green")
    return redirect("inspect-joint")


@require_POST
@allowed("inspect.plan")
def answer(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Answer another department's proposal."""
    body, accept = request.user.agency, request.POST.get("answer") == "accept"
    if pk not in {one.pk for one in joint.waiting_for(body)}:
        raise Http404(str(pk))
    reason = text_of(request.POST, "reason")
    try:
        joint.answer_joint(member=pk, accept=accept, reason=reason, by=request.user, at=timezone.now())
    except PlanRefused as error:
        return _joints(request, body, str(error))
    told = "已同意，由牵头部门组织抽取，一次上门。" if accept else "已答复不联合，理由对方可见。"
    messages.success(request, told, extra_tags="green")
    return redirect("inspect-joint")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 12 else 0


@require_GET
@allowed("inspect.view")
def limits(request: SignedRequest) -> HttpResponseBase:
    """The caps that bind an agency, the firms that have reached them, and the visits that no cap held back."""
    body, today = body_of(request), legal_day(timezone.now())
    wanted = request.GET.get("q", "").strip()[:CODE].upper()
    reached = caps.at_cap(body, body.region, on=today)
    first = sorted(reached)[:SHOWN]
    names = caps.named(body.region, first)
    triggers = visit_law().triggers.values()
    titles = {one.code: one.title for one in triggers}
    context = {
        **about(request, body, "caps"),
        "year": today.year,
        "caps": [(risk, caps.cap_of(body, risk)) for risk in RISKS],
        "published": caps.caps_over(body),
        "exceptions": [one.title for one in triggers if not one.counts],
        "reached": [(one, names.get(one, ""), reached[one]) for one in first],
        "count": len(reached),
        "excepted": [(one, titles.get(one.task.trigger, "")) for one in caps.excepted(body, today.year)],
        "wanted": wanted,
        "found": caps.counted(body, wanted, on=today) if wanted else None,
    }
    return render(request, "web/inspect/caps.html", context)
