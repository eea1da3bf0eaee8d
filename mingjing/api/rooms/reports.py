"""Reports of statistics: handed in by one, approved or returned by another, published with its files."""

from typing import Annotated, Any, Literal

from django.utils import timezone
from pydantic import Field

from mingjing.analysis.report_rows import other_rows
from mingjing.api.door import Called, demand
from mingjing.api.problems import not_found
from mingjing.api.refusals import refusing
from mingjing.api.repeating import token_of
from mingjing.api.rooms.statistics import room
from mingjing.api.rooms.statistics_schemas import Form, ReportAnswer
from mingjing.api.rows import Number, Text
from mingjing.api.schemas import Day, Given
from mingjing.exchange.sheets import workbook_bytes
from mingjing.statistics import selectors, services
from mingjing.statistics.figures import terms_of
from mingjing.statistics.periods import Period, read_period
from mingjing.statistics.printed import paper_pdf, sheets_of
from mingjing.statistics.services import NotDone

__all__ = ["room"]
PREPARE, APPROVE, PUBLISH = "statistics.prepare", "statistics.approve", "statistics.publish"
Name = Annotated[str, Field(max_length=60)]


class ReportGiven(Given):
    """A report as it is handed in; what the system counts cannot be typed."""

    form: Form
    period: Annotated[str, Field(pattern=r"^[0-9]{4}(-[0-9]{2})?$")] = Field(description="2026-03 或者 2026")
    cutoff: Day = Field(description="截止日")
    typed: dict[Name, dict[Name, Annotated[str, Field(max_length=40)]]] = Field(
        default_factory=dict, max_length=40, description="人工填报的数：表的代码、列的代码、数"
    )
    typed_notes: dict[Name, Text] = Field(
        default_factory=dict, max_length=40, description="每张表人工填报的数从哪里来"
    )
    note: Annotated[str, Field(max_length=3000)] = ""
    reason: Annotated[str, Field(max_length=1000)] = Field("", description="更正已经批准的报表的，为什么")
    imported: bool = Field(True, description="计入旧案")


class ReportStepGiven(Given):
    """Approving, returning or publishing a report."""

    step: Literal["approved", "returned", "published"]
    text: Annotated[str, Field(max_length=3000)] = Field("", description="returned：为什么退回")


@room.post("/statistics/reports", PREPARE, answer=ReportAnswer)
def hand_in_report(request: Called, given: ReportGiven) -> ReportAnswer:
    """报送本机关一个统计期的报表：数字由系统按截止日计算，由另一人批准。"""
    by = request.auth.person
    said = given.model_dump(exclude={"period"})
    with refusing(NotDone):
        row = services.submit(
            draft=services.Draft(**said, period=_period(request, given)),
            by=by,
            at=timezone.now(),
            once=token_of(request),
            others=other_rows,
        )
    return ReportAnswer.whole(_line(request, row.pk))


def _period(request: Called, given: ReportGiven) -> Period:
    terms = terms_of(request.auth.person.agency).reports.get(given.form)
    if terms is None:
        raise NotDone("没有这种报表。", field="form")
    found = read_period(terms.period, given.period)
    if found is None:
        raise NotDone("统计期没有写对。", field="period")
    return found


@room.post("/statistics/reports/{report}/steps", APPROVE, PUBLISH, answer=ReportAnswer)
def take_report_step(request: Called, report: Number, given: ReportStepGiven) -> ReportAnswer:
    """批准（重新统计的数字必须相同）、退回或者公布一份报表。编制人不能批准自己编制的。"""
    line = _line(request, report)
    demand(request, PUBLISH if given.step == "published" else APPROVE)
    told: dict[str, Any] = {"report": line.row, "by": request.auth.person, "at": timezone.now()}
    with refusing(NotDone):
        if given.step == "approved":
            services.approve(**told, others=other_rows)
        elif given.step == "returned":
            services.give_back(**told, said=given.text)
        else:
            row = line.row
            paper = paper_pdf(row.content, at=row.at, agency=row.agency.name, version=row.version)
            services.publish(**told, workbook=workbook_bytes(sheets_of(row.content)), paper=paper)
    return ReportAnswer.whole(_line(request, report))


def _line(request: Called, number: int) -> selectors.Line:
    try:
        return selectors.report_for(request.auth.person, number)
    except selectors.NoSuchReport:
        raise not_found() from None
