"""The lists that must be public beforehand, to read: what an agency has and lacks, versions, differences, files."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from mingjing.exchange.benchmarks import XLSX_TYPE
from mingjing.exchange.catalogues import catalogue_file
from mingjing.kit.clock import legal_day
from mingjing.packs.catalogue_kinds import CatalogueKind
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import NotOnRegister, agencies_below, agency, names_of
from mingjing.publicity import catalogue_desk, versions
from mingjing.publicity.catalogue_law import NoCatalogue, kind_for
from mingjing.publicity.selectors import NotPublished
from mingjing.web.access import SignedRequest, allowed, demand

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

SHOWN: Final = 300  # rows of a table on one page
STATES: Final = {
    "none": ("还没有公布", ""),
    "published": ("公示中", "green"),
    "part": ("部分依据已失效", "red"),
    "ended": ("已停止适用", "red"),
}
DRAFT_COLOURS: Final = {"draft": "", "submitted": "amber", "checked": "blue", "reviewed": "green"}
TYPES: Final = {"xlsx": XLSX_TYPE, "csv": "text/csv; charset=utf-8"}


def body_of(request: SignedRequest) -> "Agency":
    """The agency asked for, if the viewer may read its lists; else the viewer's own."""
    code = request.GET.get("agency", "")[:40]
    if not code or code == request.user.agency.code:
        return request.user.agency
    demand(request.user, "catalogue.view", code)
    try:
        return agency(code)
    except NotOnRegister:
        raise Http404(code) from None


def kind_of(body: "Agency", catalogue: str) -> CatalogueKind:
    """The kind of the list of this name, or the page that says there is none."""
    try:
        return kind_for(body, catalogue)
    except NoCatalogue:
        raise Http404(catalogue) from None


def about(request: SignedRequest, body: "Agency") -> dict[str, Any]:
    """What every page needs to keep speaking of the same agency."""
    own = body.pk == request.user.agency_id
    return {
        "body": body,
        "own": own,
        "suffix": "" if own else f"?agency={quote(body.code)}",
        "may": {
            step: own and may(request.user, f"catalogue.{step}", body.code)
            for step in ("draft", "check", "publish")
        }
        | {"review": catalogue_desk.may_review(request.user, body)},
    }


@allowed("catalogue.view")
def catalogues(request: SignedRequest) -> HttpResponseBase:
    """Every list of an agency with where it stands; for whoever reviews, what waits for him below."""
    body, today = body_of(request), legal_day(timezone.now())
    below = [one for one in agencies_below(request.user.agency.code) if one.kind in catalogue_desk.ENFORCING]
    watches = "supervisor" in request.user.roles
    shown = catalogue_desk.standings(body, today) if body.kind in catalogue_desk.ENFORCING else []
    context = {
        **about(request, body),
        "today": today,
        "lines": [
            {
                "one": one,
                "state": STATES[one.state],
                "colour": DRAFT_COLOURS[one.draft.state] if one.draft else "",
            }
            for one in shown
        ],
        "todos": catalogue_desk.todos(request.user, today),
        "agencies": [one for one in below if one.pk != request.user.agency_id] if watches else [],
    }
    return render(request, "web/catalogues/board.html", context)


@allowed("catalogue.view")
def catalogue(request: SignedRequest, catalogue: str) -> HttpResponseBase:
    """One list: the version that is public, its draft, every version and every step."""
    body, today = body_of(request), legal_day(timezone.now())
    kind = kind_of(body, catalogue)
    standing = catalogue_desk.standing(body, catalogue, kind)
    steps = catalogue_desk.steps_of(body, catalogue)
    item = standing.item
    context = {
        **about(request, body),
        "kind": kind,
        "slug": catalogue,
        "standing": standing,
        "state": STATES[standing.state],
        "rows": versions.marked_rows(item)[:SHOWN] if item else [],
        "ahead": catalogue_desk.ending_ahead(item, today) if item and not standing.ending else [],
        "versions": versions.versions_of(item) if item else [],
        "steps": steps,
        "names": names_of(one.done_by for one in steps),
    }
    return render(request, "web/catalogues/page.html", context)


@allowed("catalogue.view")
def version(request: SignedRequest, catalogue: str, version: int) -> HttpResponseBase:
    """One version and what it changed against the one before, or against another."""
    body = body_of(request)
    kind_of(body, catalogue)
    new = _version(body, catalogue, version)
    asked = request.GET.get("against", "")
    other = int(asked) if asked.isdecimal() and len(asked) < 6 else None
    old = _version(body, catalogue, other) if other else versions.version_before(new)
    changes = versions.compared(old, new)
    context = {
        **about(request, body),
        "slug": catalogue,
        "new": new,
        "old": old,
        "ending": versions.ending_of(new),
        "rows": versions.marked_rows(new)[:SHOWN],
        "changes": changes[:SHOWN],
        "counts": versions.counted(changes),
        "versions": versions.versions_of(new),
    }
    return render(request, "web/catalogues/version.html", context)


@allowed("catalogue.view")
def version_file(request: SignedRequest, catalogue: str, version: int, suffix: str) -> HttpResponseBase:
    """A published version as a file; reading it gives the same rows."""
    body = body_of(request)
    kind_of(body, catalogue)
    item = _version(body, catalogue, version)
    return table_file(f"{item.title}第{item.version}版", item.body["columns"], item.body["rows"], suffix)


@allowed("catalogue.view")
def template(request: SignedRequest, catalogue: str, suffix: str) -> HttpResponseBase:
    """An empty file with the headings of a list, to be filled in and imported."""
    kind = kind_of(body_of(request), catalogue)
    return table_file(f"{kind.title_of(catalogue)}模板", [one.title for one in kind.columns], [], suffix)


def table_file(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], suffix: str
) -> HttpResponse:
    """Send a table as XLSX or CSV."""
    if suffix not in TYPES:
        raise Http404(suffix)
    made = catalogue_file(title, columns, rows, suffix=f".{suffix}")
    response = HttpResponse(made, content_type=TYPES[suffix])
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{title}.{suffix}')}"
    return response


def _version(body: "Agency", catalogue: str, number: int | None) -> versions.PublicItem:
    try:
        return versions.version_of(versions.Kind.CATALOGUE, agency=body.code, slug=catalogue, version=number)
    except NotPublished:
        raise Http404(catalogue) from None
