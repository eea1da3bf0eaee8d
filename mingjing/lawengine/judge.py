"""The fold over a case: judge an act before it is taken in, take it in, and say where the case stands."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from mingjing.lawengine.kinds import JUDGES
from mingjing.lawengine.model import (
    ActKind,
    ActRecord,
    CaseHead,
    Law,
    Outcome,
    Rule,
    Severity,
    Standing,
    Verdict,
)
from mingjing.lawengine.standing import stand
from mingjing.lawengine.verdicts import lacking, not_applicable
from mingjing.lawengine.versions import choose, explained
from mingjing.lawengine.view import Event, View, event_of, readable

ONCE: Final = "kind.once"
OPENING: Final = "kind.opening"
PROCEDURE: Final = "kind.procedure"
UNDEFINED: Final = "kind.undefined"


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
    """A case as far as its acts have been taken in. `absorb` judges nothing; `judge` changes nothing."""

    def __init__(self, law: Law, head: CaseHead) -> None:
        self.law, self.head = law, head
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

    def absorb(self, act: ActRecord, verdicts: Iterable[Verdict] = ()) -> None:
        """Take in an act that was done, with what was said of it (for `standing`)."""
        event = event_of(act)
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
        for verdict in verdicts:
            self.counts[verdict.outcome if verdict.applies else "not_applicable"] += 1
            if verdict.outcome is not Outcome.PASS:
                self.held.append((act.seq, verdict))

    def judge(self, act: ActRecord) -> tuple[Verdict, ...]:
        """Say what every rule that speaks about such acts says of this one, were it done now."""
        view = View(self, event_of(act))
        verdicts = [judge_rule(rule, view) for rule in self.law.rules_by_act.get(act.kind, ())]
        verdicts += self.out_of_place(act.kind)
        return tuple(verdicts)

    def standing(self, on: datetime) -> Standing:
        """Say where the case stands at a moment: limits, findings, points, and what may come next."""
        return stand(self, on)

    def out_of_place(self, name: str) -> list[Verdict]:
        """Refuse an act that such a case cannot have here, by what the packs say of its kind alone."""
        kind = self.law.kinds.get(name)
        if kind is None:
            return [
                _misplaced(
                    UNDEFINED, name, f"法律包没有定义行为“{name}”", "请检查行为名称，或者在法律包中定义"
                )
            ]
        found = []
        if self.head.procedure not in kind.procedures:
            found.append(
                _misplaced(
                    PROCEDURE,
                    kind.title,
                    f"本案适用的程序没有“{kind.title}”",
                    "需要改变程序的，请先按规定转换",
                )
            )
        if not kind.repeats and name in self.by_kind:
            found.append(
                _misplaced(
                    ONCE, kind.title, f"“{kind.title}”已经办理，只能办理一次", "记载有误的，请办理更正"
                )
            )
        if not kind.opens and not self.events and not self.head.fragment:
            openers = "、".join(f"“{k.title}”" for k in self.law.kinds.values() if _opens(k, self.head))
            found.append(
                _misplaced(OPENING, kind.title, f"案件不能从“{kind.title}”开始", f"请先办理{openers}之一")
            )
        return found


def judge_rule(rule: Rule, view: View) -> Verdict:
    """Say what one rule says of the act in view, by the text in force on the day that counts."""
    version = rule.lasting
    if version is None or view.day is None or view.day < version.in_force:
        chosen = choose(rule, view)
        if isinstance(chosen, Verdict):
            return chosen
        rule, version = chosen
    unclear = None
    for condition in (rule.when, version.when):
        if condition is None:
            continue
        holds = view.holds(condition)
        if holds is False:
            return not_applicable(rule, version, "不具备适用条件")
        if holds is None:
            unclear = condition
    if unclear is not None:
        return lacking(rule, version, view.law, view.missing(unclear))
    verdict = JUDGES[rule.kind](rule, version, view, view.act)
    return explained(verdict, version, view) if rule.dated_by == "conduct" else verdict


def _opens(kind: ActKind, head: CaseHead) -> bool:
    return kind.opens and head.procedure in kind.procedures


def _misplaced(rule: str, title: str, reason: str, remedy: str) -> Verdict:
    return Verdict(rule, title, Outcome.BREACH, Severity.BLOCK, reason, remedy=remedy)
