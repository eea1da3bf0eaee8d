"""The law as it binds the caller's agency: rules with their versions, procedures, kinds of act and their forms."""

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from ninja import Query
from pydantic import Field

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.paging import mark_of, next_page, unknown_cursor
from mingjing.api.problems import not_found
from mingjing.api.schemas import Given, Links, Told
from mingjing.cases.law import law_for
from mingjing.packs.procedures import limited_to, worded

if TYPE_CHECKING:
    from mingjing.lawengine.model import ActKind, FieldUse, Law, Rule

room = Room("法规")
RULE = re.compile(r"[a-z0-9_.]{1,120}")
RuleId = Annotated[str, Field(pattern=r"^[a-z0-9_.]{1,120}$", description="规则编号")]
KindName = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,48}$", description="行为种类")]


class RuleFilters(Given):
    """Which rules."""

    topic: Annotated[str, Field(max_length=40)] = Field("", description="主题代码")
    act: Annotated[str, Field(max_length=48)] = Field("", description="只要约束这种行为的")
    q: Annotated[str, Field(max_length=60)] = Field("", description="编号或者标题中的一段文字")
    cursor: Annotated[str, Field(max_length=300)] = Field("", description="上一页 links.next 中的游标")
    limit: int = Field(50, ge=1, le=200, description="一页几条")


class RuleLine(Told):
    """One rule."""

    id: str
    title: str
    kind: str
    topic: str
    severity: str
    acts: list[str]
    procedures: list[str] = Field(description="空：所有程序")
    self: str

    @classmethod
    def of(cls, rule: "Rule") -> "RuleLine":
        """A rule by its head."""
        return cls(**_head(rule))


def _head(rule: "Rule") -> dict[str, Any]:
    return {
        "id": rule.id,
        "title": rule.title,
        "kind": rule.kind,
        "topic": rule.topic,
        "severity": rule.severity.value,
        "acts": list(rule.acts),
        "procedures": list(rule.procedures),
        "self": f"/api/v1/law/rules/{rule.id}",
    }


class VersionLine(Told):
    """One dated state of a rule."""

    in_force: date
    until: date | None
    law: str
    article: str
    verified: bool
    quote: str


class RuleAnswer(RuleLine):
    """One rule with every version."""

    remedy: str
    versions: list[VersionLine]


class RulePage(Told):
    """A page of rules."""

    items: list[RuleLine]
    links: Links
    digest: str = Field(description="现行法规包的摘要")


@room.get("/law/rules", "packs.view", answer=RulePage)
def list_rules(request: Called, filters: Query[RuleFilters]) -> RulePage:
    """列出约束本机关的规则，按编号排列。"""
    law = law_for(request.auth.person.agency)
    after = mark_of(filters.cursor, RULE)
    if after and after not in law.rules_by_id:
        raise unknown_cursor()
    fitting = sorted((one for one in law.rules if _fits(one, filters)), key=lambda one: one.id)
    rest = [one for one in fitting if one.id > after]
    shown = rest[: filters.limit]
    mark = shown[-1].id if len(rest) > len(shown) else ""
    lines = [RuleLine.of(one) for one in shown]
    return RulePage(items=lines, links=Links(next=next_page(request, mark)), digest=law.digest)


def _fits(rule: "Rule", filters: RuleFilters) -> bool:
    return (
        (not filters.topic or rule.topic == filters.topic)
        and (not filters.act or filters.act in rule.acts)
        and filters.q in f"{rule.id} {rule.title}"
    )


@room.get("/law/rules/{rule}", "packs.view", answer=RuleAnswer)
def get_rule(request: Called, rule: RuleId) -> RuleAnswer:
    """读取一条规则：各个版本、出处、原文。"""
    found = law_for(request.auth.person.agency).rules_by_id.get(rule)
    if found is None:
        raise not_found()
    versions = [
        VersionLine(
            in_force=one.in_force,
            until=one.until,
            law=one.source.law,
            article=one.source.article,
            verified=one.source.verified,
            quote=one.quote,
        )
        for one in found.versions
    ]
    return RuleAnswer(**_head(found), remedy=found.remedy, versions=versions)


class ProcedureLine(Told):
    """One procedure."""

    code: str
    title: str
    enforcement: str
    party: str
    opens_with: list[str] = Field(description="可以开案的行为种类")


class ProcedurePage(Told):
    """The procedures of an agency."""

    items: list[ProcedureLine]


@room.get("/law/procedures", "packs.view", answer=ProcedurePage)
def list_procedures(request: Called) -> ProcedurePage:
    """列出本机关适用的程序，和各以什么行为开案。"""
    agency = request.auth.person.agency
    law = limited_to(law_for(agency), agency.enforcements)
    items = [
        ProcedureLine(
            code=one.code,
            title=one.title,
            enforcement=one.enforcement,
            party=one.party,
            opens_with=[kind.kind for kind in law.kinds.values() if one.code in kind.opens],
        )
        for one in law.procedures.values()
    ]
    return ProcedurePage(items=items)


class ConditionLine(Told):
    """A field is asked for only if another one has one of these values."""

    field: str
    values: list[str | bool]


class OptionLine(Told):
    """One value of a field with a list of them."""

    value: str
    title: str


class FieldLine(Told):
    """One field of the form of an act."""

    name: str
    title: str
    type: str
    unit: str
    help: str
    required: bool
    computed: bool = Field(description="由系统填写，不得发送")
    of_case: bool = Field(description="全案的事实，已经知道的不必再发")
    max_length: int
    options: list[OptionLine]
    columns: list[str] = Field(description="类型为 rows 时各列的名称")
    only_if: list[ConditionLine]


class KindLine(Told):
    """One kind of act."""

    kind: str
    title: str
    stage: str
    scope: str
    roles: list[str]
    performers: int
    opens: list[str]
    repeats: bool
    document: bool
    self: str

    @classmethod
    def of(cls, kind: "ActKind", procedure: str) -> "KindLine":
        """A kind of act by its head."""
        return cls(**_kind(kind, procedure))


def _kind(kind: "ActKind", procedure: str) -> dict[str, Any]:
    return {
        "kind": kind.kind,
        "title": kind.title,
        "stage": kind.stage,
        "scope": f"act.{kind.stage}",
        "roles": list(kind.roles),
        "performers": kind.performers,
        "opens": list(kind.opens),
        "repeats": kind.repeats,
        "document": bool(kind.form),
        "self": f"/api/v1/law/procedures/{procedure}/kinds/{kind.kind}",
    }


class KindPage(Told):
    """The kinds of act of a procedure."""

    items: list[KindLine]


class KindAnswer(KindLine):
    """One kind of act with its form."""

    remark: str
    fields: list[FieldLine]


ProcedureCode = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,16}$", description="程序代码")]


@room.get("/law/procedures/{procedure}/kinds", "packs.view", answer=KindPage)
def list_kinds(request: Called, procedure: ProcedureCode) -> KindPage:
    """列出一个程序的行为种类，按办理的先后。"""
    law = _law(request, procedure)
    return KindPage(items=[KindLine.of(one, procedure) for one in law.kinds_in(procedure).values()])


@room.get("/law/procedures/{procedure}/kinds/{kind}", "packs.view", answer=KindAnswer)
def get_kind(request: Called, procedure: ProcedureCode, kind: KindName) -> KindAnswer:
    """读取一种行为的表单：各项的名称、类型、是否必填、在什么条件下询问。"""
    law = _law(request, procedure)
    found = law.kinds_in(procedure).get(kind)
    if found is None:
        raise not_found()
    fields = [_field(law, use) for use in found.fields]
    return KindAnswer(**_kind(found, procedure), remark=found.remark, fields=fields)


def _law(request: Called, procedure: str) -> "Law":
    """The law in the words of a procedure. Raises Problem where there is no such procedure."""
    law = law_for(request.auth.person.agency)
    if procedure not in law.procedures:
        raise not_found()
    return worded(law, procedure)


def _field(law: "Law", use: "FieldUse") -> FieldLine:
    one = law.fields[use.name]
    return FieldLine(
        name=one.name,
        title=one.title,
        type=one.type,
        unit=one.unit,
        help=one.help,
        required=use.required,
        computed=use.computed,
        of_case=one.of_case,
        max_length=one.max_length,
        options=[OptionLine(value=value, title=title) for value, title in one.options],
        columns=list(one.columns),
        only_if=[ConditionLine(field=each.name, values=list(each.values)) for each in use.only_if],
    )
