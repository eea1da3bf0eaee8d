"""The register of recorders and cameras: who has which, what needs seeing to, and the history of each."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.evidence import devices
from mingjing.evidence.devices import DeviceRefused, DeviceState
from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies, agencies_visible_to, names_of, people_of
from mingjing.web.access import SignedRequest, allowed, case_of, demand
from mingjing.web.act_form import moment

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

REPORTED = "faulty"  # the one step that whoever uses a device may note himself


def device_choices(
    viewer: "Person", agency: str, on: date, chosen: str | None = None
) -> list[dict[str, Any]]:
    """What a form of evidence offers: the viewer's own device of that day first, and chosen unless another is."""
    found = devices.proposed_for(agency, viewer.username, on)
    names = names_of({one.holder for one in found if one.holder})
    if chosen is None:
        chosen = next((one.device.number for one in found if one.holder == viewer.username), "")
    return [
        {
            "number": one.device.number,
            "label": _label(one, names),
            "chosen": one.device.number == chosen,
        }
        for one in found
    ]


def _label(one: DeviceState, names: dict[str, str]) -> str:
    told = [f"{names.get(one.holder, one.holder)}领用"] if one.holder else ["在库"]
    told += [one.warning] if one.warning else []
    return f"{one.device}（{'，'.join(told)}）"


@require_GET
@allowed("evidence.view")
def options(request: SignedRequest, code: str) -> HttpResponseBase:
    """The devices to choose from for evidence taken at the typed time."""
    case = case_of(request, code)
    taken = moment(request.GET.get("taken_at", ""))
    on = legal_day(taken or timezone.now())
    found = device_choices(request.user, case.agency.code, on)
    return render(request, "web/devices/_options.html", {"devices": found})


@require_GET
@allowed("device.view")
def register(request: SignedRequest) -> HttpResponseBase:
    """Every device that the viewer may see, those that need seeing to on top."""
    on = legal_day(timezone.now())
    seen = set(agencies_visible_to(request.user, "device.view"))
    here = {one.code: one for one in agencies() if one.pk in seen}
    found = devices.devices_of(here, on)
    context = {
        "lines": [{"state": one, "agency": here[one.device.agency]} for one in found],
        "mine": [one for one in found if one.holder == request.user.username],
        "warned": [one for one in found if one.warning],
        "names": names_of({one.holder for one in found if one.holder}),
        "several": len({one.device.agency for one in found}) > 1,
        "may_manage": may(request.user, "device.manage", request.user.agency.code),
    }
    return render(request, "web/devices/list.html", context)


@require_http_methods(["GET", "POST"])
@allowed("device.manage")
def new(request: SignedRequest) -> HttpResponseBase:
    """Enter a device."""
    typed, refused = {name: request.POST.get(name, "") for name in ("number", "kind", "model", "serial")}, ""
    if request.method == "POST":
        try:
            entered = devices.enter_device(
                agency=request.user.agency.code, by=request.user.username, **_clean(typed)
            )
        except DeviceRefused as refusal:
            refused = str(refusal)
        else:
            messages.success(request, "已登记设备。", extra_tags="green")
            return redirect("device", entered.pk)
    context = {"typed": typed, "refused": refused, "kinds": devices.device_kinds()}
    return render(request, "web/devices/new.html", context, status=422 if refused else 200)


@require_GET
@allowed("device.view")
def device(request: SignedRequest, pk: int) -> HttpResponseBase:
    """One device: where it is, its history, the evidence that names it, and what may be noted."""
    return _page(request, _seen(request, pk))


@require_POST
@allowed("device.report")
def note(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Note an event; whoever only uses devices may report a fault and nothing else."""
    state, step = _seen(request, pk), request.POST.get("step", "")
    demand(request.user, "device.report" if step == REPORTED else "device.manage", state.device.agency)
    try:
        devices.note_event(
            device=state.device,
            step=step,
            on=_day(request.POST.get("on", "")) or state.on,
            by=request.user.username,
            person=_colleague(state, request.POST.get("person", "")),
            valid_until=_day(request.POST.get("valid_until", "")),
            note=request.POST.get("note", "").replace("\0", ""),
        )
    except DeviceRefused as refusal:
        return _page(request, state, refused=str(refusal))
    messages.success(request, "已登记。", extra_tags="green")
    return redirect("device", pk)


def _seen(request: SignedRequest, pk: int) -> DeviceState:
    """A device of an agency that the viewer may see; others do not exist for him."""
    seen = set(agencies_visible_to(request.user, "device.view"))
    try:
        found = devices.device_by_key(pk)
    except LookupError:
        raise Http404(pk) from None
    if found.agency not in {one.code for one in agencies() if one.pk in seen}:
        raise Http404(pk)
    return devices.state_of(found, legal_day(timezone.now()))


def _page(request: SignedRequest, state: DeviceState, refused: str = "") -> HttpResponseBase:
    may_manage = may(request.user, "device.manage", state.device.agency)
    may_report = may(request.user, "device.report", state.device.agency)
    people = people_of(state.device.agency)
    steps = devices.device_steps()
    context = {
        "state": state,
        "device": state.device,
        "events": list(reversed(state.events)),
        "evidence": devices.evidence_by(state.device),
        "names": names_of(
            {name for event in state.events for name in (event.person, event.by) if name}
            | {state.device.entered_by}
        ),
        "people": [one for one in people if one.is_active and set(one.roles) & {"officer", "clerk", "head"}],
        "steps": steps if may_manage else [one for one in steps if one[0] == REPORTED],
        "may_note": (may_manage or may_report) and not state.retired,
        "typed": request.POST,
        "refused": refused,
    }
    return render(request, "web/devices/page.html", context, status=422 if refused else 200)


def _colleague(state: DeviceState, username: str) -> str:
    """A device is issued to people of its own agency only."""
    if username and username not in {one.username for one in people_of(state.device.agency) if one.is_active}:
        raise DeviceRefused("领用人不在本机关，或者已离任。请重新选择。")
    return username


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise DeviceRefused("日期不是有效的日期。请按年月日填写。") from None


def _clean(typed: dict[str, str]) -> dict[str, str]:
    return {name: value.replace("\0", "") for name, value in typed.items()}
