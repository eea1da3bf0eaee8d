"""API clients: the administrator registers systems; people accept what acts for them and keep tokens of their own."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mingjing.clients import selectors, services
from mingjing.clients.scopes import SCOPES, scopes_of, titles
from mingjing.kit.clock import BEIJING
from mingjing.personnel.selectors import people_of
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.views.factors import confirmed

if TYPE_CHECKING:
    from mingjing.clients.models import Client
    from mingjing.personnel.models import Person

PAST: Final = datetime(2000, 1, 1, tzinfo=BEIJING)  # what no date means: the service says that it will not do
MONTHS: Final = timedelta(days=180)  # proposed in the form; the service says how long it may be
STEPS: Final[Mapping[str, Callable[..., Any]]] = {
    "accept": services.accept,
    "revoke": services.revoke,
    "rotate": services.rotate,
}
SAID: Final = {"accept": "已同意，现在起可以使用。", "revoke": "已停用，立即失效。"}


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("client.manage")
@confirmed
def systems(request: SignedRequest) -> HttpResponseBase:
    """The systems registered in the agency (GET); register one more (POST): its secret is shown on this page once."""
    people = [one for one in people_of(request.user.agency.code) if services.can_be_acted_for(one)]
    context: dict[str, Any] = {"people": people}
    if request.method == "POST":
        chosen = next((one for one in people if one.username == request.POST.get("person", "")), None)
        context |= _registered(request, chosen)
    context |= {"lines": [_line(one) for one in selectors.clients_of(request.user)], **_choices(request)}
    return render(request, "web/clients/systems.html", context, status=422 if context.get("refused") else 200)


def _registered(request: SignedRequest, chosen: "Person | None") -> dict[str, Any]:
    """Register what was typed; give the new secret, or what is wrong."""
    if chosen is None:
        return {"refused": services.ClientRefused({"person": ["请选择以谁的名义接入。"]})}
    try:
        client, secret = services.register(
            person=chosen, by=request.user, at=timezone.now(), keys=_keys(request), **_typed(request)
        )
    except services.ClientRefused as refused:
        return {"refused": refused}
    return {"made": client, "secret": secret}


def _keys(request: SignedRequest) -> dict[str, Any]:
    """The public keys as they were pasted. Raises ClientRefused for what is no JSON."""
    return services.read_keys(request.POST.get("jwks", ""))


def _typed(request: SignedRequest) -> dict[str, Any]:
    until = _day(request.POST.get("until", ""))
    return {
        "title": request.POST.get("title", ""),
        "scopes": request.POST.getlist("scopes"),
        "networks": [line.strip() for line in request.POST.get("networks", "").splitlines() if line.strip()],
        "expires_at": datetime.combine(until, time(23, 59, 59), tzinfo=BEIJING) if until else PAST,
    }


def _day(text: str) -> date | None:
    """Give the day as the browser writes it; None for what is no day, the 31st of February as much as words."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _choices(request: SignedRequest) -> dict[str, Any]:
    return {
        "scopes": [(scope, chinese) for scope, (chinese, _english) in SCOPES.items()],
        "typed": request.POST,
        "ticked": request.POST.getlist("scopes"),
        "until": (timezone.localdate() + MONTHS).isoformat(),
        "longest": services.LONGEST.days,
    }


def _line(client: "Client") -> dict[str, Any]:
    """A client as a line, with how it stands."""
    now = timezone.now()
    state = ("green", "使用中")
    if client.revoked_at:
        state = ("", "已停用")
    elif client.expires_at <= now:
        state = ("", "已过期")
    elif client.accepted_at is None:
        state = ("amber", "等本人同意")
    return {"client": client, "scopes": titles(client.scopes), "state": state, "live": state[1][:2] != "已停"}


@require_POST
@allowed("client.manage")
@confirmed
def system_step(request: SignedRequest, code: str) -> HttpResponseBase:
    """Revoke a system of the agency, or give it a new secret."""
    return _step(request, code, ("revoke", "rotate"), "api-clients")


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("client.own")
@confirmed
def own(request: SignedRequest) -> HttpResponseBase:
    """What acts in one's own name (GET), and a new token of one's own (POST), shown on this page once."""
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            client, secret = services.issue_token(person=request.user, at=timezone.now(), **_typed(request))
            context = {"made": client, "secret": secret}
        except services.ClientRefused as refused:
            context = {"refused": refused}
    mine = set(scopes_of(request.user))
    context |= {"lines": [_line(one) for one in selectors.clients_for(request.user)], **_choices(request)}
    context["scopes"] = [one for one in context["scopes"] if one[0] in mine]
    return render(request, "web/clients/own.html", context, status=422 if context.get("refused") else 200)


@require_POST
@allowed("client.own")
@confirmed
def own_step(request: SignedRequest, code: str) -> HttpResponseBase:
    """Say yes to a system that is to act in one's name, or shut out what does."""
    return _step(request, code, ("accept", "revoke"), "account-api")


def _step(request: SignedRequest, code: str, steps: tuple[str, ...], back: str) -> HttpResponseBase:
    step = request.POST.get("step", "")
    try:
        client = selectors.client_of(request.user, code)
    except selectors.NoClient:
        raise Http404(code) from None
    if step not in steps:
        raise Http404(step)
    try:
        secret = STEPS[step](client=client, by=request.user, at=timezone.now())
    except services.ClientRefused as refused:
        messages.error(request, str(refused), extra_tags="red")
        return redirect(back)
    if secret:
        return render(request, "web/clients/secret.html", {"made": client, "secret": secret, "back": back})
    messages.success(request, f"“{client.title}”{SAID[step]}", extra_tags="green")
    return redirect(back)
