"""The counter's own tiny session: one signed cookie that names a visit, for half an hour, on its own pages only."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_noop

from mingjing.counter.http import View, counter, page
from mingjing.defence import access
from mingjing.defence.access import SESSION, Inside

COOKIE: Final = "mingjing_counter"
PATH: Final = "/counter/"
SALT: Final = "counter.visit"
OVER: Final = gettext_noop(
    "停留时间已满 30 分钟，或者还没有凭文书进入。"
    "请重新填写查验码和证件号码后六位，接着办理；已经加入的意见都在。"
)


def open_session(response: HttpResponseBase, visit: str) -> None:
    """Let the browser carry the visit; nothing about the case or the person is in the cookie."""
    response.set_cookie(
        COOKIE,
        signing.dumps(visit, salt=SALT),
        max_age=SESSION,
        path=PATH,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def close_session(response: HttpResponseBase) -> None:
    """Let the browser forget it."""
    response.delete_cookie(COOKIE, path=PATH, samesite="Lax")


def party_of(request: HttpRequest) -> Inside | None:
    """Give the party this browser came in as, while his time is not over."""
    try:
        visit = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SESSION)
    except signing.BadSignature:
        return None
    return access.inside(str(visit), at=timezone.now())


def for_party(view: Callable[..., HttpResponseBase]) -> View:
    """Make a view a page for the party inside; whoever is not is led to the door, what he has typed with him."""

    @counter
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        inside = party_of(request)
        if inside is None:
            return at_the_door(request)
        response = view(request, inside, *args, **kwargs)
        open_session(response, inside.visit.code)  # half an hour from the last page, not from the first
        return response

    return answer


def at_the_door(request: HttpRequest) -> HttpResponse:
    """Ask for the paper again. What was typed into a form meanwhile is shown, so that it can be kept."""
    kept = "\n".join(request.POST.get(name, "") for name in ("text", "request")).strip()
    context = {"fault": OVER, "kept": kept, "code": "", "pages": ()}
    response = page(request, "home.html", context, status=403)
    close_session(response)
    return response
