"""The limits of a case on a day: which run, were met or missed, stand still or cannot be told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from mingjing.kit.clock import beijing
from mingjing.lawengine.kinds.deadline import at_after, outside
from mingjing.lawengine.limits import Limit, Start, meetings, pair, starts, work_out
from mingjing.lawengine.model import ActRecord, Deadline, Rule, Severity, Status, Version
from mingjing.lawengine.periods import day_of
from mingjing.lawengine.terms import DeadlineTerms
from mingjing.lawengine.verdicts import word
from mingjing.lawengine.view import Event, View

if TYPE_CHECKING:
    from mingjing.lawengine.judge import CaseState


def deadlines(state: "CaseState", on: datetime) -> Iterator[Deadline]:
    """Derive every limit that has begun to run, as it stands at the moment `on`."""
    now = beijing(on)
    views: dict[str, View] = {}
    for kind, rule, version in state.law.of_procedure(state.head.procedure).limits_on(now.date()):
        if not _begun(version, state):
            continue
        # As an act still to come would see the case: what its own form will ask is open.
        if kind not in views:
            views[kind] = View(state, Event(ActRecord(len(state.events) + 1, kind, now), now.date(), now))
        yield from _of_rule(rule, version, views[kind], state, now)


def _begun(version: Version, state: "CaseState") -> bool:
    """Say cheaply whether the limit can have begun: most rules of a library have nothing to start from."""
    terms = cast("DeadlineTerms", version.terms)
    if terms.start_field:
        return terms.start_field in state.facts
    return any(ref.kind in state.by_kind for ref in terms.start)


def _of_rule(
    rule: Rule, version: Version, view: View, state: "CaseState", now: datetime
) -> Iterator[Deadline]:
    terms = cast("DeadlineTerms", version.terms)
    met_by = meetings(rule, version, view)
    if terms.start_field and terms.start_field not in view.facts and met_by:
        # The act that meets the limit states itself from when it is counted, as a notice states the day of a hearing.
        view = View(state, met_by[-1])
        met_by = met_by[-1:]
    applies, missing = _applies(rule, version, view)
    if applies is False:
        return
    for start, met in pair(starts(terms, view), met_by):
        if any(True for _ in view.matching(terms.unless)):
            continue
        limit = work_out(rule, version, view, start, met)
        if missing:
            words = "、".join(f"“{word(state.law, name)}”" for name in missing)
            limit.span.note("是否适用尚不能确定：缺少{}", words)
        status = _status(terms, limit, met, view, now)
        unsure = applies is None and status in (Status.RUNNING, Status.MISSED)
        found = _deadline(rule, version, limit, Status.UNKNOWN if unsure else status, met)
        promised_only = limit.statutory is not None and not at_after(
            met.at or now if met else now, limit.statutory, terms
        )
        # Later than the agency promised, yet within the law: told, never held against the file.
        yield replace(found, severity=Severity.WARN) if promised_only else found


def _applies(rule: Rule, version: Version, view: View) -> tuple[bool | None, tuple[str, ...]]:
    """Say whether the rule's conditions hold, leaving aside what the act still to come will state itself."""
    open_names = {
        name for kind in rule.acts if kind in view.law.kinds for name in view.law.kinds[kind].own_fields
    }
    unclear: tuple[str, ...] = ()
    for condition in (rule.when, version.when):
        holds = view.holds(condition) if condition is not None else True
        if holds is False:
            return False, ()
        if holds is None and condition is not None:
            unclear += tuple(name for name in view.missing(condition) if name not in open_names)
    return (None, unclear) if unclear else (True, ())


def _status(terms: DeadlineTerms, limit: Limit, met: Event | None, view: View, now: datetime) -> Status:
    if met is None and any(event.seq > limit.start.seq for event in view.matching(terms.dropped_by)):
        return Status.DROPPED
    if limit.paused:
        return Status.PAUSED
    if met is not None:
        return _status_of_met(terms, limit, met)
    late = outside(terms, limit, now)
    if late is None:
        return Status.UNKNOWN
    if terms.bound == "not_before":
        return Status.RUNNING if late else Status.MET
    return _unless_unknown(limit, view, Status.MISSED if late else Status.RUNNING)


def _status_of_met(terms: DeadlineTerms, limit: Limit, met: Event) -> Status:
    bad = outside(terms, limit, met.at) if met.at else None
    if bad is None:
        return Status.UNKNOWN
    return Status.MISSED if bad else Status.MET


def _unless_unknown(limit: Limit, view: View, status: Status) -> Status:
    """A limit whose end lies in a year without a published calendar runs, but nobody can say until when.

    And of an excerpt nobody can say that the act was not done: the excerpt may have left it out.
    """
    return Status.UNKNOWN if limit.span.end is None or view.fragment else status


def _deadline(rule: Rule, version: Version, limit: Limit, status: Status, met: Event | None) -> Deadline:
    start: Start = limit.start
    begun: date | None = day_of(start.moment) if start.moment else None
    return Deadline(
        rule=rule.id,
        title=rule.title,
        topic=rule.topic,
        start=begun,
        start_seq=start.seq or None,
        due=limit.span.end,
        status=status,
        met_on=met.day if met else None,
        steps=limit.span.steps,
        source=version.source,
        severity=rule.severity,
        grade=rule.grade,
        bound=cast("DeadlineTerms", version.terms).bound,
        remedy=rule.remedy,
    )
