"""Separation: who did certain acts may not do this one."""

from collections.abc import Iterable, Iterator
from typing import cast

from mingjing.lawengine.model import ActRecord, Rule, Verdict, Version
from mingjing.lawengine.terms import SeparationTerms
from mingjing.lawengine.verdicts import act_titles, breach, lacking, passed, unknown
from mingjing.lawengine.view import View


def judge(rule: Rule, version: Version, state: View, act: ActRecord) -> Verdict:
    """Judge who acts (or is named in the field) against who did the other acts, person by person."""
    terms = cast("SeparationTerms", version.terms)
    names = {performer.person: performer.name for performer in act.performers}
    people = set(_named(state.facts.get(terms.people_field))) if terms.people_field else set(names)
    if not people:
        if terms.people_field:
            return lacking(rule, version, state.law, [terms.people_field])
        return unknown(rule, version, f"没有写明“{state.law.title_of(act.kind)}”由谁实施")
    others: dict[str, str] = {}
    unnamed = False
    for event in state.matching(terms.apart_from):
        unnamed = unnamed or not event.act.performers
        for performer in event.act.performers:
            others.setdefault(performer.person, f"“{state.law.title_of(event.act.kind)}”的实施人")
            names.setdefault(performer.person, performer.name)
    for field in terms.apart_from_people:
        for person in _named(state.facts.get(field)):
            others.setdefault(person, f"本案“{state.law.label(field)}”")
    if both := sorted(people & others.keys()):
        told = "、".join(f"{names.get(person, person)}是{others[person]}" for person in both)
        return breach(rule, version, f"{told}，不得{_duty(terms, state, act)}", found="、".join(both))
    if unnamed or (state.fragment and not others):
        others_done = act_titles(state.law, terms.apart_from, joint="、") or "有关行为"
        return unknown(rule, version, f"案卷没有写明{others_done}由谁实施，无法判断是否应当回避")
    return passed(rule, version, "人员已经分离")


def _duty(terms: SeparationTerms, state: View, act: ActRecord) -> str:
    title = state.law.title_of(act.kind)
    return (
        f"担任“{title}”的“{state.law.label(terms.people_field)}”" if terms.people_field else f"实施“{title}”"
    )


def _named(value: object) -> Iterator[str]:
    """Give the people a field names: one, several, or none."""
    if isinstance(value, str) and value:
        yield value
    elif isinstance(value, Iterable) and not isinstance(value, str):
        yield from (str(one) for one in value)
