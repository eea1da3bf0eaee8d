"""Condition: a free condition that must hold, and the sentence said when it does not."""

import re
from typing import Final, cast

from mingjing.lawengine.model import ActRecord, Rule, Verdict, Version
from mingjing.lawengine.terms import ConditionTerms
from mingjing.lawengine.verdicts import breach, lacking, passed
from mingjing.lawengine.view import View

_PLACE: Final = re.compile(r"\{(\w+)\}")


def judge(rule: Rule, version: Version, state: View, act: ActRecord) -> Verdict:
    """Judge the condition; a fact it needs and that is not known makes it unknown."""
    terms = cast("ConditionTerms", version.terms)
    holds = state.holds(terms.holds)
    if holds is None:
        return lacking(rule, version, state.law, state.missing(terms.holds))
    if holds:
        return passed(rule, version)
    says = _PLACE.sub(lambda found: _shown(found[1], state), terms.says)
    return breach(
        rule, version, says or f"“{state.law.title_of(act.kind)}”不符合{version.source.cite()}的要求"
    )


def _shown(name: str, state: View) -> str:
    value = state.facts.get(name, state.variables.get(name))
    field = state.law.fields.get(name)
    if value is None:
        return "（不明）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(field.label(one) if field else str(one) for one in value)
    return field.label(value) if field else str(value)
