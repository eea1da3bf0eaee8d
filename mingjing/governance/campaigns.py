"""Campaigns (专项行动): risk assessed before, approved by another, a term, a record, and an effect that is counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.governance import ledger
from mingjing.governance.ledger import NotDone, words
from mingjing.governance.models import Matter, Step
from mingjing.inspections.planning.specials import NoSpecial, special_of
from mingjing.kit.clock import legal_day

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

TITLES: Final[Mapping[str, str]] = {
    "risk": "风险评估",
    "approved": "批准",
    "refused": "不予批准",
    "record": "记录",
    "closed": "总结",
    "stopped": "停止",
}
STATES: Final[Mapping[str, str]] = {
    "draft": "待风险评估",
    "assessed": "待批准",
    "approved": "已批准，未开始",
    "running": "进行中",
    "over": "已到期，待总结",
    "closed": "已总结",
    "stopped": "已停止",
    "refused": "不予批准",
}
LEVELS: Final[Mapping[str, str]] = {"low": "低风险", "middle": "中风险", "high": "高风险"}
RISKS: Final[Mapping[str, str]] = {"legal": "法律风险", "social": "社会风险", "measures": "应对措施"}
MOST_DAYS: Final = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a campaign is about. `special`: the special inspection that it carries out, 0 where it inspects nobody."""

    subject: str
    why: str
    scope: str
    topic: str = ""
    begins: date | None = None
    ends: date | None = None
    special: int = 0


@dataclass(slots=True)
class Standing:
    """The sum of the steps so far."""

    begins: date
    ends: date
    risk: Mapping[str, Any] | None = None
    approved: Mapping[str, Any] | None = None
    records: list[Mapping[str, Any]] = field(default_factory=list)
    closed: Mapping[str, Any] | None = None
    ended: str = ""
    stopped_on: date | None = None

    def state(self, today: date) -> str:
        """One word for lists."""
        if self.ended:
            return self.ended
        if self.risk is None:
            return "draft"
        if self.approved is None:
            return "assessed"
        if today < self.begins:
            return "approved"
        return "running" if today <= self.ends else "over"

    def windows(self, today: date) -> list[tuple[str, date, date]]:
        """Give the days before, during and after: each as long as the campaign has lasted, none beyond today."""
        last = min(self.ends, self.stopped_on or self.ends, today)
        if last < self.begins:
            return []
        length = last - self.begins + timedelta(days=1)
        day = timedelta(days=1)
        found = [("之前", self.begins - length, self.begins - day), ("期间", self.begins, last)]
        after = (last + day, last + length)
        if after[1] <= today and last < today:
            found.append(("之后", *after))
        return found


@transaction.atomic
def propose(*, plan: Plan, by: "Person", at: datetime, once: str) -> Matter:
    """Plan a campaign; nothing begins before its risk is assessed and somebody else approved it. Raises NotDone."""
    ledger.demand_own(by, "governance.enter")
    if (there := ledger.entered(once, by)) is not None:
        return there
    begins, ends = ledger.day(plan.begins, "开始日期", "begins"), ledger.day(plan.ends, "结束日期", "ends")
    if begins > ends or (ends - begins).days >= MOST_DAYS:
        raise NotDone("结束日期应当在开始日期之后、一年以内。", field="ends")
    if plan.special:
        _special(plan.special, by)
    content = {
        "why": words(plan.why, "针对什么突出问题", "why"),
        "scope": words(plan.scope, "范围和对象", "scope", 1000),
        "topic": ledger.some(plan.topic, "关键词", "topic", 20),
        "begins": begins.isoformat(),
        "ends": ends.isoformat(),
        "special": plan.special,
    }
    return ledger.enter(
        kind="campaign", subject=plan.subject, year=begins.year, content=content, by=by, at=at, once=once
    )


def _special(pk: int, by: "Person") -> Any:
    try:
        special = special_of(by, pk)
    except NoSpecial:
        special = None
    if special is None or special.agency_id != by.agency_id:
        raise NotDone("没有这项专项检查。", field="special")
    return special


@transaction.atomic
def assess(*, matter: Matter, level: str, risks: Mapping[str, str], by: "Person", at: datetime) -> Step:
    """Assess legal and social risk and say what is done about them; again until it is approved. Raises NotDone."""
    row, now = _held(matter, by, "governance.enter")
    if now.approved or now.ended:
        raise NotDone("已经批准或者了结，不能再评估。")
    if level not in LEVELS:
        raise NotDone("请选择风险等级。", field="level")
    facts = {name: words(risks.get(name, ""), title, name) for name, title in RISKS.items()}
    return ledger.append(row, "risk", facts | {"level": level}, by=by, at=at)


@transaction.atomic
def approve(*, matter: Matter, document: str, by: "Person", at: datetime) -> Step:
    """Approve, by somebody else and after the assessment; one that inspects needs its approved special inspection.

    Raises NotDone.
    """
    row, now = _held(matter, by, "governance.confirm")
    if now.approved or now.ended:
        raise NotDone("已经答复过。")
    if now.risk is None:
        raise NotDone("还没有评估法律风险和社会风险，不能批准。")
    if by.username in {row.by, now.risk["by"]}:
        raise NotDone("提出人、评估人不能批准，请由另一名负责人批准。")
    if legal_day(at) > now.ends:
        raise NotDone("行动的结束日期已经过去。请另行提出。")
    facts = {"document": words(document, "批准文件", "document", 200)}
    if row.content["special"]:
        special = _special(row.content["special"], by)
        if special.approved_on is None:
            raise NotDone("所关联的专项检查还没有经上级人民政府批准（见“检查计划—专项检查”）。")
        if not (special.begins <= now.begins and now.ends <= special.ends):
            raise NotDone(f"起止日期超出专项检查批准的 {special.begins} 至 {special.ends}。")
    return ledger.append(row, "approved", facts, by=by, at=at)


@transaction.atomic
def refuse(*, matter: Matter, why: str, by: "Person", at: datetime) -> Step:
    """Do not approve, with the reason. Raises NotDone."""
    row, now = _held(matter, by, "governance.confirm")
    if now.approved or now.ended:
        raise NotDone("已经答复过。")
    return ledger.append(row, "refused", {"text": words(why, "理由", "text")}, by=by, at=at)


@transaction.atomic
def record(
    *,
    matter: Matter,
    on: date | None,
    text: str,
    files: Sequence[Mapping[str, Any]] = (),
    by: "Person",
    at: datetime,
) -> Step:
    """Record what was done on a day of the term. Raises NotDone."""
    row = ledger.locked(matter)
    facts = recorded(row, on=on, text=text, by=by, at=at)
    return ledger.append(row, "record", facts | {"files": [dict(one) for one in files]}, by=by, at=at)


def recorded(row: Matter, *, on: date | None, text: str, by: "Person", at: datetime) -> dict[str, Any]:
    """Give what a record would say, its files left out: a page asks before it keeps them. Raises NotDone."""
    ledger.demand(row, by, "governance.enter")
    now = stand(row)
    if now.approved is None or now.ended:
        raise NotDone("行动还没有批准，或者已经了结，不能记录。")
    day = ledger.past(on, "日期", "on", legal_day(at))
    if not now.begins <= day <= now.ends:
        raise NotDone(f"日期不在行动的 {now.begins} 至 {now.ends} 之内。", field="on")
    return {"on": day.isoformat(), "text": words(text, "做了什么、发现什么", "text")}


@transaction.atomic
def close(*, matter: Matter, text: str, effect: Sequence[Sequence[Any]], by: "Person", at: datetime) -> Step:
    """Sum up a campaign that is over, with its effect as counted on that day. Raises NotDone."""
    row, now = _held(matter, by, "governance.enter")
    if now.state(legal_day(at)) != "over":
        raise NotDone("行动到期以后才能总结；提前结束的，先停止。")
    if not now.records:
        raise NotDone("还没有一条行动记录，不能总结。")
    facts = {"text": words(text, "总结", "text"), "effect": [list(one) for one in effect]}
    return ledger.append(row, "closed", facts, by=by, at=at)


@transaction.atomic
def stop(*, matter: Matter, why: str, by: "Person", at: datetime) -> Step:
    """Stop a campaign before its end, with the reason. Raises NotDone."""
    row, now = _held(matter, by, "governance.confirm")
    if now.approved is None or now.ended:
        raise NotDone("行动还没有批准，或者已经了结。")
    return ledger.append(row, "stopped", {"text": words(why, "停止的理由", "text")}, by=by, at=at)


def stand(row: Matter) -> Standing:
    """Give where a campaign stands."""
    said = row.content
    found = Standing(date.fromisoformat(said["begins"]), date.fromisoformat(said["ends"]))
    for one in row.steps.all():
        if one.kind == "risk":
            found.risk = {**one.facts, "by": one.by}
        elif one.kind == "approved":
            found.approved = {**one.facts, "by": one.by, "at": one.at}
        elif one.kind == "record":
            found.records.append(one.facts)
        else:
            found.ended = one.kind
            found.closed = one.facts if one.kind == "closed" else None
            found.stopped_on = legal_day(one.at) if one.kind == "stopped" else None
    return found


def _held(matter: Matter, by: "Person", action: str) -> tuple[Matter, Standing]:
    row = ledger.locked(matter)
    ledger.demand(row, by, action)
    return row, stand(row)
