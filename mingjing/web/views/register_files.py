"""Importing the register and its versions: the upload with its report, refused rows to mend, roots computed again."""

import csv
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.exchange.long_tables import digest_of, long_table
from mingjing.exchange.sheets import workbook_bytes
from mingjing.exchange.unreadable import Unreadable
from mingjing.inspections.register import files as register_files
from mingjing.inspections.register import pages as register_pages
from mingjing.inspections.register import versions
from mingjing.inspections.register.changes import ChangeRefused
from mingjing.inspections.register.corps import agencies_for
from mingjing.inspections.register.files import Imported
from mingjing.inspections.register.lists import ListDamaged, recompute
from mingjing.inspections.register.rows import HeadingsRefused
from mingjing.inspections.standing import proof_kept
from mingjing.web.access import SignedRequest, allowed

if TYPE_CHECKING:
    from mingjing.inspections.models import ListVersion

SHOWN: Final = 200
LISTED: Final = 60


@require_http_methods(["GET", "POST"])
@allowed("inspect.register")
def importing(request: SignedRequest) -> HttpResponseBase:
    """Take a file into the register of one's own region, or try it; every refused row is told."""
    context: dict[str, Any] = {
        "imports": register_pages.imports_of([request.user.agency.region])[:20],
        "files": {},
    }
    if request.method == "POST":
        try:
            done = _imported(request)
        except (Unreadable, HeadingsRefused, ChangeRefused) as refused:
            context["fault"] = str(refused)
            return render(request, "web/registers/import.html", context, status=422)
        context |= {
            "done": done,
            "refusals": done.taken.refusals[:SHOWN],
            "imports": register_pages.imports_of([request.user.agency.region])[:20],
        }
    context["files"] = {
        one.code for one in context["imports"] if register_files.refused_file(one.code) is not None
    }
    return render(request, "web/registers/import.html", context)


def _imported(request: SignedRequest) -> Imported:
    sent = request.FILES.get("file")
    if sent is None:
        raise Unreadable("请选择要导入的文件")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"objects{Path(sent.name or '').suffix.lower()[:8]}"
        with path.open("wb") as kept:
            for piece in sent.chunks():
                kept.write(piece)
        with long_table(path) as table:
            return register_files.import_objects(
                region=request.user.agency.region,
                name=sent.name or "",
                digest=digest_of(path),
                headings=table.headings,
                rows=table.rows,
                by=request.user,
                at=timezone.now(),
                dry_run="take" not in request.POST,
            )


@require_GET
@allowed("inspect.register")
def template(request: SignedRequest, suffix: str) -> HttpResponseBase:
    """The headings of a file with one row that shows how to fill them, as CSV or XLSX."""
    headings, shown = register_files.template()
    if suffix == "xlsx":
        body = workbook_bytes({"检查对象": [headings, shown]})
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    elif suffix == "csv":
        text = io.StringIO()
        csv.writer(text).writerows([headings, shown])
        body, kind = text.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8"
    else:
        raise Http404(suffix)
    answer = HttpResponse(body, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="objects-template.{suffix}"'
    return answer


@require_GET
@allowed("inspect.register")
def refused(request: SignedRequest, code: str) -> HttpResponseBase:
    """The refused rows of an import with what is wrong and how to mend it."""
    found = register_pages.imports_of([request.user.agency.region]).filter(code=code).first()
    path = register_files.refused_file(code) if found else None
    if path is None:
        raise Http404(code)
    return FileResponse(path.open("rb"), as_attachment=True, filename="不能导入的行.csv")


@require_GET
@allowed("inspect.view")
def frozen(request: SignedRequest) -> HttpResponseBase:
    """The versions of the registers: root, number, leaf."""
    return _versions(request)


@require_POST
@allowed("inspect.view")
def verify(request: SignedRequest, code: str) -> HttpResponseBase:
    """Compute the roots of a version again from its files."""
    found = _version(request, code)
    try:
        result = recompute(found)
    except ListDamaged as damaged:
        return _versions(request, checked=found, damaged=str(damaged))
    return _versions(request, checked=found, result=result)


@require_GET
@allowed("inspect.view")
def proof(request: SignedRequest, code: str) -> HttpResponseBase:
    """The proof that a version is in the log, under the first checkpoint over it."""
    kept = proof_kept(_version(request, code).digest)
    if kept is None:
        raise Http404(code)
    answer = HttpResponse(kept, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="register-{code}.tlog-proof"'
    return answer


def _seen(request: SignedRequest) -> Any:
    ids = [one.pk for one in agencies_for(request.user)]
    return versions.objects_versions(register_pages.regions_of(request.user)), versions.inspectors_versions(
        ids
    )


def _version(request: SignedRequest, code: str) -> "ListVersion":
    for rows in _seen(request):
        if found := rows.filter(code=code).first():
            return found  # type: ignore[no-any-return]
    raise Http404(code)


def _versions(request: SignedRequest, **checked: Any) -> HttpResponseBase:
    objects, inspectors = _seen(request)
    context = {
        "groups": [
            ("检查对象名录库", [_line(one) for one in objects[:LISTED]]),
            ("执法检查人员名录库", [_line(one) for one in inspectors[:LISTED]]),
        ],
        **checked,
    }
    return render(
        request, "web/registers/versions.html", context, status=422 if "damaged" in checked else 200
    )


def _line(version: "ListVersion") -> dict[str, Any]:
    strata = version.record["strata"]
    return {
        "version": version,
        "strata": strata,
        "size": sum(one["size"] for one in strata),
        "leaf": versions.leaf_of(version),
        "proven": proof_kept(version.digest) is not None,
    }
