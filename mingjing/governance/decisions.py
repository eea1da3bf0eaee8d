"""The yearly catalogue of major administrative decisions: listing an item, its statutory steps, taking it off."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.governance import ledger
from mingjing.governance.decision_standing import Standing, standing_of
from mingjing.governance.ledger import NotDone, words
from mingjing.governance.models import Matter, Step
from mingjing.governance.terms import earliest, terms_of
from mingjing.kit.clock import legal_day
from mingjing.packs.governance_terms import StepTerms, Taken

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

LEGALITY: Final = "legality"
TITLES: Final[Mapping[str, str]] = {"listed": "列入目录", "dropped": "不列入目录", "removed": "调出目录"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item as it is put forward: what is to be decided, who prepares it, by when each step is planned."""

    subject: str
    group: str
    unit: str
    why: str
    year: int
    plan: Mapping[str, date | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of one step. `result` where the step has results; `ground` where it is left out."""

    text: str
    begun: date | None = None
    done: date | None = None
    result: str = ""
    ground: str = ""
    shorter: str = ""
    files: Sequence[Mapping[str, Any]] = ()


@transaction.atomic
def propose(*, item: Item, by: "Person", at: datetime, once: str) -> Matter:
    """Put an item forward for the catalogue; another person lists it. Raises NotDone."""
    ledger.demand_own(by, "governance.enter")
    if (there := ledger.entered(once, by)) is not None:
        return there
    ledger.demand_year(item.year, legal_day(at))
    terms = terms_of(by.agency)
    if item.group not in terms.classes:
        raise NotDone("请选择属于哪一类重大行政决策事项。", field="group")
    content = {
        "group": item.group,
        "unit": words(item.unit, "承办单位", "unit", 100),
        "why": words(item.why, "决策的理由和要点", "why"),
        "plan": _plan(item.plan, terms.steps),
    }
    return ledger.enter(
        kind="decision", subject=item.subject, year=item.year, content=content, by=by, at=at, once=once
    )


def _plan(given: Mapping[str, date | None], steps: Mapping[str, StepTerms]) -> dict[str, str]:
    """Give the planned days in the statutory order. Raises NotDone where one is missing or lies before its base."""
    plan: dict[str, str] = {}
    for code, step in steps.items():
        planned = ledger.day(given.get(code), f"{step.title}的计划完成日", code)
        for before in step.after:
            if planned.isoformat() < plan[before]:
                raise NotDone(
                    f"{step.title}的计划完成日不能早于{steps[before].title}（{plan[before]}）。", field=code
                )
        plan[code] = planned.isoformat()
    return plan


@transaction.atomic
def list_item(*, matter: Matter, by: "Person", at: datetime, consent: str, published: str) -> Step:
    """List an item: consent of the party committee and where the catalogue is published; never by who put it forward.

    Raises NotDone.
    """
    row, now = _held(matter, by, "governance.confirm")
    if now.listed or now.ended:
        raise NotDone("这个事项已经处理过。")
    if row.by == by.username:
        raise NotDone("提出人不能自己列入目录，请由另一人确认。")
    facts = {
        "consent": words(consent, "同级党委（党组）同意的文件或者会议", "consent", 200),
        "published": words(published, "目录在哪里公布", "published", 200),
    }
    return ledger.append(row, "listed", facts, by=by, at=at)


@transaction.atomic
def drop(*, matter: Matter, by: "Person", at: datetime, why: str) -> Step:
    """Take an item off: not listed at all, or removed from the published catalogue. Raises NotDone."""
    row, now = _held(matter, by, "governance.confirm")
    if now.ended or now.complete:
        raise NotDone("这个事项已经了结。")
    if now.listed and row.by == by.username:
        raise NotDone("提出人不能自己调出目录，请由另一人办理。")
    kind = "removed" if now.listed else "dropped"
    return ledger.append(row, kind, {"text": words(why, "理由", "text")}, by=by, at=at)


@transaction.atomic
def take(*, matter: Matter, code: str, told: Told, by: "Person", at: datetime) -> Step:
    """Record a statutory step as done, or left out where law allows it. Raises NotDone: what stands in its way."""
    row = ledger.locked(matter)
    facts = facts_of(row, code=code, told=told, by=by, at=at)
    if not (told.ground or told.files):
        raise NotDone("请附上证明这一步办过的文件。", field="files")
    return ledger.append(row, code, facts | {"files": [dict(one) for one in told.files]}, by=by, at=at)


def facts_of(row: Matter, *, code: str, told: Told, by: "Person", at: datetime) -> dict[str, Any]:
    """Give what a step would say, its files left out, so that a page may ask before it keeps them. Raises NotDone."""
    ledger.demand(row, by, "governance.review" if code == LEGALITY else "governance.enter")
    now, terms = stand(row), terms_of(row.agency)
    if not now.open:
        raise NotDone("这个事项还没有列入目录，或者已经了结。")
    if said := terms.objection(now.taken, Taken(code, told.result, told.ground)):
        raise NotDone(said, field="result")
    if code == LEGALITY and by.username == row.by:
        raise NotDone("合法性审查不能由提出这个事项的人办理。")
    step = terms.steps[code]
    if told.ground:
        return {"omitted": told.ground, "text": words(told.text, "省去的理由", "text")}
    days = _days(step, told, legal_day(at))
    _follows(step, days["begun"] or days["done"], now)
    return {
        "text": words(told.text, step.asks, "text"),
        "result": told.result if step.results else "",
        **days,
    }


def _days(step: StepTerms, told: Told, today: date) -> dict[str, str]:
    """Give the days of a step. Raises NotDone where it took less than it must and no reason that law knows is given."""
    done = ledger.past(told.done, "完成日期", "done", today)
    if step.least is None:
        return {"begun": "", "done": done.isoformat(), "shorter": ""}
    begun = ledger.day(told.begun, "开始日期", "begun")
    if begun > done:
        raise NotDone("开始日期晚于完成日期。", field="begun")
    least = earliest(step.least, begun)
    short = least is None or done < least
    reason = told.shorter.strip()
    if short and not (reason and step.lessening):
        until = f"（{least} 以后才满）" if least else ""
        raise NotDone(f"{step.title}不足 {step.least}{until}。确有法定理由的，请写明。", field="shorter")
    return {"begun": begun.isoformat(), "done": done.isoformat(), "shorter": reason if short else ""}


def _follows(step: StepTerms, day: str, now: Standing) -> None:
    """Refuse a day before the end of what this step builds on: papers written afterwards are no procedure."""
    for part in now.parts:
        if part.terms.code in step.after and part.step is not None:
            before = part.step.facts.get("done", "")
            if before and day < before:
                raise NotDone(f"日期早于{part.terms.title}完成的日期（{before}）。", field="done")


def codes_of(row: Matter) -> frozenset[str]:
    """Give the codes of the statutory steps that an item has."""
    return frozenset(terms_of(row.agency).steps)


def stand(row: Matter) -> Standing:
    """Give where an item stands."""
    return standing_of(row.content["plan"], row.steps.all(), terms_of(row.agency))


def _held(matter: Matter, by: "Person", action: str) -> tuple[Matter, Standing]:
    row = ledger.locked(matter)
    ledger.demand(row, by, action)
    return row, stand(row)
