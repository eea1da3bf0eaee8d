"""The desk of benchmarks, lists and laws: drafts are checked and published by others, versions ended; files read."""

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mingjing.exchange.benchmarks import file_digest, read_benchmark_file
from mingjing.exchange.unreadable import Unreadable
from mingjing.kit.clock import legal_day
from mingjing.norms import selectors, services
from mingjing.packs.benchmark_import import Import
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import names_of
from mingjing.web.access import SignedRequest, allowed, demand
from mingjing.web.norm_page import STATES, changes_between, context_of, held_by, in_force_before, page_of
from mingjing.web.views.norms import where_of

_T = TypeVar("_T")
LARGEST = 16 * 1024 * 1024
SUFFIXES = (".xlsx", ".csv", ".toml")
SHOWN = 200  # faults of a file on its page
# What a flat table does not say of itself: name, title, hint.
ASKED = (
    ("benchmark", "基准代码", "小写字母、数字和下划线，如 urban_penalties"),
    ("title", "名称", ""),
    ("number", "文号", ""),
    ("version", "版本", "如 2026.1"),
    ("in_force", "施行日期", "如 2026-01-01"),
    ("source", "出处", ""),
)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("norms.view")
def upload(request: SignedRequest) -> HttpResponseBase:
    """Read a file: everything wrong is told by sheet, line and column; a file that is read becomes a draft."""
    demand(request.user, "norms.draft")
    typed = {name: request.POST.get(name, "").strip()[:200] for name, _, _ in ASKED}
    context: dict[str, Any] = {"asked": [(*one, typed[one[0]]) for one in ASKED], "largest": LARGEST}
    if request.method == "GET":
        return render(request, "web/norms/upload.html", context)
    try:
        found, digest = _read(request, typed)
        if found.benchmark and "save" in request.POST:
            return _saved(request, found, digest)
    except (Unreadable, services.NormRefused) as error:
        return render(request, "web/norms/upload.html", {**context, "refused": str(error)}, status=422)
    report: dict[str, Any] = {
        "report": found,
        "errors": found.errors[:SHOWN],
        "notices": found.notices[:SHOWN],
    }
    if found.benchmark:
        report |= context_of(found.benchmark, list(found.findings), {}, limited=False)
    status = 200 if found.benchmark else 422
    return render(request, "web/norms/upload.html", {**context, **report}, status=status)


def _read(request: SignedRequest, typed: dict[str, str]) -> tuple[Import, str]:
    head = {"issuer": request.user.agency.name, "level": "own", **{k: v for k, v in typed.items() if v}}
    return from_upload(request, lambda path, name: read_benchmark_file(path, name=name, head=head))


def from_upload(request: SignedRequest, read: Callable[[Path, str], _T]) -> tuple[_T, str]:
    """Give what `read` makes of the file that was sent, and the digest of the file. Raises Unreadable."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile) or not file.name:
        raise Unreadable("没有选择文件。请先选择一个 XLSX、CSV 或者 TOML 文件")
    suffix = Path(file.name).suffix.lower()
    if suffix not in SUFFIXES:
        raise Unreadable(f"“{file.name[-60:]}”不是 XLSX、CSV 或者 TOML 文件。旧版 .xls 请另存为 .xlsx")
    if (file.size or 0) > LARGEST:
        raise Unreadable(f"文件超过 {LARGEST // 1024 // 1024} MB。请核对是否选错了文件")
    with tempfile.NamedTemporaryFile(suffix=suffix) as copy:
        for piece in file.chunks():
            copy.write(piece)
        copy.flush()
        path = Path(copy.name)
        return read(path, file.name[-100:]), file_digest(path)


def _saved(request: SignedRequest, found: Import, digest: str) -> HttpResponseBase:
    draft = services.prepare_draft(
        agency=request.user.agency.code,
        kind="benchmark",
        code=found.benchmark.code if found.benchmark else "",
        body=found.body,
        by=request.user,
        at=timezone.now(),
        source_name=found.name,
        source_digest=digest,
    )
    messages.success(request, "已存为草稿，须由另一人审核、发布后才适用。", extra_tags="green")
    return redirect("norm-draft", draft.pk)


@never_cache
@allowed("norms.view")
def draft(request: SignedRequest, pk: int) -> HttpResponseBase:
    """A draft to read: what it holds, its faults, what it would change, and what may be done with it."""
    try:
        row = selectors.draft(pk, request.user.agency.code)
    except selectors.NotFound:
        raise Http404(pk) from None
    template, held = page_of(row, request.GET)
    today = legal_day(timezone.now())
    before = in_force_before(row, where_of(request), today)
    context = {
        **held,
        "row": row,
        "draft": row,
        "state": STATES[row.state],
        "before": before,
        "changes": changes_between(before, held_by(row)) if before else [],
        "names": names_of([row.prepared_by, row.checked_by]),
        "own": row.prepared_by == request.user.username,
        "may_publish": may(request.user, "norms.publish", row.agency),
        "may_draft": may(request.user, "norms.draft", row.agency),
    }
    return render(request, template, context)


def _step(request: SignedRequest, action: str, back: str, pk: int, do: Callable[[], str]) -> HttpResponseBase:
    """Do one step that a service may refuse; the refusal is shown on the page it came from."""
    demand(request.user, action)
    try:
        messages.success(request, do(), extra_tags="green")
    except services.NormRefused as refused:
        messages.error(request, f"没有办理：{refused}。", extra_tags="red")
        return redirect(back, pk)
    return redirect("norms")


@require_POST
@allowed("norms.view")
def check(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Note that the draft was checked."""

    def do() -> str:
        row = services.check_draft(draft=pk, **_reading(request))
        return f"已审核“{row.title}”，可以发布。"

    return _step(request, "norms.publish", "norm-draft", pk, do)


@require_POST
@allowed("norms.view")
def publish(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Publish the draft as a version."""

    def do() -> str:
        row = services.publish_draft(draft=pk, **_reading(request))
        return f"已发布“{row.title}”{row.version} 版，并已进入存证日志。"

    return _step(request, "norms.publish", "norm-draft", pk, do)


@require_POST
@allowed("norms.view")
def discard(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Drop the draft."""
    here = _here(request)
    action = "norms.publish" if may(request.user, "norms.publish", here) else "norms.draft"

    def do() -> str:
        services.discard_draft(draft=pk, agency=here, by=request.user)
        return "已撤下草稿。"

    return _step(request, action, "norm-draft", pk, do)


@require_POST
@allowed("norms.view")
def end(request: SignedRequest, pk: int) -> HttpResponseBase:
    """End a published version."""

    def do() -> str:
        try:
            until = date.fromisoformat(request.POST.get("until", ""))
        except ValueError:
            raise services.NormRefused("请写明最后适用日") from None
        row = services.end_table(
            table=pk,
            agency=_here(request),
            until=until,
            reason=request.POST.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        )
        return f"已登记停止适用：{row.table.title} {row.table.version} 版。"

    return _step(request, "norms.publish", "norm-table", pk, do)


def _here(request: SignedRequest) -> str:
    return request.user.agency.code


def _reading(request: SignedRequest) -> dict[str, Any]:
    """Who acts on a draft, when, and the content they had before them."""
    seen = request.POST.get("seen")
    return {"agency": _here(request), "by": request.user, "at": timezone.now(), "seen": seen}
