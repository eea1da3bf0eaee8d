"""Quorum: enough people who were qualified on the day must have performed the act."""

from collections.abc import Iterator
from typing import Final, cast

from mingjing.lawengine.model import ActRecord, Performer, Rule, Verdict, Version
from mingjing.lawengine.terms import QuorumTerms
from mingjing.lawengine.verdicts import breach, not_applicable, passed, unknown
from mingjing.lawengine.view import View

_STATES: Final = {
    "expired": "执法证件在行为当日已经过期",
    "suspended": "执法证件在行为当日被暂扣",
    "taken_back": "执法证件在行为当日已经收回",
    "cancelled": "执法证件在行为当日已经注销或者吊销",
    "none": "没有执法证件",
}


def judge(rule: Rule, version: Version, state: View, act: ActRecord) -> Verdict:
    """Judge every performer by name. One unqualified officer is a breach, however many qualified ones stand by."""
    terms = cast("QuorumTerms", version.terms)
    if not act.performers:
        return unknown(rule, version, f"没有写明“{state.law.title_of(act.kind)}”由谁实施")
    if terms.only_auxiliary:
        return _stood_in(rule, version, state, act)
    counted = [one for one in act.performers if not (terms.no_auxiliary and one.auxiliary)]
    faults = [fault for one in counted for fault in _faults(one, terms, state)]
    if faults:
        return breach(rule, version, "；".join(faults), found=f"{len(counted)} 人", allowed=_wanted(terms))
    if len(counted) < terms.officers:
        aside = "".join(f"；{one.name}是辅助人员，不计入" for one in act.performers if one not in counted)
        reason = f"应当不少于 {terms.officers} 人，实际 {len(counted)} 人{aside}"
        return breach(rule, version, reason, found=f"{len(counted)} 人", allowed=_wanted(terms))
    if terms.legal_qualification and not any(one.legal_qualification for one in counted):
        names = "、".join(one.name for one in counted)
        return breach(rule, version, f"{names}没有法律职业资格", found="无", allowed="至少一人有法律职业资格")
    return passed(rule, version, f"{len(counted)} 人实施，资格符合要求")


def _stood_in(rule: Rule, version: Version, state: View, act: ActRecord) -> Verdict:
    """Judge whether auxiliary staff stood in for officers; how many officers there were is another rule's matter."""
    helpers = [one.name for one in act.performers if one.auxiliary]
    if not helpers:
        return not_applicable(rule, version, "没有辅助人员参加")
    names, officers = "、".join(helpers), len(act.performers) - len(helpers)
    if officers >= cast("QuorumTerms", version.terms).officers:
        return passed(rule, version, f"由执法人员实施，{names}只是协助")
    reason = f"{names}是辅助人员，不得实施“{state.law.title_of(act.kind)}”，只能协助执法人员"
    return breach(rule, version, reason, found=names, allowed="由执法人员实施")


def _faults(one: Performer, terms: QuorumTerms, state: View) -> Iterator[str]:
    """Say what this person lacks, each as a sentence with his name."""
    if terms.certificate and one.certificate_state != "valid":
        number = f"（{one.certificate}）" if one.certificate else ""
        yield f"{one.name}{number}{_STATES.get(one.certificate_state, '执法证件状态不明')}"
    if terms.of_agency and one.agency != state.head.agency:
        yield f"{one.name}不是本机关的执法人员"
    if (
        terms.field_of_certificate
        and one.certificate_state == "valid"
        and state.head.field not in one.certificate_fields
    ):
        yield f"{one.name}的执法证件没有载明本执法领域"


def _wanted(terms: QuorumTerms) -> str:
    return f"不少于 {terms.officers} 人" + ("，证件当日有效" if terms.certificate else "")
