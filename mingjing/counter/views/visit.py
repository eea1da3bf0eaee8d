"""What a firm says of a visit: one rating, complaints straight to the supervisor; the unit reads no trace of either."""

import re
import secrets
from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from mingjing.complaints import follow
from mingjing.complaints.selectors import for_complainant
from mingjing.complaints.services import NotTaken, Told, receive, sent_before, told_in
from mingjing.counter.http import address_of, page
from mingjing.counter.session import for_party
from mingjing.defence.access import Inside
from mingjing.inspections.visiting.visits import VisitRefused
from mingjing.inspections.visiting.voices import rate, rating_of

ONCE: Final = re.compile(r"[0-9a-f]{32}")
OFTEN: Final = "这个网络地址今天提交得太多了。请明天再提交，或者拨打 12345。"
NO_VISIT: Final = "这个案件没有对您的检查。"
MADE: Final = frozenset(
    {
        "inspection_entered",
        "inspection_recorded",
        "documents_checked",
        "inspection_result_told",
        "inspection_obstructed",
    }
)


def was_visited(inside: Inside) -> bool:
    """Say whether this party was inspected in this case, so that there is something to rate."""
    return inside.case.procedure == "inspection" and any(act.kind in MADE for act in inside.file.own)


def voice_of(inside: Inside) -> dict[str, Any]:
    """Give what the page of a case shows of rating and complaint; nothing where nobody was inspected."""
    return {"rated": rating_of(inside.case.code)} if was_visited(inside) else {}


@for_party
def rating(request: HttpRequest, inside: Inside) -> HttpResponseBase:
    """The form of a rating, and the rating itself: once, and never changed."""
    if not was_visited(inside) or rating_of(inside.case.code) is not None:
        return redirect(reverse("counter:case") + "#voice")
    if request.method != "POST":
        return _form(request, inside, "rate.html")
    stars = request.POST.get("stars", "")
    try:
        rate(
            case=inside.case,
            stars=int(stars) if stars in {"1", "2", "3", "4", "5"} else 0,
            words=request.POST.get("text", ""),
            once=_once(request),
            at=timezone.now(),
        )
    except VisitRefused as refused:
        return _form(request, inside, "rate.html", fault=str(refused))
    return redirect(reverse("counter:case") + "#voice")


@for_party
def complaint(request: HttpRequest, inside: Inside) -> HttpResponseBase:
    """A complaint about the visit: registered at the supervisor, number and code at once.

    It is not noted as a look at the case, which the inspecting unit would read.
    """
    if not was_visited(inside):
        return redirect("counter:case")
    if request.method != "POST":
        return _form(request, inside, "visit_complain.html")
    now, once = timezone.now(), f"visit/{_once(request)}"
    try:
        if (there := sent_before(once)) is not None:
            return page(request, "complaints/door.html", {"again": there.no})
        if follow.SENT.take(address_of(request), at=now) is None:
            raise NotTaken(OFTEN)
        got = receive(told=_told(request.POST, inside), channel="online", at=now, once=once)
    except NotTaken as refused:
        return _form(request, inside, "visit_complain.html", fault=str(refused))
    return page(request, "complaints/received.html", {"got": got, "line": for_complainant(got.complaint)})


def _told(posted: Mapping[str, str], inside: Inside) -> Told:
    typed = {name: posted.get(name, "").replace("\0", "") for name in ("text", "officer", "name", "phone")}
    return told_in({**typed, "kind": "conduct", "visit": inside.case.number[:60]}, inside.case.agency)


def _once(request: HttpRequest) -> str:
    once = request.POST.get("once", "")
    return once if ONCE.fullmatch(once) else secrets.token_hex(16)


def _form(request: HttpRequest, inside: Inside, template: str, *, fault: str = "") -> HttpResponse:
    context = {
        "inside": True,
        "typed": request.POST,
        "fault": fault,
        "once": _once(request),
        "stars": (5, 4, 3, 2, 1),
        "agency": inside.case.agency,
        "number": inside.case.number,
    }
    return page(request, template, context, status=422 if fault else 200)
