"""Where a case stands: its limits, what the file review holds against it, its points, and what may come next."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from mingjing.lawengine.kinds import JUDGES
from mingjing.lawengine.model import (
    ActRecord,
    Deadline,
    Finding,
    Grade,
    NextAct,
    Outcome,
    Rule,
    Severity,
    Standing,
    Status,
    Verdict,
)
from mingjing.lawengine.periods import shown
from mingjing.lawengine.places import offered
from mingjing.lawengine.running import deadlines
from mingjing.lawengine.terms import DeadlineTerms
from mingjing.lawengine.versions import choose
from mingjing.lawengine.view import View, event_of

if TYPE_CHECKING:
    from mingjing.lawengine.judge import CaseState

FULL_MARKS: Final = 100
_ASIDE: Final = ("publication", "remedy")


def stand(state: "CaseState", on: datetime) -> Standing:
    """Say where the case stands. Breaches cost points; what cannot be told costs none but is listed."""
    limits = tuple(deadlines(state, on))
    judged = [(_finding(seq, verdict), _cost(verdict)) for seq, verdict in state.held]
    judged += ((_overdue(limit), _cost(limit)) for limit in limits if _unmet(limit))
    breaches = [(finding, grade) for finding, grade in judged if finding.outcome is Outcome.BREACH]
    findings = tuple(finding for finding, _ in breaches)
    return Standing(
        stage=_stage(state),
        deadlines=limits,
        findings=findings,
        unknowns=tuple(finding for finding, _ in judged if finding.outcome is Outcome.UNKNOWN),
        score=max(0, FULL_MARKS - points_lost(grade for _, grade in breaches if grade)),
        vetoed=any(finding.veto for finding in findings),
        verdict_counts=dict(state.counts),
        find_next=lambda kinds: tuple(_next(state, on, kinds)),
    )


def points_lost(grades: Iterable[Grade]) -> int:
    """Add up the points of breaches: an item of the review standard costs once, or each time up to its cap."""
    by_item: dict[str, list[Grade]] = {}
    for grade in grades:
        by_item.setdefault(grade.item, []).append(grade)
    return sum(_item(found) for found in by_item.values())


def _item(grades: list[Grade]) -> int:
    counted = [grade for grade in grades if grade.each]
    each = min(sum(grade.points for grade in counted), max((grade.cap for grade in counted), default=0))
    return max([each, *(grade.points for grade in grades if not grade.each)])


def _cost(told: Verdict | Deadline) -> Grade | None:
    """Give what a breach costs in the file review; a warning only tells."""
    return None if told.severity is Severity.WARN else told.grade


def _finding(seq: int, verdict: Verdict) -> Finding:
    grade = _cost(verdict) if verdict.outcome is Outcome.BREACH else None
    return Finding(
        rule=verdict.rule,
        title=verdict.title,
        act_seq=seq,
        severity=verdict.severity,
        outcome=verdict.outcome,
        reason=verdict.reason,
        source=verdict.source,
        points=grade.points if grade else 0,
        veto=grade.veto if grade else False,
        item=grade.item if grade else "",
        remedy=verdict.remedy,
    )


def _unmet(limit: Deadline) -> bool:
    """Say whether a limit ran out with nothing done; one met late is held against the act that met it."""
    return limit.status is Status.MISSED and limit.met_on is None


def _overdue(limit: Deadline) -> Finding:
    due = shown(limit.due) if limit.due else ""
    grade = _cost(limit)
    return Finding(
        rule=limit.rule,
        title=limit.title,
        act_seq=None,
        severity=limit.severity,
        outcome=Outcome.BREACH,
        reason=f"期限{due}届满，至今没有办理。{'；'.join(limit.steps)}",
        source=limit.source,
        points=grade.points if grade else 0,
        veto=grade.veto if grade else False,
        item=grade.item if grade else "",
        remedy=limit.remedy,
    )


def _stage(state: "CaseState") -> str:
    """The stage of the last act that is part of the procedure; corrections and publicity do not move a case.

    Nor does handing over a notice: service is a stage of its own only when there is a decision to be served.
    """
    kinds = [kind for event in state.events if (kind := state.law.kinds.get(event.act.kind))]
    aside = _ASIDE if any(kind.stage == "decision" for kind in kinds) else (*_ASIDE, "service")
    return next((kind.stage for kind in reversed(kinds) if kind.stage not in aside), "")


def _next(state: "CaseState", on: datetime, kinds: Collection[str] | None) -> Iterator[NextAct]:
    """Try every kind of act of the procedure, or these alone, as if it were done now, by the rules about order alone.

    What the act would state is not known yet, so a condition that waits for it does not stand against the act.
    """
    seq = len(state.events) + 1
    for kind in state.law.kinds_in(state.head.procedure).values():
        if kinds is not None and kind.kind not in kinds:
            continue
        event = event_of(ActRecord(seq, kind.kind, on))
        view = View(state, event)
        against = [verdict for verdict in _orders(state, view) if verdict.outcome is Outcome.BREACH]
        against += state.out_of_place(event)
        allowed = not any(verdict.refuses for verdict in against)
        yield NextAct(kind.kind, allowed, tuple(against), not against and offered(state, event))


def _orders(state: "CaseState", view: View) -> Iterator[Verdict]:
    for rule in state.rules.get(view.act.kind, ()):
        chosen = choose(rule, view) if _about_order(rule) else None
        if chosen is None or isinstance(chosen, Verdict):
            continue
        rule_then, version = chosen
        conditions = (rule_then.when, version.when)
        if all(condition is None or view.holds(condition) for condition in conditions):
            yield JUDGES[rule.kind](rule_then, version, view, view.act)


def _about_order(rule: Rule) -> bool:
    terms = rule.versions[-1].terms
    return rule.kind == "sequence" or (isinstance(terms, DeadlineTerms) and terms.bound == "not_before")
