"""The fold over a case: judge an act before it is taken in, take it in, and say where the case stands."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from mingjing.lawengine.condition import Condition
from mingjing.lawengine.kinds import JUDGES, Judge
from mingjing.lawengine.model import (
    ActRecord,
    CaseHead,
    Law,
    Outcome,
    ProcedureLaw,
    Rule,
    Standing,
    Verdict,
    Version,
)
from mingjing.lawengine.places import misplaced
from mingjing.lawengine.standing import stand
from mingjing.lawengine.verdicts import lacking, not_applicable
from mingjing.lawengine.versions import choose, explained
from mingjing.lawengine.view import Event, View, event_of, readable


def judge_act(law: Law, head: CaseHead, acts: Iterable[ActRecord], act: ActRecord) -> tuple[Verdict, ...]:
    """Judge an act after the acts of its case: one verdict of every rule that speaks about such acts."""
    state = CaseState(law, head)
    for earlier in acts:
        state.absorb(earlier)
    return state.judge(act)


def review_case(law: Law, head: CaseHead, acts: Iterable[ActRecord], on: datetime) -> Standing:
    """Judge a whole case act by act, as each was done, and say where it stands."""
    state = CaseState(law, head)
    for act in acts:
        state.absorb(act, state.judge(act))
    return state.standing(on)


def refusals(verdicts: Iterable[Verdict]) -> tuple[Verdict, ...]:
    """Give the verdicts that stop an act: a block rule that is breached or cannot be judged."""
    return tuple(verdict for verdict in verdicts if verdict.refuses)


class CaseState:
    """A case as far as its acts have been taken in. `absorb` judges nothing; `judge` changes nothing of the case."""

    def __init__(self, law: Law, head: CaseHead) -> None:
        self.law, self.head = law, head
        self.rules = law.rules_for(head.procedure)
        self.events: list[Event] = []
        self.by_kind: dict[str, list[Event]] = {}
        self.facts: dict[str, object] = {}
        # In an excerpt an act that is not there may still have been done: whether it was is then no known fact.
        self.variables: dict[str, object] = {} if head.fragment else dict(law.nothing_done)
        self.variables |= {"procedure": head.procedure, "region": head.region, "field": head.field}
        self.variables["agency_kind"] = head.agency_kind
        self.last_day: date | None = None
        self.held: list[tuple[int, Verdict]] = []  # what was not a pass, by the number of its act
        self.counts: Counter[str] = Counter()
        self._tried: Event | None = None  # the act judged last: as a rule it is the one taken in next

    def absorb(self, act: ActRecord, verdicts: Iterable[Verdict] = ()) -> None:
        """Take in an act that was done, with what was said of it (for `standing`)."""
        event = self._tried if self._tried is not None and self._tried.act is act else event_of(act)
        self.events.append(event)
        done = self.by_kind.setdefault(act.kind, [])
        done.append(event)
        self.facts.update(act.facts)
        self.variables.update(readable(act.facts, self.law))
        self.variables[f"did_{act.kind}"] = True
        if not self.head.fragment:
            self.variables[f"n_{act.kind}"] = len(done)
        if event.day is not None:
            self.last_day = max(event.day, self.last_day or event.day)
        passes = idle = 0
        for verdict in verdicts:
            if verdict.outcome is not Outcome.PASS:
                self.counts[verdict.outcome] += 1
                self.held.append((act.seq, verdict))
            elif verdict.applies:
                passes += 1
            else:
                idle += 1
        if passes:
            self.counts[Outcome.PASS] += passes
        if idle:
            self.counts["not_applicable"] += idle

    def judge(self, act: ActRecord) -> tuple[Verdict, ...]:
        """Say what every rule that speaks about such acts says of this one, were it done now."""
        event = self._tried = event_of(act)
        view = View(self, event)
        verdicts = [
            _by_plan(plan, view) for plan in _plans(self.law.of_procedure(self.head.procedure), act.kind)
        ]
        verdicts += self.out_of_place(event)
        return tuple(verdicts)

    def standing(self, on: datetime) -> Standing:
        """Say where the case stands at a moment: limits, findings, points, and what may come next."""
        return stand(self, on)

    def out_of_place(self, event: Event) -> list[Verdict]:
        """Refuse an act that such a case cannot have here, by what the packs say of its kind alone."""
        return misplaced(self, event)


@dataclass(frozen=True, slots=True)
class Plan:
    """A rule made ready to be judged again and again: what is the same for every act is looked up once."""

    rule: Rule
    version: Version
    conditions: tuple[Condition, ...]
    judge: Judge
    idle: Verdict


def _plans(part: ProcedureLaw, kind: str) -> tuple[Plan | Rule, ...]:
    """Give the rules of a procedure on a kind of act; those that take more than the newest text as they are."""
    if kind not in part.plans:
        part.plans[kind] = tuple(_plan(rule) or rule for rule in part.rules_by_act.get(kind, ()))
    return part.plans[kind]


def _plan(rule: Rule) -> Plan | None:
    version = rule.lasting
    if version is None or rule.if_known:
        return None
    conditions = tuple(one for one in (rule.when, version.when) if one is not None)
    return Plan(rule, version, conditions, JUDGES[rule.kind], not_applicable(rule, version, _IDLE))


def _by_plan(plan: Plan | Rule, view: View) -> Verdict:
    if isinstance(plan, Rule):
        return judge_rule(plan, view)
    rule, version = plan.rule, plan.version
    if view.day is None or view.day < version.in_force:
        return judge_rule(rule, view)
    unclear = None
    for condition in plan.conditions:
        holds = view.holds(condition)
        if holds is False:
            return plan.idle
        if holds is None:
            unclear = condition
    if unclear is not None:
        return lacking(rule, version, view.law, view.missing(unclear))
    return plan.judge(rule, version, view, view.act)


_IDLE: Final = "不具备适用条件"


def judge_rule(rule: Rule, view: View) -> Verdict:
    """Say what one rule says of the act in view, by the text in force on the day that counts."""
    version = rule.lasting
    if version is None or view.day is None or view.day < version.in_force:
        chosen = choose(rule, view)
        if isinstance(chosen, Verdict):
            return chosen
        rule, version = chosen
    if rule.if_known and not view.fragment and any(name not in view.facts for name in rule.if_known):
        return not_applicable(rule, version, "有关事实尚未查明")
    unclear = None
    for condition in (rule.when, version.when):
        if condition is None:
            continue
        holds = view.holds(condition)
        if holds is False:
            return not_applicable(rule, version, _IDLE)
        if holds is None:
            unclear = condition
    if unclear is not None:
        return lacking(rule, version, view.law, view.missing(unclear))
    verdict = JUDGES[rule.kind](rule, version, view, view.act)
    return explained(verdict, version, view) if rule.dated_by == "conduct" else verdict
