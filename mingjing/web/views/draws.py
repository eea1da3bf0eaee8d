"""The desk of draws: who has to do what next, one form for each step; names stay closed until their visit begins."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mingjing.inspections import ceremony, desk
from mingjing.inspections.ceremony import DrawRefused
from mingjing.inspections.invitations import invite
from mingjing.inspections.register.lists import ListDamaged
from mingjing.inspections.selectors import NotProven, bundle_of
from mingjing.inspections.visiting.findings import reason_title
from mingjing.inspections.visiting.finishing import open_lines
from mingjing.personnel.permissions import may
from mingjing.web.access import SignedRequest, allowed, demand

SHOWN = 100
Step = Callable[["SignedRequest", Any], object]


@require_GET
@allowed("draw.view")
def draws(request: SignedRequest) -> HttpResponseBase:
    """The draws of one's own agency, of those below, and those to which one is a party."""
    found = [
        (one, desk.draw_page(one, request.user, timezone.now()))
        for one in desk.draws_for(request.user)[:SHOWN]
    ]
    return render(request, "web/draws/list.html", {"draws": found})


@require_GET
@allowed("draw.view")
def draw(request: SignedRequest, code: str, number: int) -> HttpResponseBase:
    """One draw: its terms, its records, and the step that is due."""
    return _shown(request, _draw(request, code, number))


def _draw(request: SignedRequest, code: str, number: int) -> Any:
    try:
        return desk.draw_for(request.user, code, number)
    except desk.NoSuchDraw:
        raise Http404(code) from None


def _shown(request: SignedRequest, found: Any, *, refused: str = "", link: str = "") -> HttpResponseBase:
    page = desk.draw_page(found, request.user, timezone.now())
    runs = may(request.user, "draw.run", found.campaign.agency.code)
    context = {
        "draw": found,
        "page": page,
        "terms": found.declaration,
        "states": {one: reason_title(one) for one in found.declaration["reasons"]},
        "runs": runs,
        "refused": refused,
        "link": link,
        "undone": open_lines(found) if runs and page.may_change else [],
    }
    return render(request, "web/draws/draw.html", context, status=422 if refused else 200)


def _taken(request: SignedRequest, code: str, number: int, step: Step, done: str) -> HttpResponseBase:
    """Take one step and go back to the page; a refusal is shown above what was typed."""
    found = _draw(request, code, number)
    try:
        step(request, found)
    except (DrawRefused, ListDamaged) as refused:
        return _shown(request, found, refused=str(refused))
    messages.success(request, done, extra_tags="green")
    return redirect("draw", code, number)


def _own_party(request: SignedRequest, found: Any) -> str:
    party = desk.draw_page(found, request.user, timezone.now()).own_party
    if party is None:
        raise Http404
    return party.name


@require_POST
@allowed("draw.pledge")
def pledge(request: SignedRequest, code: str, number: int) -> HttpResponseBase:
    """Bind one's own agency to its number."""

    def step(request: SignedRequest, found: Any) -> object:
        commits = request.POST.get("commitment", "").strip().lower()
        party, now = _own_party(request, found), timezone.now()
        return ceremony.pledge(draw=found, party=party, commits=commits, by=request.user.username, at=now)

    return _taken(request, code, number, step, "承诺已经提交，不能更换。请保管好凭条，公开随机数时要用。")


@require_POST
@allowed("draw.pledge")
def reveal(request: SignedRequest, code: str, number: int) -> HttpResponseBase:
    """Show one's own agency's number."""

    def step(request: SignedRequest, found: Any) -> object:
        nonce = request.POST.get("nonce", "").strip().lower()
        party, now = _own_party(request, found), timezone.now()
        return ceremony.reveal(draw=found, party=party, nonce=nonce, by=request.user.username, at=now)

    return _taken(request, code, number, step, "随机数已经公开。")


def _running(request: SignedRequest, found: Any) -> None:
    demand(request.user, "draw.run", found.campaign.agency.code)


@require_POST
@allowed("draw.run")
def run(request: SignedRequest, code: str, number: int) -> HttpResponseBase:
    """Draw."""

    def step(request: SignedRequest, found: Any) -> object:
        _running(request, found)
        typed = request.POST.get("number", "").strip()[:200]
        return ceremony.run_draw(draw=found, number=typed, by=request.user, at=timezone.now())

    return _taken(request, code, number, step, "已经抽出。名单封存，检查开始时逐一开封。")


@require_POST
@allowed("draw.run")
def void(request: SignedRequest, code: str, number: int) -> HttpResponseBase:
    """End a round without a result."""

    def step(request: SignedRequest, found: Any) -> object:
        _running(request, found)
        reason = request.POST.get("reason", "").strip()[:400]
        return ceremony.void_draw(draw=found, reason=reason, by=request.user, at=timezone.now())

    return _taken(request, code, number, step, "本次抽取已经作废，理由随记录公开。")


@require_POST
@allowed("draw.run")
def change(request: SignedRequest, code: str, number: int) -> HttpResponseBase:
    """Skip an object, relieve an inspector or extend a stratum."""

    def step(request: SignedRequest, found: Any) -> object:
        _running(request, found)
        told: dict[str, Any] = {
            name: request.POST[name][:400].strip()
            for name in ("kind", "stratum", "object", "inspector", "reason")
            if request.POST.get(name)
        }
        if request.POST.get("take", "").isdecimal():
            told["take"] = int(request.POST["take"][:9])
        return ceremony.change_draw(draw=found, change=told, by=request.user, at=timezone.now())

    return _taken(request, code, number, step, "变更已经存证，并按同一种子接着抽取。")


@require_POST
@allowed("draw.run")
def close(request: SignedRequest, code: str, number: int) -> HttpResponseBase:
    """End a draw whose visits are over."""

    def step(request: SignedRequest, found: Any) -> object:
        _running(request, found)
        return ceremony.close_draw(draw=found, by=request.user, at=timezone.now())

    return _taken(request, code, number, step, "已经办结，全部记录随后公布。")


@require_POST
@allowed("draw.run")
def invitation(request: SignedRequest, code: str, number: int) -> HttpResponseBase:
    """Give a link to an invited party; it is shown this once."""
    found = _draw(request, code, number)
    _running(request, found)
    try:
        key = invite(
            draw=found, party=request.POST.get("party", "")[:100], by=request.user, at=timezone.now()
        )
    except DrawRefused as refused:
        return _shown(request, found, refused=str(refused))
    return _shown(request, found, link=request.build_absolute_uri(reverse("counter:draw", args=[key])))


@require_GET
@allowed("draw.view")
def bundle(request: SignedRequest, code: str, number: int) -> HttpResponseBase:
    """The bundle of a draw that is over, before the portal shows it."""
    found = _draw(request, code, number)
    if not desk.draw_page(found, request.user, timezone.now()).names_open:
        raise Http404(code)
    try:
        data = bundle_of(found)
    except NotProven as missing:
        return _shown(request, found, refused=str(missing))
    headers = {"Content-Disposition": f'attachment; filename="draw-{code}-{number}.json"'}
    return HttpResponse(data, content_type="application/json", headers=headers)
