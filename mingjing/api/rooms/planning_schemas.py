"""The shapes of planning as the API takes and gives it: items as written, plan lines, special and joint inspections."""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.rooms.inspection_schemas import ItemCode, ItemLine, Year
from mingjing.api.rows import Number, Short, Text, told
from mingjing.api.schemas import Day, Digest, Given, Moment, Told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mingjing.inspections.models import JointInspection, SpecialInspection
    from mingjing.inspections.planning.joint import Overlap
    from mingjing.inspections.planning.organising import Prospect

Words = Annotated[str, Field(max_length=600)]
Percent = Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$")]
Ratios = Annotated[
    dict[Literal["A", "B", "C", "D"], Percent],
    Field(description="风险等级 -> 抽查比例（百分数）；没有的为 0"),
]
AgencyCodes = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=50)]


class ClauseGiven(Given):
    """One question of the check form."""

    question: Annotated[str, Field(max_length=400)]
    basis: Annotated[str, Field(max_length=400)] = Field(description="依据的条款，如《……法》第九条")
    answer: Literal["fit", "text", "number"] = Field(
        "fit", description="fit 符合与否，text 文字，number 数值"
    )
    photo: bool = False


class ItemGiven(Given):
    """What an inspection item says."""

    name: Words
    area: Short = ""
    basis: Words
    object: Words
    kinds: Annotated[list[Short], Field(max_length=10)] = Field([], description="对象类别；空：不限")
    industries: Annotated[list[Short], Field(max_length=60)] = Field([], description="行业；空：不限")
    ratios: Ratios
    way: Literal["on_site", "documents", "remote"]
    frequency: Short
    key: bool = Field(False, description="重点检查事项")
    joint: Words = ""
    note: Words = ""
    clauses: Annotated[list[ClauseGiven], Field(max_length=100)]


class ItemVersions(Told):
    """Every version of an item, the latest first."""

    items: list[ItemLine]


class YearGiven(Given):
    """Of which year a plan is opened: this or the next."""

    year: Year


class LineGiven(Given):
    """One task of a plan."""

    name: Words
    item: ItemCode
    ratios: Ratios
    begins: Day
    ends: Day
    members: AgencyCodes = Field([], description="配合部门的机关代码")


class PlanStepGiven(Given):
    """A step of a plan."""

    step: Literal["approve", "file", "reopen"] = Field(
        description="approve 批准，file 登记备案，reopen 转为起草"
    )
    filed_with: Short = Field("", description="备案机关")
    filing_no: Short = Field("", description="备案号")
    reason: Words = Field("", description="转为起草的理由")


class SpecialGiven(Given):
    """An inspection outside the plan, asked for."""

    name: Words
    reason: Text
    item: ItemCode
    ratios: Ratios
    begins: Day
    ends: Day


class SpecialStepGiven(Given):
    """What became of it above, or its filing."""

    step: Literal["approve", "refuse", "file"]
    approver: Short = Field("", description="批准机关")
    approver_kind: Short = Field("", description="批准机关类别：government、vertical")
    document_no: Short = Field("", description="批准文号")
    approved_on: Day | None = None
    reason: Words = Field("", description="不予批准的理由")
    filing_no: Short = Field("", description="备案号")


class SpecialLine(Told):
    """One inspection outside the plan."""

    pk: int
    agency: str
    name: str
    reason: str
    item: str
    ratios: dict[str, str]
    begins: date
    ends: date
    asked_by: str
    asked_at: datetime
    approver: str
    document_no: str
    approved_on: date | None
    refused: str
    filing_no: str
    filed_on: date | None
    self: str

    @classmethod
    def of(cls, row: "SpecialInspection") -> "SpecialLine":
        """One as it stands."""
        return told(cls, row, agency=row.agency.code, self=f"/api/v1/inspections/specials/{row.pk}")


class SpecialPage(Told):
    """Inspections outside the plan."""

    items: list[SpecialLine]


class MeetingLine(Told):
    """Two lines of different departments that meet the same firms in the same time."""

    own: int
    own_name: str
    other: int
    other_name: str
    other_agency: str
    begins: date
    ends: date
    objects: int
    proposed: bool

    @classmethod
    def of(cls, one: "Overlap") -> "MeetingLine":
        """Two lines that could go together."""
        return told(
            cls,
            one,
            own=one.own.pk,
            own_name=one.own.name,
            other=one.other.pk,
            other_name=one.other.name,
            other_agency=one.other.plan.agency.code,
            proposed=one.joint is not None,
        )


class JointMemberLine(Told):
    """One department in a joint inspection."""

    pk: int = Field(description="答复时用")
    agency: str
    line: str
    accepted: bool | None = Field(description="null：还没有答复")
    reason: str


class JointLine(Told):
    """One joint inspection that was proposed."""

    pk: int
    agency: str = Field(description="牵头部门")
    line: str
    begins: date
    ends: date
    members: list[JointMemberLine]

    @classmethod
    def of(cls, row: "JointInspection") -> "JointLine":
        """One as it stands."""
        members = [
            told(JointMemberLine, one, agency=one.line.plan.agency.code, line=one.line.name)
            for one in row.members.all()
        ]
        return told(cls, row, agency=row.lead.plan.agency.code, line=row.lead.name, members=members)


class JointAnswer(Told):
    """Where lines meet, what was proposed, what waits for one's own answer."""

    meeting: list[MeetingLine]
    joints: list[JointLine]
    waiting: list[int] = Field(description="等本机关答复的 members 的 pk")


class ProposalGiven(Given):
    """Which lines are to go together."""

    own: Number
    other: Number


class JointReplyGiven(Given):
    """The answer of one's own department."""

    accept: bool
    reason: Words = Field("", description="不同意的理由")


class CapAnswer(Told):
    """The caps that bind an agency, and the objects that have reached them."""

    year: int
    caps: dict[str, int | None] = Field(description="风险等级 -> 年度上限；没有公布的为 null")
    reached: dict[str, str] = Field(description="达到上限的对象 -> 理由，最多列 200 个")
    count: int


class SourceGiven(Given):
    """What a draw is organised from, on which days."""

    kind: Literal["line", "special"] = Field(description="line 计划中的任务，special 专项检查")
    source: Number = Field(description="任务或者专项检查的 pk")
    begins: Day
    ends: Day


class OrganisingGiven(SourceGiven):
    """A draw to be declared, with whoever makes the seed beside the agency and the office above."""

    invited: Short = Field("", description="受邀出数方：身份和姓名")
    number: Short = Field("", description="公开号码的来源，如 双色球第2026021期")
    after: Moment | None = Field(None, description="公开号码的公布时间，须晚于现在")
    goes_on: bool = Field(False, description="有一方不公开随机数时，由公开号码代替")


class LayerLine(Told):
    """One stratum as it would be."""

    risk: str
    size: int
    percent: str
    take: int


class LeftOutLine(Told):
    """An object that would be left out."""

    public_id: str
    name: str
    reason: str


class ProspectAnswer(Told):
    """What a draw would freeze; nothing is written."""

    conditions: list[str]
    layers: list[LayerLine]
    left_out: list[LeftOutLine]
    parties: list[str]
    inspectors: int
    each: int = Field(description="一组几名执法人员")
    faults: list[str] = Field(description="不能公告的原因；空：可以公告")

    @classmethod
    def of(cls, found: "Prospect") -> "ProspectAnswer":
        """A prospect as the page shows it."""
        return cls(
            conditions=list(found.conditions),
            layers=[told(LayerLine, one, percent=_plain(one.percent)) for one in found.layers],
            left_out=_left_out(found.left_out),
            parties=list(found.parties),
            inspectors=len(found.ground.inspectors),
            each=found.each,
            faults=found.faults,
        )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _left_out(rows: "Sequence[tuple[str, str, str]]") -> list[LeftOutLine]:
    return [LeftOutLine(public_id=one, name=name, reason=reason) for one, name, reason in rows]


class PledgeGiven(Given):
    """What binds one's own agency to a number that it keeps to itself."""

    commitment: Digest = Field(description="承诺：由出数方自己算出，随机数不离开出数方")


class RevealGiven(Given):
    """The number that one's own agency has kept."""

    nonce: Digest = Field(description="提交承诺时的随机数")


class DrawStepGiven(Given):
    """A step of a draw that is held: drawing, ending, a change after it."""

    step: Literal["run", "void", "change", "close"] = Field(
        description="run 开抽，void 作废（还没有结果时），change 变更，close 办结"
    )
    number: Annotated[str, Field(max_length=200)] = Field("", description="开抽时：约定的公开号码")
    reason: Annotated[str, Field(max_length=400)] = Field("", description="作废、变更的理由")
    kind: Literal["", "skip", "extend", "relieve"] = Field(
        "", description="变更：跳过对象、增加数量、更换人员"
    )
    stratum: Short = ""
    object: Short = ""
    inspector: Short = ""
    take: Annotated[int, Field(ge=0, le=1_000_000)] = 0

    def change(self) -> dict[str, Any]:
        """The change as a record says it."""
        names = ("kind", "stratum", "object", "inspector", "reason")
        told = {name: value for name in names if (value := getattr(self, name))}
        return told | ({"take": self.take} if self.take else {})
