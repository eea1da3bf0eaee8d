"""The desks of the security and the audit administrator: accounts as they stand, the trail, who looked into cases."""

from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from mingjing.defence.access import latest_visits
from mingjing.personnel import selectors as register
from mingjing.personnel.permissions import may, role_names
from mingjing.signin import selectors, services
from mingjing.signin.policy import second_factor_demanded
from mingjing.supervision import selectors as supervision
from mingjing.web.access import SignedRequest, allowed, demand
from mingjing.web.register_history import all_changes
from mingjing.web.views.people import person_visible_to

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

SHOWN = 300


@allowed("people.secure")
def security(request: SignedRequest) -> HttpResponseBase:
    """Every account: roles, factors, last sign-in, locked or not; the troubled ones first."""
    everybody = [one for one in register.people_visible_to(request.user) if one.is_active]
    standing = selectors.standings(everybody)
    lines = [_line(one, standing[one.pk]) for one in everybody]
    lines.sort(key=lambda line: (not line["standing"].locked, not line["lacking"]))
    context = {
        "lines": lines[:SHOWN],
        "number": len(lines),
        "locked": sum(line["standing"].locked for line in lines),
        "lacking": sum(line["lacking"] for line in lines),
    }
    return render(request, "web/security/page.html", context)


def _line(person: "Person", standing: selectors.Standing) -> dict[str, Any]:
    lacking = second_factor_demanded(person.roles) and not standing.factors
    return {"person": person, "standing": standing, "roles": role_names(person.roles), "lacking": lacking}


@require_POST
@allowed("people.secure")
def unlock(request: SignedRequest, username: str) -> HttpResponseBase:
    """Lift the lock of an account before its time."""
    return _step(request, username, services.unlock, "的锁定已解除。")


@require_POST
@allowed("people.secure")
def reset_factors(request: SignedRequest, username: str) -> HttpResponseBase:
    """Take away the factors of somebody who has lost them."""
    return _step(request, username, services.reset_factors, "的验证方式已重置，请本人登录后重新添加。")


def _step(request: SignedRequest, username: str, service: Callable[..., None], said: str) -> HttpResponseBase:
    found = person_visible_to(request.user, username)
    demand(request.user, "people.secure", found.agency.code)
    try:
        service(person=found, by=request.user, at=timezone.now())
    except services.SignInRefused as refused:
        messages.error(request, f"{refused}。", extra_tags="red")
    else:
        messages.success(request, f"{found.name}{said}", extra_tags="green")
    return redirect("person", username)


@allowed("audit.view")
def audit(request: SignedRequest) -> HttpResponseBase:
    """The trail of administration: every change of accounts, rights, certificates and factors, by whom and when."""
    text = request.GET.get("q", "").strip()[:40]
    lines = (line for line in all_changes() if text in f"{line.by}{line.about}{line.title}{line.text}")
    context = {"lines": list(islice(lines, SHOWN)), "q": text, "shown": SHOWN}
    return render(request, "web/security/audit.html", context)


@allowed("access.view")
def accesses(request: SignedRequest) -> HttpResponseBase:
    """Every look into a case of these agencies by somebody from outside."""
    seen = register.agencies_visible_to(request.user, "access.view")
    context: dict[str, Any] = {"lines": supervision.accesses_to(seen, limit=SHOWN), "shown": SHOWN}
    # The audit administrator opens no case.
    context["visits"] = latest_visits(seen, limit=SHOWN)
    context["linked"] = may(request.user, "case.view", request.user.agency.code)
    return render(request, "web/security/accesses.html", context)
