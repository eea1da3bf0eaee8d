"""Case files: how one stands, bound as PDF, its packages; what is due for the archive, and the transfer list."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mingjing.archive import selectors
from mingjing.archive.binding import bind
from mingjing.archive.contents import contents_of
from mingjing.archive.printed import transfer_list
from mingjing.cases.archiving import files_archived, files_due
from mingjing.evidence.refusals import EvidenceAltered
from mingjing.kit.clock import legal_day
from mingjing.packs.load import library
from mingjing.personnel.permissions import may
from mingjing.translog.keys import vkeys
from mingjing.typeset.render import DocumentNotDrawn
from mingjing.web.access import SignedRequest, allowed, case_of, demand
from mingjing.web.views.supervision import leave_trace

POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'"


@require_safe
@allowed("archive.view")
def archive(request: SignedRequest) -> HttpResponseBase:
    """Which files are due for the archive, and which went there in the chosen days."""
    first, last = _days(request)
    archived = files_archived(request.user, first=first, last=last)
    packages = selectors.latest_packages([one.case.code for one in archived])
    context = {
        "due": files_due(request.user),
        "archived": [
            {"file": one, "package": packages.get(one.case.code), "retention": _retention(one.act.facts)}
            for one in archived
        ],
        "first": first,
        "last": last,
        "now": timezone.now(),
        "may_take": may(request.user, "archive.take", request.user.agency.code),
        "may_see_erasures": may(request.user, "erase.view", request.user.agency.code),
    }
    return render(request, "web/archive/list.html", context)


@require_safe
@allowed("archive.take")
def transfer(request: SignedRequest) -> HttpResponseBase:
    """The transfer list of the chosen days as PDF: what the viewer's own agency hands over, nothing from below."""
    first, last, own = *_days(request), request.user.agency
    seen = files_archived(request.user, first=first, last=last)
    files = [one for one in seen if one.case.agency_id == own.pk]
    try:
        paper = transfer_list(own, files, first=first, last=last, at=timezone.now())
    except DocumentNotDrawn as refused:
        messages.warning(request, str(refused), extra_tags="amber")
        return redirect("archive")
    return _shown(paper, f"案卷移交清单 {first:%Y%m%d}-{last:%Y%m%d}.pdf", inline=True)


@require_safe
@allowed("case.view")
def file(request: SignedRequest, code: str) -> HttpResponseBase:
    """The case file: what is in it and in which order, whether it is complete and archived."""
    case = case_of(request, code)
    leave_trace(request, case, "查阅案卷目录")
    context: dict[str, Any] = {
        "case": case,
        "state": selectors.file_state(case),
        "may_take": may(request.user, "archive.take", case.agency.code),
        "vkeys": vkeys(),
        "may_ask_erasure": case.ended and may(request.user, "erase.request", case.agency.code),
    }
    return render(request, "web/archive/file.html", context)


@require_safe
@allowed("case.view")
def bound(request: SignedRequest, code: str) -> HttpResponseBase:
    """The case file, or one volume of it, bound as PDF."""
    case, volume = case_of(request, code), request.GET.get("volume", "")
    leave_trace(request, case, "调阅案卷")
    titles = [one.title for one in contents_of(case).volumes]
    if not titles or volume not in {"", *titles}:
        raise Http404(code)
    try:
        made = bind(case, at=timezone.now(), volume=volume)
    except (DocumentNotDrawn, EvidenceAltered) as refused:
        messages.warning(request, f"案卷没有生成：{refused}", extra_tags="amber")
        return redirect("case-file", case.code)
    return _shown(made.pdf, f"{case.number or '案卷'} {volume}.pdf", inline="download" not in request.GET)


@require_safe
@allowed("archive.take")
def package(request: SignedRequest, code: str, version: int) -> HttpResponseBase:
    """One sealed package, to be taken to the archive."""
    case = case_of(request, code)
    demand(request.user, "archive.take", case.agency.code)
    found = selectors.package_of(case, version)
    if found is None:
        raise Http404(code)
    leave_trace(request, case, "取走案卷归档包")
    try:
        content = selectors.open_package(found)
    except EvidenceAltered as refused:
        messages.warning(request, f"归档包不能取出：{refused}", extra_tags="amber")
        return redirect("case-file", case.code)
    name = f"{case.number or case.code}-归档包-第{version}版.zip"
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")


def _retention(facts: Mapping[str, Any]) -> str:
    return library().fields["retention"].label(facts.get("retention", ""))


def _days(request: SignedRequest) -> tuple[date, date]:
    """The chosen days; this year up to today where nothing sensible is chosen."""
    today = legal_day(timezone.now())
    try:
        first = date.fromisoformat(request.GET.get("first", ""))
        last = date.fromisoformat(request.GET.get("last", ""))
    except ValueError:
        return date(today.year, 1, 1), today
    return (first, last) if first <= last else (last, first)


def _shown(pdf: bytes, name: str, *, inline: bool) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    shown = "inline" if inline else "attachment"
    response["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(name)}"
    response["Content-Security-Policy"] = POLICY
    return response
