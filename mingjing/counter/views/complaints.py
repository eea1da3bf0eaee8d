"""Complaining without an account, and following it with number and code; nobody else's is ever shown."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop

from mingjing.complaints import files, follow
from mingjing.complaints.access import standing
from mingjing.complaints.carrying import public_steps
from mingjing.complaints.follow import DoorClosed, DoorLocked
from mingjing.complaints.selectors import Line, for_complainant, receipt_for_complainant
from mingjing.complaints.services import (
    NotTaken,
    Told,
    check,
    new_number,
    office_for,
    receive,
    sent_before,
    told_in,
)
from mingjing.complaints.standing import SATISFIED, TITLES
from mingjing.counter.http import View, address_of, counter, page
from mingjing.personnel.selectors import NotOnRegister, agencies, agency

if TYPE_CHECKING:
    from mingjing.complaints.models import Complaint

COOKIE: Final = "mingjing_complaint"
PATH: Final = "/counter/complaints/"
SALT: Final = "counter.complaint"
KINDS: Final = (
    (
        "conduct",
        gettext_noop("投诉执法行为"),
        gettext_noop("执法人员不文明、不规范，乱检查、乱罚款，应当办的不办。由执法监督机关办理"),
    ),
    ("violation", gettext_noop("举报违法行为"), gettext_noop("发现有人违法，请求查处。由有权查处的机关办理")),
    ("suggestion", gettext_noop("意见建议"), gettext_noop("对执法工作的意见和建议")),
)
FIELDS: Final = ("officer", "party", "place", "happened", "visit", "text", "name", "phone", "address")
ONCE: Final = re.compile(r"[0-9a-f]{32}")
HIDDEN: Final = frozenset(
    {"assigned", "noted", "explained", "extension_asked", "not_extended", "released", "called_back"}
)
OFTEN: Final = gettext_noop("这个网络地址今天提交得太多了。请明天再提交，或者拨打 12345。")
OVER: Final = gettext_noop("停留时间已满 30 分钟，或者还没有填写编号和查询码。请填写后接着办理。")


def with_complaint(view: Callable[..., HttpResponseBase]) -> View:
    """Make a view a page for who has proved the complaint to be his; others are led to the door."""

    @counter
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = _inside(request)
        if found is None:
            kept = request.POST.get("text", "")[:4000]
            return page(request, "complaints/door.html", {"fault": OVER, "kept": kept}, status=403)
        response = view(request, found, *args, **kwargs)
        _let_in(response, found.no)
        return response

    return answer


def _inside(request: HttpRequest) -> "Complaint | None":
    try:
        no = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=follow.SESSION)
    except signing.BadSignature:
        return None
    return follow.by_number(str(no))


def _let_in(response: HttpResponseBase, no: str) -> None:
    response.set_cookie(
        COOKIE,
        signing.dumps(no, salt=SALT),
        max_age=follow.SESSION,
        path=PATH,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


@counter
def complain(request: HttpRequest) -> HttpResponseBase:
    """The form, and what comes in by it: the answer is the receipt with number and code."""
    given = request.POST if request.method == "POST" else request.GET
    typed = {name: given.get(name, "").replace("\0", "")[:4000] for name in (*FIELDS, "kind", "about")}
    if request.method != "POST":
        return _form(request, typed)
    now = timezone.now()
    try:
        told = _told(typed)
        check(told, "online", None)
        once = request.POST.get("once", "")
        once = f"online/{once}" if ONCE.fullmatch(once) else ""
        if (there := sent_before(once)) is not None:
            return page(request, "complaints/door.html", {"again": there.no})
        office, no = office_for(told.kind, told.about), new_number(now)
        if follow.SENT.take(address_of(request), at=now) is None:
            return _form(request, typed, fault=OFTEN, status=429)
        sent = files.take_files(request.FILES.getlist("files"), no=no, office=office)
        got = receive(told=told, channel="online", at=now, once=once, no=no, files=sent)
    except NotTaken as refused:
        return _form(request, typed, fault=str(refused), field=refused.field, status=422)
    if not got.code:  # the same form, sent twice at the same moment: the other answer has the code
        return page(request, "complaints/door.html", {"again": got.complaint.no})
    line = for_complainant(got.complaint)
    return page(request, "complaints/received.html", {"got": got, "line": line})


def _told(typed: dict[str, str]) -> Told:
    try:
        about = agency(typed["about"])
    except NotOnRegister:
        raise NotTaken(gettext_noop("请选择涉及的单位。"), field="about") from None
    return told_in(typed, about)


def _form(
    request: HttpRequest, typed: dict[str, str], *, fault: str = "", field: str = "", status: int = 200
) -> HttpResponse:
    once = request.POST.get("once", "")
    context = {
        "typed": typed,
        "fault": fault,
        "field": field,
        "kinds": KINDS,
        "units": agencies(),
        "once": once if ONCE.fullmatch(once) else secrets.token_hex(16),
        "accept": files.ACCEPT,
        "largest": files.LARGEST // files.MEGABYTE,
        "most": files.MOST,
    }
    return page(request, "complaints/form.html", context, status=status)


@counter
def door(request: HttpRequest) -> HttpResponseBase:
    """Number and code: in (POST), or one and the same sentence why not."""
    if request.method != "POST":
        return page(request, "complaints/door.html", {"no": request.GET.get("no", "")[:40]})
    no = request.POST.get("no", "")[:40]
    try:
        found = follow.enter(
            no=no, code=request.POST.get("code", ""), address=address_of(request), at=timezone.now()
        )
    except DoorClosed as closed:
        status = 429 if isinstance(closed, DoorLocked) else 422
        return page(request, "complaints/door.html", {"fault": str(closed), "no": no}, status=status)
    response = redirect("counter:complaint")
    _let_in(response, found.no)
    return response


@counter
def leave(request: HttpRequest) -> HttpResponseBase:
    """Go out: the browser forgets the complaint."""
    response = redirect("counter:complaint-door")
    if request.method == "POST":
        response.delete_cookie(COOKIE, path=PATH, samesite="Lax")
    return response


@with_complaint
def complaint(request: HttpRequest, found: "Complaint") -> HttpResponse:
    """Where it stands, until when, the reply, and what he may do."""
    return _shown(request, found)


def _shown(request: HttpRequest, found: "Complaint", *, fault: str = "", status: int = 200) -> HttpResponse:
    line = for_complainant(found)
    context = {
        "line": line,
        "steps": _steps(line),
        "standing": public_steps(line.now.cases),
        "ratings": [(one, SATISFIED[one]) for one in follow.RATINGS],
        "satisfied": SATISFIED.get(line.now.satisfaction, ""),
        "fault": fault,
        "kept": request.POST.get("text", "")[:4000],
        "step": request.POST.get("step", ""),
        "accept": files.ACCEPT,
        "largest": files.LARGEST // files.MEGABYTE,
        "most": files.MOST,
    }
    return page(request, "complaints/complaint.html", context, status=status)


def _steps(line: Line) -> list[tuple[datetime, str, str]]:
    """The steps in his words: nothing of who handles it, of what was noted or of what the unit said."""
    return [
        (one.at, TITLES[one.kind], _words(one.kind, one.facts))
        for one in line.row.events.all()
        if one.kind not in HIDDEN
    ]


def _words(kind: str, facts: dict[str, Any]) -> str:
    if kind == "transferred":
        return f"转{facts['office_name']}办理"
    if kind in {
        "replied",
        "refused",
        "extended",
        "material",
        "reopen_asked",
        "reopened",
        "not_reopened",
        "closed",
    }:
        return str(facts.get("text", ""))
    return SATISFIED.get(facts.get("satisfaction", ""), "") if kind == "rated" else ""


@with_complaint
def step(request: HttpRequest, found: "Complaint") -> HttpResponseBase:
    """Add material, rate, or ask for reopening."""
    if request.method != "POST":
        return redirect("counter:complaint")
    now, typed = timezone.now(), request.POST
    try:
        if follow.ADDED.take(found.no, at=now) is None:
            raise NotTaken(gettext_noop("今天提交得太多了。请明天再提交。"))
        _taken(request, found, typed.get("step", ""), typed.get("text", "").replace("\0", ""), now)
    except NotTaken as refused:
        return _shown(request, found, fault=str(refused), status=422)
    return redirect(reverse("counter:complaint"))


def _taken(request: HttpRequest, found: "Complaint", wanted: str, text: str, now: datetime) -> None:
    if wanted == "material":
        if standing(found).ended:
            raise NotTaken(gettext_noop("已经办结。还有新情况的，请要求重新办理。"))
        there = len(found.files) + sum(len(one.facts.get("files", ())) for one in found.events.all())
        uploads = request.FILES.getlist("files")
        sent = files.take_files(uploads, no=found.no, office=found.office, after=there)
        follow.add_material(complaint=found, text=text, files=sent, at=now)
    elif wanted == "rate":
        satisfaction = request.POST.get("satisfaction", "")
        follow.rate(complaint=found, satisfaction=satisfaction, text=text, at=now)
    elif wanted == "reopen":
        follow.ask_reopening(complaint=found, text=text, at=now)
    else:
        raise NotTaken(gettext_noop("请重新选择要办理的事项。"))


@with_complaint
def receipt(request: HttpRequest, found: "Complaint", which: str) -> HttpResponseBase:
    """The receipt that anybody can check without us: of the registration, or of the closing."""
    if which not in {"registered", "closed"}:
        raise Http404(which)
    made = receipt_for_complainant(found, which)
    if made is None:
        return page(request, "complaints/later.html", {}, status=409)
    headers = {"Content-Disposition": f'attachment; filename="receipt-{found.no}-{which}.json"'}
    return HttpResponse(made.data, content_type="application/json", headers=headers)
