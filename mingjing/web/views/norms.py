"""Benchmarks, lists and laws to read: what binds the agency, every version, what changed, files to take away."""

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from mingjing.exchange.benchmarks import XLSX_TYPE, benchmark_file
from mingjing.exchange.lists import list_file
from mingjing.kit.clock import legal_day
from mingjing.lawengine.benchmark import Benchmark, faults
from mingjing.norms import selectors
from mingjing.packs.benchmarks import shipped
from mingjing.packs.lists import NormList
from mingjing.packs.load import library
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import NotOnRegister, agencies_below, agency, names_of
from mingjing.web.access import SignedRequest, allowed, demand
from mingjing.web.norm_page import STATES, changes_between, context_of, held_by, list_context, page_of

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

FILES = {"xlsx": "导出 XLSX", "csv": "导出 CSV"}
TYPES = {"xlsx": XLSX_TYPE, "csv": "text/csv; charset=utf-8"}


def agency_of(request: SignedRequest) -> "Agency":
    """The agency asked for, if the viewer may read its tables; else the viewer's own."""
    code = request.GET.get("agency", "")[:40]
    if not code or code == request.user.agency.code:
        return request.user.agency
    demand(request.user, "norms.view", code)
    try:
        return agency(code)
    except NotOnRegister:
        raise Http404(code) from None


def where_of(request: SignedRequest) -> dict[str, str]:
    """Where that agency stands among regions and fields."""
    found = agency_of(request)
    return {"region": found.region, "field": found.field, "agency": found.code}


def _asked(request: SignedRequest) -> dict[str, Any]:
    """What every page needs to keep speaking of the same agency."""
    found = agency_of(request)
    own = found.pk == request.user.agency.pk
    return {"of_agency": found, "suffix": "" if own else f"?agency={quote(found.code)}"}


@allowed("norms.view")
def norms(request: SignedRequest) -> HttpResponseBase:
    """What binds the agency today, what waits for somebody, and every version that was published."""
    today, where = legal_day(timezone.now()), where_of(request)
    versions = selectors.tables_of(where["agency"], today)
    drafts = selectors.drafts_of(where["agency"])
    own = {(one.table.code, one.table.version): one.table.pk for one in versions if one.table.kind != "law"}
    below = [one for one in agencies_below(request.user.agency.code) if one.kind == "bureau"]
    context = {
        **_asked(request),
        "agencies": below if "supervisor" in request.user.roles else [],
        "today": today,
        "benchmarks": [
            {"table": one, "pk": own.get((one.code, one.version)), "rows": _rows(one)}
            for one in selectors.benchmarks_in_force(**where, day=today)
        ],
        "lists": [
            {"table": one, "pk": own.get((one.code, one.version or one.in_force.isoformat()))}
            for one in selectors.lists_in_force(**where, day=today)
        ],
        "laws": [
            {"row": row, "law": law, "held": law.in_force_on(today)}
            for row, law in selectors.own_laws(where["agency"])
        ],
        "drafts": [{"draft": one, "state": STATES[one.state]} for one in drafts],
        "versions": [{"one": one, "state": STATES[one.state]} for one in versions],
        "names": names_of([*(one.prepared_by for one in drafts), *(v.table.published_by for v in versions)]),
        "may_draft": may(request.user, "norms.draft", where["agency"]),
        "may_publish": may(request.user, "norms.publish", where["agency"]),
    }
    return render(request, "web/norms/list.html", context)


def _rows(table: Benchmark) -> int:
    return sum(len(item.rows) for item in table.items)


@allowed("norms.view")
def table(request: SignedRequest, pk: int) -> HttpResponseBase:
    """One published version: readable, with its history and how it may be ended."""
    row = _published(request, pk)
    template, context = page_of(row, request.GET)
    return render(request, template, context | _version_context(request, row))


def _version_context(request: SignedRequest, row: Any) -> dict[str, Any]:
    today = legal_day(timezone.now())
    asked = _asked(request)
    versions = selectors.versions_of(row, today)
    standing = next(one for one in versions if one.table.pk == row.pk)
    return {
        **asked,
        "row": row,
        "standing": standing,
        "state": STATES[standing.state],
        "versions": [{"one": one, "state": STATES[one.state]} for one in versions],
        "names": names_of([row.prepared_by, row.checked_by, row.published_by]),
        "may_publish": may(request.user, "norms.publish", row.agency) and not hasattr(row, "ending"),
        "may_draft": may(request.user, "norms.draft", row.agency),
        "files": files("norm-table-file", row.pk, asked["suffix"]) if row.kind != "law" else [],
        "today": today,
    }


def files(name: str, key: object, suffix: str) -> list[tuple[str, str]]:
    """What may be taken away: titles with their addresses."""
    return [(title, reverse(name, args=[key, kind]) + suffix) for kind, title in FILES.items()]


@allowed("norms.view")
def pack_table(request: SignedRequest, code: str) -> HttpResponseBase:
    """A benchmark that came with the law packs."""
    found = _shipped(request, code)
    asked = _asked(request)
    context = {
        **context_of(found, faults(found), request.GET),
        **asked,
        "files": files("norm-pack-file", code, asked["suffix"]),
        "state": STATES["in_force"] if found.in_force_on(legal_day(timezone.now())) else STATES["ended"],
    }
    return render(request, "web/norms/table.html", context)


@allowed("norms.view")
def norm_list(request: SignedRequest, code: str) -> HttpResponseBase:
    """A list (免罚, 从轻 …) that binds the agency today."""
    asked = _asked(request)
    context = {
        **list_context(_list_in_force(request, code)),
        **asked,
        "files": files("norm-list-file", code, asked["suffix"]),
    }
    return render(request, "web/norms/norm_list.html", context)


@allowed("norms.view")
def differences(request: SignedRequest, pk: int, other: int) -> HttpResponseBase:
    """What a version changed against an older one."""
    new, old = _published(request, pk), _published(request, other)
    if (new.kind, new.code) != (old.kind, old.code):
        raise Http404(pk)
    found = changes_between(held_by(old), held_by(new))
    return render(
        request, "web/norms/changes.html", {"new": new, "old": old, "changes": found, **_asked(request)}
    )


@allowed("norms.view")
def table_file(request: SignedRequest, pk: int, suffix: str) -> HttpResponseBase:
    """A published version as a workbook."""
    row = _published(request, pk)
    if row.kind == "law":
        raise Http404(suffix)
    return _file(
        selectors.read_list_of(row) if row.kind == "list" else selectors.read_benchmark_of(row), suffix
    )


@allowed("norms.view")
def pack_file(request: SignedRequest, code: str, suffix: str) -> HttpResponseBase:
    """A benchmark of the packs as a workbook."""
    return _file(_shipped(request, code), suffix)


@allowed("norms.view")
def list_in_force_file(request: SignedRequest, code: str, suffix: str) -> HttpResponseBase:
    """A list that binds the agency today as a workbook."""
    return _file(_list_in_force(request, code), suffix)


def _list_in_force(request: SignedRequest, code: str) -> NormList:
    known = selectors.lists_in_force(**where_of(request), day=legal_day(timezone.now()))
    found = next((one for one in known if one.code == code), None)
    if found is None:
        raise Http404(code)
    return found


def _published(request: SignedRequest, pk: int) -> Any:
    try:
        return selectors.table(pk, agency_of(request).code)
    except selectors.NotFound:
        raise Http404(pk) from None


def _shipped(request: SignedRequest, code: str) -> Benchmark:
    found = next((one for one in shipped(library(), **where_of(request)) if one.code == code), None)
    if found is None:
        raise Http404(code)
    return found


def _file(found: Benchmark | NormList, suffix: str) -> HttpResponse:
    if suffix not in TYPES:
        raise Http404(suffix)
    end = f".{suffix}"
    made = list_file(found, suffix=end) if isinstance(found, NormList) else benchmark_file(found, suffix=end)
    response = HttpResponse(made, content_type=TYPES[suffix])
    name = quote(f"{found.title}{found.version}.{suffix}")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response
