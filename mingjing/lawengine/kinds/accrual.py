"""Accrual: a sum that grows day by day from an unpaid principal may not be claimed higher than it has grown."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple, cast

from mingjing.kit.clock import chinese_date
from mingjing.kit.money import yuan
from mingjing.lawengine.kinds.ceiling import number, plain
from mingjing.lawengine.limits import starts, work_out
from mingjing.lawengine.model import ActRecord, Rule, Verdict, Version
from mingjing.lawengine.periods import Span, day_of
from mingjing.lawengine.terms import AccrualTerms
from mingjing.lawengine.verdicts import UNDATED, act_titles, breach, lacking, passed, unknown
from mingjing.lawengine.view import View

_CENT: Final = Decimal("0.01")
_ONE_DAY: Final = timedelta(days=1)


class Growth(NamedTuple):
    """How far a sum has grown: the days that count, those that do not, the lawful amount, and whether it is full."""

    principal: Decimal
    first: date  # the first day that may count
    last: date
    days: int
    paused: int
    amount: Decimal
    full: bool


def judge(rule: Rule, version: Version, state: View, act: ActRecord) -> Verdict:
    """Judge the sum claimed on the act's day, exactly. Nothing claimed is lawful; a fact that lacks is unknown."""
    terms = cast("AccrualTerms", version.terms)
    claimed, principal = number(state.facts.get(terms.fact)), number(state.facts.get(terms.principal))
    if claimed == 0:
        return passed(rule, version, f"没有要求{state.law.label(terms.fact)}")
    if claimed is None or principal is None:
        missing = [name for name in (terms.fact, terms.principal) if number(state.facts.get(name)) is None]
        return lacking(rule, version, state.law, missing)
    if state.day is None:
        return unknown(rule, version, f"{UNDATED}，无法计算")
    due = _due(rule, version, state)
    if isinstance(due, Verdict):
        return due
    grown = grow(terms, principal, cast("date", due.end), state)
    return _compare(rule, version, state, claimed, grown)


def grown_by(rule: Rule, version: Version, state: View) -> Growth | None:
    """Give how far the sum has grown on the day in view, claimed or not; None where that cannot be told."""
    terms = cast("AccrualTerms", version.terms)
    principal = number(state.facts.get(terms.principal))
    due = _due(rule, version, state) if principal is not None and state.day is not None else None
    if principal is None or not isinstance(due, Span):
        return None
    return grow(terms, principal, cast("date", due.end), state)


def grow(terms: AccrualTerms, principal: Decimal, due: date, state: View) -> Growth:
    """Work out the lawful amount on the day of the act in view: rate by day from the day after `due`, up to the cap."""
    first, last = due + _ONE_DAY, cast("date", state.day)
    all_days = max(0, (last - due).days)
    paused = _covered(_pauses(terms, state), first, last)
    amount = principal * terms.rate * (all_days - paused)
    cap = principal * terms.cap_times if terms.cap_times is not None else None
    full = cap is not None and amount >= cap
    exact = (cap if full and cap is not None else amount).quantize(_CENT, ROUND_HALF_UP)
    return Growth(principal, first, last, all_days - paused, paused, exact, full)


def _due(rule: Rule, version: Version, state: View) -> Span | Verdict:
    """Give the period for payment, whose end is known, or say why it is not."""
    terms = cast("AccrualTerms", version.terms).due
    starting = starts(terms, state)
    if not starting:
        if terms.start_field:
            return lacking(rule, version, state.law, [terms.start_field])
        titles = act_titles(state.law, terms.start)
        missing = tuple(ref.kind for ref in terms.start)
        return unknown(rule, version, f"没有{titles}的记录，何时逾期不明", missing=missing)
    span = work_out(rule, replace(version, terms=terms), state, starting[0], None).span
    if span.end is None or span.unknown:
        return unknown(rule, version, f"何时逾期不明：{'；'.join(span.steps)}")
    span.end = day_of(span.end)
    return span


def _pauses(terms: AccrualTerms, state: View) -> Iterable[tuple[date, date]]:
    """Give the spans that do not count, both ends included; one that has not ended runs up to the act."""
    today = cast("date", state.day)
    for pause in terms.pauses:
        ends = sorted(state.matching([pause.end]), key=lambda event: event.seq)
        for event in state.matching([pause.start]):
            end = next((one for one in ends if one.seq > event.seq), None)
            # A span without a day is left out in the party's favour: from the first day, or up to the act.
            yield event.day or date.min, (end.day if end and end.day else today)


def _covered(spans: Iterable[tuple[date, date]], first: date, last: date) -> int:
    """Count the days from `first` to `last` that lie in any span; days in two of them count once."""
    count, counted_to = 0, first - _ONE_DAY
    for start, stop in sorted(spans):
        begin, end = max(start, counted_to + _ONE_DAY), min(stop, last)
        if end >= begin:
            count, counted_to = count + (end - begin).days + 1, end
    return count


def _compare(rule: Rule, version: Version, state: View, claimed: Decimal, grown: Growth) -> Verdict:
    terms = cast("AccrualTerms", version.terms)
    sums = "；".join(in_steps(terms, grown))
    stated = number(state.facts.get(terms.days)) if terms.days else None
    if stated is not None and stated > grown.days:
        found, allowed = f"{plain(stated)}日", f"{grown.days}日"
        reason = f"{state.law.label(terms.days)}写{found}，只能计算{allowed}：{sums}"
        return breach(rule, version, reason, found=found, allowed=allowed)
    label, found, allowed = state.law.label(terms.fact), yuan(claimed), yuan(grown.amount)
    if claimed > grown.amount:
        return breach(rule, version, f"{label} {found}，至多 {allowed}：{sums}", found=found, allowed=allowed)
    return passed(rule, version, f"{label} {found}，不超过 {allowed}：{sums}")


def in_steps(terms: AccrualTerms, grown: Growth) -> tuple[str, ...]:
    """Show the arithmetic, one Chinese sentence a step, figures as they went in."""
    if grown.last < grown.first:
        return (f"期限至{chinese_date(grown.last)}尚未届满，不得计算",)
    per_cent = f"{plain(terms.rate * 100)}%"
    cap = (
        f"已达上限，即本金的 {plain(terms.cap_times)} 倍"
        if grown.full and terms.cap_times is not None
        else ""
    )
    steps = (
        f"自{chinese_date(grown.first)}起至{chinese_date(grown.last)}",
        f"其中 {grown.paused} 日不计算" if grown.paused else "",
        f"计 {grown.days} 日",
        f"{yuan(grown.principal)} × {per_cent} × {grown.days} = {yuan(_uncapped(terms, grown))}",
        cap,
    )
    return tuple(step for step in steps if step)


def _uncapped(terms: AccrualTerms, grown: Growth) -> Decimal:
    return (grown.principal * terms.rate * grown.days).quantize(_CENT, ROUND_HALF_UP)
