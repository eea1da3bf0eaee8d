"""The desk of complaints: the list, one with its steps, entering, importing, figures; who complained opens apart."""

import secrets
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.cases.services import ActRefused
from mingjing.complaints import access, carrying, entering, files, handling, orders, selectors
from mingjing.complaints.access import Sight
from mingjing.complaints.kinds import Channel, Kind
from mingjing.complaints.selectors import Line, NoSuchComplaint
from mingjing.complaints.services import NotTaken, told_in
from mingjing.complaints.standing import SATISFIED, TITLES
from mingjing.evidence.selectors import NotInEvidence, open_content
from mingjing.exchange.tables import MAX_BYTES, Table, read_table
from mingjing.exchange.unreadable import Unreadable
from mingjing.kit.clock import legal_day
from mingjing.packs.load import library
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import NotOnRegister, agencies, agency, names_of, people_of, person
from mingjing.web import limits
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.files import answer

SHOWN: Final = 200
FIELDS: Final = (
    "officer",
    "party",
    "place",
    "happened",
    "visit",
    "text",
    "name",
    "phone",
    "address",
    "source",
)


@require_GET
@allowed("complaint.view")
def complaints(request: SignedRequest) -> HttpResponseBase:
    """Everything in sight, narrowed by state and kind; overdue ones can be listed alone."""
    now, state = timezone.now(), request.GET.get("state", "")
    kind = request.GET.get("kind", "")
    every = selectors.seen_by(request.user)
    lines = [one for one in every if kind not in Kind.values or one.row.kind == kind]
    counts = {
        code: (title, len(selectors.in_state(lines, code, legal_day(now))))
        for code, title in selectors.STATES.items()
    }
    if state in selectors.STATES:
        lines = selectors.in_state(lines, state, legal_day(now))
    context = {
        "lines": [(one, *_left(one, now)) for one in lines[:SHOWN]],
        "total": len(lines),
        "counts": counts,
        "state": state,
        "kind": kind,
        "kinds": Kind.choices,
        **_rights(request),
    }
    return render(request, "web/complaints/list.html", context)


def _left(one: Line, now: datetime) -> tuple[str, str]:
    """What is left of the running limit, in words and a colour."""
    if one.due is None:
        return "", ""
    return limits.left_of(one.due, "running", now, library().calendar)


def _rights(request: SignedRequest) -> dict[str, bool]:
    names = ("enter", "import", "handle", "approve", "identity")
    code = request.user.agency.code
    return {f"may_{one}": may(request.user, f"complaint.{one}", code) for one in names}


def _one(request: SignedRequest, no: str) -> Line:
    try:
        return selectors.one_for(request.user, no)
    except NoSuchComplaint:
        raise Http404(no) from None


@require_GET
@allowed("complaint.view")
def complaint(request: SignedRequest, no: str) -> HttpResponseBase:
    """One complaint: to its office with the steps that are due, to the unit complained about what was released."""
    return _shown(request, _one(request, no))


def _shown(
    request: SignedRequest, line: Line, *, fault: str = "", identity: access.Identity | None = None
) -> HttpResponseBase:
    if line.sight is Sight.UNIT:
        context = {"line": line, "fault": fault}
        return render(request, "web/complaints/unit.html", context, status=422 if fault else 200)
    events = list(line.row.events.all())
    names = names_of([one.by for one in events if one.by])
    mine = line.sight is Sight.OFFICE
    left, colour = _left(line, timezone.now())
    context = {
        "line": line,
        "left": left,
        "colour": colour,
        "events": [_told(one, names) for one in events],
        "mine": mine,
        "own": mine and line.now.handler == request.user.username,
        "handler": names_of([line.now.handler]).get(line.now.handler, "") if line.now.handler else "",
        "handlers": _handlers(request) if mine else [],
        "others": [one for one in agencies() if one.pk != line.now.office] if mine else [],
        "files": selectors.files_seen(line) if mine else [],
        "ways": handling.WAYS.items(),
        "satisfied": SATISFIED.items(),
        "looks": line.row.looks.order_by("-id") if mine else [],
        "standing": carrying.public_steps(line.now.cases),
        "identity": identity,
        "fault": fault,
        "kept": request.POST.get("text", ""),
        "may_clue": mine
        and line.row.kind == Kind.VIOLATION
        and may(request.user, "act.clue", request.user.agency.code),
        **_rights(request),
    }
    return render(request, "web/complaints/complaint.html", context, status=422 if fault else 200)


def _told(event: Any, names: Mapping[str, str]) -> dict[str, Any]:
    facts = event.facts
    words = str(facts.get("text", "") or facts.get("reason", ""))
    more = facts.get("office_name", "") or SATISFIED.get(facts.get("satisfaction", ""), "")
    ways = "、".join(handling.WAYS[one] for one in facts.get("ways", ()))
    return {
        "at": event.at,
        "by": names.get(event.by, event.by) or "投诉人",
        "title": TITLES[event.kind],
        "words": words if words != more else "",
        "more": more or ways,
    }


def _handlers(request: SignedRequest) -> list[Any]:
    people = people_of(request.user.agency.code)
    return [one for one in people if may(one, "complaint.handle", one.agency.code)]


@require_POST
@allowed("complaint.view")
def step(request: SignedRequest, no: str) -> HttpResponseBase:
    """Take one step; a refusal stands above the page with what was typed."""
    line, take = _one(request, no), STEPS.get(request.POST.get("step", ""))
    if take is None:
        raise Http404(no)
    try:
        take(request, line, timezone.now())
    except (NotTaken, NotOnRegister) as refused:
        return _shown(request, line, fault=str(refused))
    messages.success(request, "已记录。", extra_tags="green")
    return redirect("complaint", no)


def _assign(request: SignedRequest, line: Line, at: datetime) -> object:
    handler = person(request.POST.get("handler", ""))
    return handling.assign(complaint=line.row, handler=handler, by=request.user, at=at)


def _transfer(request: SignedRequest, line: Line, at: datetime) -> object:
    to, reason = agency(request.POST.get("to", "")), request.POST.get("text", "")
    return handling.transfer(complaint=line.row, to=to, reason=reason, by=request.user, at=at)


def _release(request: SignedRequest, line: Line, at: datetime) -> object:
    text, chosen = request.POST.get("text", ""), request.POST.getlist("files")
    return handling.release(complaint=line.row, text=text, files=chosen, by=request.user, at=at)


def _reply(request: SignedRequest, line: Line, at: datetime) -> object:
    text, ways = request.POST.get("text", ""), request.POST.getlist("ways")
    return handling.reply(complaint=line.row, text=text, ways=ways, by=request.user, at=at)


def _call_back(request: SignedRequest, line: Line, at: datetime) -> object:
    said, text = request.POST.get("satisfaction", ""), request.POST.get("text", "")
    return handling.call_back(complaint=line.row, satisfaction=said, text=text, by=request.user, at=at)


def _worded(take: Callable[..., object], name: str) -> Callable[[SignedRequest, Line, datetime], object]:
    """A step that takes words and nothing else."""

    def run(request: SignedRequest, line: Line, at: datetime) -> object:
        return take(complaint=line.row, by=request.user, at=at, **{name: request.POST.get("text", "")})

    return run


def _decided(
    take: Callable[..., object], *, granted: bool
) -> Callable[[SignedRequest, Line, datetime], object]:
    """A decision on what was asked for."""

    def run(request: SignedRequest, line: Line, at: datetime) -> object:
        reason = request.POST.get("text", "")
        return take(complaint=line.row, granted=granted, reason=reason, by=request.user, at=at)

    return run


STEPS: Final[Mapping[str, Callable[[SignedRequest, Line, datetime], object]]] = {
    "assign": _assign,
    "transfer": _transfer,
    "accept": lambda request, line, at: handling.accept(complaint=line.row, by=request.user, at=at),
    "refuse": _worded(handling.refuse, "reason"),
    "release": _release,
    "explain": _worded(handling.explain, "text"),
    "ask_extension": _worded(handling.ask_extension, "reason"),
    "extend": _decided(handling.decide_extension, granted=True),
    "not_extend": _decided(handling.decide_extension, granted=False),
    "note": _worded(handling.note, "text"),
    "reply": _reply,
    "call_back": _call_back,
    "close": _worded(handling.close, "text"),
    "reopen": _decided(handling.decide_reopening, granted=True),
    "not_reopen": _decided(handling.decide_reopening, granted=False),
}


@require_POST
@allowed("complaint.identity")
def identity(request: SignedRequest, no: str) -> HttpResponseBase:
    """Show who complained, once, on the answer to this form; the look is kept with its reason."""
    line = _one(request, no)
    try:
        shown = access.reveal(
            complaint=line.row, by=request.user, why=request.POST.get("why", ""), at=timezone.now()
        )
    except NotTaken as refused:
        return _shown(request, line, fault=str(refused))
    return _shown(request, line, identity=shown)


@require_GET
@allowed("complaint.view")
def file(request: SignedRequest, no: str, digest: str) -> HttpResponseBase:
    """A file: to the office any of them, to the unit what was released, to those above none."""
    line = _one(request, no)
    if digest not in {one["digest"] for one in selectors.files_seen(line)}:
        raise Http404(digest)
    try:
        found = open_content(digest, no)
    except NotInEvidence:
        raise Http404(digest) from None
    asked = request.headers.get("Range", "")
    return answer(found.open(), size=found.size, media_type=found.media_type, name=found.name, asked=asked)


@require_POST
@allowed("act.clue")
def clue(request: SignedRequest, no: str) -> HttpResponseBase:
    """Open the case of a reported violation, everything carried over."""
    line = _one_of_office(request, no)
    try:
        case = carrying.open_clue(complaint=line.row, by=request.user, at=timezone.now())
    except (NotTaken, ActRefused) as refused:
        return _shown(request, line, fault=str(refused))
    return redirect("case", case.code)


def _one_of_office(request: SignedRequest, no: str) -> Line:
    line = _one(request, no)
    if line.sight is not Sight.OFFICE:
        raise Http404(no)
    return line


@require_http_methods(["GET", "POST"])
@allowed("complaint.enter")
def enter(request: SignedRequest) -> HttpResponseBase:
    """Enter what was told at the window, by telephone, by letter or by another body."""
    typed = {
        name: request.POST.get(name, "").replace("\0", "") for name in (*FIELDS, "kind", "about", "channel")
    }
    if request.method != "POST":
        return _form(
            request, {**typed, "channel": "hall", "kind": "violation", "about": request.user.agency.code}
        )
    now, once = timezone.now(), request.POST.get("once", "")[:40]
    try:
        got = entering.enter(
            told=told_in(typed, agency(typed["about"])),
            channel=typed["channel"],
            uploads=request.FILES.getlist("files"),
            by=request.user,
            at=now,
            once=f"{request.user.username}/{once}" if once else "",
        )
    except (NotTaken, NotOnRegister) as refused:
        return _form(request, typed, fault=str(refused))
    if not got.code:
        return redirect("complaint", got.complaint.no)
    context = {"got": got, "line": selectors.for_complainant(got.complaint)}
    return render(request, "web/complaints/entered.html", context)


def _form(request: SignedRequest, typed: Mapping[str, str], *, fault: str = "") -> HttpResponseBase:
    context = {
        "typed": typed,
        "fault": fault,
        "kinds": Kind.choices,
        "channels": [(code, title) for code, title in Channel.choices if code in entering.ENTERED],
        "units": agencies(),
        "once": request.POST.get("once") or secrets.token_hex(16),
        "accept": files.ACCEPT,
    }
    return render(request, "web/complaints/enter.html", context, status=422 if fault else 200)


@require_http_methods(["GET", "POST"])
@allowed("complaint.import")
def importing(request: SignedRequest) -> HttpResponseBase:
    """Orders of 12345 from a table: looked at first, taken in at the second button."""
    if request.method != "POST":
        return render(request, "web/complaints/import.html", {})
    now = timezone.now()
    try:
        table = _table(request)
        rows = orders.plan(table.headers, table.rows, by=request.user, at=now)
    except (Unreadable, NotTaken) as refused:
        return render(request, "web/complaints/import.html", {"fault": str(refused)}, status=422)
    taken = orders.carry_out(rows, by=request.user, at=now) if "take" in request.POST else None
    context = {
        "rows": rows[:SHOWN],
        "taken": taken,
        "counts": {
            fate: sum(one.fate == fate for one in rows) for fate in ("new", "taken", "there", "refused")
        },
    }
    return render(request, "web/complaints/import.html", context)


def _table(request: SignedRequest) -> Table:
    sent = request.FILES.get("file")
    if sent is None:
        raise Unreadable("请选择热线工单的表格文件")
    if (sent.size or 0) > MAX_BYTES:
        raise Unreadable(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请按月份分成几个文件")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"orders{Path(sent.name or '').suffix[:8]}"
        with path.open("wb") as kept:
            for piece in sent.chunks():
                kept.write(piece)
        return read_table(path)


@require_GET
@allowed("complaint.view")
def figures(request: SignedRequest) -> HttpResponseBase:
    """Counts by unit, kind and channel; units stand in the order of the register."""
    lines = [one for one in selectors.seen_by(request.user) if one.sight is not Sight.UNIT]
    units, kinds, channels = selectors.figures(lines, timezone.now())
    tables = (("按涉及单位", units), ("按种类", kinds), ("按渠道", channels))
    return render(request, "web/complaints/figures.html", {"tables": tables, "total": len(lines)})
