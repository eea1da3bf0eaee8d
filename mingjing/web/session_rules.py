"""The rules that hold for a session from page to page: how long, only one, with which proof. Nobody is let in here."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from mingjing.signin import passwords, selectors, services
from mingjing.signin.policy import policy, second_factor_demanded, session_over

SINCE: Final = "signin.since"
PROVEN: Final = "signin.second"
PASSWORD_DUE: Final = "signin.password_due"  # noqa: S105 - a place in the session
# Pages without a session of their own: they must not even look at the cookie.
OUTSIDE: Final = ("/portal/", "/counter/", "/log/", "/static/", "/api/")
# What stays open to somebody who must first change the password or bind a second factor.
ALWAYS: Final = ("/account/", "/login/", "/logout/", "/session/", "/healthz")


class SessionRules:
    """Ends a session that is too old or has been taken over; leads to what must be done first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let the request through, or answer in its place."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or request.path.startswith(OUTSIDE):
            return self._get_response(request)
        if not request.user.is_authenticated:
            return self._get_response(request)
        return _ended(request) or _first(request) or self._get_response(request)


def entered(request: HttpRequest, person: Any, *, second: bool) -> None:
    """Note in the session when it began and what was proven, and make it the one that counts."""
    now = timezone.now()
    request.session[SINCE] = now.timestamp()
    request.session[PROVEN] = second
    password_changed(request, person)
    services.take_desk(person=person, session=_key(request), at=now)


def password_changed(request: HttpRequest, person: Any) -> None:
    """Note in the session from when on the password must be changed."""
    due = passwords.due_at(person)
    request.session[PASSWORD_DUE] = due.timestamp() if due else None


def where(request: HttpRequest) -> services.Where:
    """From where this request comes; behind a proxy that is the proxy."""
    return services.Where(request.META.get("REMOTE_ADDR", ""), request.headers.get("User-Agent", "")[:200])


def _ended(request: HttpRequest) -> HttpResponseBase | None:
    """End the session if its time is over, or if the person has sat down elsewhere since."""
    person: Any = request.user
    if SINCE not in request.session:  # begun before there were such rules
        request.session[SINCE] = timezone.now().timestamp()
        password_changed(request, person)
    since = datetime.fromtimestamp(request.session[SINCE], tz=UTC)
    if session_over(since, timezone.now()):
        return _out(request, person, "hours")
    if policy().one_session and services.desk_taken(person=person, session=_key(request)):
        return _out(request, person, "elsewhere")
    return None


def _out(request: HttpRequest, person: Any, why: str) -> HttpResponseBase:
    how = {"hours": "登录满时限", "elsewhere": "在别处登录"}[why]
    services.note_sign_in(person=person, outcome="ended", how=how, at=timezone.now(), where=where(request))
    logout(request)
    if _fragment(request):
        return HttpResponse("登录已结束，请重新登录。", status=401, content_type="text/plain; charset=utf-8")
    query = urlencode({"next": request.get_full_path(), "ended": why})
    return redirect(f"{settings.LOGIN_URL}?{query}")


def _first(request: HttpRequest) -> HttpResponseBase | None:
    """Lead to what must be done before anything else; None where nothing must."""
    if request.path.startswith(ALWAYS):
        return None
    person: Any = request.user
    if second_factor_demanded(person.roles) and not request.session.get(PROVEN):
        if selectors.factors_of(person):  # bound, and yet not asked for: sign in again, properly
            return _out(request, person, "hours")
        messages.warning(
            request, "按本单位的规定，您的角色须先添加第二种验证方式，再办理业务。", extra_tags="amber"
        )
        return _led(request, "account-factors")
    due = request.session.get(PASSWORD_DUE)
    if due is not None and timezone.now() >= datetime.fromtimestamp(due, tz=UTC):
        messages.warning(request, "密码须先更换：首次登录，或者使用期限已满。", extra_tags="amber")
        return _led(request, "account-password")
    return None


def _led(request: HttpRequest, name: str) -> HttpResponseBase:
    if _fragment(request):
        return HttpResponse("请先完成账号设置。", status=403, content_type="text/plain; charset=utf-8")
    return redirect(reverse(name))


def _fragment(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request") or request.headers.get("X-Requested-With"))


def _key(request: HttpRequest) -> str:
    if request.session.session_key is None:
        request.session.save()
    return str(request.session.session_key)
