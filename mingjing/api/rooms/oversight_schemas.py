"""The shapes of supervision documents and of filed major penalties as the API gives and takes them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.rooms.step_schemas import StepLine, Unit
from mingjing.api.rows import AgencyCode, Number, Paged, Text
from mingjing.api.schemas import Day, Given, Links, Told

if TYPE_CHECKING:
    from mingjing.oversight.filings import Major
    from mingjing.oversight.selectors import Line as MatterOf

PaperKind = Literal["notice", "opinion", "decision", "listing"]


class MatterFilters(Paged):
    """Which supervision documents."""

    kind: Annotated[str, Field(max_length=10)] = ""
    unit: Unit = ""
    state: Annotated[str, Field(max_length=20)] = ""


class MatterLine(Told):
    """One supervision document, or a filing of a major penalty."""

    pk: int
    no: str
    kind: str
    office: str
    unit: str
    subject: str
    case: str
    state: str
    due: date | None
    overdue: bool
    at: datetime
    self: str

    @classmethod
    def of(cls, line: "MatterOf", today: date) -> "MatterLine":
        """A matter as the list shows it."""
        return cls(**matter_told(line, today))


def matter_told(line: "MatterOf", today: date) -> dict[str, Any]:
    """What lists tell of a matter."""
    row = line.row
    return {
        **{name: getattr(row, name) for name in ("pk", "no", "kind", "subject", "at")},
        "office": row.office.code,
        "unit": row.agency.code,
        "case": row.case_code,
        "state": line.now.state,
        "due": line.now.due,
        "overdue": line.overdue(today),
        "self": f"/api/v1/supervision/documents/{row.pk}",
    }


class MatterPage(Told):
    """Supervision documents."""

    items: list[MatterLine]
    links: Links


class MatterAnswer(MatterLine):
    """One of them with what it says and its steps."""

    content: dict[str, Any]
    steps: list[StepLine]


class MatterGiven(Given):
    """A supervision document as it is drafted."""

    kind: PaperKind = Field(description="notice 通知书，opinion 意见书，decision 决定书，listing 挂牌督办")
    to: AgencyCode = Field(description="发给哪个下级单位")
    subject: Annotated[str, Field(max_length=200)] = Field(description="事项")
    found: Text = Field(description="查明的情况")
    basis: Text = Field(description="依据")
    demands: list[Text] = Field(max_length=20, description="逐条的要求")
    due: Day | None = Field(None, description="报告期限；不写：按这种文书的期限")
    case: Annotated[str, Field(max_length=32)] = Field("", description="所涉案件的编号")
    follows: Number | None = Field(None, description="接着哪一份文书或者备案")


class MatterStepGiven(Given):
    """One step of a supervision document or of a filing: the office's or the unit's."""

    step: Literal[
        "issued",
        "dropped",
        "received",
        "replied",
        "extension_asked",
        "objected",
        "accepted",
        "lifted",
        "sent_back",
        "extended",
        "not_extended",
        "upheld",
        "withdrawn",
        "reviewed",
    ]
    text: Text = Field("", description="意见、理由、办理情况")
    due: Day | None = Field(None, description="extended、sent_back：新的期限")


class FilingLine(Told):
    """A major penalty that must be filed with the office above."""

    case: str
    agency: str
    number: str
    title: str
    decided_on: date
    grounds: list[str] = Field(description="为什么属于重大行政处罚")
    due: date | None
    overdue: bool
    filed: int | None = Field(description="备案的序号；null：还没有报送")

    @classmethod
    def of(cls, one: "Major", today: date) -> "FilingLine":
        """A penalty with whether it was filed."""
        decided = one.decided
        return cls(
            case=decided.case_code,
            agency=one.agency.code,
            number=decided.number,
            title=decided.title,
            decided_on=decided.decided_on,
            grounds=list(one.grounds),
            due=one.due,
            overdue=one.overdue(today),
            filed=one.filed.pk if one.filed else None,
        )


class FilingPage(Told):
    """Major penalties of the last year."""

    items: list[FilingLine]
    links: Links


class FilingGiven(Given):
    """A major penalty that is filed."""

    case: Annotated[str, Field(max_length=32)] = Field(description="案件编号")
    late: Text = Field("", description="超过期限的，迟报的原因")
