"""The shapes of publications as the API gives and takes them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from mingjing.api.rows import AgencyCode, Short, Text, told
from mingjing.api.schemas import Code, Day, Given, Links, Told

if TYPE_CHECKING:
    from mingjing.publicity.desk import Due
    from mingjing.publicity.models import Preparation, Publication
    from mingjing.publicity.selectors import Decision, Entry

Word = Annotated[str, Field(min_length=1, max_length=100)]


class SearchFilters(Given):
    """What of the published decisions is looked for."""

    q: Short = Field("", description="文号、当事人、案由、内容中的字词")
    law: Short = Field("", description="引用的法律名称")
    agency: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,40}$")] = Field("", description="机关代码")
    region: Annotated[str, Field(pattern=r"^[0-9]{0,6}$")] = Field("", description="行政区划代码")
    since: Day | None = Field(None, description="决定日期起")
    until: Day | None = Field(None, description="决定日期止")
    cursor: Annotated[str, Field(max_length=200)] = Field("", description="上一页 links.next 中的游标")


class EntryLine(Told):
    """A published decision as lists show it."""

    code: str
    title: str
    kind_title: str
    document_no: str
    party: str
    agency: str
    decided_on: date | None
    published_on: datetime
    result: str
    self: str

    @classmethod
    def of(cls, entry: "Entry") -> "EntryLine":
        """An entry of the public list."""
        return told(cls, entry, self=f"/api/v1/publications/{entry.code}")


class EntryPage(Told):
    """A page of published decisions."""

    items: list[EntryLine]
    links: Links


class PublicLine(Told):
    """One line of what the public reads."""

    name: str
    title: str
    value: Any
    masked: bool


class TraceLine(Told):
    """That a publication was taken down."""

    ground: str
    reason: str
    at: datetime


class PublicationAnswer(Told):
    """A published decision as the public reads it today."""

    entry: EntryLine
    lines: list[PublicLine] = Field(description="空：已经撤回、期满或者销毁")
    withdrawn: TraceLine | None
    published_until: date | None
    ended: bool
    version: int
    log_index: int | None = Field(description="在公开存证日志中的位置；还没有封存的为 null")
    self: str

    @classmethod
    def of(cls, one: "Decision") -> "PublicationAnswer":
        """A decision as it is read on the portal."""
        entry = EntryLine.of(one.entry)
        return cls(
            entry=entry,
            lines=public_lines(one.body),
            withdrawn=told(TraceLine, one.withdrawn) if one.withdrawn else None,
            published_until=one.until,
            ended=one.ended,
            version=one.version,
            log_index=one.index,
            self=entry.self,
        )


def public_lines(body: Any) -> list[PublicLine]:
    """The lines of a public view."""
    return [
        PublicLine(name=one["name"], title=one["title"], value=one["value"], masked=bool(one.get("masked")))
        for one in body
    ]


class DueLine(Told):
    """A decision that must be published, or a publication that must come down."""

    case: str
    case_number: str
    title: str
    due: datetime | None
    overdue: bool
    withdrawal: bool = Field(description="true：应当撤回；false：应当公示")
    steps: list[str] = Field(description="期限怎样算出来")
    preparation: int | None = Field(description="等待另一人确认的准备件序号")
    publication: str = Field(description="应当撤回的公示编号")

    @classmethod
    def of(cls, one: "Due") -> "DueLine":
        """A line of the desk."""
        return cls(
            case=one.case.code,
            case_number=one.case.number,
            title=one.title,
            due=one.due,
            overdue=one.overdue,
            withdrawal=one.withdrawal,
            steps=list(one.steps),
            preparation=one.preparation.pk if one.preparation else None,
            publication=one.publication.code if one.publication else "",
        )


class DuePage(Told):
    """What falls due."""

    items: list[DueLine]


class PreparationLine(Told):
    """A masked view that waits for a second person."""

    pk: int
    case: str
    agency: str
    version: str = Field(description="这一稿的标记，确认时原样带回")
    prepared_by: str
    prepared_at: datetime
    corrects: str = Field(description="所更正的公示编号；空：不是更正")
    correction_reason: str
    facts: dict[str, Any]
    marks: list[str]
    lines: list[PublicLine]
    doubtful: list[str] = Field(description="可能是个人信息而没有隐去的字词，确认的人须逐一核对")
    self: str

    @classmethod
    def of(cls, row: "Preparation", doubtful: list[str]) -> "PreparationLine":
        """A paper of the desk."""
        return told(
            cls,
            row,
            case=row.case_code,
            agency=row.agency.code,
            version=row.once,
            corrects=row.corrects.code if row.corrects else "",
            lines=public_lines(row.view),
            doubtful=doubtful,
            self=f"/api/v1/publicity/preparations/{row.pk}",
        )


class PreparationPage(Told):
    """The papers that wait."""

    items: list[PreparationLine]
    links: Links


class PreparationGiven(Given):
    """What one person prepares."""

    case: Code
    facts: dict[str, Any] = Field(
        default_factory=dict, description="公示行为表单的各项，见行为种类 decision_published"
    )
    marks: list[Word] = Field(default_factory=list, max_length=50, description="另外要隐去的字词")
    cleared: dict[Word, Short] = Field(
        default_factory=dict, max_length=50, description="系统隐去而不是个人信息的字词和理由"
    )


class ConfirmationGiven(Given):
    """That a second person has read what was prepared."""

    version: Annotated[str, Field(max_length=64)] = Field(description="读到的那一稿的 version")
    checked: list[Word] = Field(default_factory=list, max_length=200, description="逐一核对过的 doubtful")


class ReturnGiven(Given):
    """That a paper is taken back from the desk."""

    version: Annotated[str, Field(max_length=64)] = Field(description="读到的那一稿的 version")


class WithdrawalGiven(Given):
    """Why a publication comes down."""

    ground: Short = Field(description="撤回的情形，见行为种类 publication_withdrawn")
    reason: Text = Field(description="理由，对外公开")
    performers: list[Annotated[str, Field(pattern=r"^[\w.@+-]{1,40}$")]] = Field(
        default_factory=list, max_length=20, description="另一名办理人的用户名"
    )


class CorrectionGiven(Given):
    """The right values of a publication."""

    reason: Text = Field(description="更正的理由，对外公开")
    values: dict[Short, Text] = Field(default_factory=dict, max_length=60, description="各项的正确内容")
    marks: list[Word] | None = Field(None, max_length=50, description="要隐去的字词；不写：同原来")
    hides_old: bool = Field(True, description="更正前的内容是否不再公开")


class OwnPublication(Told):
    """A publication as its agency has it."""

    code: str
    case: str
    agency: AgencyCode
    kind: str
    title: str
    document_no: str
    party: str
    result: str
    decided_on: date | None
    due_on: date | None
    published_at: datetime
    published_until: date | None
    version: int
    withdrawn: TraceLine | None
    ended_on: date | None
    commitment: str
    self: str

    @classmethod
    def of(cls, row: "Publication") -> "OwnPublication":
        """A publication as its row says."""
        down, ending = getattr(row, "withdrawal", None), getattr(row, "ending", None)
        return told(
            cls,
            row,
            case=row.case_code,
            agency=row.agency.code,
            withdrawn=TraceLine(ground=down.ground, reason=down.reason, at=down.withdrawn_at)
            if down
            else None,
            ended_on=ending.last_day if ending else None,
            self=f"/api/v1/publicity/publications/{row.code}",
        )


class OwnPublicationPage(Told):
    """A page of one's own publications."""

    items: list[OwnPublication]
    links: Links
