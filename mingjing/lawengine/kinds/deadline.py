"""Deadline: an act must come within a period, not before it has run out, or long enough ahead."""

from typing import cast

from mingjing.lawengine.limits import Limit, meetings, pair, starts, work_out
from mingjing.lawengine.model import ActRecord, Rule, Severity, Verdict, Version
from mingjing.lawengine.periods import Moment, day_of, shown
from mingjing.lawengine.terms import DeadlineTerms
from mingjing.lawengine.verdicts import UNDATED, act_titles, breach, lacking, not_applicable, passed, unknown
from mingjing.lawengine.view import Event, View


def judge(rule: Rule, version: Version, state: View, act: ActRecord) -> Verdict:
    """Judge the act that meets the limit by the day it was done. An act after the first that met it says nothing."""
    terms = cast("DeadlineTerms", version.terms)
    if aside := _set_aside(terms, state, act):
        return not_applicable(rule, version, aside)
    starting = starts(terms, state)
    if not starting:
        return _no_start(rule, version, terms, state)
    start = next(
        (start for start, met in pair(starting, meetings(rule, version, state)) if met is None), None
    )
    if start is None or any(event.seq > start.seq for event in state.matching(terms.dropped_by)):
        return not_applicable(rule, version, "期限此前已经完成，或者不再计算")
    this = Event(act, state.day, state.at)
    limit = work_out(rule, version, state, start, this)
    if state.day is None:
        return unknown(rule, version, f"{UNDATED}，无法判断是否合乎期限")
    return _compare(rule, version, limit, this, state)


def _set_aside(terms: DeadlineTerms, state: View, act: ActRecord) -> str:
    """Say why the limit does not concern this act, or nothing."""
    if not any(ref.kind == act.kind and ref.matches(act.facts) for ref in terms.met_by):
        return "不是完成这一期限的行为"
    return "已有不受这一期限约束的行为" if any(True for _ in state.matching(terms.unless)) else ""


def outside(terms: DeadlineTerms, limit: Limit, at: Moment) -> bool | None:
    """Say whether an act at this moment keeps the limit badly: too late, or too early. None where it is unknown."""
    span = limit.span
    if span.end is None:
        surely_running = day_of(at) <= span.floor and not limit.paused
        return (terms.bound == "not_before") if surely_running else None
    moment = at if terms.unit == "hours" else day_of(at)
    over = moment > span.end
    if over and span.unknown and terms.bound != "before":
        # The end may roll on over days off that nobody has published yet.
        return None
    return not over if terms.bound == "not_before" else over


def _compare(rule: Rule, version: Version, limit: Limit, this: Event, state: View) -> Verdict:
    terms = cast("DeadlineTerms", version.terms)
    at = cast("Moment", this.at)
    bad = outside(terms, limit, at)
    due = shown(limit.span.end) if limit.span.end else ""
    if bad is False:
        return passed(rule, version, f"期限{due}届满，合乎期限" if due else "合乎期限")
    derivation = "；".join(limit.span.steps)
    if bad is None:
        return unknown(rule, version, f"期限何时届满不明：{derivation}")
    found = shown(at if terms.unit == "hours" else day_of(at))
    title = state.law.title_of(this.act.kind)
    said = {
        "within": f"“{title}”应当不迟于{due}，实际为{found}",
        "not_before": f"“{title}”应当在{due}期满之后，实际为{found}" if due else f"“{title}”时期限尚未届满",
        "before": f"“{title}”应当不迟于{due}，以便提前到位，实际为{found}",
    }[terms.bound]
    severity = None
    if limit.statutory is not None and not at_after(at, limit.statutory, terms):
        # Later than the agency promised, yet within the law: told, never held against the file.
        said, severity = f"{said}（超过本机关承诺时限，未超过法定期限）", Severity.WARN
    return breach(rule, version, f"{said}。{derivation}", severity, found=found, allowed=due)


def at_after(at: Moment, end: Moment, terms: DeadlineTerms) -> bool:
    """Say whether a moment lies after an end of the same unit."""
    return (at if terms.unit == "hours" else day_of(at)) > end


def _no_start(rule: Rule, version: Version, terms: DeadlineTerms, state: View) -> Verdict:
    if terms.start_field:
        return lacking(rule, version, state.law, [terms.start_field])
    if state.fragment:
        titles = act_titles(state.law, terms.start)
        return unknown(rule, version, f"摘录的案卷里没有{titles}，期限从何时起算不明")
    return not_applicable(rule, version, "期限没有起算")
