"""The door of every operation: who calls, whether they may, and whether not too often; then the room answers."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from mingjing.api import tokens
from mingjing.api.problems import Problem
from mingjing.clients.counting import Room as Left
from mingjing.clients.counting import count
from mingjing.clients.entry import Caller, NotLetIn, by_code, by_token, is_token

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

# Reason of the register of clients -> what is said of it.
REASONS: Final = {
    "unknown": _("令牌不对、已经过期或者不是本系统签发的。"),
    "revoked": _("这个客户端已经停用。"),
    "expired": _("这个客户端或者令牌的有效期已过。"),
    "not_accepted": _("被代理的本人还没有同意这个客户端。"),
    "person": _("被代理人已经离任或者调往其他机关。"),
    "address": _("请求不是从登记的网段发来的。"),
}


class Called(HttpRequest):
    """A request that the door has let through."""

    auth: Caller
    api_left: Left

    @property
    def person(self) -> "Person":
        """In whose name everything is done."""
        return self.auth.person


@dataclass(frozen=True)
class Door:
    """Lets in whoever may do one of these actions, by the client's scopes and by the person's rights at this moment."""

    scopes: tuple[str, ...]

    def __call__(self, request: HttpRequest) -> Caller:
        """Give the caller. Raises Problem: 401 for a bad token, 429 for a call too many, 403 without the scope."""
        caller = authenticated(request)
        _counted(request, caller)
        if self.scopes and not caller.scopes & set(self.scopes):
            raise scope_missing(*self.scopes)
        return caller


def scope_missing(*scopes: str) -> Problem:
    """The token is good, but not for this."""
    challenge = f'Bearer realm="mingjing", error="insufficient_scope", scope="{" ".join(scopes)}"'
    return Problem("scope-missing", more={"scopes": list(scopes)}, headers={"WWW-Authenticate": challenge})


def demand(request: Called, scope: str) -> None:
    """Ask for one more scope that only the body or the case tells. Raises Problem."""
    if scope not in request.auth.scopes:
        raise scope_missing(scope)


def authenticated(request: HttpRequest) -> Caller:
    """Who shows this token. Raises Problem."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem("not-let-in", headers={"WWW-Authenticate": 'Bearer realm="mingjing"'})
    try:
        return _caller(token.strip(), address_of(request))
    except NotLetIn as refusal:
        challenge = {"WWW-Authenticate": 'Bearer realm="mingjing", error="invalid_token"'}
        raise Problem("not-let-in", REASONS[refusal.reason], headers=challenge) from None


def _caller(token: str, address: str) -> Caller:
    now = timezone.now()
    if is_token(token):
        return by_token(token, address=address, at=now)
    shown = tokens.read(token)
    return by_code(shown.client, shown.scopes, shown.number, address=address, at=now)


def address_of(request: HttpRequest) -> str:
    """From which network address this comes; of a proxy in front only its last word has been put there."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _counted(request: HttpRequest, caller: Caller) -> None:
    """Count the call for the client and for its token: one token used wildly does not eat up all of the client's."""
    most = settings.MINGJING_API_PER_MINUTE
    limits = {f"client:{caller.client.code}": most}
    if caller.token != caller.client.code:
        limits[f"token:{caller.token}"] = max(1, most // 2)
    left = count(limits, timezone.now())
    request.api_left = left  # type: ignore[attr-defined]  # the headers are written when the answer is known
    if left.over:
        raise Problem("too-many", headers={"Retry-After": str(left.seconds)})
