"""Statistics: reports as handed in, figures as they are counted with what they count, the tables of analysis."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from ninja import Query

from mingjing.analysis.asked import asked_of
from mingjing.analysis.catalogue import SUBJECTS
from mingjing.analysis.report_rows import other_rows
from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import not_found, refused
from mingjing.api.rooms.statistics_schemas import (
    AnalysisAnswer,
    AnalysisFilters,
    AnalysisTable,
    BehindFilters,
    CountedLine,
    CountedPage,
    FigureFilters,
    FiguresAnswer,
    ReportAnswer,
    ReportFilters,
    ReportLine,
    ReportPage,
    Subject,
    SubjectLine,
    SubjectPage,
)
from mingjing.api.rows import Number, newest_first, page_of, told
from mingjing.exchange.sheets import workbook_bytes
from mingjing.statistics import selectors
from mingjing.statistics.figures import Figures, figures_of, terms_of
from mingjing.statistics.periods import Period, period_of, read_period
from mingjing.statistics.printed import sheets_of

if TYPE_CHECKING:
    from mingjing.packs.statistics_terms import ReportTerms
    from mingjing.personnel.models import Agency

room = Room("统计分析")
VIEW, ANALYSIS = "statistics.view", "analysis.view"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@room.get("/statistics/reports", VIEW, answer=ReportPage)
def list_reports(request: Called, filters: Query[ReportFilters]) -> ReportPage:
    """列出已经报送的统计报表，新的在前。"""
    asked = filters.model_dump(include={"form", "unit"})
    rows, links = newest_first(request, selectors.reports_seen_by(request.auth.person, asked), filters)
    return ReportPage(items=[ReportLine.of(selectors.line_of(one)) for one in rows], links=links)


@room.get("/statistics/reports/{report}", VIEW, answer=ReportAnswer)
def get_report(request: Called, report: Number) -> ReportAnswer:
    """读取一份统计报表：报送时的数字原样。"""
    return ReportAnswer.whole(_line(request, report))


@room.file("/statistics/reports/{report}/workbook.xlsx", VIEW, media=(XLSX,))
def get_report_workbook(request: Called, report: Number) -> HttpResponse:
    """下载一份统计报表（XLSX）。"""
    content = workbook_bytes(sheets_of(_line(request, report).row.content))
    return HttpResponse(content, content_type=XLSX)


def _line(request: Called, number: int) -> selectors.Line:
    try:
        return selectors.report_for(request.auth.person, number)
    except selectors.NoSuchReport:
        raise not_found() from None


@room.get("/statistics/figures", VIEW, answer=FiguresAnswer)
def count_figures(request: Called, filters: Query[FigureFilters]) -> FiguresAnswer:
    """按统计期和截止日计算一张报表；同样的参数永远得到同样的数字。"""
    return FiguresAnswer.of(_figures(request, filters))


@room.get("/statistics/figures/cases", VIEW, answer=CountedPage)
def list_counted(request: Called, filters: Query[BehindFilters]) -> CountedPage:
    """列出一个数字所计的案件和行为。"""
    cell = _figures(request, filters).cell(filters.table, filters.column)
    if cell is None:
        raise not_found()
    seen, hidden = selectors.cases_in_sight(request.auth.person, cell.rows)
    rows, links = page_of(request, seen, lambda one: f"{one.case}/{one.act}", filters)
    return CountedPage(items=[told(CountedLine, one) for one in rows], hidden=hidden, links=links)


def _figures(request: Called, filters: FigureFilters) -> Figures:
    agency, now = _agency(request, filters.agency), timezone.now()
    terms = terms_of(agency).reports.get(filters.form)
    if terms is None:
        raise not_found()
    today = timezone.localdate(now)
    cutoff = min(filters.cutoff or today - timedelta(days=1), today)
    return figures_of(
        agency,
        terms.code,
        _period(terms, filters.period, today),
        cutoff=cutoff,
        at=now,
        others=other_rows,
    )


def _period(terms: "ReportTerms", asked: str, today: date) -> Period:
    if not asked:
        return period_of(terms.period, today).before
    found = read_period(terms.period, asked)
    if found is None:
        raise refused({"period": [_("不是这种报表的统计期：月报写成 2026-03，年报写成 2026。")]})
    return found


def _agency(request: Called, code: str) -> "Agency":
    if not code:
        return request.auth.person.agency
    found = next((one for one in selectors.units_of(request.auth.person) if one.code == code), None)
    if found is None:
        raise not_found()
    return found


# --- analysis ---------------------------------------------------------------------------------


@room.get("/analysis", ANALYSIS, answer=SubjectPage)
def list_analysis_subjects(request: Called) -> SubjectPage:
    """列出分析主题和各自可以使用的条件。"""
    return SubjectPage(items=[told(SubjectLine, one, filters=list(one.filters)) for one in SUBJECTS.values()])


@room.get("/analysis/{subject}", ANALYSIS, answer=AnalysisAnswer)
def get_analysis_tables(request: Called, subject: Subject, filters: Query[AnalysisFilters]) -> AnalysisAnswer:
    """读取一个分析主题的各表，和页面上的相同。"""
    about = SUBJECTS.get(subject)
    if about is None:
        raise not_found()
    given = filters.model_dump()
    given |= {"from": given.pop("since"), "to": given.pop("until")}
    known = {"from", "to", *about.filters}
    narrowed = {name: value for name, value in given.items() if name in known and value}
    asked = asked_of(request.auth.person, narrowed, timezone.localdate())
    if asked.unit and asked.unit not in {one.code for one in asked.units}:
        raise not_found()
    return AnalysisAnswer(
        subject=about.code,
        title=about.title,
        period=asked.title,
        tables=[AnalysisTable.of(one.table(asked)) for one in about.makers()],
    )
