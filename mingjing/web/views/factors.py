"""One's own second factors and comings and goings: added, removed and read by the person alone."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

import segno
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from mingjing.signin import passkeys, selectors, services, totp
from mingjing.signin.policy import CONFIRMED, second_factor_demanded
from mingjing.web.access import SignedRequest, View, signed_in
from mingjing.web.session_rules import PROVEN
from mingjing.web.views.session import CHALLENGE, read_answer

SECRET = "signin.secret"  # noqa: S105 - a place in the session
AGAIN = "signin.confirmed"


def confirmed(view: View) -> View:
    """Ask for the password again before anything of sign-in is changed: an open desk must not be taken over."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        since = timezone.now().timestamp() - request.session.get(AGAIN, 0)
        if since <= CONFIRMED.total_seconds():
            return view(request, *args, **kwargs)
        goal = request.get_full_path() if request.method == "GET" else _page_of_form(request)
        return redirect(f"{reverse('account-confirm')}?{urlencode({'next': goal})}")

    return signed_in(guarded)


def _page_of_form(request: HttpRequest) -> str:
    """The page on which the button stood, so that it can be pressed again; what is sent is not kept."""
    came = urlsplit(request.headers.get("Referer", ""))
    return came.path if came.netloc == request.get_host() and came.path else reverse("account-factors")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def confirm(request: SignedRequest) -> HttpResponseBase:
    """The password again; a wrong one counts towards the lock of the account."""
    goal = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(goal, None):
        goal = reverse("account-factors")
    wrong = False
    if request.method == "POST":
        password = request.POST.get("password", "")
        wrong = authenticate(request, username=request.user.username, password=password) is None
        if not wrong:
            request.session[AGAIN] = timezone.now().timestamp()
            return redirect(goal)
    context = {"next": goal, "wrong": wrong}
    return render(request, "web/session/confirm.html", context, status=422 if wrong else 200)


@never_cache
@signed_in
def factors(request: SignedRequest) -> HttpResponseBase:
    """What proves who one is besides the password, and what to do when it is lost."""
    return _page(request)


def _page(request: SignedRequest, refusal: str = "", codes: list[str] | None = None) -> HttpResponseBase:
    context = {
        "factors": selectors.factors_of(request.user),
        "left": selectors.codes_left(request.user),
        "codes": codes,
        "refusal": refusal,
        "demanded": second_factor_demanded(request.user.roles),
        "passkeys": passkeys.possible(),
    }
    return render(request, "web/session/factors.html", context, status=422 if refusal else 200)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@confirmed
def add_totp(request: SignedRequest) -> HttpResponseBase:
    """Scan the picture with the app, type what it shows."""
    # Until the app has shown that it knows the secret, the secret lives in the session only.
    secret = request.session.setdefault(SECRET, totp.new_secret())
    refusal = ""
    if request.method == "POST":
        try:
            services.add_totp(
                person=request.user,
                secret=secret,
                code=request.POST.get("code", ""),
                title=request.POST.get("title", ""),
                at=timezone.now(),
            )
        except services.SignInRefused as refused:
            refusal = f"{refused}。"
        else:
            del request.session[SECRET]
            return _added(request)
    picture = segno.make(totp.address(secret, request.user.username), error="m")
    context = {
        "picture": picture.svg_data_uri(scale=4, border=2),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        "refusal": refusal,
        "title": request.POST.get("title", ""),
    }
    return render(request, "web/session/add_totp.html", context, status=422 if refusal else 200)


@never_cache
@require_POST
@signed_in
def passkey_challenge(request: SignedRequest) -> HttpResponseBase:
    """What the browser needs to make a passkey."""
    options, request.session[CHALLENGE] = passkeys.ask_new(request.user, selectors.passkeys_of(request.user))
    return JsonResponse(options)


@never_cache
@require_http_methods(["GET", "POST"])
@confirmed
def add_passkey(request: SignedRequest) -> HttpResponseBase:
    """Make a passkey with this phone, computer or key, and keep its public part."""
    refusal = ""
    if request.method == "POST":
        try:
            services.add_passkey(
                person=request.user,
                state=request.session.pop(CHALLENGE, None),
                answer=read_answer(request.POST.get("answer", "")),
                title=request.POST.get("title", ""),
                at=timezone.now(),
            )
        except services.SignInRefused as refused:
            refusal = f"{refused}。"
        else:
            return _added(request)
    context = {"refusal": refusal, "possible": passkeys.possible()}
    return render(request, "web/session/add_passkey.html", context, status=422 if refusal else 200)


def _added(request: SignedRequest) -> HttpResponseBase:
    # Whoever has just shown a factor has shown it for this session too.
    request.session[PROVEN] = True
    text = "已添加。下次登录时，输入密码后再用它验证。"
    if not selectors.codes_left(request.user):
        text += "请生成恢复码并妥善保存：手机不在身边时，靠恢复码登录。"
    messages.success(request, text, extra_tags="green")
    return redirect("account-factors")


@require_POST
@confirmed
def remove(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Take a factor away."""
    return _done(request, lambda: services.remove_factor(person=request.user, pk=pk, at=timezone.now()))


def _done(request: SignedRequest, step: Callable[[], None]) -> HttpResponseBase:
    try:
        step()
    except services.SignInRefused as refused:
        return _page(request, f"{refused}。")
    messages.success(request, "已移除。", extra_tags="green")
    return redirect("account-factors")


@never_cache
@require_POST
@confirmed
def codes(request: SignedRequest) -> HttpResponseBase:
    """New recovery codes, shown this once."""
    try:
        made = services.new_codes(person=request.user, at=timezone.now())
    except services.SignInRefused as refused:
        return _page(request, f"{refused}。")
    return _page(request, codes=made)


@signed_in
def sign_ins(request: SignedRequest) -> HttpResponseBase:
    """Who came in under one's own name, from where, when, and who was refused."""
    return render(request, "web/session/sign_ins.html", {"lines": selectors.sign_ins_of(request.user)})
