"""Where a client gets its access token: OAuth 2.0 client credentials (RFC 6749 §4.4), and what it must know first."""

import base64
import binascii
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from mingjing.api import assertions, tokens
from mingjing.api.door import REASONS, address_of
from mingjing.clients.entry import Caller, NotLetIn, by_secret, by_signature, granted
from mingjing.clients.scopes import SCOPES
from mingjing.signin.tries import Tries

GRANT: Final = "client_credentials"
METHODS: Final = ("client_secret_basic", "client_secret_post", "private_key_jwt")
TRIES: Final = Tries("api-token", 30, timedelta(minutes=10))  # wrong credentials from one address
LONGEST: Final = 4000  # of any one value that is sent

# What RFC 6749 calls it -> status, and what is said of it.
ERRORS: Final = {
    "invalid_request": (400, _("请求缺少参数，或者参数重复、太长。")),
    "invalid_client": (401, _("客户端编号或者密钥不对。")),
    "invalid_scope": (400, _("所要的权限不在客户端现有的权限之内。")),
    "unsupported_grant_type": (400, _("grant_type 只支持 client_credentials。")),
    "slow_down": (429, _("从这个地址来的错误太多，请十分钟后再试。")),
}


class TokenRefused(Exception):
    """No token is issued. The error is one of ERRORS; `reason` says it closer."""

    def __init__(self, error: str, reason: str = "") -> None:
        self.error, self.reason = error, reason
        super().__init__(error)


@csrf_exempt  # whoever calls proves itself in the request and has no session that a foreign page could borrow
@never_cache
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Issue an access token to a client that proves itself."""
    try:
        caller, scopes = _asked(request)
    except TokenRefused as refusal:
        return _refused(request, refusal)
    lifetime = settings.MINGJING_API_TOKEN_MINUTES * 60
    told = {
        "access_token": tokens.issue(caller, scopes, timezone.now()),
        "token_type": "Bearer",
        "expires_in": lifetime,
        "scope": " ".join(scopes),
    }
    return JsonResponse(told, headers={"Cache-Control": "no-store"})


def _asked(request: HttpRequest) -> tuple[Caller, list[str]]:
    """Who asks and for what. Raises TokenRefused."""
    if request.content_type != "application/x-www-form-urlencoded":
        raise TokenRefused("invalid_request")
    if any(len(values) > 1 or len(values[0]) > LONGEST for _name, values in request.POST.lists()):
        raise TokenRefused("invalid_request")
    if "grant_type" not in request.POST:
        raise TokenRefused("invalid_request")
    if request.POST["grant_type"] != GRANT:
        raise TokenRefused("unsupported_grant_type")
    caller = _proven(request)
    wanted = request.POST.get("scope", "").split()
    scopes = granted(caller, wanted)
    if set(wanted) - set(scopes) or not scopes:
        raise TokenRefused("invalid_scope")
    return caller, scopes


def _proven(request: HttpRequest) -> Caller:
    """The client, by whichever of the three ways it shows itself. Raises TokenRefused."""
    address, now = address_of(request), timezone.now()
    if TRIES.used_up(address, at=now):
        raise TokenRefused("slow_down")
    try:
        return _way(request)(address)
    except NotLetIn as refusal:
        TRIES.take(address, at=now)
        raise TokenRefused("invalid_client", REASONS[refusal.reason]) from None


def _way(request: HttpRequest) -> Callable[[str], Caller]:
    """How this request proves who sends it; one way and no other."""
    shown, now = request.POST, timezone.now()
    ways = ["Authorization" in request.headers, "client_secret" in shown, "client_assertion" in shown]
    if sum(ways) != 1:
        raise TokenRefused("invalid_client" if not any(ways) else "invalid_request")
    if "client_assertion" in shown:
        if shown.get("client_assertion_type") != assertions.TYPE:
            raise TokenRefused("invalid_request")
        code = assertions.client_of(shown["client_assertion"], now)
        return lambda address: by_signature(code, address=address, at=now)
    code, secret = (
        _basic(request)
        if "client_secret" not in shown
        else (
            shown.get("client_id", ""),
            shown["client_secret"],
        )
    )
    return lambda address: by_secret(_plain(code), secret, address=address, at=now)


def _plain(code: str) -> str:
    """A code that a database can be asked for."""
    if "\0" in code:
        raise NotLetIn("unknown")
    return code


def _basic(request: HttpRequest) -> tuple[str, str]:
    """Code and secret of an Authorization header, form-encoded before they were joined (RFC 6749 §2.3.1)."""
    scheme, _space, text = request.headers["Authorization"].partition(" ")
    try:
        joined = base64.b64decode(text, validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError, ValueError):
        joined = ""
    code, colon, secret = joined.partition(":")
    if not colon:
        raise TokenRefused("invalid_client")
    return unquote_plus(code), unquote_plus(secret)


def _refused(request: HttpRequest, refusal: TokenRefused) -> HttpResponse:
    """The error in the form of RFC 6749 §5.2, whose own words are ASCII; `detail` says it in the reader's language."""
    status, said = ERRORS[refusal.error]
    with translation.override(translation.get_language_from_request(request)):
        detail = gettext(refusal.reason or said)
    with translation.override("en"):
        english = gettext(refusal.reason or said)
    told = {"error": refusal.error, "error_description": _ascii(english), "detail": detail}
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="mingjing"'
    if status == 429:
        headers["Retry-After"] = "600"
    return JsonResponse(told, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})


def _ascii(text: str) -> str:
    return "".join(one for one in text if " " <= one <= "~" and one not in '"\\')


@require_safe
@cache_control(public=True, max_age=300)
def jwks(request: HttpRequest) -> HttpResponse:
    """The public keys of our access tokens (RFC 7517)."""
    return JsonResponse({"keys": tokens.public_keys()})


@require_safe
@cache_control(public=True, max_age=300)
def metadata(request: HttpRequest) -> HttpResponse:
    """What a client can find out by itself (RFC 8414)."""
    origin = settings.MINGJING_ORIGIN
    return JsonResponse(
        {
            "issuer": origin,
            "token_endpoint": f"{origin}/api/v1/token",
            "jwks_uri": f"{origin}/api/v1/jwks.json",
            "service_documentation": f"{origin}/api/v1/docs",
            "grant_types_supported": [GRANT],
            "response_types_supported": [],
            "token_endpoint_auth_methods_supported": list(METHODS),
            "token_endpoint_auth_signing_alg_values_supported": list(assertions.ALGORITHMS),
            "scopes_supported": list(SCOPES),
        }
    )
