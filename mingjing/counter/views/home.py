"""The front page of the counter: the door for who has a paper, and what else can be handed in here."""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from mingjing.counter.http import address_of, counter, page
from mingjing.counter.session import close_session, open_session
from mingjing.defence import access
from mingjing.defence.access import DoorClosed, DoorLocked, Where
from mingjing.documents.selectors import document_by_code
from mingjing.publicity import subscriptions

CODE: Final = re.compile(r"[A-Z2-7]{26}")


@counter
def home(request: HttpRequest) -> HttpResponse:
    """What one can do here; a code from the QR of a paper is filled in already."""
    code = _code(request.GET.get("code", ""))[:40]
    return page(request, "home.html", {"code": code, "letters": subscriptions.offered()})


@counter
def enter(request: HttpRequest) -> HttpResponseBase:
    """Let a party in (POST), or say in one and the same sentence why not."""
    if request.method != "POST":
        return redirect("counter:home")
    code, last = _code(request.POST.get("code", "")), request.POST.get("last", "")[:40]
    where = Where(address_of(request), request.headers.get("User-Agent", ""))
    paper = document_by_code(code) if CODE.fullmatch(code) else None
    try:
        visit = access.enter(
            code=code[:64], act=paper.act if paper else None, last=last, where=where, at=timezone.now()
        )
    except DoorClosed as closed:
        status = 429 if isinstance(closed, DoorLocked) else 422
        return page(request, "home.html", {"fault": str(closed), "code": code[:40]}, status=status)
    response = redirect("counter:case")
    open_session(response, visit.code)
    return response


@counter
def leave(request: HttpRequest) -> HttpResponseBase:
    """Go out: the browser forgets the visit."""
    response = redirect("counter:home")
    if request.method == "POST":
        close_session(response)
    return response


def _code(typed: str) -> str:
    """Give a code as it is printed, however it was typed: blanks, hyphens and small letters do not matter."""
    return re.sub(r"[\s-]", "", typed[:100]).upper()
