"""Tables for other platforms: making them, what is wrong in them, what changed, and what a platform sent back."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.exchange import exports
from mingjing.exchange.differences import Differences, NoSuchTable
from mingjing.exchange.tables import MAX_BYTES, read_table
from mingjing.exchange.targets import targets
from mingjing.exchange.unreadable import Unreadable
from mingjing.web.access import SignedRequest, allowed

if TYPE_CHECKING:
    from mingjing.exchange.models import Export

SHOWN = 200  # faults and differences on a page; the file has them all
TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv; charset=utf-8",
}


@require_GET
@allowed("exchange.use")
def exchange(request: SignedRequest) -> HttpResponseBase:
    """Every table that can be made, with the latest version of each, and the versions before."""
    made = list(exports.exports_seen_by(request.user).defer("rows", "refs", "faults")[: exports.KEPT])
    latest = {one.target: one for one in reversed(made)}
    lines = [(target, latest.get(code)) for code, target in targets().items()]
    titles = {code: target.title for code, target in targets().items()}
    context = {"lines": lines, "made": [(one, titles.get(one.target, one.target)) for one in made]}
    return render(request, "web/exchange/list.html", context)


@require_POST
@allowed("exchange.use")
def make(request: SignedRequest) -> HttpResponseBase:
    """Make a table now."""
    target = targets().get(request.POST.get("target", ""))
    if target is None:
        messages.error(request, "没有这种报送表。", extra_tags="red")
        return redirect("exchange")
    try:
        export = exports.keep(target=target, agency=request.user.agency, by=request.user)
    except exports.ExportRefused as refused:
        messages.error(request, str(refused), extra_tags="red")
        return redirect("exchange")
    return redirect("exchange-version", export.code)


def _export(request: SignedRequest, code: str) -> "Export":
    try:
        return exports.export_by_code(request.user, code)
    except exports.NoSuchExport:
        raise Http404(code) from None


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("exchange.use")
def version(request: SignedRequest, code: str) -> HttpResponseBase:
    """One version: its faults by row and column, what changed, and the comparison with a file that came back."""
    export = _export(request, code)
    context: dict[str, Any] = {"export": export, "target": targets()[export.target]}
    context |= {"faults": export.faults[:SHOWN], "changes": _told(exports.changes_of(export))}
    refused = False
    if request.method == "POST":
        try:
            context["returned"] = _told(_compared(request.FILES.get("file"), export))
        except (Unreadable, NoSuchTable) as fault:
            context["notice"], refused = str(fault), True
    return render(request, "web/exchange/version.html", context, status=422 if refused else 200)


def _compared(sent: "UploadedFile[bytes] | None", export: "Export") -> Differences:
    if sent is None:
        raise Unreadable("请选择平台返回的文件")
    if (sent.size or 0) > MAX_BYTES:
        raise Unreadable(f"文件超过 {MAX_BYTES // 1024 // 1024} MB，请核对是否选错了文件")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"returned{Path(sent.name or '').suffix[:8]}"
        with path.open("wb") as file:
            for piece in sent.chunks():
                file.write(piece)
        return exports.against(export, read_table(path))


def _told(found: Differences) -> dict[str, Any]:
    """Differences as a page shows them: counts, and of each sort the first."""
    return {
        "none": found.none,
        "counts": (len(found.new), len(found.changed), len(found.gone)),
        "new": found.new[:SHOWN],
        "changed": found.changed[:SHOWN],
        "gone": found.gone[:SHOWN],
    }


@never_cache
@require_GET
@allowed("exchange.use")
def table(request: SignedRequest, code: str, suffix: str) -> HttpResponseBase:
    """The table as a file for the platform."""
    export = _export(request, code)
    if suffix not in TYPES:
        raise Http404(suffix)
    name = f"{export.target}-{export.made_on:%Y%m%d}-v{export.number}{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(exports.file_of(export, suffix), content_type=TYPES[suffix], headers=headers)
