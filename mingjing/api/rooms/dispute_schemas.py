"""The shapes of reconsideration and suits as the API gives and takes them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.rows import Paged, Text
from mingjing.api.schemas import Code, Day, Digest, Given, Links, Told
from mingjing.disputes.standing import TITLES

if TYPE_CHECKING:
    from mingjing.disputes.brief import Objection
    from mingjing.disputes.selectors import Draft, Line, Loss
    from mingjing.disputes.standing import Due

DisputeNo = Annotated[str, Field(pattern=r"^[0-9A-Z-]{4,30}$", description="登记编号")]
Hundred = Annotated[str, Field(max_length=100)]
Slug = Annotated[str, Field(max_length=60)]


class DisputeFilters(Paged):
    """Which disputes."""

    kind: Literal["", "reconsideration", "litigation"] = ""


class DisputeLine(Told):
    """One reconsideration, or one instance of a suit."""

    no: str
    kind: str
    instance: int
    agency: str
    case: str
    decision: str = Field(description="被申请复议、被起诉的行为的编号")
    body: str
    docket: str
    opened_on: date
    state: str
    outcome: str
    lost: bool
    self: str

    @classmethod
    def of(cls, line: "Line") -> "DisputeLine":
        """A dispute as the list shows it."""
        return cls(**_line(line))


def _line(line: "Line") -> dict[str, Any]:
    row, now = line.row, line.now
    said = {name: getattr(row, name) for name in ("no", "kind", "instance", "body", "docket", "opened_on")}
    return {
        **said,
        "agency": row.agency.code,
        "case": row.case_code,
        "decision": row.act_code,
        "state": now.state,
        "outcome": now.outcome.code if now.outcome else "",
        "lost": now.lost,
        "self": f"/api/v1/disputes/{row.no}",
    }


class DisputePage(Told):
    """Disputes."""

    items: list[DisputeLine]
    links: Links


class DisputeDueLine(Told):
    """One limit that has begun to run."""

    title: str
    whose: str = Field(description="own 本机关的期限；其他是对方或者法院的")
    start: date
    end: date | None
    met_on: date | None
    state: str = Field(description="met 按期，late 逾期完成，missed 已超期，running 在期限内")

    @classmethod
    def of(cls, due: "Due", today: date) -> "DisputeDueLine":
        """A limit as it stands."""
        return cls(
            title=due.limit.title,
            whose=due.limit.whose,
            start=due.start,
            end=due.end,
            met_on=due.met_on,
            state=due.state(today),
        )


class DisputeEventLine(Told):
    """One step of a dispute."""

    kind: str
    title: str
    on: date
    by: str
    at: datetime
    facts: dict[str, Any]


class DisputeAnswer(DisputeLine):
    """One dispute with its limits and steps."""

    claims: str
    simple: bool
    previous: str
    to_perform: bool
    perform_by: date | None
    proposed: bool = Field(description="撤回公示已经准备好，等另一人确认")
    withdrawn: bool
    dues: list[DisputeDueLine]
    steps: list[DisputeEventLine]

    @classmethod
    def whole(cls, line: "Line", today: date) -> "DisputeAnswer":
        """A dispute as it stands."""
        row, now = line.row, line.now
        steps = [
            DisputeEventLine(
                kind=one.kind, title=TITLES[one.kind], on=one.on, by=one.by, at=one.at, facts=one.facts
            )
            for one in row.events.order_by("seq")
        ]
        return cls(
            **_line(line),
            claims=row.claims,
            simple=row.simple,
            previous=row.previous.no if row.previous else "",
            to_perform=now.to_perform,
            perform_by=now.perform_by,
            proposed=now.proposed is not None,
            withdrawn=now.withdrawn,
            dues=[DisputeDueLine.of(one, today) for one in line.dues],
            steps=steps,
        )


class SuitGiven(Given):
    """What a notice of reconsideration or of a suit says."""

    kind: Literal["reconsideration", "litigation"]
    decision: Code = Field(description="被申请复议、被起诉的是本案哪一个行为")
    body: Hundred = Field(description="复议机关或者人民法院的全称")
    opened_on: Day = Field(description="收到通知、副本的日期")
    docket: Hundred = Field("", description="案号")
    claims: Annotated[str, Field(max_length=500)] = Field("", description="请求")
    instance: Literal[1, 2, 3] = Field(1, description="审级")
    simple: bool = Field(False, description="简易程序")
    stayed: bool = Field(False, description="停止执行")
    previous: Annotated[str, Field(pattern=r"^[0-9A-Z-]{0,30}$")] = Field("", description="前一程序")


class CauseGiven(Given):
    """Why a decision fell, and the article that was broken."""

    cause: Slug
    law: Hundred
    article: Slug


class DisputeStepGiven(Given):
    """One step of a dispute."""

    step: Literal[
        "reply", "hear", "decide", "perform", "note", "name_check", "draft_check", "propose", "confirm"
    ]
    on: Day | None = Field(None, description="reply、hear、perform：日期；decide：收到日期")
    text: Annotated[str, Field(max_length=1000)] = Field("", description="reply、perform、note：内容")
    attended: Literal["", "head", "deputy", "delegate", "agent"] = Field("", description="hear：谁出庭")
    who: Hundred = Field("", description="hear：出庭人员姓名、职务")
    reason: Annotated[str, Field(max_length=500)] = Field(
        "", description="hear：负责人不能出庭的理由；propose：撤回公示的理由"
    )
    outcome: Slug = Field("", description="decide：结果代码")
    docket: Hundred = Field("", description="decide：案号")
    causes: list[CauseGiven] = Field(default_factory=list, max_length=20, description="decide：败诉原因")
    duty: Text = Field("", description="decide：要由本机关履行什么")
    perform_by: Day | None = Field(None, description="decide：履行期限")
    summary: Text = Field("", description="decide：要点")
    proofs: list[Digest] = Field(default_factory=list, max_length=50, description="perform：本案证据中的凭证")
    rule: Annotated[str, Field(max_length=200)] = Field("", description="name_check：能拦住的检查")
    name: Slug = Field("", description="draft_check：新检查的英文名")
    title: Annotated[str, Field(max_length=80)] = Field("", description="draft_check：检查什么")


class LessonLine(Told):
    """One cause of one loss, and the checks that stop it now."""

    no: str
    agency: str
    on: date
    outcome: str
    cause: str
    title: str
    law: str
    article: str
    checks: list[str]

    @classmethod
    def of(cls, one: "Loss") -> "LessonLine":
        """A cause of a loss."""
        row = one.event.dispute
        return cls(
            no=row.no,
            agency=row.agency.code,
            on=one.event.on,
            outcome=one.event.facts["outcome"],
            cause=one.cause,
            title=one.title,
            law=one.law,
            article=one.article,
            checks=[str(check["title"]) for check in one.checks],
        )


class LessonPage(Told):
    """Causes of losses."""

    items: list[LessonLine]
    links: Links


class DraftedCheckLine(Told):
    """A check that was proposed after a loss."""

    no: str
    name: str
    title: str
    rule: str
    toml: str
    taken_up: bool

    @classmethod
    def of(cls, one: "Draft") -> "DraftedCheckLine":
        """A proposed check as the file that it is to become."""
        facts = one.event.facts
        said = {name: facts[name] for name in ("name", "title", "rule", "toml")}
        return cls(no=one.event.dispute.no, taken_up=one.taken_up, **said)


class DraftedCheckPage(Told):
    """Proposed checks."""

    items: list[DraftedCheckLine]
    links: Links


class ObjectionLine(Told):
    """One thing that the other side will say of a case."""

    kind: str
    title: str
    weight: int
    said: str
    article: str
    verified: bool
    remedy: str
    seq: int
    act: str

    @classmethod
    def of(cls, one: "Objection") -> "ObjectionLine":
        """An objection with how heavy it is."""
        names = ("said", "article", "verified", "remedy", "seq", "act")
        kind = one.kind
        return cls(
            kind=kind.code,
            title=kind.title,
            weight=kind.weight,
            **{name: getattr(one, name) for name in names},
        )


class BriefAnswer(Told):
    """The opponent's brief: the strongest first."""

    items: list[ObjectionLine]
