"""The shapes of cases and acts as the API gives and takes them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.problems import pointed, verdict_json
from mingjing.api.schemas import Digest, Given, Links, Moment, Told, VerdictLine
from mingjing.cases.law import case_file, file_of, law_of
from mingjing.clients.recorded import recorded_in
from mingjing.packs.procedures import worded

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.cases.services import Trial
    from mingjing.clients.entry import Caller
    from mingjing.clients.recorded import Through
    from mingjing.lawengine.model import Deadline, Finding

KIND = r"^[a-z0-9_]{1,48}$"
USERNAME = r"^[\w.@+-]{1,40}$"
Words = Annotated[str, Field(max_length=100)]


class CaseFilters(Given):
    """Which cases."""

    q: Words = Field("", description="案号、决定书文号、当事人或者案由中的一段文字")
    stage: Words = Field("", description="阶段代码")
    agency: Words = Field("", description="机关代码（监督机关查下级机关时）")
    handler: Words = Field("", description="办案人员用户名")
    procedure: Words = Field("", description="程序代码")
    overdue: Literal["", "1"] = Field("", description="1：只要超过期限未办的")
    ended: Literal["", "0", "1"] = Field("", description="0 在办，1 已办结")
    law: Words = Field("", description="引用的法律名称")
    article: Annotated[str, Field(pattern=r"^[0-9]{0,6}$")] = Field("", description="引用的条，与 law 同用")
    cursor: Annotated[str, Field(max_length=200)] = Field("", description="上一页 links.next 中的游标")
    limit: int = Field(20, ge=1, le=100, description="一页几件")


class AgencyLine(Told):
    """An agency by name."""

    code: str
    name: str


class CaseLine(Told):
    """One case of a list."""

    code: str
    number: str
    title: str
    party_name: str
    decision_no: str
    procedure: str
    stage: str
    agency: AgencyLine
    opened_on: date | None
    last_act_at: datetime
    next_due: date | None
    ended: bool
    imported: bool
    score: int
    vetoed: bool
    breaches: int
    unknowns: int
    handlers: list[str]
    act_count: int
    self: str

    @classmethod
    def of(cls, case: "Case") -> "CaseLine":
        """A case as its row says."""
        return cls(**_line(case))


def _line(case: "Case") -> dict[str, Any]:
    names = (
        *("code", "number", "title", "party_name", "decision_no", "procedure", "stage", "opened_on"),
        *("last_act_at", "next_due", "ended", "imported", "score", "vetoed", "breaches", "unknowns"),
        *("handlers", "act_count"),
    )
    told = {name: getattr(case, name) for name in names}
    agency = AgencyLine(code=case.agency.code, name=case.agency.name)
    return {**told, "agency": agency, "self": f"/api/v1/cases/{case.code}"}


class CasePage(Told):
    """A page of cases."""

    items: list[CaseLine]
    links: Links


class LimitLine(Told):
    """One limit of a case."""

    rule: str
    title: str
    topic: str
    start: date | None
    due: str | None = Field(description="日期，或者带时区的时刻")
    status: str
    met_on: date | None
    law: str
    article: str
    steps: list[str] = Field(description="怎样算出来的")
    remedy: str

    @classmethod
    def of(cls, one: "Deadline") -> "LimitLine":
        """A limit as the engine has worked it out."""
        return cls(
            rule=one.rule,
            title=one.title,
            topic=one.topic,
            start=one.start,
            due=one.due.isoformat() if one.due else None,
            status=one.status.value,
            met_on=one.met_on,
            law=one.source.law if one.source else "",
            article=one.source.article if one.source else "",
            steps=list(one.steps),
            remedy=one.remedy,
        )


class FindingLine(Told):
    """One thing found in a case."""

    rule: str
    title: str
    act_seq: int | None
    outcome: str
    severity: str
    reason: str
    law: str
    article: str
    points: int
    veto: bool
    remedy: str

    @classmethod
    def of(cls, one: "Finding") -> "FindingLine":
        """A finding as the engine has it."""
        return cls(
            rule=one.rule,
            title=one.title,
            act_seq=one.act_seq,
            outcome=one.outcome.value,
            severity=one.severity.value,
            reason=one.reason,
            law=one.source.law if one.source else "",
            article=one.source.article if one.source else "",
            points=one.points,
            veto=one.veto,
            remedy=one.remedy,
        )


class PerformerLine(Told):
    """Somebody who did an act."""

    person: str
    name: str


class ClientLine(Told):
    """A program that recorded an act in somebody's name."""

    code: str = Field(description="客户端编号")
    title: str


class ActLine(Told):
    """One recorded act."""

    code: str
    seq: int
    kind: str
    title: str
    done_at: datetime | None
    recorded_at: datetime
    recorded_by: str
    client: ClientLine | None = Field(description="经接口记录的，是哪个客户端；本人在页面上记录的为 null")
    performers: list[PerformerLine]
    facts: dict[str, Any]
    evidence: list[str] = Field(description="证据的摘要")
    held: list[VerdictLine] = Field(description="记录时法律判断为不合法、不能判断或者提示的")
    commitment: str = Field(description="存证摘要")

    @classmethod
    def of(cls, act: "Act", title: str, through: "Through | None") -> "ActLine":
        """An act as it is stored, with the client that recorded it."""
        return cls(
            code=act.code,
            seq=act.seq,
            kind=act.kind,
            title=title,
            done_at=act.done_at,
            recorded_at=act.recorded_at,
            recorded_by=act.recorded_by,
            client=ClientLine(code=through.code, title=through.title) if through else None,
            performers=[PerformerLine(person=one["person"], name=one["name"]) for one in act.performers],
            facts=act.facts,
            evidence=[one["digest"] for one in act.evidence],
            held=[_stored(one) for one in act.held],
            commitment=act.commitment,
        )


def _stored(one: dict[str, Any]) -> VerdictLine:
    source = one.get("source") or {}
    texts = {name: one.get(name, "") for name in ("reason", "quote", "found", "allowed", "remedy")}
    return VerdictLine(
        rule=one["rule"],
        title=one["title"],
        outcome=one["outcome"],
        severity=one["severity"],
        applies=one["applies"],
        law=source.get("law", ""),
        article=source.get("article", ""),
        missing=list(one.get("missing", ())),
        **texts,
    )


class CaseAnswer(CaseLine):
    """One case with where it stands."""

    acts: list[ActLine]
    facts: dict[str, Any] = Field(description="各个行为至今载明的，后者更正前者")
    limits: list[LimitLine]
    findings: list[FindingLine]
    unknown: list[FindingLine]

    @classmethod
    def standing(cls, case: "Case", acts: "Sequence[Act]", now: datetime) -> "CaseAnswer":
        """A case read with the law at a moment."""
        file = file_of(case, acts)
        law, standing = worded(file.law, case.procedure), file.state.standing(now)
        kinds, through = law.kinds_in(case.procedure), recorded_in(case.code)
        titles = {
            one.kind: kinds[one.kind].title if one.kind in kinds else law.title_of(one.kind) for one in acts
        }
        return cls(
            **_line(case),
            acts=[ActLine.of(one, titles[one.kind], through.get(one.code)) for one in acts],
            facts=dict(file.facts),
            limits=[LimitLine.of(one) for one in standing.deadlines],
            findings=[FindingLine.of(one) for one in standing.findings],
            unknown=[FindingLine.of(one) for one in standing.unknowns],
        )


class NextLine(Told):
    """One kind of act that could come next."""

    kind: str
    title: str
    stage: str
    allowed: bool = Field(description="法律现在允许")
    mine: bool = Field(description="被代理人的角色和令牌的权限可以办理")
    usual: bool = Field(description="这时通常办理")
    roles: list[str]
    verdicts: list[VerdictLine] = Field(description="不允许的原因")


class NextAnswer(Told):
    """What may come next in a case."""

    items: list[NextLine]


def next_told(caller: "Caller", case: "Case", now: datetime) -> NextAnswer:
    """Every kind of act of the procedure with whether the law lets it come now, and whether this caller may do it."""
    file = case_file(case)
    kinds = file.law.kinds_in(case.procedure)
    items = []
    for one in file.state.standing(now).next_acts:
        kind = kinds[one.kind]
        mine = bool(set(caller.person.roles) & set(kind.roles)) and f"act.{kind.stage}" in caller.scopes
        items.append(
            NextLine(
                kind=kind.kind,
                title=kind.title,
                stage=kind.stage,
                allowed=one.allowed,
                mine=mine,
                usual=one.offered,
                roles=list(kind.roles),
                verdicts=[VerdictLine(**verdict_json(each)) for each in one.verdicts if each.refuses],
            )
        )
    return NextAnswer(items=items)


class ActGiven(Given):
    """An act as it was done."""

    kind: Annotated[str, Field(pattern=KIND, description="行为种类，见 /law/kinds")]
    facts: dict[str, Any] = Field(default_factory=dict, description="表单的各项，见行为种类的 fields")
    performers: list[Annotated[str, Field(pattern=USERNAME)]] = Field(
        default_factory=list, max_length=20, description="实施人员的用户名；空：被代理人本人"
    )
    done_at: Moment = Field(description="行为发生的时间，带时区")
    evidence: list[Digest] = Field(default_factory=list, max_length=200, description="本案证据的摘要")


class OpeningGiven(ActGiven):
    """The first act of a new case."""

    procedure: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,16}$", description="程序代码，见 /law/procedures")]


class TrialAnswer(Told):
    """What would happen if the act were recorded now."""

    lawful: bool
    facts: dict[str, Any] = Field(description="将要记录的内容，含系统填写的")
    errors: list[dict[str, str]]
    verdicts: list[VerdictLine]


def trial_told(trial: "Trial") -> TrialAnswer:
    """A trial with every verdict that applies."""
    return TrialAnswer(
        lawful=trial.lawful,
        facts=dict(trial.facts),
        errors=pointed(trial.errors, below="facts"),
        verdicts=[VerdictLine(**verdict_json(one)) for one in trial.verdicts if one.applies],
    )


class ActAnswer(ActLine):
    """A recorded act and the case it stands in."""

    case: str
    self: str


def act_told(act: "Act") -> ActAnswer:
    """An act as it was recorded."""
    through = recorded_in(act.case.code).get(act.code)
    line = ActLine.of(act, law_of(act.case).title_of(act.kind), through)
    where = f"/api/v1/cases/{act.case.code}/acts/{act.code}"
    return ActAnswer(**line.model_dump(), case=act.case.code, self=where)
