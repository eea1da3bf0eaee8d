"""The register of objects: the list, one object with its past, what is changed by hand; every change has a reason."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.inspections.planning.caps import visits_this_year
from mingjing.inspections.register import changes as register_changes
from mingjing.inspections.register import pages as register_pages
from mingjing.inspections.register import versions
from mingjing.inspections.register.changes import ChangeRefused
from mingjing.inspections.register.lists import ListDamaged
from mingjing.inspections.register.pages import NoSuchObject
from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_visible_to
from mingjing.web.access import SignedRequest, allowed

if TYPE_CHECKING:
    from mingjing.inspections.models import InspectedObject

FILTERS: Final = ("q", "risk", "state", "kind", "industry", "credit", "township", "region")
VERSIONS: Final = 30  # the latest, in which an object is looked for
ADDED: Final = ("name", "code", "kind", *(one for one in register_changes.MENDED if one != "name"))
CODE: Final = {"code": "统一社会信用代码；自然人、场所填登记编号", "kind": "类别"}


def changes_allowed(request: SignedRequest, region: str) -> bool:
    """Whether the viewer may change the register of a region."""
    agency = request.user.agency
    return region == agency.region and may(request.user, "inspect.register", agency.code)


@require_GET
@allowed("inspect.view")
def objects(request: SignedRequest) -> HttpResponseBase:
    """A page of the register at a time, narrowed by what is asked for."""
    wanted = {name: value for name in FILTERS if (value := request.GET.get(name, "").strip()[:60])}
    regions = register_pages.regions_of(request.user)
    page = register_pages.objects_for(request.user, wanted, request.GET.get("after", ""))
    context = {
        "page": page,
        "wanted": wanted,
        "regions": regions,
        "industries": register_pages.industries_of(regions),
        "risks": register_pages.RISKS,
        "states": register_pages.STATES,
        "kinds": register_pages.KINDS,
        "next": urlencode({**wanted, "after": page.after}) if page.after else "",
        "first": urlencode(wanted),
        "begun": "after" in request.GET,
        "changes": changes_allowed(request, request.user.agency.region),
        "last": versions.objects_versions(regions).first(),
        "imports": register_pages.imports_of(regions)[:5],
    }
    return render(request, "web/registers/objects.html", context)


@require_GET
@allowed("inspect.view")
def one(request: SignedRequest, region: str, number: str) -> HttpResponseBase:
    """One object: facts, visits and draws whose names are open, the versions it is in, what was changed by hand."""
    return _shown(request, _object(request, region, number))


def _object(request: SignedRequest, region: str, number: str) -> "InspectedObject":
    try:
        return register_pages.object_for(request.user, region, number)
    except NoSuchObject:
        raise Http404(number) from None


def _own_object(request: SignedRequest, region: str, number: str) -> "InspectedObject":
    """An object that the viewer may change: one of the region above or below is not."""
    found = _object(request, region, number)
    if not changes_allowed(request, region):
        raise Http404(number)
    return found


def _shown(request: SignedRequest, found: "InspectedObject", *, fault: str = "") -> HttpResponseBase:
    region, number = str(found.register_id), found.public_id
    damaged = ""
    try:
        holding = versions.versions_with(region, number, VERSIONS)
    except ListDamaged as refused:
        holding, damaged = [], str(refused)
    sight = set(agencies_visible_to(request.user, "case.view"))
    context = {
        "object": found,
        "fault": fault,
        "visits": [
            (visit, visit.agency_id in sight) for visit in register_pages.visits_of(request.user, number)
        ],
        "year": visits_this_year(region, number, year=legal_day(timezone.now()).year).all,
        "lines": register_pages.opened_lines(request.user, number),
        "versions": holding,
        "damaged": damaged,
        "changes": register_pages.changes_of(found),
        "may_change": changes_allowed(request, region),
        "states": [(code, title) for code, title in register_pages.STATES if code != found.state],
        "kept": request.POST.get("reason", ""),
    }
    return render(request, "web/registers/object.html", context, status=422 if fault else 200)


@require_http_methods(["GET", "POST"])
@allowed("inspect.register")
def new(request: SignedRequest) -> HttpResponseBase:
    """Add one object."""
    if request.method != "POST":
        return _form(request, {"kind": "企业", "risk": "B"}, ADDED)
    typed = _typed(request, ADDED)
    try:
        made = register_changes.add_object(
            region=request.user.agency.region,
            told=typed,
            reason=request.POST.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        )
    except ChangeRefused as refused:
        return _form(request, typed, ADDED, refused=refused)
    messages.success(request, "已加入名录库，下一个夜间版本起列入抽取名单。", extra_tags="green")
    return redirect("register-object", made.register_id, made.public_id)


@require_http_methods(["GET", "POST"])
@allowed("inspect.register")
def mend(request: SignedRequest, region: str, number: str) -> HttpResponseBase:
    """Change facts of an object."""
    found = _own_object(request, region, number)
    names = register_changes.MENDED
    if request.method != "POST":
        return _form(request, {name: getattr(found, name) for name in names}, names, found=found)
    typed = _typed(request, names)
    try:
        register_changes.mend_object(
            region=region,
            public_id=number,
            told=typed,
            reason=request.POST.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        )
    except ChangeRefused as refused:
        return _form(request, typed, names, found=found, refused=refused)
    messages.success(request, "已修改，改动和理由记在下面。", extra_tags="green")
    return redirect("register-object", region, number)


@require_POST
@allowed("inspect.register")
def state(request: SignedRequest, region: str, number: str) -> HttpResponseBase:
    """Close an object or open it again."""
    found = _own_object(request, region, number)
    try:
        register_changes.set_state(
            region=region,
            public_id=number,
            state=request.POST.get("state", ""),
            reason=request.POST.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        )
    except ChangeRefused as refused:
        return _shown(request, found, fault=str(refused))
    messages.success(request, "状态已经改变，改动和理由记在下面。", extra_tags="green")
    return redirect("register-object", region, number)


def _typed(request: SignedRequest, names: tuple[str, ...]) -> dict[str, str]:
    return {name: request.POST[name].replace("\0", "") for name in names if name in request.POST}


def _form(
    request: SignedRequest,
    typed: Mapping[str, str],
    names: tuple[str, ...],
    *,
    found: "InspectedObject | None" = None,
    refused: ChangeRefused | None = None,
) -> HttpResponseBase:
    context: dict[str, Any] = {
        "object": found,
        "fields": [
            (name, CODE.get(name, register_pages.TITLES.get(name, name)), typed.get(name, ""))
            for name in names
        ],
        "risks": register_pages.RISKS,
        "kinds": [title for _, title in register_pages.KINDS],
        "required": ("name", "code", "risk") if found is None else ("name", "risk"),
        "fault": str(refused) if refused else "",
        "wrong": refused.column if refused else "",
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "web/registers/form.html", context, status=422 if refused else 200)
