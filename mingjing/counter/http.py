"""How the counter answers: never as an officer, never from a cache, every form with a token; no page knows more."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponseBase]


class _NoSession(SessionBase):
    """The session of nobody: it holds nothing and is never saved, so no cookie of an officer is read or renewed."""


def counter(view: View) -> View:
    """Make a view a page of the counter: forget any officer's session, read GET or POST, let no cache keep it."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        anonymous(request)
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = not_found(request)
        response["Cache-Control"] = "no-store"
        return response

    return answer


def anonymous(request: HttpRequest) -> None:
    """Forget who asks: an officer at the counter is a citizen like all others."""
    request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
    request.session = _NoSession()


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render a page of the counter; of the request only the form token goes in."""
    given = {**context, "csrf_token": get_token(request), "switch": _switch(request)}
    return HttpResponse(render_to_string(f"counter/{template}", given), status=status)


def _switch(request: HttpRequest) -> str:
    """Give the address of this page up to the language that it is wanted in; none where a form was just sent."""
    if request.method == "POST":
        return ""
    kept = urlencode([(name, value) for name, values in request.GET.lists() for value in values])
    return f"{request.path}?{kept}{'&' if kept else ''}lang="


def address_of(request: HttpRequest) -> str:
    """From which network address this comes, for limits on tries; behind a proxy that is the proxy's last word."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    # Only the last address was written by our own proxy; those before it are whatever the sender says.
    return forwarded.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))


def not_found(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer what is not there, or not for who asks; it does not say which."""
    anonymous(request)
    return page(request, "not_found.html", {}, status=404)
