"""Appraisal: indicators as formulas over data, the rows behind each, and the data for a third party."""

import csv
import io
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from mingjing.appraisal.export import Unit, export_zip
from mingjing.appraisal.figures import Row, figures
from mingjing.appraisal.sources import rows_of
from mingjing.packs.appraisal_indicators import Scheme, scheme_of
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies, agencies_visible_to
from mingjing.rectification.selectors import items_of
from mingjing.web.access import SignedRequest, allowed

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

PAGE: Final = 50
UNITS: Final = 12  # of one page: each is counted anew from its rows
ENFORCES: Final = ("bureau", "township", "delegated")
FIRST_YEAR: Final = 2000


def _period(request: SignedRequest) -> tuple[int, date, date]:
    text, today = request.GET.get("year", ""), timezone.localdate()
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else today.year
    year = min(max(year, FIRST_YEAR), today.year)
    return year, date(year, 1, 1), date(year, 12, 31)


def _units(viewer: "Person") -> list["Agency"]:
    sight = set(agencies_visible_to(viewer, "appraisal.view"))
    return [one for one in agencies() if one.pk in sight and one.kind in ENFORCES]


def _scheme(viewer: "Person") -> Scheme:
    own = viewer.agency
    return scheme_of(own.region, "", "")


def _rows(viewer: "Person", unit: "Agency", begins: date, ends: date) -> dict[str, list[Row]]:
    today = timezone.localdate()
    rectified = list(_rectified(viewer, unit, begins, ends, today))
    return rows_of(unit, begins, ends, today, {"rectification": rectified})


def _rectified(viewer: "Person", unit: "Agency", begins: date, ends: date, today: date) -> list[Row]:
    """The items of the unit's own ledger: that room stands beside appraisal, so they are joined here."""
    found = []
    for item in items_of(viewer, {"agency": unit.code}, today):
        due, closed = item.now.due, item.now.closed_on
        if item.now.permanent or due is None or not begins <= due <= ends:
            continue
        met = closed is not None and closed <= due
        flags = {"met"} if met else set()
        decided = {"decided"} if met or closed or due < today else set()
        found.append(Row(item.code, due, frozenset(flags | decided)))
    return found


@require_GET
@allowed("appraisal.view")
def appraisal(request: SignedRequest) -> HttpResponseBase:
    """Every indicator of every unit in sight for a year, in the order of the register."""
    year, begins, ends = _period(request)
    scheme = _scheme(request.user)
    page = Paginator(_units(request.user), UNITS).get_page(request.GET.get("page"))
    lines = [(unit, figures(scheme, _rows(request.user, unit, begins, ends))) for unit in page]
    today = timezone.localdate()
    context = {
        "scheme": scheme,
        "formulas": [(one, scheme.formula(one), scheme.sources[one.source]) for one in scheme.indicators],
        "lines": lines,
        "page": page,
        "year": year,
        "years": range(today.year, today.year - 4, -1),
        "may_export": may(request.user, "appraisal.export", request.user.agency.code),
    }
    return render(request, "web/appraisal/board.html", context)


def _figure(request: SignedRequest, code: str, name: str) -> tuple["Agency", Scheme, Any, int]:
    year, begins, ends = _period(request)
    unit = next((one for one in _units(request.user) if one.code == code), None)
    scheme = _scheme(request.user)
    one = next((one for one in scheme.indicators if one.code == name), None)
    if unit is None or one is None:
        raise Http404(code)
    rows = _rows(request.user, unit, begins, ends)
    return unit, scheme, next(found for found in figures(scheme, rows) if found.indicator == one), year


@require_GET
@allowed("appraisal.view")
def indicator(request: SignedRequest, code: str, name: str) -> HttpResponseBase:
    """The rows behind one figure, what counts and what does not."""
    unit, scheme, found, year = _figure(request, code, name)
    hits = frozenset(found.indicator.hits)
    rows = sorted(found.rows, key=lambda one: (hits <= one.flags, one.day or date.max, one.name))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "unit": unit,
        "figure": found,
        "formula": scheme.formula(found.indicator),
        "source": scheme.sources[found.indicator.source],
        "lines": [(one, hits <= one.flags) for one in page],
        "page": page,
        "year": year,
        "scheme": scheme,
    }
    return render(request, "web/appraisal/indicator.html", context)


@require_GET
@allowed("appraisal.view")
def indicator_rows(request: SignedRequest, code: str, name: str) -> HttpResponseBase:
    """The same rows as a table, so that the unit computes the figure again by itself."""
    unit, scheme, found, year = _figure(request, code, name)
    flags = scheme.sources[found.indicator.source].flags
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(["内容", "日期", *flags.values()])
    for one in found.rows:
        name_ = f"'{one.name}" if one.name[:1] in "=+-@" else one.name
        writer.writerow([name_, one.day or "", *(int(flag in one.flags) for flag in flags)])
    headers = {"Content-Disposition": f'attachment; filename="appraisal-{unit.code}-{name}-{year}.csv"'}
    content = "\ufeff" + stream.getvalue()
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@require_GET
@allowed("appraisal.export")
def export(request: SignedRequest) -> HttpResponseBase:
    """The data for a third party: no person, no number, no words."""
    year, begins, ends = _period(request)
    units = [Unit(one.code, one.name, _rows(request.user, one, begins, ends)) for one in _units(request.user)]
    data = export_zip(_scheme(request.user), units, begins, ends)
    headers = {"Content-Disposition": f'attachment; filename="appraisal-{year}.zip"'}
    return HttpResponse(data, content_type="application/zip", headers=headers)
