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

from mingjing.analysis import indicators
from mingjing.packs.appraisal_indicators import Scheme
from mingjing.personnel.permissions import may
from mingjing.web.access import SignedRequest, allowed

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

PAGE: Final = 50
UNITS: Final = 12  # of one page: each is counted anew from its rows


def _period(request: SignedRequest) -> tuple[int, date, date]:
    text = request.GET.get("year", "")
    year = int(text) if text.isascii() and text.isdecimal() and len(text) == 4 else None
    return indicators.days_of(year, timezone.localdate())


@require_GET
@allowed("appraisal.view")
def appraisal(request: SignedRequest) -> HttpResponseBase:
    """Every indicator of every unit in sight for a year, in the order of the register."""
    year, begins, ends = _period(request)
    scheme, today = indicators.scheme_for(request.user), timezone.localdate()
    page = Paginator(indicators.units_for(request.user), UNITS).get_page(request.GET.get("page"))
    lines = [(unit, indicators.figures_of(request.user, unit, begins, ends, today)) for unit in page]
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
    try:
        unit, found = indicators.figure_of(request.user, code, name, begins, ends, timezone.localdate())
    except indicators.NoSuchIndicator:
        raise Http404(code) from None
    return unit, indicators.scheme_for(request.user), found, year


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
    data = indicators.exported(request.user, begins, ends, timezone.localdate())
    headers = {"Content-Disposition": f'attachment; filename="appraisal-{year}.zip"'}
    return HttpResponse(data, content_type="application/zip", headers=headers)
