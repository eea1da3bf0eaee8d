"""Why a decision is major: the rules that demand a legal review before it. Pure: a function over a case as read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from mingjing.lawengine.judge import CaseState, judge_rule
from mingjing.lawengine.model import ActRecord, CaseHead, Law, Outcome, Rule, Severity, Verdict
from mingjing.lawengine.verdicts import word
from mingjing.lawengine.view import View, event_of

TOPIC = "legal_review"


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule that makes the decision major, or may do so once the facts it waits for are known."""

    verdict: Verdict
    decision: str  # the Chinese title of the decision it stands before
    missing: tuple[str, ...] = ()  # titles of facts; empty where the rule holds

    @property
    def certain(self) -> bool:
        """Say whether the rule holds; otherwise it waits for facts."""
        return not self.missing


def reasons_major(law: Law, head: CaseHead, acts: Iterable[ActRecord], on: datetime) -> tuple[Reason, ...]:
    """Give the rules that would demand a legal review of a decision taken now; those that hold come first.

    None at all means that the law of this day demands no review of this case.
    """
    state = CaseState(law, head)
    for act in acts:
        state.absorb(act)
    found = list(_reasons(state, on))
    return tuple(sorted(found, key=lambda reason: not reason.certain))


def _reasons(state: CaseState, on: datetime) -> Iterator[Reason]:
    law = state.law
    for rule in law.of_procedure(state.head.procedure).rules:
        decisions = [kind for kind in rule.acts if _is_decision(law, kind)] if _demands(rule) else []
        for kind in decisions:
            view = View(state, event_of(ActRecord(len(state.events) + 1, kind, on)))
            verdict = judge_rule(rule, view)
            if verdict.applies:
                yield Reason(verdict, law.title_of(kind), _waits_for(law, verdict))


def _demands(rule: Rule) -> bool:
    """A rule of the topic that wants another act first; one on how the review ended is no reason for it."""
    return rule.topic == TOPIC and rule.severity is Severity.BLOCK and rule.kind == "sequence"


def _is_decision(law: Law, kind: str) -> bool:
    return kind in law.kinds and law.kinds[kind].stage == "decision"


def _waits_for(law: Law, verdict: Verdict) -> tuple[str, ...]:
    """The facts without which it cannot be said whether the rule holds; acts missing from an excerpt are no facts."""
    if verdict.outcome is not Outcome.UNKNOWN:
        return ()
    facts = [name for name in verdict.missing if name not in law.kinds]
    if verdict.missing and not facts:
        return ()
    return tuple(word(law, name) for name in facts) or ("有关事实",)
