"""The figures of visits with what each means, the visits behind each, and all of it as a workbook."""

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from mingjing.exchange.sheets import workbook_bytes
from mingjing.inspections.patterns.figure_rows import Row, figures_of, rows_of
from mingjing.inspections.patterns.figures import (
    ARMS,
    DEFINITIONS,
    RANDOM,
    TARGETED,
    Figures,
    Rate,
    class_title,
)
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agencies_visible_to
from mingjing.web.access import SignedRequest, allowed

PAGE: Final = 50
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADINGS: Final = (
    *("案件", "机关", "日期", "对象代码", "对象", "风险等级", "来源", "结果", "发现问题"),
    *("参加部门数", "本机关当年第几次"),
)


@require_GET
@allowed("visits.figures")
def figures(request: SignedRequest) -> HttpResponseBase:
    """Coverage, findings against the random arm, visits per firm, joint share, over the cap: each opens its visits."""
    year, this = _year(request)
    context = {
        "found": _figures(request, year),
        "year": year,
        "years": range(this, this - 5, -1),
        "definitions": DEFINITIONS,
    }
    return render(request, "web/visits/figures.html", context)


@require_GET
@allowed("visits.figures")
def rows(request: SignedRequest) -> HttpResponseBase:
    """The visits behind one figure."""
    year, _ = _year(request)
    known = _figures(request, year).rows.get(request.GET.get("of", "visits"))
    if known is None:
        raise Http404(request.GET.get("of"))
    title, cases = known
    page = Paginator(cases, PAGE).get_page(request.GET.get("page"))
    context = {
        "title": title,
        "count": len(cases),
        "year": year,
        "of": request.GET.get("of", "visits"),
        "page": page,
        "rows": rows_of(_scope(request), year, list(page)),
    }
    return render(request, "web/visits/figure_rows.html", context)


@require_GET
@allowed("visits.figures")
def workbook(request: SignedRequest) -> HttpResponseBase:
    """All figures of a year, the visits behind them and what each figure means."""
    year, _ = _year(request)
    found = _figures(request, year)
    sheets: dict[str, Sequence[Sequence[str]]] = {
        "统计": [("指标", "数值", "95% 区间", "分子", "分母"), *_lines(found)],
        "检查": [HEADINGS, *(_cells(one) for one in rows_of(_scope(request), year, found.visits))],
        "口径": [("指标", "口径"), *DEFINITIONS],
    }
    response = HttpResponse(workbook_bytes(sheets), content_type=XLSX)
    name = quote(f"{year}年检查统计.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def _scope(request: SignedRequest) -> list[int]:
    return agencies_visible_to(request.user, "visits.figures")


def _figures(request: SignedRequest, year: int) -> Figures:
    return figures_of(_scope(request), year)


def _year(request: SignedRequest) -> tuple[int, int]:
    this, asked = legal_day(timezone.now()).year, request.GET.get("year", "")
    return (int(asked) if asked.isdecimal() and len(asked) == 4 else this), this


def _lines(found: Figures) -> Iterator[Sequence[str]]:
    """Every figure of the page as a line: name, value, interval, what was divided by what."""
    yield "检查", str(len(found.visits)), "", "", ""
    yield "检查对象", str(found.objects), "", "", ""
    yield "抽查覆盖率", _share(found.coverage), "", str(found.covered), str(found.listed)
    for one in found.classes:
        title = f"登记对象覆盖率：{class_title(one.risk)}"
        yield title, _share(one.share), "", str(one.visited), str(one.objects)
    for risk in found.risks:
        for arm, rate in ((RANDOM, risk.random), (TARGETED, risk.targeted)):
            yield _rate(f"发现问题的比例：{class_title(risk.risk)}{ARMS[arm]}", rate)
    yield _rate("发现问题的比例：随机抽查合计", found.whole.random)
    yield _rate("发现问题的比例：针对性检查合计", found.whole.targeted)
    for times, objects, _ in found.per_object:
        yield f"一年检查 {times} 次的对象", str(objects), "", "", ""
    yield "联合检查", _share(found.joint_share), "", str(len(found.joint)), str(len(found.visits))
    yield "超过频次上限的检查", str(len(found.over_cap)), "", "", ""
    yield "达到上限后依法不计频次的检查", str(len(found.excepted)), "", "", ""


def _rate(title: str, rate: Rate) -> Sequence[str]:
    between = f"{_share(rate.interval[0])}—{_share(rate.interval[1])}" if rate.interval else ""
    return title, _share(rate.share), between, str(len(rate.hits)), str(len(rate.cases))


def _share(value: float | None) -> str:
    return "" if value is None else f"{value * 100:.1f}%"


def _cells(one: Row) -> Sequence[str]:
    problem = "" if one.problem is None else ("是" if one.problem else "否")
    about = (one.case, one.agency, one.on.isoformat(), one.object, one.name, one.risk, one.trigger)
    return *about, one.result, problem, str(one.joint), str(one.nth)
