"""The shapes of law governance as the API gives and takes them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.rooms.step_schemas import StepLine
from mingjing.api.rows import AgencyCode, Number, Paged, Short, Text, told
from mingjing.api.schemas import Day, Given, Links, Told

if TYPE_CHECKING:
    from mingjing.governance.models import Matter as Listed

ListKind = Literal["decision", "study", "court", "statement", "campaign", "joint", "grid"]
Year = Annotated[int, Field(ge=2000, le=2199, strict=True, description="年度")]
Subject = Annotated[str, Field(max_length=200)]
Reason = Annotated[str, Field(max_length=1000)]
Whom = Annotated[str, Field(pattern=r"^[\w.@+-]{0,40}$")]
FormDay = Day | None


class ListFilters(Paged):
    """Which governance list."""

    kind: ListKind = Field(
        description="decision 重大决策，study 学法，court 出庭，statement 述法，campaign、joint、grid"
    )


class ListedLine(Told):
    """One entry of a governance list."""

    pk: int
    no: str
    kind: str
    agency: str
    year: int
    subject: str
    at: datetime
    steps: list[StepLine]

    @classmethod
    def of(cls, row: "Listed") -> "ListedLine":
        """An entry with its steps."""
        return cls(**_line(row))


def _line(row: "Listed") -> dict[str, Any]:
    steps = [
        told(StepLine, one, title=one.kind, text=str(one.facts.get("text", ""))) for one in row.steps.all()
    ]
    said = {name: getattr(row, name) for name in ("pk", "no", "kind", "year", "subject", "at")}
    return {**said, "agency": row.agency.code, "steps": steps}


class ListedPage(Told):
    """A governance list."""

    items: list[ListedLine]
    links: Links


class EntryAnswer(ListedLine):
    """One entry with all that it says; what each kind says is in `content`, what a step says in `facts`."""

    content: dict[str, Any]
    facts: list[dict[str, Any]] = Field(description="各个步骤的内容，顺序与 steps 相同")
    self: str

    @classmethod
    def whole(cls, row: "Listed") -> "EntryAnswer":
        """An entry as it stands."""
        facts = [one.facts for one in row.steps.all()]
        return cls(
            **_line(row), content=row.content, facts=facts, self=f"/api/v1/governance/entries/{row.pk}"
        )


class DecisionGiven(Given):
    """A major decision put forward for the catalogue."""

    subject: Subject
    group: Annotated[str, Field(max_length=40)] = Field(description="属于哪一类重大行政决策事项")
    unit: Annotated[str, Field(max_length=100)] = Field(description="承办单位")
    why: Text = Field(description="决策的理由和要点")
    year: Year
    plan: dict[Annotated[str, Field(max_length=40)], Day] = Field(
        max_length=40, description="每个法定步骤的计划完成日"
    )


class DecisionStepGiven(Given):
    """Listing a decision, or taking it off."""

    step: Literal["listed", "drop"]
    consent: Subject = Field("", description="listed：同级党委（党组）同意的文件或者会议")
    published: Subject = Field("", description="listed：目录在哪里公布")
    text: Text = Field("", description="drop：理由")


class ProcedureGiven(Given):
    """A statutory step of a decision as it was taken, or left out where the law allows it."""

    code: Annotated[str, Field(max_length=40)] = Field(description="法定步骤的代码，如 legality")
    text: Text = ""
    begun: FormDay = None
    done: FormDay = None
    result: Annotated[str, Field(max_length=40)] = ""
    ground: Annotated[str, Field(max_length=40)] = Field("", description="省去的法定理由")
    shorter: Annotated[str, Field(max_length=400)] = Field("", description="不足法定天数的理由")


class TopicGiven(Given):
    """One topic of a learning plan."""

    title: Annotated[str, Field(min_length=1, max_length=100)]
    hours: Annotated[int, Field(ge=1, le=40, strict=True)]
    due: Day


class StudyGiven(Given):
    """A year's learning plan of the leaders."""

    year: Year
    topics: list[TopicGiven] = Field(max_length=40)


class StudyStepGiven(Given):
    """Confirming a plan, or naming a test."""

    step: Literal["confirmed", "test"]
    exam: Number | None = Field(None, description="test：考试的序号")


class LectureGiven(Given):
    """A topic as it was held."""

    number: Annotated[int, Field(ge=1, le=100, description="第几个专题")]
    on: FormDay = None
    hours: Annotated[int, Field(ge=1, le=40)]
    attended: list[Whom] = Field(default_factory=list, max_length=100, description="到场的领导干部")
    text: Text = Field("", description="学了什么、谁讲的")


class HearingGiven(Given):
    """A hearing whose dispute is not registered here."""

    court: Annotated[str, Field(max_length=100)]
    docket: Annotated[str, Field(max_length=100)]
    on: Day
    attended: Literal["head", "deputy", "delegate", "agent"]
    name: Annotated[str, Field(max_length=100)] = Field(description="出庭人姓名、职务")
    text: Text = Field("", description="负责人不能出庭的理由")


class WhyGiven(Given):
    """A reason, and nothing else."""

    text: Reason


class StatementText(Given):
    """The words of a yearly statement; the figures are counted by the system."""

    measures: Text = ""
    duties: Text = ""
    problems: Text = ""
    next: Text = ""


class StatementGiven(Given):
    """The statement of a year."""

    year: Year
    text: StatementText


class StatementStepGiven(Given):
    """Writing a statement anew, agreeing to it, recording that it was handed in or published."""

    step: Literal["revised", "agreed", "submitted", "published"]
    text: StatementText | None = Field(None, description="revised：正文")
    on: FormDay = Field(None, description="submitted、published：日期")
    to: Subject = Field("", description="submitted：报送给谁、文号；published：公开的地方")


class CampaignGiven(Given):
    """A campaign as it is planned."""

    subject: Subject
    why: Text = Field(description="针对什么突出问题")
    scope: Annotated[str, Field(max_length=1000)] = Field(description="范围和对象")
    topic: Annotated[str, Field(max_length=20)] = Field("", description="关键词")
    begins: Day
    ends: Day
    special: Number | None = Field(None, description="所关联的专项检查")


class CampaignStepGiven(Given):
    """Assessing, approving, refusing, summing up, stopping a campaign."""

    step: Literal["risk", "approved", "refused", "closed", "stopped"]
    level: Literal["", "low", "middle", "high"] = Field("", description="risk：风险等级")
    legal: Text = Field("", description="risk：法律风险")
    social: Text = Field("", description="risk：社会风险")
    measures: Text = Field("", description="risk：应对措施")
    document: Subject = Field("", description="approved：批准文件")
    text: Text = Field("", description="refused、stopped：理由；closed：总结")


class CampaignRecordGiven(Given):
    """What was done in a campaign on a day."""

    on: FormDay = None
    text: Text = Field("", description="做了什么、发现什么")


class JointGiven(Given):
    """A joint-enforcement mechanism that one's own agency leads."""

    subject: Subject
    members: list[AgencyCode] = Field(max_length=100)
    triggers: list[Subject] = Field(max_length=20, description="启动情形")
    duty: Text = Field(description="各单位分工")


class JointStepGiven(Given):
    """Confirming a mechanism, giving a task, ending it."""

    step: Literal["confirmed", "task", "ended"]
    trigger: Annotated[int, Field(ge=0, le=100, strict=True)] = Field(
        0, description="task：第几个启动情形，从 0 数起"
    )
    members: list[AgencyCode] = Field(default_factory=list, max_length=100, description="task：承办单位")
    due: FormDay = Field(None, description="task：期限")
    text: Text = Field("", description="task：任务；ended：理由")


class JointResultGiven(Given):
    """The result of one's own agency on a task."""

    number: Annotated[int, Field(ge=1, le=10000, description="第几项任务")]
    text: Text = Field("", description="办理结果")


class GridGiven(Given):
    """An area of the grid."""

    name: Annotated[str, Field(max_length=100)]
    points: Annotated[str, Field(max_length=20000)] = Field("", description="各点，每行一个：经度,纬度")
    streets: list[Short] = Field(default_factory=list, max_length=100, description="街道、村居")
    charge: Whom = Field("", description="责任人")
    outline: bool = Field(False, description="true：整个辖区的轮廓")
