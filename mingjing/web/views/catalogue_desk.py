"""The desk of public lists: rows brought in, written and mended, then checked, reviewed, published or withdrawn."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mingjing.exchange.catalogues import read_catalogue_file
from mingjing.exchange.unreadable import Unreadable
from mingjing.kit.clock import legal_day
from mingjing.packs.catalogue_import import REFUSED, CatalogueImport, checked_row
from mingjing.packs.catalogue_kinds import year_of
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import names_of
from mingjing.publicity import catalogue_desk, catalogues, versions
from mingjing.publicity.catalogue_law import checking_for
from mingjing.publicity.catalogue_rows import with_known
from mingjing.publicity.catalogues import CatalogueRefused
from mingjing.web.access import SignedRequest, allowed, demand
from mingjing.web.views.catalogues import SHOWN, about, body_of, kind_of
from mingjing.web.views.norm_desk import LARGEST, from_upload

if TYPE_CHECKING:
    from mingjing.packs.catalogue_kinds import CatalogueKind
    from mingjing.personnel.models import Agency
    from mingjing.publicity.catalogue_models import CatalogueDraft

LONGEST: Final = 2000  # characters of a cell that is typed
ROW_STATES: Final = {
    "new": ("新增", "green"),
    "altered": ("改动", "amber"),
    "unchanged": ("不变", ""),
    "refused": ("不能导入", "red"),
}


# --- the draft --------------------------------------------------------------------------------------


@never_cache
@allowed("catalogue.view")
def draft(request: SignedRequest, catalogue: str) -> HttpResponseBase:
    """A draft to read and to decide on: its rows with their faults, and what it would change."""
    body = body_of(request)
    kind = kind_of(body, catalogue)
    row = _draft(body, catalogue)
    present = versions.lists_in_use(catalogue, body.code)
    changes = versions.table_changes(
        versions.table_of(versions.Kind.CATALOGUE, present[0].body) if present else versions.EMPTY,
        _table(row, kind),
    )
    faults = _faults(row, kind)
    context = {
        **about(request, body),
        "kind": kind,
        "slug": catalogue,
        "draft": row,
        "rows": [(number, cells, faults.get(number, [])) for number, cells in enumerate(row.rows[:SHOWN])],
        "faulty": len(faults),
        "more": max(0, len(row.rows) - SHOWN),
        "changes": changes[:SHOWN] if present else [],
        "counts": versions.counted(changes),
        "present": present[0] if present else None,
        "names": names_of([row.prepared_by, row.checked_by, row.reviewed_by]),
        "author": request.user.username in row.authors,
        "ready": row.state == ("reviewed" if kind.reviewed else "checked"),
    }
    return render(request, "web/catalogues/draft.html", context)


def _draft(body: "Agency", catalogue: str) -> "CatalogueDraft":
    try:
        return catalogue_desk.draft(body, catalogue)
    except catalogue_desk.NoDraft:
        raise Http404(catalogue) from None


def _table(row: "CatalogueDraft", kind: "CatalogueKind") -> versions.Table:
    return versions.Table(
        tuple(one.title for one in kind.columns), tuple(tuple(one) for one in row.rows), kind.parts
    )


def _faults(row: "CatalogueDraft", kind: "CatalogueKind") -> dict[int, list[str]]:
    checking = checking_for(row.agency, legal_day(timezone.now()))
    told = ((number, checked_row(cells, kind, checking)[1]) for number, cells in enumerate(row.rows))
    return {number: faults for number, faults in told if faults}


@require_POST
@allowed("catalogue.draft")
def begin(request: SignedRequest, catalogue: str) -> HttpResponseBase:
    """Begin a draft: from the published version, from what the system knows, or empty."""
    body, now = request.user.agency, timezone.now()
    kind = kind_of(body, catalogue)
    present = versions.lists_in_use(catalogue, body.code)
    rows = [tuple(one) for one in present[0].body["rows"]] if present else []
    source = f"据第 {present[0].version} 版" if present else ""
    if request.POST.get("from") == "system":
        rows, fresh = with_known(rows, kind, body, legal_day(now), year=year_of(catalogue))
        source = f"{source}系统带出 {fresh} 行"
    note = present[0].body["note"] if present else ""
    return _done(
        request,
        catalogue,
        lambda: catalogues.begin_draft(
            agency=body.code, slug=catalogue, rows=rows, by=request.user, at=now, source=source, note=note
        ),
        "已开始起草。逐行核对、补齐后提交核对。",
    )


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("catalogue.draft")
def row(request: SignedRequest, catalogue: str, place: str) -> HttpResponseBase:
    """One row of the draft in a form: added, changed or taken out."""
    body = request.user.agency
    kind, held = kind_of(body, catalogue), _draft(body, catalogue)
    at = int(place) if place.isdecimal() and len(place) < 6 else None
    if (at is None and place != "new") or (at is not None and at >= len(held.rows)):
        raise Http404(place)
    cells = list(held.rows[at]) if at is not None else ["" for _ in kind.columns]
    refused = ""
    if request.method == "POST":
        cells = [request.POST.get(one.key, "").strip()[:LONGEST] for one in kind.columns]
        gone = "delete" in request.POST
        try:
            catalogues.set_row(
                agency=body.code, slug=catalogue, place=at, row=None if gone else tuple(cells), by=request.user,
                at=timezone.now(),
            )  # fmt: skip
            messages.success(request, "已删去这一行。" if gone else "已保存这一行。", extra_tags="green")
            return redirect("catalogue-draft", catalogue)
        except CatalogueRefused as error:
            refused = str(error)
    context = {
        **about(request, body),
        "kind": kind,
        "slug": catalogue,
        "fields": list(zip(kind.columns, cells, strict=True)),
        "place": at,
        "refused": refused,
    }
    return render(request, "web/catalogues/row.html", context, status=422 if refused else 200)


@require_POST
@allowed("catalogue.draft")
def head(request: SignedRequest, catalogue: str) -> HttpResponseBase:
    """The remark and the last day of a draft."""
    until, wrong = _day(request.POST.get("until", ""))
    if wrong:
        messages.error(request, wrong, extra_tags="red")
        return redirect("catalogue-draft", catalogue)
    note = request.POST.get("note", "")
    return _done(
        request,
        catalogue,
        lambda: catalogues.set_head(
            agency=request.user.agency.code, slug=catalogue, note=note, until=until, by=request.user,
            at=timezone.now(),
        ),
        "已保存说明和截止日期。",
    )  # fmt: skip


def _day(text: str) -> tuple[date | None, str]:
    try:
        return (date.fromisoformat(text) if text else None), ""
    except ValueError:
        return None, f"没有保存：“{text[:20]}”不是日期，请写成 2026-12-31 的样子。"


# --- a file -----------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("catalogue.draft")
def upload(request: SignedRequest, catalogue: str) -> HttpResponseBase:
    """Read a file and tell what was made of every row; a file without refused rows becomes the draft."""
    body = request.user.agency
    kind = kind_of(body, catalogue)
    context: dict[str, Any] = {**about(request, body), "kind": kind, "slug": catalogue, "largest": LARGEST}
    if request.method == "GET":
        return render(request, "web/catalogues/import.html", context)
    present = versions.lists_in_use(catalogue, body.code)
    rows = [tuple(one) for one in present[0].body["rows"]] if present else []

    def read(path: Path, name: str) -> CatalogueImport:
        if name.lower().endswith(".toml"):
            raise Unreadable("公开清单只能导入 XLSX 或者 CSV 文件")
        checking = checking_for(body, legal_day(timezone.now()))
        return read_catalogue_file(path, name=name, kind=kind, checking=checking, present=rows)

    try:
        report, _ = from_upload(request, read)
        if _may_save(request, report):
            return _saved(request, catalogue, report)
    except (Unreadable, CatalogueRefused) as error:
        return render(request, "web/catalogues/import.html", {**context, "refused": str(error)}, status=422)
    bad = bool(report.errors or report.count(REFUSED))
    told = {"report": report, "lines": [(one, ROW_STATES[one.state]) for one in report.lines[:SHOWN]]}
    return render(request, "web/catalogues/import.html", {**context, **told}, status=422 if bad else 200)


def _may_save(request: SignedRequest, report: CatalogueImport) -> bool:
    """Whether the file is to become the draft: asked for, and whole or knowingly without the refused rows."""
    whole = not report.count(REFUSED) or "sound_only" in request.POST
    return "save" in request.POST and whole and bool(report.rows)


def _saved(request: SignedRequest, catalogue: str, report: CatalogueImport) -> HttpResponseBase:
    catalogues.begin_draft(
        agency=request.user.agency.code, slug=catalogue, rows=report.rows, by=request.user, at=timezone.now(),
        source=f"导入“{report.name}”",
    )  # fmt: skip
    left = report.count(REFUSED)
    told = f"，没有导入的 {left} 行请补录" if left else ""
    messages.success(request, f"已存为草稿：{len(report.rows)} 行{told}。", extra_tags="green")
    return redirect("catalogue-draft", catalogue)


# --- steps ------------------------------------------------------------------------------------------


@require_POST
@allowed("catalogue.draft")
def submit(request: SignedRequest, catalogue: str) -> HttpResponseBase:
    """Lay the draft before the person who checks it."""
    return _own(request, catalogue, catalogues.submit, "已提交，等待另一人核对。")


@require_POST
@allowed("catalogue.draft")
def drop(request: SignedRequest, catalogue: str) -> HttpResponseBase:
    """Drop the draft; its content stays in the steps."""
    told = "已撤销草稿，内容留在办理记录里。"
    return _own(request, catalogue, catalogues.drop_draft, told, to="catalogue")


@require_POST
@allowed("catalogue.check")
def check(request: SignedRequest, catalogue: str) -> HttpResponseBase:
    """The bureau's own check."""
    return _own(request, catalogue, catalogues.check, "已核对。", seen=request.POST.get("seen", ""))


@require_POST
@allowed("catalogue.view")
def review(request: SignedRequest, catalogue: str) -> HttpResponseBase:
    """The check of the authority above."""
    body = body_of(request)
    demand(request.user, "catalogue.review", body.code)
    return _done(
        request, catalogue,
        lambda: catalogues.review(
            agency=body.code, slug=catalogue, by=request.user, at=timezone.now(), seen=request.POST.get("seen", "")
        ),
        "已审核，机关可以公布。",
    )  # fmt: skip


@require_POST
@allowed("catalogue.view")
def give_back(request: SignedRequest, catalogue: str) -> HttpResponseBase:
    """Return the draft to its author, with the reason."""
    body = body_of(request)
    checks = may(request.user, "catalogue.check", body.code)
    demand(request.user, "catalogue.check" if checks else "catalogue.review", body.code)
    reason = request.POST.get("reason", "")
    return _done(
        request, catalogue,
        lambda: catalogues.give_back(
            agency=body.code, slug=catalogue, reason=reason, by=request.user, at=timezone.now()
        ),
        "已退回起草人。",
    )  # fmt: skip


@require_POST
@allowed("catalogue.publish")
def publish(request: SignedRequest, catalogue: str) -> HttpResponseBase:
    """Publish the draft."""
    seen = request.POST.get("seen", "")
    told = "已公布，已写入存证日志。"
    return _own(request, catalogue, catalogues.publish, told, to="catalogue", seen=seen)


@require_POST
@allowed("catalogue.publish")
def withdraw(request: SignedRequest, catalogue: str) -> HttpResponseBase:
    """Withdraw the published version, with the reason."""
    reason = request.POST.get("reason", "")
    return _own(
        request, catalogue, catalogues.withdraw, "已撤回，痕迹留在公示页上。", to="catalogue", reason=reason
    )


def _own(
    request: SignedRequest, catalogue: str, step: Callable[..., object], told: str, *, to: str = "catalogue-draft",
    **given: str,
) -> HttpResponseBase:  # fmt: skip
    """Take a step with a list of one's own agency."""
    code = request.user.agency.code
    kind_of(request.user.agency, catalogue)
    return _done(
        request,
        catalogue,
        lambda: step(agency=code, slug=catalogue, by=request.user, at=timezone.now(), **given),
        told,
        to=to,
    )


def _done(
    request: SignedRequest,
    catalogue: str,
    step: Callable[[], object],
    told: str,
    *,
    to: str = "catalogue-draft",
) -> HttpResponseBase:
    """Do a step and go where its outcome is seen; a refusal is told on a page and changes nothing."""
    body = body_of(request)
    suffix = about(request, body)["suffix"]
    try:
        step()
    except CatalogueRefused as error:
        context = {**about(request, body), "refused": str(error), "slug": catalogue}
        return render(request, "web/catalogues/refused.html", context, status=422)
    messages.success(request, told, extra_tags="green")
    return redirect(reverse(to, args=[catalogue]) + suffix)
