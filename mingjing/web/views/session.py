"""Signing in and out: password, second factor, unified sign-in, and whether one is still signed in."""

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth import logout as end
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from mingjing.personnel.selectors import NotOnRegister
from mingjing.personnel.selectors import person as registered
from mingjing.signin import oidc, passkeys, selectors, services
from mingjing.signin.policy import PENDING, origin
from mingjing.web.access import signed_in
from mingjing.web.session_rules import entered, where

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

WAITING = "signin.waiting"  # who has given the password and owes the second factor
CHALLENGE = "signin.challenge"
OIDC = "signin.oidc"
BACKEND = "django.contrib.auth.backends.ModelBackend"
ENDED = {
    "hours": "本次登录已满时限，须重新登录；已保存的草稿仍在。",
    "elsewhere": "您的账号在别处登录，这里的登录已结束。不是本人所为的，请立即修改密码并告知安全管理员。",
}


class Login(auth.LoginView):
    """User name and password; the reason of a refusal in one Chinese sentence."""

    template_name = "web/session/login.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let in, or ask for the second factor first."""
        person: Any = form.get_user()
        return _let_in(self.request, person, "密码", person.backend, self.get_success_url())

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Note the refusal where there is such an account: an unknown name may be a password in the wrong box."""
        try:
            person = registered(form.data.get("username", ""))
        except (NotOnRegister, ValueError):
            return super().form_invalid(form)
        _note(self.request, person, "refused", "密码")
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the page says about time-out and lock-out."""
        return super().get_context_data(**kwargs) | {
            "minutes": settings.SESSION_COOKIE_AGE // 60,
            "limit": settings.AXES_FAILURE_LIMIT,
            "cooloff": round(settings.AXES_COOLOFF_TIME * 60),
            "timed_out": "timed_out" in self.request.GET,
            "activated": self.request.session.pop("signin.activated", False),
            "ended": ENDED.get(self.request.GET.get("ended", "")),
            "provider": oidc.provider(),
            "refusal": self.request.session.pop("signin.refusal", ""),
            "wrong": "用户名或密码不对，请核对后再输。注意大小写。",
        }


@require_POST
def logout(request: HttpRequest) -> HttpResponseBase:
    """Sign out, noting that one did."""
    if request.user.is_authenticated:
        _note(request, request.user, "out", "本人退出")
    end(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


# --- the second factor ------------------------------------------------------------------------


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponseBase:
    """A code of the authenticator app, a recovery code, or a passkey; after the password, before anything else."""
    waiting = _waiting(request)
    if waiting is None:
        return redirect("login")
    person, kept = waiting
    refusal = ""
    if request.method == "POST":
        try:
            how = _proven(request, person)
        except services.SignInRefused as refused:
            refusal = f"{refused}。"
        else:
            return _enter(request, person, how, kept["backend"], kept["next"], second=True)
    factors = selectors.factors_of(person)
    context = {
        "person": person,
        "kinds": {one.kind for one in factors},
        "refusal": refusal,
        "passkeys": passkeys.possible(),
    }
    return render(request, "web/session/second.html", context, status=422 if refusal else 200)


@never_cache
@require_POST
def second_challenge(request: HttpRequest) -> JsonResponse:
    """What the browser needs to use a passkey of the person who waits."""
    waiting = _waiting(request)
    if waiting is None:
        return JsonResponse({"refused": "登录已超时，请重新输入密码。"}, status=401)
    options, request.session[CHALLENGE] = passkeys.ask_known(selectors.passkeys_of(waiting[0]))
    return JsonResponse(options)


def _proven(request: HttpRequest, person: "Person") -> str:
    now, here = timezone.now(), where(request)
    if not request.POST.get("answer"):
        code = request.POST.get("code", "")[:20]
        return services.check_code(person=person, code=code, at=now, where=here)
    state = request.session.pop(CHALLENGE, None)
    answer = read_answer(request.POST["answer"])
    return services.check_passkey(person=person, state=state, answer=answer, at=now, where=here)


def read_answer(text: str) -> dict[str, Any]:
    """What the browser's authenticator says, as it was sent in a form."""
    try:
        answer = json.loads(text)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise services.SignInRefused("浏览器没有交来通行密钥的应答，请重试")
    return answer


def _waiting(request: HttpRequest) -> "tuple[Person, dict[str, Any]] | None":
    kept = request.session.get(WAITING)
    if not kept or timezone.now().timestamp() - kept["at"] > PENDING.total_seconds():
        return None
    try:
        found = registered(kept["username"])
    except NotOnRegister:
        return None
    # A password changed or a person gone in between: what was proven is worth nothing.
    return (found, kept) if found.is_active and found.get_session_auth_hash() == kept["hash"] else None


def _let_in(request: HttpRequest, person: "Person", how: str, backend: str, goal: str) -> HttpResponse:
    if not selectors.factors_of(person):
        return _enter(request, person, how, backend, goal, second=False)
    request.session.cycle_key()
    request.session[WAITING] = {
        "username": person.username,
        "backend": backend,
        "next": goal,
        "at": timezone.now().timestamp(),
        "hash": person.get_session_auth_hash(),
    }
    return redirect("login-second")


def _enter(
    request: HttpRequest, person: "Person", how: str, backend: str, goal: str, *, second: bool
) -> HttpResponse:
    request.session.pop(WAITING, None)
    login(request, person, backend=backend)
    entered(request, person, second=second)
    _note(request, person, "in", how)
    return redirect(goal)


def _note(request: HttpRequest, person: Any, outcome: str, how: str) -> None:
    services.note_sign_in(person=person, outcome=outcome, how=how, at=timezone.now(), where=where(request))


# --- unified sign-in --------------------------------------------------------------------------


@never_cache
def sso(request: HttpRequest) -> HttpResponseBase:
    """Send the browser to the unified sign-in."""
    provider = oidc.provider()
    if provider is None:
        return redirect("login")
    try:
        address, kept = oidc.start(provider, _back(request))
    except oidc.OidcRefused as refused:
        return _refused(request, str(refused))
    request.session[OIDC] = kept.as_dict() | {"next": _goal(request)}
    return redirect(address)


@never_cache
def sso_back(request: HttpRequest) -> HttpResponseBase:
    """Take the browser back from the unified sign-in, if what it brings proves who it is."""
    provider = oidc.provider()
    if provider is None:
        return redirect("login")
    waiting = dict(request.session.pop(OIDC, None) or {})
    goal = waiting.pop("next", settings.LOGIN_REDIRECT_URL)
    try:
        proven = oidc.finish(provider, _back(request), oidc.Kept.of(waiting), request.GET.dict())
        person = registered(proven.username)
        if not person.is_active:
            raise NotOnRegister(proven.username)
        services.link(person=person, issuer=provider.issuer, subject=proven.subject, at=timezone.now())
    except NotOnRegister:
        return _refused(
            request, "统一认证已经通过，但这个账号没有在本系统登记，或者已登记离任。请联系系统管理员"
        )
    except (oidc.OidcRefused, services.SignInRefused) as refused:
        return _refused(request, str(refused))
    return _let_in(request, person, provider.title, BACKEND, goal)


def _back(request: HttpRequest) -> str:
    return origin() + reverse("login-sso-back")


def _goal(request: HttpRequest) -> str:
    goal = request.GET.get("next", "")
    known = url_has_allowed_host_and_scheme(goal, {request.get_host()}, request.is_secure())
    return goal if known else resolve_url(settings.LOGIN_REDIRECT_URL)


def _refused(request: HttpRequest, text: str) -> HttpResponseBase:
    request.session["signin.refusal"] = f"{text}。"
    return redirect(f"{settings.LOGIN_URL}?{urlencode({'refused': '1'})}")


# --- still there? -----------------------------------------------------------------------------


@never_cache
def session(request: HttpRequest) -> JsonResponse:
    """Whether the session still lives (asking renews it), with a fresh form token for pages left open."""
    alive = request.user.is_authenticated
    return JsonResponse({"signed_in": alive, "token": get_token(request) if alive else ""})


@signed_in
def back(request: HttpRequest) -> HttpResponseBase:
    """The page in the second window after signing in again."""
    return render(request, "web/session/back.html")
