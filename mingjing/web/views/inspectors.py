"""The list of inspectors: who may be sent today, whom each must not meet; avoidance is disclosed and ended here."""

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mingjing.inspections.register.corps import agencies_for, corps_page
from mingjing.inspections.register.inspectors import AvoidanceRefused, disclose, end_avoidance
from mingjing.inspections.register.pages import called
from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import NotOnRegister
from mingjing.web.access import SignedRequest, allowed


@require_GET
@allowed("inspect.view")
def inspectors(request: SignedRequest) -> HttpResponseBase:
    """The inspectors of one agency, one's own first."""
    return _shown(request)


def _shown(request: SignedRequest, *, fault: str = "") -> HttpResponseBase:
    choices = agencies_for(request.user)
    wanted = request.GET.get("agency", "")
    agency = next((one for one in choices if one.code == wanted), None)
    if wanted and agency is None:
        raise Http404(wanted)
    agency = agency or next((one for one in choices if one.pk == request.user.agency_id), choices[0])
    own = agency.pk == request.user.agency_id
    today = legal_day(timezone.now())
    page = corps_page(agency, request.user, today)
    enforces = any(one.person.pk == request.user.pk and one.held.number for one in page.inspectors)
    context = {
        "agency": agency,
        "agencies": choices,
        "page": page,
        "today": today,
        "discloses": own and enforces and may(request.user, "inspect.avoid", agency.code),
        "office": own and may(request.user, "inspect.register", agency.code),
        "fault": fault,
        "typed": request.POST,
    }
    return render(request, "web/registers/inspectors.html", context, status=422 if fault else 200)


@require_POST
@allowed("inspect.avoid")
def own(request: SignedRequest) -> HttpResponseBase:
    """Disclose a relation of one's own."""
    return _disclosed(request, request.user.username)


@require_POST
@allowed("inspect.register")
def found(request: SignedRequest) -> HttpResponseBase:
    """Note a relation of an inspector of one's agency that the office has found."""
    return _disclosed(request, request.POST.get("officer", "").replace("\0", "")[:150])


def _disclosed(request: SignedRequest, username: str) -> HttpResponseBase:
    try:
        disclose(
            username=username,
            public_id=_object(request),
            ground=request.POST.get("ground", "").replace("\0", ""),
            by=request.user,
            at=timezone.now(),
        )
    except (AvoidanceRefused, NotOnRegister) as refused:
        return _shown(request, fault=str(refused))
    messages.success(request, "已登记，今后的抽取不会把此人派到这个对象。", extra_tags="green")
    return redirect("inspectors")


def _object(request: SignedRequest) -> str:
    """The object by its number, or by a name that only one object has."""
    text = request.POST.get("object", "").replace("\0", "").strip()[:200]
    named = called(request.user.agency.region, text)
    if len(named) > 1:
        raise AvoidanceRefused("名录库里有几个对象叫这个名称，请填写统一社会信用代码或者公开编号")
    return named[0] if named else text


@require_POST
@allowed("inspect.register")
def end(request: SignedRequest, pk: int) -> HttpResponseBase:
    """End a relation of one's own agency."""
    try:
        end_avoidance(avoidance=pk, by=request.user, at=timezone.now())
    except AvoidanceRefused as refused:
        return _shown(request, fault=str(refused))
    messages.success(request, "已解除，记录保留。", extra_tags="green")
    return redirect("inspectors")
