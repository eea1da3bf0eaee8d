"""Statistical reports: what is due and what there is, a table as it is counted, its cases, one report and its steps."""

import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.analysis.report_rows import other_rows
from mingjing.cases.selectors import cases_seen_by
from mingjing.exchange.sheets import workbook_bytes
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import names_of
from mingjing.statistics import reminding, selectors, services
from mingjing.statistics.figures import Figures, Ways, figures_of, terms_of
from mingjing.statistics.periods import Period, due_of, period_of, read_period
from mingjing.statistics.printed import notes_of, paper_pdf, sheets_of
from mingjing.statistics.selectors import Line, NoSuchReport
from mingjing.statistics.services import Draft, NotDone
from mingjing.web.access import SignedRequest, allowed

if TYPE_CHECKING:
    from mingjing.packs.statistics_terms import ReportTerms
    from mingjing.personnel.models import Agency

PAGE: Final = 50
FILES: Final = ("xlsx", "pdf")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@allowed("statistics.view")
def overview(request: SignedRequest) -> HttpResponseBase:
    """What each agency owes and where it stands; the reports there are; the way to any table."""
    today, own = timezone.localdate(), request.user.agency
    filters = {name: request.GET.get(name, "") for name in ("form", "unit")}
    page = Paginator(selectors.reports_seen_by(request.user, filters), PAGE).get_page(request.GET.get("page"))
    units = selectors.units_of(request.user)
    duties = selectors.duties(units, today)
    context = {
        "page": page,
        "lines": [(selectors.line_of(row), row.content["title"]) for row in page],
        "filters": filters,
        "query": urlencode({name: value for name, value in filters.items() if value}),
        "units": units,
        "forms": terms_of(own).reports.values(),
        "suggested": [(one, period_of(one.period, today).before) for one in terms_of(own).reports.values()],
        "duties": [(one, one.overdue(today), one.near(today)) for one in duties],
        "late": sum(one.overdue(today) for one in duties),
        "own": own,
    }
    if reminding.offered() and may(request.user, "statistics.prepare", own.code):
        context["reminded"] = True
        context["address"] = reminding.address_of(request.user)
    return render(request, "web/statistics/overview.html", context)


@require_POST
@allowed("statistics.prepare")
def remind(request: SignedRequest) -> HttpResponseBase:
    """Be reminded of one's agency's reports by mail, or no longer."""
    try:
        reminding.remind_at(address=request.POST.get("address", "")[:254], by=request.user, at=timezone.now())
    except NotDone as refused:
        messages.error(request, str(refused), extra_tags="red")
    else:
        asked = request.POST.get("address", "").strip()
        messages.success(request, f"到期前会发邮件到 {asked}。" if asked else "不再用邮件提醒。")
    return redirect("statistics")


class _Asked:
    """Which table a request asks for; whatever it leaves out is the last period that is over, as of yesterday."""

    def __init__(self, request: SignedRequest, given: QueryDict) -> None:
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        self.report = ""
        if (number := str(given.get("report", ""))).isdecimal():
            given = self._handed_in(request, int(number))
        self.agency = self._agency(request, given.get("agency", ""))
        reports = terms_of(self.agency).reports
        form = given.get("form", "") or "monthly"
        if form not in reports:
            raise Http404(form)
        self.terms: ReportTerms = reports[form]
        asked = given.get("period", "")
        found = read_period(self.terms.period, asked) if asked else self._last()
        if found is None:
            raise Http404(asked)
        self.period: Period = found
        self.cutoff = self._day(given.get("cutoff", ""))
        self.imported = given.get("imported", "1") != "0"
        self.so_far = given.get("so_far") == "1"

    def _handed_in(self, request: SignedRequest, number: int) -> QueryDict:
        """Ask for the table of a report as it was handed in."""
        row = _one(request, number).row
        self.report, self.now = str(number), row.at
        told = QueryDict(mutable=True)
        told.update({"agency": row.agency.code, "form": row.form, "period": row.period})
        told["cutoff"] = row.cutoff.isoformat()
        told["imported"] = "1" if services.counts_imported(row.content) else "0"
        return told

    def _agency(self, request: SignedRequest, code: str) -> "Agency":
        if not code:
            return request.user.agency
        found = next((one for one in selectors.units_of(request.user) if one.code == code), None)
        if found is None:
            raise Http404(code)
        return found

    def _last(self) -> Period:
        return period_of(self.terms.period, self.today).before

    def _day(self, text: str) -> date:
        yesterday = self.today - timedelta(days=1)
        try:
            return min(date.fromisoformat(text), self.today) if text else yesterday
        except ValueError:
            return yesterday

    @property
    def query(self) -> str:
        """The same table again."""
        if self.report:
            return urlencode({"report": self.report})
        told = {"form": self.terms.code, "period": self.period.key, "cutoff": self.cutoff.isoformat()}
        if not self.imported:
            told["imported"] = "0"
        return urlencode({**told, "agency": self.agency.code})

    @property
    def up_to_now(self) -> str:
        """The same table with what was entered up to this moment; "" where it has that already."""
        if self.report or self.cutoff >= self.today:
            return ""
        return self.query.replace(f"cutoff={self.cutoff.isoformat()}", f"cutoff={self.today.isoformat()}")

    def figures(self) -> Figures:
        """Count it."""
        return figures_of(
            self.agency,
            self.terms.code,
            self.period,
            cutoff=self.cutoff,
            at=self.now,
            others=other_rows,
            ways=Ways(imported=self.imported, so_far=self.so_far),
        )


@require_http_methods(["GET", "POST"])
@allowed("statistics.view")
def table(request: SignedRequest) -> HttpResponseBase:
    """A report as it is counted now, each figure open to its cases; whoever prepares it hands it in here."""
    asked = _Asked(request, request.POST if request.method == "POST" else request.GET)
    fault, field = "", ""
    if request.method == "POST":
        try:
            row = services.submit(
                draft=_draft(request, asked),
                by=request.user,
                at=timezone.now(),
                once=request.POST.get("once", "")[:64] or secrets.token_hex(16),
                others=other_rows,
            )
        except NotDone as refused:
            fault, field = str(refused), refused.field
        else:
            messages.success(request, "已报送，等另一名有权限的人员批准。")
            return redirect("statistics-report", row.pk)
    found = asked.figures()
    own = asked.agency.pk == request.user.agency_id
    context = {
        "asked": asked,
        "found": found,
        "old": sum(one.imported for one in found.tables),
        "other_way": urlencode(
            {
                "form": asked.terms.code,
                "period": asked.period.key,
                "cutoff": asked.cutoff.isoformat(),
                "agency": asked.agency.code,
                "imported": "0" if asked.imported else "1",
            }
        ),
        "query": asked.query,
        "too_early": asked.cutoff < asked.period.last,
        "running": asked.period.last >= asked.today,
        "today_counts": asked.cutoff >= asked.today,
        "due": due_of(asked.terms, asked.period),
        "units": selectors.units_of(request.user),
        "versions": selectors.versions_of(asked.agency, asked.terms.code, asked.period.key),
        "may_prepare": own and may(request.user, "statistics.prepare", asked.agency.code),
        "typed": request.POST,
        "once": request.POST.get("once") or secrets.token_hex(16),
        "earlier": asked.period.before,
        "later": asked.period.next if asked.period.next.first <= asked.today else None,
        "tables": [_shown(one, found, request.POST) for one in found.tables],
        "fault": fault,
        "field": field,
    }
    return render(request, "web/statistics/table.html", context, status=422 if fault else 200)


def _shown(one: Any, found: Figures, typed: QueryDict) -> dict[str, Any]:
    """A table with its cells beside what they are compared with, and what was typed into it."""
    code, monthly = one.form.code, bool(found.period.month)
    rows = [
        {
            "cell": cell,
            "before": "" if cell.typed or not monthly else before.shown,
            "year_before": "" if cell.typed else year_before.shown,
            "so_far": "" if cell.typed or so_far is None else so_far.shown,
            "name": f"typed-{code}-{cell.column.code}",
            "value": typed.get(f"typed-{code}-{cell.column.code}", ""),
        }
        for cell, before, year_before, so_far in zip(
            one.cells, one.before, one.year_before, one.so_far or [None] * len(one.cells), strict=True
        )
    ]
    return {
        "form": one.form,
        "rows": rows,
        "monthly": monthly,
        "running": bool(one.so_far),
        "by_hand": any(cell.typed for cell in one.cells),
        "source": typed.get(f"source-{code}", ""),
    }


def _draft(request: SignedRequest, asked: _Asked) -> Draft:
    if asked.agency.pk != request.user.agency_id:
        raise NotDone("只能编制本机关的统计报表。")
    forms, given = terms_of(asked.agency).tables_of(asked.terms.code), request.POST
    return Draft(
        form=asked.terms.code,
        period=asked.period,
        cutoff=asked.cutoff,
        typed={
            form.code: {one.code: given.get(f"typed-{form.code}-{one.code}", "") for one in form.columns}
            for form in forms
        },
        typed_notes={form.code: given.get(f"source-{form.code}", "") for form in forms},
        note=given.get("note", ""),
        reason=given.get("reason", ""),
        imported=asked.imported,
    )


@require_GET
@allowed("statistics.view")
def cell(request: SignedRequest) -> HttpResponseBase:
    """The cases behind one figure, those that this person may open."""
    asked = _Asked(request, request.GET)
    first = terms_of(asked.agency).tables_of(asked.terms.code)[0]
    table = request.GET.get("table", first.code)
    column = request.GET.get("column", first.columns[0].code)
    one = asked.figures().cell(table, column)
    if one is None:
        raise Http404(column)
    rows, hidden = selectors.cases_in_sight(request.user, one.rows)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    codes = {row.case for row in page}
    known = {one.code: one for one in cases_seen_by(request.user).filter(code__in=codes)}
    context = {
        "asked": asked,
        "one": one,
        "page": page,
        "rows": [(row, known.get(row.case)) for row in page],
        "hidden": hidden,
        "query": asked.query,
        "here": urlencode({"table": table, "column": column}),
    }
    return render(request, "web/statistics/cell.html", context)


def _one(request: SignedRequest, number: int) -> Line:
    try:
        return selectors.report_for(request.user, number)
    except NoSuchReport:
        raise Http404(number) from None


@require_GET
@allowed("statistics.view")
def report(request: SignedRequest, number: int) -> HttpResponseBase:
    """One report as it was handed in, its steps, and what this person may do next."""
    return _page(request, _one(request, number))


def _page(request: SignedRequest, line: Line, fault: str = "") -> HttpResponseBase:
    row, steps = line.row, list(line.row.steps.all())
    names = names_of([row.by, *(one.by for one in steps)])
    own = row.agency_id == request.user.agency_id
    code = row.agency.code
    terms = terms_of(row.agency).reports.get(row.form)
    told = {"form": row.form, "period": row.period, "agency": code}
    context = {
        "line": line,
        "row": row,
        "content": row.content,
        "monthly": any(one["before"] for each in row.content["tables"] for one in each["cells"]),
        "running": any(one.get("so_far") for each in row.content["tables"] for one in each["cells"]),
        "notes": notes_of(row.content),
        "steps": [(one, services.TITLES[one.kind], names.get(one.by, one.by)) for one in steps],
        "by": names.get(row.by, row.by),
        "versions": selectors.versions_of(row.agency, row.form, row.period),
        "terms": terms,
        "query": urlencode(told),
        "cells": urlencode({"report": row.pk}),
        "may_approve": own
        and line.state == services.SUBMITTED
        and may(request.user, "statistics.approve", code),
        "may_publish": own
        and line.state == services.APPROVED
        and may(request.user, "statistics.publish", code),
        "preparer": row.by == request.user.username,
        "public": next((one.facts["code"] for one in steps if one.kind == services.PUBLISHED), ""),
        "said": request.POST.get("text", ""),
        "fault": fault,
    }
    return render(request, "web/statistics/report.html", context, status=422 if fault else 200)


@require_POST
@allowed("statistics.view")
def step(request: SignedRequest, number: int) -> HttpResponseBase:
    """Approve, return or publish."""
    line, kind, now = _one(request, number), request.POST.get("step", ""), timezone.now()
    by: dict[str, Any] = {"report": line.row, "by": request.user, "at": now}
    try:
        if kind == services.APPROVED:
            services.approve(**by, others=other_rows)
        elif kind == services.RETURNED:
            services.give_back(**by, said=request.POST.get("text", ""))
        elif kind == services.PUBLISHED:
            services.publish(**by, workbook=_workbook(line), paper=_paper(line))
        else:
            raise NotDone("没有这一步。")
    except NotDone as refused:
        return _page(request, _one(request, number), str(refused))
    messages.success(request, f"已办理：{services.TITLES[kind]}。")
    return redirect("statistics-report", number)


def _workbook(line: Line) -> bytes:
    return workbook_bytes(sheets_of(line.row.content))


def _paper(line: Line) -> bytes:
    row = line.row
    return paper_pdf(row.content, at=row.at, agency=row.agency.name, version=row.version)


@require_GET
@allowed("statistics.view")
def file(request: SignedRequest, number: int, ending: str) -> HttpResponseBase:
    """The report as a workbook or on paper."""
    if ending not in FILES:
        raise Http404(ending)
    line = _one(request, number)
    data, kind = (_workbook(line), XLSX) if ending == "xlsx" else (_paper(line), "application/pdf")
    response = HttpResponse(data, content_type=kind)
    name = quote(f"{line.row.content['title']}.{ending}")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response
