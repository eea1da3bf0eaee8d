"""Facts that nobody types: what a kind of act `computes` is worked out here while the act is tried."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from mingjing.cases.discretion import Assessment
from mingjing.cases.law import CaseFile
from mingjing.lawengine.model import ActKind


@dataclass(frozen=True, slots=True)
class Computed:
    """What was worked out, and what the form still lacks for it, by field."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    errors: Mapping[str, list[str]] = field(default_factory=dict)


def computed(file: CaseFile, kind: ActKind, stated: Mapping[str, Any], day: date) -> Computed:
    """Work out the computed fields of an act from what it states and from the case so far."""
    if not kind.computes:
        return Computed()
    found = WORKED_OUT[kind.computes](file, kind, stated, day)
    return Computed(
        {name: value for name, value in found.facts.items() if name in kind.computed}, found.errors
    )


def sent_by_client(file: CaseFile, kind: ActKind, stated: Mapping[str, Any]) -> dict[str, list[str]]:
    """Refuse computed fields that somebody fills in."""
    return {
        name: [f"“{file.law.label(name)}”由系统计算，不能填写。请去掉这一项再提交。"]
        for name in kind.computed & stated.keys()
    }


def _discretion(file: CaseFile, kind: ActKind, stated: Mapping[str, Any], day: date) -> Computed:
    assessment = Assessment(file, stated, day)
    errors: dict[str, list[str]] = {}
    picked = stated.get("discretion_item")
    if kind.asks("discretion_item") and picked and assessment.chosen is None:
        errors["discretion_item"] = ["没有这一条裁量基准，或者它在行为当日没有施行。请重新选择。"]
    if kind.asks("discretion_answers") and assessment.unanswered:
        asked = "、".join(f"“{one.question}”" for one in assessment.unanswered)
        errors["discretion_answers"] = [f"请回答：{asked}。"]
    return Computed(assessment.as_facts(), errors)


WORKED_OUT: Final[Mapping[str, Callable[[CaseFile, ActKind, Mapping[str, Any], date], Computed]]] = {
    "discretion": _discretion,
}
