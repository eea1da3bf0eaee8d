"""The administrator's desk: each change of the register is one address, one service, one line of history."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mingjing.personnel import selectors, services
from mingjing.personnel.permissions import role_names
from mingjing.personnel.refusals import RegisterRefused
from mingjing.training.applications import issue_certificate as issue_after_exam
from mingjing.web import register_form
from mingjing.web.access import SignedRequest, allowed, demand
from mingjing.web.views.people import event_form_of, page_of, person_visible_to

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

STEPS = {
    "suspended": services.suspend_certificate,
    "restored": services.restore_certificate,
    "taken_back": services.take_back_certificate,
    "cancelled": services.cancel_certificate,
}


def _agencies(viewer: "Person") -> list[tuple[str, str]]:
    """The tree as a list box shows it."""
    rows = selectors.agencies_in_order(viewer)
    return [(one.code, "　" * depth + one.name) for one, depth in rows if one.is_active]


def _managed(request: SignedRequest, username: str, action: str = "people.manage") -> "Person":
    """The person of the page, if this administrator keeps the entry, or grants its rights."""
    found = person_visible_to(request.user, username)
    demand(request.user, action, found.agency.code)
    return found


def _done(request: SignedRequest, username: str, text: str) -> HttpResponseBase:
    messages.success(request, text, extra_tags="green")
    return redirect("person", username)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@allowed("people.manage")
def new_person(request: SignedRequest) -> HttpResponseBase:
    """Register somebody who can sign in."""
    form = register_form.person_form(_agencies(request.user))
    if request.method == "POST":
        form.read(request.POST)
        demand(request.user, "people.manage", form.typed["agency"])
        username = form.typed["username"]
        if form.accepted(services.create_person, by=request.user.username):
            text = f"已登记{form.typed['name']}。请把首次登录的密码交给本人，并请安全管理员授予角色。"
            return _done(request, username, text)
    return render(request, "web/people/new.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("people.manage")
def new_agency(request: SignedRequest) -> HttpResponseBase:
    """Register an agency in the tree."""
    form = register_form.agency_form(_agencies(request.user))
    if request.method == "POST":
        form.read(request.POST)
        demand(request.user, "people.manage", form.typed["parent"] or None)
        if form.accepted(services.create_agency, by=request.user.username):
            messages.success(request, f"已登记{form.typed['name']}。", extra_tags="green")
            return redirect("agencies")
    return render(request, "web/people/new_agency.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("people.secure")
def set_roles(request: SignedRequest, username: str) -> HttpResponseBase:
    """Give somebody these roles and no others."""
    found = _managed(request, username, "people.secure")
    if request.method != "POST":
        return redirect("person", username)
    form = register_form.roles_form(found.roles).read(request.POST)
    if not form.accepted(services.set_roles, username=username, by=request.user.username):
        return page_of(request, found, form)
    return _done(request, username, f"{found.name}的角色现为：{role_names(form.typed['roles'])}。")


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("people.manage")
def set_active(request: SignedRequest, username: str) -> HttpResponseBase:
    """Record that somebody has left, or is back."""
    found = _managed(request, username)
    if request.method != "POST":
        return redirect("person", username)
    active = request.POST.get("active") == "true"
    form = register_form.Form("active")
    if not form.accepted(services.set_active, username=username, active=active, by=request.user.username):
        return page_of(request, found, form)
    said = "已登记复职，可以登录。" if active else "已登记离任，不能再登录；以前办的事项不变。"
    return _done(request, username, f"{found.name}{said}")


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@allowed("people.secure")
def set_password(request: SignedRequest, username: str) -> HttpResponseBase:
    """Give somebody a new password."""
    found = _managed(request, username, "people.secure")
    if request.method != "POST":
        return redirect("person", username)
    form = register_form.reset_form().read(request.POST)
    if not form.accepted(services.set_password, username=username, by=request.user.username):
        return page_of(request, found, form)
    return _done(request, username, f"已重设{found.name}的密码，原有登录随即失效。请把新密码交给本人。")


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("people.manage")
def issue_certificate(request: SignedRequest, username: str) -> HttpResponseBase:
    """Enter a certificate as it was issued."""
    found = _managed(request, username)
    if request.method != "POST":
        return redirect("person", username)
    form = register_form.certificate_form().read(request.POST)
    if not form.accepted(issue_after_exam, username=username, by=request.user.username, at=timezone.now()):
        return page_of(request, found, form)
    return _done(request, username, f"已登记{found.name}的执法证件 {form.typed['number']}。")


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("people.manage")
def certificate_event(request: SignedRequest, username: str, pk: int) -> HttpResponseBase:
    """Suspend, restore or cancel a certificate from a day on, for a reason."""
    found = _managed(request, username)
    if request.method != "POST":
        return redirect("person", username)
    held = next((one for one in selectors.certificates_of(username) if one.pk == pk), None)
    form = event_form_of(held) if held else None
    if held is None or form is None:
        raise Http404(str(pk))
    number = held.number

    def recorded(*, step: str, **typed: Any) -> None:
        if step not in STEPS:
            raise RegisterRefused({"step": ["请从列表中选择事项。"]})
        STEPS[step](number=number, by=request.user.username, **typed)

    if not form.read(request.POST).accepted(recorded):
        return page_of(request, found, form)
    title = dict(selectors.CERTIFICATE_EVENTS)[form.typed["step"]]
    return _done(request, username, f"已登记证件 {number} 的{title}。")
