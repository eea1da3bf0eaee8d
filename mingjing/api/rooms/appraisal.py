"""The appraisal: indicators of units with the rows behind them, the data for a third party. Nobody types a figure."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query
from pydantic import Field

from mingjing.analysis import indicators
from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import not_found
from mingjing.api.rows import AgencyCode, Paged, page_of
from mingjing.api.schemas import Given, Links, Told

if TYPE_CHECKING:
    from mingjing.appraisal.figures import Figure

room = Room("考核指标")
VIEW, EXPORT = "appraisal.view", "appraisal.export"
ZIP = "application/zip"
CountedYear = Annotated[int | None, Field(ge=2000, le=2199, description="年度；不写：今年")]
IndicatorCode = Annotated[str, Field(pattern=r"^[0-9a-z_]{1,60}$", description="指标代码")]


class OfCountedYear(Given):
    """Of which year."""

    year: CountedYear = None


class UnitFilters(Paged, OfCountedYear):
    """Of which year, which page. Each unit is counted anew from its rows."""

    limit: Annotated[int, Field(ge=1, le=50, description="一页几个单位")] = 12


class IndicatorLine(Told):
    """One figure: so many of so many."""

    indicator: str
    title: str
    formula: str
    hits: int
    of: int
    percent: str


class IndicatedUnit(Told):
    """The figures of one unit."""

    agency: str
    name: str
    year: int
    figures: list[IndicatorLine]


class IndicatorPage(Told):
    """The figures of units, in the order of the register, never ranked."""

    items: list[IndicatedUnit]
    links: Links


class CountedRow(Told):
    """A row behind a figure."""

    name: str
    day: date | None
    flags: list[str]
    counts: bool
    case: str


class IndicatorAnswer(IndicatorLine):
    """One figure with its rows, so that it can be computed again."""

    agency: str
    year: int
    rows: list[CountedRow]
    links: Links


@room.get("/appraisal", VIEW, answer=IndicatorPage)
def list_indicators(request: Called, filters: Query[UnitFilters]) -> IndicatorPage:
    """列出可以查阅的各单位一个年度的考核指标；按登记的顺序，不排名。"""
    person, today = request.auth.person, timezone.localdate()
    year, begins, ends = indicators.days_of(filters.year, today)
    units, links = page_of(request, indicators.units_for(person), lambda one: one.code, filters)
    items = [
        IndicatedUnit(
            agency=one.code,
            name=one.name,
            year=year,
            figures=[
                _line(request, figure) for figure in indicators.figures_of(person, one, begins, ends, today)
            ],
        )
        for one in units
    ]
    return IndicatorPage(items=items, links=links)


@room.get("/appraisal/{agency}/{indicator}", VIEW, answer=IndicatorAnswer)
def get_indicator(
    request: Called, agency: AgencyCode, indicator: IndicatorCode, filters: Query[UnitFilters]
) -> IndicatorAnswer:
    """读取一个单位的一项指标和所计的每一行。"""
    person, today = request.auth.person, timezone.localdate()
    year, begins, ends = indicators.days_of(filters.year, today)
    try:
        unit, found = indicators.figure_of(person, agency, indicator, begins, ends, today)
    except indicators.NoSuchIndicator:
        raise not_found() from None
    hits = frozenset(found.indicator.hits)
    numbered, links = page_of(request, list(enumerate(found.rows)), lambda one: one[0], filters)
    rows = [
        CountedRow(
            name=one.name, day=one.day, flags=sorted(one.flags), counts=hits <= one.flags, case=one.case_code
        )
        for _number, one in numbered
    ]
    line = _line(request, found).model_dump()
    return IndicatorAnswer(**line, agency=unit.code, year=year, rows=rows, links=links)


@room.file("/appraisal-export.zip", EXPORT, media=(ZIP,))
def export_appraisal(request: Called, of: Query[OfCountedYear]) -> HttpResponse:
    """导出供第三方评估的数据（ZIP）：没有人名、编号和文字。"""
    today = timezone.localdate()
    _year, begins, ends = indicators.days_of(of.year, today)
    return HttpResponse(indicators.exported(request.auth.person, begins, ends, today), content_type=ZIP)


def _line(request: Called, figure: "Figure") -> IndicatorLine:
    one = figure.indicator
    return IndicatorLine(
        indicator=one.code,
        title=one.title,
        formula=indicators.scheme_for(request.auth.person).formula(one),
        hits=figure.hits,
        of=figure.of,
        percent=figure.percent,
    )
