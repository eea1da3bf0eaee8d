"""Analysis: a page of tables and charts for each subject, the cases behind each figure, spreadsheets, saved filters."""

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import parse_qs, quote

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from mingjing.analysis import saved
from mingjing.analysis.asked import NAMES, ORIGINS, Asked, asked_of
from mingjing.analysis.catalogue import SUBJECTS, Subject
from mingjing.analysis.dims import field_titles, region_title
from mingjing.analysis.following import behind
from mingjing.analysis.grids import fetched
from mingjing.analysis.maps import figures
from mingjing.analysis.months import read_month
from mingjing.analysis.tables import Row, Table
from mingjing.exchange.sheets import workbook_bytes
from mingjing.packs.load import library
from mingjing.personnel.selectors import agencies_visible_to, names_of
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.area_map import WIDTH, map_of, middle_of

PAGE: Final = 50
LONGEST_SHEET: Final = 31  # characters of the name of a sheet
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@allowed("analysis.view")
def overview(request: SignedRequest) -> HttpResponseBase:
    """The subjects, and the filters that this person has saved or may open."""
    rows = list(saved.views_for(request.user))
    names = names_of(row.owner for row in rows)
    views = [
        {
            "row": row,
            "subject": SUBJECTS[row.subject],
            "own": row.owner == request.user.username,
            "owner": names.get(row.owner, row.owner),
        }
        for row in rows
        if row.subject in SUBJECTS
    ]
    return render(request, "web/analysis/overview.html", {"subjects": SUBJECTS.values(), "views": views})


@require_GET
@allowed("analysis.view")
def page(request: SignedRequest, subject: str) -> HttpResponseBase:
    """One subject: its tables with their charts. Without any filter it opens with the person's own view of it."""
    about = _subject(subject)
    if not request.GET and (usual := saved.default_of(request.user, subject)):
        return redirect(f"{reverse('analysis-page', args=[subject])}?{usual.query}&view={usual.pk}")
    asked = _asked(request, about)
    views = list(saved.views_for(request.user, subject))
    context = {
        **_frame(about, asked),
        "tables": [_shown(one.table(asked), asked) for one in about.makers()],
        "views": [(one, f"{one.query}&view={one.pk}") for one in views],
        "view": next((one for one in views if str(one.pk) == request.GET.get("view")), None),
        "behind": behind(),
    }
    return render(request, "web/analysis/page.html", context)


@require_GET
@allowed("analysis.view")
def cases(request: SignedRequest, subject: str) -> HttpResponseBase:
    """The cases, or other things, behind one figure: as many as the figure says."""
    about = _subject(subject)
    asked = _asked(request, about)
    # Nothing is asked for but the subject: its first table, all of it.
    maker = about.maker(request.GET.get("table", "") or about.makers()[0].code)
    if maker is None:
        raise Http404(request.GET.get("table"))
    row, column = (request.GET.get(name, "").replace("\0", "")[:400] for name in ("row", "column"))
    if not _possible(row, column):
        raise Http404(row)
    found = maker.opened(asked, row, column)
    listed = Paginator(found, PAGE).get_page(request.GET.get("page"))
    shown = fetched(found[max(0, listed.start_index() - 1) : listed.end_index()])
    sight = set(agencies_visible_to(request.user, "case.view"))
    context = {
        **_frame(about, asked),
        "title": maker.named(asked, row, column),
        "page": listed,
        "records": [maker.record(one) for one in shown],
        "may_open": bool(sight),
        "here": asked.query(table=maker.code, row=row, column=column),
    }
    return render(request, "web/analysis/cases.html", context)


@require_GET
@allowed("analysis.view")
def workbook(request: SignedRequest, subject: str) -> HttpResponseBase:
    """The tables of a page as they stand there, a sheet each, with what they were narrowed by."""
    about = _subject(subject)
    asked = _asked(request, about)
    sheets: dict[str, Sequence[Sequence[str]]] = {}
    for one in about.makers():
        table = one.table(asked)
        sheets[table.title[:LONGEST_SHEET]] = _lines(table)
    sheets["条件"] = [("条件", "取值"), *_said(asked, about)]
    response = HttpResponse(workbook_bytes(sheets), content_type=XLSX)
    name = quote(f"{about.title}分析（{asked.title}）.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


# --- saved views ------------------------------------------------------------------------------


@require_POST
@allowed("analysis.view")
def save(request: SignedRequest, subject: str) -> HttpResponseBase:
    """Keep the filters of a page under a name."""
    about = _subject(subject)
    asked = _asked_from(request, about, request.POST.get("query", ""))
    try:
        row = saved.save(
            by=request.user,
            subject=about.code,
            name=request.POST.get("name", ""),
            query=asked.query(),
            shared=request.POST.get("shared") == "1",
            at=timezone.now(),
        )
    except saved.NotSaved as refused:
        messages.error(request, str(refused), extra_tags="amber")
        return redirect(f"{reverse('analysis-page', args=[subject])}?{asked.query()}")
    messages.success(request, f"已保存视图“{row.name}”。")
    return redirect(f"{reverse('analysis-page', args=[subject])}?{row.query}&view={row.pk}")


@require_POST
@allowed("analysis.view")
def change(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Rename, share, open with, or delete one of one's own views."""
    try:
        told = _done(request, pk)
    except saved.NotSaved as refused:
        messages.error(request, str(refused), extra_tags="amber")
    except saved.NoSuchView:
        raise Http404(str(pk)) from None
    else:
        messages.success(request, told)
    back = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if safe and back.startswith("/analysis/") else reverse("analysis"))


def _done(request: SignedRequest, pk: int) -> str:
    step, by = request.POST.get("do", ""), request.user
    if step == "rename":
        return f"已改名为“{saved.rename(by=by, pk=pk, name=request.POST.get('name', '')).name}”。"
    if step in {"share", "unshare"}:
        row = saved.share(by=by, pk=pk, shared=step == "share")
        return f"“{row.name}”{'本机关同事可以打开' if row.shared else '只有您自己可以打开'}。"
    if step in {"default", "undefault"}:
        row = saved.open_with(by=by, pk=pk, default=step == "default")
        return f"“{row.name}”{'以后打开这一页时使用' if row.default else '不再自动使用'}。"
    if step == "delete":
        return f"已删除视图“{saved.delete(by=by, pk=pk).name}”。"
    saved.own(by, pk)
    raise saved.NotSaved("没有这一步。")


# --- what pages share -------------------------------------------------------------------------


def _subject(code: str) -> Subject:
    try:
        return SUBJECTS[code]
    except KeyError:
        raise Http404(code) from None


def _asked(request: SignedRequest, about: Subject) -> Asked:
    return _asked_from(request, about, request.META.get("QUERY_STRING", ""))


def _asked_from(request: SignedRequest, about: Subject, query: str) -> Asked:
    """Read the filters that the subject knows. A unit out of sight does not exist for this viewer."""
    known = {"from", "to", *about.filters}
    told = {name: values[-1] for name, values in parse_qs(query[:2000]).items() if name in known}
    asked = asked_of(request.user, told, timezone.localdate())
    if asked.unit and asked.unit not in {one.code for one in asked.units}:
        raise Http404(asked.unit)
    return asked


def _possible(row: str, column: str) -> bool:
    """Say whether what stands where a month stands could be one: databases refuse the thirteenth."""
    return all(
        not one[:5].removesuffix("-").isdecimal() or "-" not in one or read_month(one)
        for one in (row, column)
    )


def _frame(about: Subject, asked: Asked) -> dict[str, Any]:
    regions = sorted({one.region for one in asked.units if one.region})
    fields = field_titles()
    return {
        "subject": about,
        "subjects": SUBJECTS.values(),
        "asked": asked,
        "query": asked.query(),
        "kept": {name: _kept(one, asked) for name, one in SUBJECTS.items()},
        "said": _said(asked, about),
        "fields": [(code, fields[code]) for code in fields if code in {one.field for one in asked.units}],
        "regions": [(one, region_title(asked, one)) for one in regions],
        "procedures": library().procedures.values(),
        "origins": ORIGINS.items(),
    }


def _kept(other: Subject, asked: Asked) -> str:
    """Give the filters that another subject knows too."""
    dropped = {name: "" for name in NAMES if name not in {"from", "to", *other.filters}}
    return asked.query(**dropped)


def _said(asked: Asked, about: Subject) -> list[tuple[str, str]]:
    """Say by what a page is narrowed."""
    unit = next((one.name for one in asked.units if one.code == asked.unit), "全部")
    procedures = library().procedures
    named = {
        "unit": ("机关", unit),
        "field": ("执法领域", field_titles().get(asked.field, asked.field)),
        "region": ("地区", region_title(asked, asked.region) if asked.region else ""),
        "procedure": ("程序", procedures[asked.procedure].title if asked.procedure in procedures else ""),
        "origin": ("案件", ORIGINS[asked.origin]),
    }
    return [
        ("时段", asked.title),
        *((words, value or "全部") for name, (words, value) in named.items() if name in about.filters),
    ]


def _shown(table: Table, asked: Asked) -> dict[str, Any]:
    """A table with the address behind each figure."""
    return {
        "table": table,
        "map": _map(table, asked),
        "rows": [_linked(row, table, asked) for row in table.rows],
        "total": _linked(table.total, table, asked) if table.total else None,
        "drawn": not table.empty and table.chart,
    }


def _map(table: Table, asked: Asked) -> dict[str, Any] | None:
    """What the template draws of the areas that a table counts; None where it counts none that are drawn."""
    told = figures(asked, table)
    if told is None:
        return None
    frame = map_of([point for one in told.areas for point in one.grid.points])
    if frame is None:
        return {"choices": [(one, asked.query(unit=one.code)) for one in told.choices]}
    drawn = [
        {
            "one": one,
            "line": frame.line(one.grid.points),
            "at": frame.at(middle_of(one.grid.points)),
            "to": asked.query(table=table.code, row=one.cell.mark.row) if one.cell and one.cell.mark else "",
        }
        for one in sorted(told.areas, key=lambda one: not one.grid.outline)
    ]
    return {"areas": drawn, "steps": told.steps, "width": WIDTH, "height": round(frame.height, 1)}


def _linked(row: Row, table: Table, asked: Asked) -> dict[str, Any]:
    cells = [
        {
            "cell": cell,
            "drawn": column.drawn,
            "to": asked.query(table=table.code, row=cell.mark.row, column=cell.mark.column)
            if cell.mark
            else "",
        }
        for cell, column in zip(row.cells, table.columns, strict=True)
    ]
    return {"row": row, "cells": cells}


def _lines(table: Table) -> list[Sequence[str]]:
    compared = [table.compared, "变化"] if table.compared else []
    lines: list[Sequence[str]] = [[table.head, *(one.title for one in table.columns), *compared]]
    for row in [*table.rows, *([table.total] if table.total else [])]:
        before = [row.before.shown if row.before else "", row.change] if compared else []
        lines.append([row.title, *(cell.shown for cell in row.cells), *before])
    return lines
