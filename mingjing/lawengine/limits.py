"""Limits in time: when a period starts, what moves its end, and which act meets it; verdicts are made elsewhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple, cast

from mingjing.kit.clock import BEIJING
from mingjing.lawengine.condition import Condition, context_of
from mingjing.lawengine.model import Rule, Version
from mingjing.lawengine.periods import UNIT_NAMES, Moment, Span, day_of, extend, roll
from mingjing.lawengine.shifts import apply_shifts
from mingjing.lawengine.terms import DeadlineTerms
from mingjing.lawengine.view import Event, View, readable


class Start(NamedTuple):
    """From when a limit runs: an act, or a fact of the case with a date."""

    label: str
    moment: Moment | None
    seq: int  # 0 for a fact: every act comes after it
    event: Event | None


@dataclass(slots=True)
class Limit:
    """A period worked out: its start, its end if known, and whether it stands still just now."""

    start: Start
    span: Span
    paused: bool = False
    statutory: Moment | None = None  # where a promised limit is shorter: the end that the law itself sets


def starts(terms: DeadlineTerms, view: View) -> list[Start]:
    """Give the starts of the limit known so far: none, one, or with `each` all."""
    if terms.start_field:
        return _start_of_fact(terms, view)
    events = sorted(view.matching(terms.start), key=lambda event: event.seq)
    if terms.occurrence != "each":
        events = events[-1:] if terms.occurrence == "last" else events[:1]
    return [_start_of(event, terms, view) for event in events]


def meetings(rule: Rule, version: Version, view: View) -> list[Event]:
    """Give the earlier acts that meet such limits, in order."""
    terms = cast("DeadlineTerms", version.terms)
    events = sorted(view.matching(terms.met_by), key=lambda event: event.seq)
    conditions = [one for one in (rule.when, version.when) if one is not None]
    if not conditions or not events:
        return events
    return [event for event in events if all(_held(condition, event, view) for condition in conditions)]


def pair(starting: list[Start], meeting: Iterable[Event]) -> Iterator[tuple[Start, Event | None]]:
    """Give each start with the act that met it: the first after it that has not met an earlier one."""
    free = list(meeting)
    for start in starting:
        met = next((event for event in free if event.seq > start.seq), None)
        if met is not None and len(starting) > 1:
            free.remove(met)
        yield start, met


def work_out(rule: Rule, version: Version, view: View, start: Start, until: Event | None) -> Limit:
    """Work out the end of the limit. `until` is the act that met it: a pause still open then ends with it."""
    terms = cast("DeadlineTerms", version.terms)
    limit = Limit(start, Span(start.moment, date.min))
    if start.moment is None:
        limit.span.unknown = "起算日期不明"
        limit.span.note("{}的日期不明，无法起算", start.label)
        return limit
    first = "时" if terms.unit == "hours" else "日"
    limit.span.note("自{}{}起算，当{}不计入", start.label, start.moment, first)
    amount, unit = terms.amount, UNIT_NAMES[terms.unit]
    promised = view.head.promised.get(terms.promised) if terms.promised else None
    if promised is not None and promised < amount:
        # Worked out whole, pauses and all, so that both ends can be told apart.
        legal = work_out(rule, replace(version, terms=replace(terms, promised="")), view, start, until)
        limit.statutory = legal.span.end
        limit.span.note("本机关承诺 {} {}，短于法定 {} {}，按承诺计算", promised, unit, amount, unit)
        amount = promised
    _first_leg(limit, terms, view, amount)
    limit.paused = apply_shifts(limit.span, terms, view, start.seq, until)
    if terms.roll and not limit.paused:
        roll(view.law.calendar, limit.span)
    return limit


def _start_of_fact(terms: DeadlineTerms, view: View) -> list[Start]:
    stated = view.facts.get(terms.start_field)
    if not isinstance(stated, str):
        return []
    label = f"“{view.law.label(terms.start_field)}”"
    try:
        moment: Moment = datetime.fromisoformat(stated) if "T" in stated else date.fromisoformat(stated)
    except ValueError:
        return [Start(label, None, 0, None)]
    if isinstance(moment, datetime):
        # A time without a zone is a time on the wall in Beijing.
        local = moment.astimezone(BEIJING) if moment.tzinfo else moment.replace(tzinfo=BEIJING)
        moment = local if terms.unit == "hours" else local.date()
    elif terms.unit == "hours":
        return [Start(label, None, 0, None)]
    return [Start(label, moment, 0, None)]


def _start_of(event: Event, terms: DeadlineTerms, view: View) -> Start:
    label = f"“{view.law.title_of(event.act.kind)}”"
    return Start(label, event.at if terms.unit == "hours" else event.day, event.seq, event)


def _held(condition: Condition, event: Event, view: View) -> bool:
    """Say whether a condition did not stand against an earlier act's meeting the limit."""
    kind = view.law.kinds.get(event.act.kind)
    own = kind.own_fields if kind else frozenset()
    if not condition.names & own:
        return True
    stated, known = dict(readable(event.act.facts, view.law)), view.variables

    def then(name: str) -> object:
        return stated.get(name) if name in stated or name in own else known.get(name)

    return condition.holds(context_of(then)) is not False


def _first_leg(limit: Limit, terms: DeadlineTerms, view: View, amount: int) -> None:
    span, start = limit.span, cast("Moment", limit.start.moment)
    back = terms.bound == "before"
    extend(view.law.calendar, span, -amount if back else amount, terms.unit)
    if span.end is None:
        return
    way = "倒推" if back else ""
    span.note("{}{} {}：至{}", way, amount, UNIT_NAMES[terms.unit], span.end)
    if terms.unit == "working_days":
        off = view.law.calendar.days_off_between(*sorted((day_of(start), day_of(span.end))))
        span.note("其间不计入的休息日、法定节假日：{}", off or "无")
