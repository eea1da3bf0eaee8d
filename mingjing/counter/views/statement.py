"""Statement and defence: arguments written one by one with their files, sent once, each with a receipt and a reply."""

import re
import secrets
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from mingjing.counter.http import page
from mingjing.counter.session import for_party
from mingjing.defence import exhibits, selectors, services
from mingjing.defence.access import Inside, looked
from mingjing.defence.services import NotTaken
from mingjing.evidence.refusals import EvidenceRefused

LINE: Final = re.compile(r"[0-9a-f]{16,32}")
ONCE: Final = re.compile(r"[0-9a-f]{32}")
DECLARED: Final = (services.KINDS.NONE, services.KINDS.HEARING, services.KINDS.NO_HEARING)


@for_party
def statement(request: HttpRequest, inside: Inside) -> HttpResponse:
    """What is written and not sent, the form for one more argument, and the other declarations."""
    looked(inside.visit, "陈述、申辩", at=timezone.now())
    edited = next((one for one in _lines(inside) if one["id"] == request.GET.get("edit")), None)
    return _shown(request, inside, typed=edited)


@for_party
def write(request: HttpRequest, inside: Inside) -> HttpResponseBase:
    """Keep one argument and take its files in; what is wrong with a file leaves the words where they are."""
    if request.method != "POST":
        return redirect("counter:statement")
    line = request.POST.get("line", "")
    typed = {"id": line, "text": request.POST.get("text", ""), "request": request.POST.get("request", "")}
    if not LINE.fullmatch(line):
        raise Http404(line)
    try:
        services.write_line(inside=inside, line=line, text=typed["text"], request=typed["request"])
    except NotTaken as refused:
        return _shown(request, inside, typed=typed, fault=refused, status=422)
    try:
        for file in request.FILES.getlist("file"):
            exhibits.hand_in_file(
                inside=inside, line=line, file=file, name=file.name or "", size=file.size or 0
            )
    except (NotTaken, EvidenceRefused) as refused:
        fault = NotTaken(f"意见已经加入。文件没有收下：{refused}", field="file")
        return _shown(request, inside, typed=typed, fault=fault, status=422)
    return redirect(f"{reverse('counter:statement')}#written")


@for_party
def drop(request: HttpRequest, inside: Inside, line: str) -> HttpResponseBase:
    """Take back an argument that is not sent yet."""
    if request.method == "POST":
        try:
            services.drop_line(inside=inside, line=line)
        except NotTaken as refused:
            return _shown(request, inside, fault=refused, status=422)
    return redirect("counter:statement")


@for_party
def send(request: HttpRequest, inside: Inside) -> HttpResponseBase:
    """Hand everything in, and give the receipt at once."""
    return _handed_in(request, inside, kind="")


@for_party
def declare(request: HttpRequest, inside: Inside) -> HttpResponseBase:
    """Hand in a declaration: no arguments, a hearing, no hearing."""
    return _handed_in(request, inside, kind=request.POST.get("kind", ""))


def _handed_in(request: HttpRequest, inside: Inside, *, kind: str) -> HttpResponseBase:
    if request.method != "POST":
        return redirect("counter:statement")
    once = request.POST.get("once", "")
    if not ONCE.fullmatch(once) or (kind and kind not in DECLARED):
        raise Http404(kind)
    at = timezone.now()
    try:
        if kind:
            text = request.POST.get("text", "")
            rows = services.declare(inside=inside, kind=kind, text=text, once=once, at=at)
        else:
            rows = services.send(inside=inside, once=once, at=at)
    except NotTaken as refused:
        return _shown(request, inside, fault=refused, status=422)
    return redirect("counter:received", arrival=rows[0].arrival_no)


@for_party
def received(request: HttpRequest, inside: Inside, arrival: str) -> HttpResponse:
    """The receipt of what was handed in together: number, time, digest of every argument and file; to be printed."""
    items = [
        one for one in selectors.received_of(inside.case, inside.party_key) if one.row.arrival_no == arrival
    ]
    if not items:
        raise Http404(arrival)
    looked(inside.visit, f"回执 {arrival}", at=timezone.now())
    context = {
        "inside": True,
        "arrival": arrival,
        "at": items[0].row.at,
        "items": items,
        "sealed": selectors.receipt_of(items[0].row) is not None,
        "agency": inside.case.agency,
        "number": inside.case.number,
        "party": inside.file.facts.get("party_name", ""),
    }
    return page(request, "received.html", context)


@for_party
def receipt(request: HttpRequest, inside: Inside, no: str, digest: str = "") -> HttpResponseBase:
    """The receipt file of one argument, or of one file handed in with it, once the log has sealed it."""
    row = selectors.received_by_no(no)
    if row is None or (row.case_code, row.party_key) != (inside.case.code, inside.party_key):
        raise Http404(no)
    found = selectors.receipt_of_exhibit(row, digest) if digest else selectors.receipt_of(row)
    if found is None:
        return page(request, "later.html", {"inside": True}, status=409)
    name = f"receipt-{no}{'-' + digest[:8] if digest else ''}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(found.data, content_type="application/json", headers=headers)


def _lines(inside: Inside) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = services.draft_of(inside).lines
    return lines


def _shown(
    request: HttpRequest,
    inside: Inside,
    *,
    typed: dict[str, Any] | None = None,
    fault: NotTaken | None = None,
    status: int = 200,
) -> HttpResponse:
    draft = services.draft_of(inside)
    context = {
        "inside": True,
        "takes": inside.file.takes_statements,
        "draft": draft,
        "typed": typed,
        "line": typed["id"] if typed else secrets.token_hex(8),
        "fault": str(fault) if fault else "",
        "field": fault.field if fault else "",
        "limit": inside.file.right("statement"),
        "hearing": inside.file.right("hearing"),
        "tokens": {kind.value: secrets.token_hex(16) for kind in DECLARED},
        "received": selectors.received_of(inside.case, inside.party_key),
        "accept": exhibits.ACCEPT,
        "largest": exhibits.LARGEST // exhibits.MEGABYTE,
        "most": exhibits.MOST,
        "longest": services.LONGEST_TEXT,
        "longest_request": services.LONGEST_REQUEST,
    }
    return page(request, "statement.html", context, status=status)
