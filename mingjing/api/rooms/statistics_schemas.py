"""The shapes of reports, figures and tables of analysis as the API gives them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.rows import Paged, told
from mingjing.api.schemas import Day, Given, Links, Told

if TYPE_CHECKING:
    from mingjing.analysis.tables import Row, Table
    from mingjing.statistics.figures import Figures
    from mingjing.statistics.selectors import Line

Unit = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,40}$", description="机关代码；空：本机关")]
Form = Annotated[str, Field(pattern=r"^[a-z_]{1,20}$", description="报表代码，如 monthly、yearly")]
Subject = Annotated[str, Field(pattern=r"^[a-z_]{1,40}$", description="分析主题代码")]
Month = Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2})?$", description="月份，如 2026-03")]


class ReportFilters(Paged):
    """Which reports."""

    form: Annotated[str, Field(pattern=r"^[a-z_]{0,20}$")] = Field("", description="报表代码")
    unit: Unit = ""


class ReportLine(Told):
    """One report as it was handed in."""

    pk: int
    agency: str
    form: str
    period: str
    version: int
    cutoff: date
    title: str
    state: str
    by: str
    at: datetime
    commitment: str
    self: str

    @classmethod
    def of(cls, line: "Line") -> "ReportLine":
        """A report and where it stands."""
        return told(cls, line.row, **_report(line))


def _report(line: "Line") -> dict[str, Any]:
    row = line.row
    return {
        "agency": row.agency.code,
        "title": row.content["title"],
        "state": line.state,
        "self": f"/api/v1/statistics/reports/{row.pk}",
    }


class ReportPage(Told):
    """Reports."""

    items: list[ReportLine]
    links: Links


class ReportAnswer(ReportLine):
    """One report with its figures."""

    content: dict[str, Any] = Field(description="报送时的各表、说明，原样")

    @classmethod
    def whole(cls, line: "Line") -> "ReportAnswer":
        """A report as it was handed in."""
        return told(cls, line.row, content=line.row.content, **_report(line))


class FigureFilters(Given):
    """Which figures."""

    form: Form = "monthly"
    period: Annotated[str, Field(pattern=r"^([0-9]{4}(-[0-9]{2})?)?$")] = Field(
        "", description="2026-03 或者 2026；空：最近一个完整的统计期"
    )
    cutoff: Day | None = Field(None, description="截止日；不写：昨天")
    agency: Unit = ""


class BehindFilters(FigureFilters, Paged):
    """Which figure, and which page of what it counts."""

    table: Annotated[str, Field(max_length=40)] = Field(description="表的代码")
    column: Annotated[str, Field(max_length=60)] = Field(description="列的代码")


class FigureCell(Told):
    """One figure."""

    column: str
    title: str
    shown: str
    by_hand: bool = Field(description="由人填报，没有可以打开的案件")


class FigureTable(Told):
    """One table of figures."""

    code: str
    title: str
    cells: list[FigureCell]


class FiguresAnswer(Told):
    """A report as it is counted now."""

    title: str
    agency: str
    form: str
    period: str
    cutoff: date
    tables: list[FigureTable]
    faults: list[str] = Field(description="表内不平的地方")

    @classmethod
    def of(cls, found: "Figures") -> "FiguresAnswer":
        """Figures as they were counted."""
        tables = [
            FigureTable(
                code=one.form.code,
                title=one.form.title,
                cells=[
                    FigureCell(
                        column=cell.column.code,
                        title=cell.column.title,
                        shown=str(cell.shown),
                        by_hand=bool(cell.typed),
                    )
                    for cell in one.cells
                ],
            )
            for one in found.tables
        ]
        return cls(
            title=found.title,
            agency=found.agency.code,
            form=found.report.code,
            period=found.period.key,
            cutoff=found.cutoff,
            tables=tables,
            faults=found.faults,
        )


class CountedLine(Told):
    """One thing that a figure counts."""

    source: str
    case: str
    act: str
    kind: str
    on: date
    imported: bool


class CountedPage(Told):
    """What a figure counts, as far as this person may open it."""

    items: list[CountedLine]
    hidden: int = Field(description="另有几件不在可以查阅的范围内")
    links: Links


class AnalysisFilters(Given):
    """By what tables are narrowed."""

    since: Month = ""
    until: Month = ""
    unit: Unit = Field("", description="机关代码；空：可以查阅的全部")
    field: Annotated[str, Field(pattern=r"^[a-z_]{0,20}$")] = Field("", description="执法领域")
    region: Annotated[str, Field(pattern=r"^[0-9]{0,6}$")] = Field("", description="行政区划代码")
    procedure: Annotated[str, Field(pattern=r"^[a-z0-9_]{0,16}$")] = Field("", description="程序代码")
    origin: Literal["live", "imported", "all"] = "live"


class AnalysisRow(Told):
    """One row of a table."""

    key: str
    title: str
    cells: list[str]
    before: str
    change: str

    @classmethod
    def of(cls, row: "Row") -> "AnalysisRow":
        """A row as the table shows it."""
        return cls(
            key=row.key,
            title=row.title,
            cells=[one.shown for one in row.cells],
            before=row.before.shown if row.before else "",
            change=row.change,
        )


class AnalysisTable(Told):
    """One table of analysis."""

    code: str
    title: str
    head: str
    columns: list[str]
    rows: list[AnalysisRow]
    total: AnalysisRow | None
    unit: str
    note: str
    left_out: int

    @classmethod
    def of(cls, table: "Table") -> "AnalysisTable":
        """A table as the page shows it."""
        return told(
            cls,
            table,
            columns=[one.title for one in table.columns],
            rows=[AnalysisRow.of(one) for one in table.rows],
            total=AnalysisRow.of(table.total) if table.total else None,
        )


class AnalysisAnswer(Told):
    """The tables of a subject."""

    subject: str
    title: str
    period: str
    tables: list[AnalysisTable]


class SubjectLine(Told):
    """One subject of analysis."""

    code: str
    title: str
    filters: list[str]


class SubjectPage(Told):
    """The subjects."""

    items: list[SubjectLine]
