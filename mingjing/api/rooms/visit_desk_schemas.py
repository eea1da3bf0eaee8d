"""The shapes of the desk of visits as the API takes and gives them: schemes, tasks given, what findings lead to."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.rows import AgencyCode, Paged, Short, Text, told
from mingjing.api.schemas import Code, Day, Given, Links, Told

if TYPE_CHECKING:
    from mingjing.cases.firsts import Lenient
    from mingjing.inspections.models import FirmVoice, Scheme
    from mingjing.inspections.patterns.figures import Figures, Rate
    from mingjing.inspections.visiting.handovers import Standing

Words = Annotated[str, Field(max_length=1000)]


class ClauseAsked(Given):
    """One question of a scheme with the article that it comes from."""

    question: Annotated[str, Field(max_length=400)]
    law: Short
    article: Short
    answer: Literal["fit", "text", "number"] = "fit"
    photo: bool = False


class CheckItemGiven(Given):
    """The published item that the visits are about."""

    code: Annotated[str, Field(max_length=16)] = ""
    title: Short
    published: bool = Field(description="列入公布的清单")
    ranks: list[Short] = Field(max_length=10, description="检查依据的位阶")
    cap: Annotated[int, Field(ge=0, le=999)] = Field(description="公布的年度检查频次上限")
    clauses: list[ClauseAsked] = Field(max_length=100)


class SpecialPlanGiven(Given):
    """The plan of a special inspection that visits rest on."""

    special_plan_name: Short
    special_plan_reason: Words
    special_plan_approver: Short
    special_plan_approver_kind: Short
    special_plan_approved_on: Day
    special_plan_filed_on: Day
    special_plan_until: Day


class SchemeGiven(Given):
    """How visits are to be made, to be approved as a whole."""

    campaign: Annotated[str, Field(pattern=r"^([0-9A-Za-z_-]{8,64})?$")] = Field(
        "", description="检查活动；空：没有抽取的检查用"
    )
    item: CheckItemGiven
    mode: Literal["on_site", "documents", "remote"]
    onsite_reason: Words = Field("", description="入企现场检查的理由")
    merged: bool = Field(description="已经核对同期检查任务，能合并的合并、能联合的联合")
    joint: list[Short] = Field([], max_length=20)
    assistants: Short = ""
    officer_opinion: Words
    opinion: Words
    special: SpecialPlanGiven | None = None

    def raw(self) -> dict[str, Any]:
        """The scheme as it is read and judged."""
        return self.model_dump(mode="json", exclude={"campaign"})


class SchemeLine(Told):
    """One approved scheme."""

    code: str
    agency: str
    campaign: str
    body: dict[str, Any]
    digest: str
    approved_by: str
    approved_at: datetime

    @classmethod
    def of(cls, row: "Scheme") -> "SchemeLine":
        """A scheme as it was approved."""
        campaign = row.campaign.code if row.campaign else ""
        return told(cls, row, agency=row.agency.code, campaign=campaign)


class SchemeFilters(Given):
    """Of which campaign."""

    campaign: Annotated[str, Field(pattern=r"^([0-9A-Za-z_-]{8,64})?$")] = Field(
        "", description="检查活动；空：没有抽取的检查用的"
    )


class SchemePage(Told):
    """Schemes, the latest first."""

    items: list[SchemeLine]


class TaskGiven(Given):
    """A task without a draw."""

    scheme: Code = Field(description="已经批准的检查方案")
    object: Annotated[str, Field(pattern=r"^[0-9A-Z]{18,26}$")] = Field(description="对象公开编号")
    trigger: Annotated[str, Field(max_length=24)] = Field(description="来源代码")
    reason: Words = Field(description="理由和线索编号")
    inspectors: list[Short] = Field(max_length=20, description="用户名，不少于两名")
    due: Day


class QuestionLine(Told):
    """One question of a check form and what was answered."""

    question: str
    law: str
    article: str
    answer_kind: str = Field(description="fit 答 yes、no、none，text 文字，number 数值")
    photo: bool
    answer: str
    note: str


class SheetAnswer(Told):
    """The check form of a visit that has begun."""

    task: str
    result: str = Field(description="检查结果代码；还没有填写的为空")
    questions: list[QuestionLine]
    results: dict[str, str] = Field(description="可用的检查结果代码")


class ReferralAnswer(Told):
    """The penalty case that a violation has become."""

    case: str
    self: str


class FollowGiven(Given):
    """What another department has answered."""

    text: Words


class FollowAnswer(Told):
    """An answer that was noted."""

    case: str
    text: str
    by: str
    at: datetime


class LaterLine(Told):
    """A correction that is to be looked at again."""

    case: str
    name: str
    due: date


class LaterPage(Told):
    """Corrections to be looked at again, the oldest first."""

    items: list[LaterLine]


class HandoverStepLine(Told):
    """What the receiving body did."""

    kind: str
    text: str
    by: str
    at: datetime


class HandoverLine(Told):
    """One finding that was handed over."""

    code: str
    origin: str
    target: str
    department: str
    matter: str
    party: str
    problems: str
    articles: list[dict[str, str]]
    reason: str
    sent_on: date
    due: date
    state: str = Field(description="accepted 已接收，refused 已退回，done 已反馈；空：等待接收")
    overdue: bool
    steps: list[HandoverStepLine]
    self: str

    @classmethod
    def of(cls, one: "Standing") -> "HandoverLine":
        """A handover with how far it has come."""
        row = one.row
        return told(
            cls,
            row,
            origin=row.origin.code,
            target=row.target.code,
            state=one.state,
            overdue=one.overdue,
            steps=[told(HandoverStepLine, step) for step in one.steps],
            self=f"/api/v1/visits/handovers/{row.code}",
        )


class HandoverPage(Told):
    """What came in, what went out."""

    came: list[HandoverLine]
    went: list[HandoverLine]


class HandoverGiven(Given):
    """A finding to be handed over."""

    case: Code = Field(description="检查案件")
    target: AgencyCode
    department: Annotated[str, Field(max_length=60)] = ""
    reason: Text


class HandoverStepGiven(Given):
    """What the receiving body does."""

    step: Literal["accepted", "refused", "done"] = Field(description="accepted 接收，refused 退回，done 反馈")
    text: Text = ""


class VoiceReply(Told):
    """What the supervisor did about a rating."""

    text: str
    by: str
    at: datetime


class VoiceLine(Told):
    """How a firm rated a visit."""

    code: str
    agency: str
    stars: int | None
    words: str
    at: datetime
    answers: list[VoiceReply]

    @classmethod
    def of(cls, row: "FirmVoice") -> "VoiceLine":
        """A rating with what was answered."""
        answers = [told(VoiceReply, one) for one in row.answers.all()]
        return told(cls, row, agency=row.agency.code, answers=answers)


class VoicePage(Told):
    """Ratings, the latest first."""

    items: list[VoiceLine]


class VoiceGiven(Given):
    """What was done about a rating."""

    text: Words


class FirstFilters(Paged):
    """Of which party."""

    q: Short = Field("", description="当事人名称中的一段文字")


class FirstLine(Told):
    """One violation that was not punished."""

    case_code: str
    number: str
    party: str
    agency: str
    way: str
    violation: str
    on: date
    corrected: bool | None
    earlier: int
    later: int
    is_first: bool

    @classmethod
    def of(cls, one: "Lenient") -> "FirstLine":
        """One with what stands beside it."""
        return told(cls, one)


class FirstPage(Told):
    """Violations that were not punished, the latest first."""

    items: list[FirstLine]
    links: Links


class YearAsked(Given):
    """Of which year."""

    year: Annotated[int, Field(ge=2000, le=2199)] | None = Field(None, description="年度；空：今年")


class RateLine(Told):
    """How often something was found, with its interval (95 of 100)."""

    hits: int
    of: int
    share: float | None
    low: float | None
    high: float | None

    @classmethod
    def from_rate(cls, rate: "Rate") -> "RateLine":
        """A rate as the page shows it."""
        low, high = rate.interval or (None, None)
        return cls(hits=len(rate.hits), of=len(rate.cases), share=rate.share, low=low, high=high)


class RiskLine(Told):
    """One risk class: what random visits found and what targeted ones did."""

    risk: str
    random: RateLine
    targeted: RateLine
    verdict: str


class VisitFiguresAnswer(Told):
    """The figures of visits of one year."""

    year: int
    visits: int
    objects: int
    listed: int
    covered: int
    coverage: float | None
    joint: int
    over_cap: int
    excepted: int
    risks: list[RiskLine]
    per_object: dict[str, int] = Field(description="一年检查几次 -> 几个对象")
    definitions: dict[str, str] = Field(description="指标 -> 口径")

    @classmethod
    def of(cls, year: int, found: "Figures", definitions: dict[str, str]) -> "VisitFiguresAnswer":
        """The figures as the page shows them."""
        return cls(
            year=year,
            visits=len(found.visits),
            objects=found.objects,
            listed=found.listed,
            covered=found.covered,
            coverage=found.coverage,
            joint=len(found.joint),
            over_cap=len(found.over_cap),
            excepted=len(found.excepted),
            risks=[
                RiskLine(
                    risk=one.risk,
                    random=RateLine.from_rate(one.random),
                    targeted=RateLine.from_rate(one.targeted),
                    verdict=one.verdict,
                )
                for one in (*found.risks, found.whole)
            ],
            per_object={str(times): objects for times, objects, _ in found.per_object},
            definitions=definitions,
        )
