"""The shapes of inspections as the API gives and takes them: items, objects, plans, tasks, draws."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from mingjing.api.rows import Paged, told
from mingjing.api.schemas import Digest, Given, Links, Told

if TYPE_CHECKING:
    from mingjing.inspections.desk import DrawPage
    from mingjing.inspections.models import InspectedObject, PlanLine, YearPlan

Region = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="行政区划代码")]
ObjectId = Annotated[str, Field(pattern=r"^[0-9A-Z]{18,26}$", description="对象公开编号")]
ItemCode = Annotated[str, Field(pattern=r"^[0-9a-zA-Z_-]{1,16}$", description="抽查事项代码")]
Year = Annotated[int, Field(ge=2000, le=2199, description="年度")]
Round = Annotated[int, Field(ge=1, le=1000, description="第几次抽取")]


class OfAgency(Given):
    """Of which agency."""

    agency: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,40}$")] = Field(
        "", description="机关代码（监督机关查下级机关时）；空：本机关"
    )


class ClauseLine(Told):
    """One question of the check form."""

    question: str
    basis: str
    answer: str
    photo: bool


class ItemLine(Told):
    """One item that may be inspected at random, in its latest version."""

    code: str
    version: int
    name: str
    area: str
    basis: str
    object: str
    kinds: list[str]
    industries: list[str]
    ratios: dict[str, str] = Field(description="风险等级 -> 抽查比例（百分数）")
    way: str
    frequency: str
    key: bool
    joint: str
    note: str
    clauses: list[ClauseLine]
    published_in: int | None = Field(description="列入公开清单的版本；没有公布的为 null，不能使用")

    @classmethod
    def of(cls, row: Any) -> "ItemLine":
        """An item as it is written."""
        clauses = [
            told(ClauseLine, {"photo": False, "basis": "", "answer": "", **one}) for one in row.clauses
        ]
        return told(cls, row, clauses=clauses)


class ItemPage(Told):
    """Items."""

    items: list[ItemLine]
    links: Links


class ItemFilters(Paged, OfAgency):
    """Whose items, which page."""


class ObjectFilters(Given):
    """Which objects of the register."""

    q: Annotated[str, Field(max_length=60)] = Field("", description="编号，或者名称的开头")
    risk: Annotated[str, Field(max_length=1)] = Field("", description="风险等级 A、B、C、D")
    state: Annotated[str, Field(max_length=10)] = ""
    kind: Annotated[str, Field(max_length=12)] = ""
    industry: Annotated[str, Field(max_length=60)] = ""
    credit: Annotated[str, Field(max_length=10)] = ""
    township: Annotated[str, Field(max_length=60)] = ""
    region: Annotated[str, Field(pattern=r"^[0-9]{0,6}$")] = ""
    cursor: Annotated[str, Field(max_length=200)] = Field("", description="上一页 links.next 中的游标")


class ObjectLine(Told):
    """One object of the register."""

    region: str
    public_id: str
    kind: str
    name: str
    industry: str
    risk: str
    credit: str
    representative: str
    township: str
    address: str
    licences: str
    state: str
    changed_at: datetime
    self: str

    @classmethod
    def of(cls, row: "InspectedObject") -> "ObjectLine":
        """An object as the register has it."""
        where = f"/api/v1/inspections/objects/{row.register_id}/{row.public_id}"
        return told(cls, row, region=row.register_id, self=where)


class ObjectPage(Told):
    """A page of objects."""

    items: list[ObjectLine]
    links: Links


class FactsGiven(Given):
    """What is said of an object; what is not sent stays."""

    name: Annotated[str, Field(max_length=200)] | None = None
    industry: Annotated[str, Field(max_length=60)] | None = None
    risk: Annotated[str, Field(max_length=4)] | None = Field(None, description="A、B、C、D")
    credit: Annotated[str, Field(max_length=10)] | None = None
    representative: Annotated[str, Field(max_length=60)] | None = None
    township: Annotated[str, Field(max_length=60)] | None = None
    address: Annotated[str, Field(max_length=300)] | None = None
    licences: Annotated[str, Field(max_length=400)] | None = None
    reason: Annotated[str, Field(max_length=400)] = Field(description="理由")

    def facts(self) -> dict[str, str]:
        """What was sent, without the reason."""
        sent = self.model_dump(exclude={"reason"}, exclude_none=True)
        return {name: str(value) for name, value in sent.items()}


class ObjectGiven(FactsGiven):
    """A new object."""

    code: Annotated[str, Field(min_length=1, max_length=60)] = Field(
        description="统一社会信用代码；自然人、场所填登记编号"
    )
    kind: Annotated[str, Field(max_length=12)] = Field(description="类别，如 企业")


class StateGiven(Given):
    """Whether an object is there to be inspected."""

    state: Annotated[str, Field(max_length=10)]
    reason: Annotated[str, Field(max_length=400)]


class ImportGiven(Given):
    """How a file is taken."""

    dry_run: bool = Field(True, description="true：只试，不写入")


class RefusedRow(Told):
    """One row that was not taken."""

    line: int
    column: str
    wrong: str
    mend: str


class ImportLine(Told):
    """One file taken into the register, or tried."""

    code: str
    name: str
    digest: Digest
    dry_run: bool
    new: int
    changed: int
    equal: int
    refused: int
    by: str
    at: datetime


class ImportAnswer(ImportLine):
    """What became of a file."""

    refusals: list[RefusedRow] = Field(description="不能导入的行，最多列 200 行")


class ImportPage(Told):
    """Imports."""

    items: list[ImportLine]
    links: Links


class PlanTask(Told):
    """One task of a plan."""

    pk: int = Field(description="组织抽取、联合检查时用")
    number: int
    name: str
    item: str
    ratios: dict[str, str]
    begins: date
    ends: date
    members: list[str]
    published_in: int | None


class PlanAnswer(Told):
    """The plan of a year."""

    year: int
    state: str
    filed_with: str
    filing_no: str
    tasks: list[PlanTask]

    @classmethod
    def of(cls, plan: "YearPlan", lines: "list[PlanLine]") -> "PlanAnswer":
        """A plan with its lines."""
        return told(cls, plan, tasks=[told(PlanTask, one) for one in lines])


class PlanPage(Told):
    """Plans."""

    items: list[PlanAnswer]


class PartyLine(Told):
    """How far one party of a draw has come."""

    name: str
    pledged: bool
    revealed: bool
    own: bool
    invited: bool


class DrawnLine(Told):
    """One object that was drawn and whose name is open."""

    position: int
    stratum: str
    object: str
    skipped: str
    inspectors: list[str]


class DrawAnswer(Told):
    """One draw."""

    campaign: str
    round: int
    title: str
    agency: str
    stage: str
    stage_title: str
    waiting: bool = Field(description="最近的记录还没有进入有签名的检查点")
    drawn: int
    short: int
    parties: list[PartyLine]
    opened: list[DrawnLine] = Field(description="已经开封的对象；检查开始前名单不公开")
    declared_at: datetime
    digest: str
    self: str

    @classmethod
    def of(cls, page: "DrawPage") -> "DrawAnswer":
        """A draw as its page shows it."""
        draw = page.draw
        return cls(
            campaign=draw.campaign.code,
            round=draw.round,
            title=draw.campaign.title,
            agency=draw.campaign.agency.code,
            stage=page.stage,
            stage_title=page.stage_title,
            waiting=page.waiting,
            drawn=page.drawn,
            short=page.short,
            parties=[told(PartyLine, one, pledged=one.pledge is not None) for one in page.parties],
            opened=[told(DrawnLine, one) for one in page.lines],
            declared_at=draw.declared_at,
            digest=draw.digest,
            self=f"/api/v1/inspections/draws/{draw.campaign.code}/{draw.round}",
        )


class DrawPageAnswer(Told):
    """Draws."""

    items: list[DrawAnswer]
    links: Links
