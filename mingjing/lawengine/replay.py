"""One case under two states of the law: what the file review would hold against it otherwise. Nothing is read here.

Only the rules that differ are judged: what both states say alike can make no difference.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final

from mingjing.lawengine.condition import Condition
from mingjing.lawengine.judge import CaseState, judge_rule
from mingjing.lawengine.model import (
    ActKind,
    ActRecord,
    CaseHead,
    Finding,
    Grade,
    Law,
    Outcome,
    Rule,
    Severity,
    Verdict,
    Version,
)
from mingjing.lawengine.periods import shown
from mingjing.lawengine.terms import Terms
from mingjing.lawengine.view import View, event_of

# What may change in a rule without changing any judgement: words for people, and where the rule stands. The terms are
# compared as they are written (`raw`); what they mean is the same in both states, for one program reads both.
_WORDS: Final[Mapping[type, frozenset[str]]] = {
    Rule: frozenset(
        [
            *("id", "title", "remedy", "path", "scope", "topic", "review_points", "overrides", "list_row"),
            *("find_examples", "examples_written"),
        ]
    ),
    Version: frozenset({"source", "quote", "terms"}),
}

Key = tuple[str, int, int]  # the rule at the root, the number of the act (0: none), and which of several


@dataclass(frozen=True)
class Change:
    """What differs between two states of the law that binds an agency; each law holds only the rules that differ."""

    old: Law
    new: Law
    places: frozenset[str]  # kinds of act that one state lets be done where the other does not

    @property
    def nothing(self) -> bool:
        """Say whether no case can be judged otherwise."""
        return not (self.old.rules or self.new.rules or self.places)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of act of which a case must have one, or else state one of `facts`, or it is judged alike."""
        links = [link for law in (self.old, self.new) for rule in law.rules for link in _chain(rule)]
        starts = (ref.kind for terms in _terms(links) for ref in getattr(terms, "start", ()))
        return self.places | {kind for link in links for kind in link.acts} | set(starts)

    @cached_property
    def facts(self) -> frozenset[str]:
        """The facts from which something runs that differs, though nothing more be done."""
        links = [link for law in (self.old, self.new) for rule in law.rules for link in _chain(rule)]
        return frozenset(field for terms in _terms(links) if (field := getattr(terms, "start_field", "")))

    @cached_property
    def roots(self) -> Mapping[str, str]:
        """Under which id a rule and what replaces it are compared: that of the rule at the bottom."""
        rules = (*self.old.rules, *self.new.rules)
        return {link.id: _root(rule) for rule in rules for link in _chain(rule)}


@dataclass(frozen=True, slots=True)
class Difference:
    """What one rule holds against an act under one state of the law and not, or otherwise, under the other."""

    rule: str
    kind: str  # of the act; empty of the case as a whole
    seq: int | None  # None: of the case as a whole, a limit that ran out with nothing done
    before: Verdict | None  # None: nothing was held against it
    after: Verdict | None


def compare(old: Law, new: Law) -> Change:
    """Give what differs between two laws, rule by rule."""
    spoken = _kinds_read_otherwise(old, new)
    all_limits = not old.calendar.same_days(new.calendar)
    both = old.fields.keys() & new.fields.keys()
    everything = any(old.fields[name].type != new.fields[name].type for name in both)
    was, now = _marked(old), _marked(new)

    def differs(rule: Rule) -> bool:
        if everything or (all_limits and rule.kind == "deadline") or spoken & set(rule.acts):
            return True
        return was.get(_root(rule)) != now.get(_root(rule))

    places = frozenset(
        kind
        for kind in old.kinds.keys() | new.kinds.keys()
        if _placement(old.kinds.get(kind)) != _placement(new.kinds.get(kind))
    )
    return Change(
        replace(old, rules=tuple(filter(differs, old.rules))),
        replace(new, rules=tuple(filter(differs, new.rules))),
        places,
    )


def differences(
    change: Change, head: CaseHead, acts: Iterable[ActRecord], on: datetime
) -> tuple[Difference, ...]:
    """Say what the file review of a case would hold against it otherwise, in the order of its acts."""
    listed = tuple(acts)
    before = _held(change, change.old, head, listed, on)
    after = _held(change, change.new, head, listed, on)
    keys = [key for key in before | after if _weight(before.get(key)) != _weight(after.get(key))]
    kinds = {act.seq: act.kind for act in listed}
    return tuple(
        Difference(
            rule=(after.get(key) or before[key]).rule,
            kind=kinds.get(key[1], ""),
            seq=key[1] or None,
            before=before.get(key),
            after=after.get(key),
        )
        for key in sorted(keys, key=lambda key: (key[1] or len(listed) + 1, key))
    )


def _held(
    change: Change, law: Law, head: CaseHead, acts: tuple[ActRecord, ...], on: datetime
) -> dict[Key, Verdict]:
    """Give what is held against a case by the rules that differ."""
    state = CaseState(law, head)
    rules = law.rules_for(head.procedure)
    for act in acts:
        state.absorb(act, _said(state, act, rules.get(act.kind, ()), change.places))
    standing = state.standing(on)
    told = {(seq, verdict.rule): verdict for seq, verdict in state.held}
    dues = {limit.rule: shown(limit.due) for limit in standing.deadlines if limit.due}
    found: dict[Key, Verdict] = {}
    times: Counter[tuple[str, int]] = Counter()
    for finding in (*standing.findings, *standing.unknowns):
        place = (change.roots.get(finding.rule, finding.rule), finding.act_seq or 0)
        verdict = told.get((finding.act_seq or 0, finding.rule))
        found[*place, times[place]] = verdict or _overdue(finding, dues.get(finding.rule, ""))
        times[place] += 1
    return found


def _said(state: CaseState, act: ActRecord, rules: tuple[Rule, ...], places: frozenset[str]) -> list[Verdict]:
    if not rules and act.kind not in places:
        return []
    event = event_of(act)
    verdicts = []
    if rules:
        view = View(state, event)
        verdicts = [judge_rule(rule, view) for rule in rules]
    return verdicts + (state.out_of_place(event) if act.kind in places else [])


def _overdue(finding: Finding, due: str) -> Verdict:
    grade = (
        Grade(finding.item, finding.points, finding.veto)
        if finding.item or finding.points or finding.veto
        else None
    )
    return Verdict(
        rule=finding.rule,
        title=finding.title,
        outcome=finding.outcome,
        severity=finding.severity,
        reason=finding.reason,
        source=finding.source,
        allowed=due,
        remedy=finding.remedy,
        grade=grade,
    )


def _weight(verdict: Verdict | None) -> tuple[object, ...]:
    """Give what of a verdict counts in the file review: a pass, or a rule that is silent, holds nothing against it."""
    if verdict is None or verdict.outcome is Outcome.PASS:
        return ()
    counts = verdict.outcome is Outcome.BREACH and verdict.severity is not Severity.WARN
    grade = verdict.grade if counts else None
    return (verdict.outcome, verdict.severity, (grade.item, grade.points, grade.veto) if grade else None)


# --- what differs ---------------------------------------------------------------------------------


def _marked(law: Law) -> dict[str, object]:
    return {_root(rule): _mark(rule) for rule in law.rules}


def _mark(value: object) -> object:
    """Give everything of a rule that a judgement may rest on, as a value that can be compared."""
    if isinstance(value, Condition):
        return value.source
    if isinstance(value, Mapping):
        return {key: _mark(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_mark(one) for one in value]
    if is_dataclass(value):
        aside = _WORDS.get(type(value), frozenset())
        return {one.name: _mark(getattr(value, one.name)) for one in fields(value) if one.name not in aside}
    return value


def _chain(rule: Rule) -> Iterator[Rule]:
    link: Rule | None = rule
    while link is not None:
        yield link
        link = link.base


def _root(rule: Rule) -> str:
    return list(_chain(rule))[-1].id


def _kinds_read_otherwise(old: Law, new: Law) -> set[str]:
    """Give the kinds of act of which one state reads some facts from the act alone, and the other from the case."""
    both = old.kinds.keys() & new.kinds.keys()
    return {kind for kind in both if old.kinds[kind].own_fields != new.kinds[kind].own_fields}


def _placement(kind: ActKind | None) -> object:
    return kind and (kind.place, kind.procedures, kind.opens, kind.repeats, _mark(kind.borrowed))


def _terms(rules: Iterable[Rule]) -> Iterator[Terms]:
    return (version.terms for rule in rules for version in rule.versions)
