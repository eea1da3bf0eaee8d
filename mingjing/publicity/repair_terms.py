"""Whether a party may have its publication ended early: each condition checked against the acts of its case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from mingjing.cases.selectors import acts_of
from mingjing.evidence.selectors import evidence_of
from mingjing.kit.clock import chinese_date
from mingjing.publicity.decisions import Draft, draft_of
from mingjing.publicity.gravity import terms_of
from mingjing.publicity.models import Publication, RepairRequest

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case

PAID: Final = frozenset({"fine_paid", "fine_collected_on_the_spot"})
# Penalties that last: they are performed when their last day is over.
LASTING: Final = frozenset(
    {
        "licence_suspension",
        "qualification_downgrade",
        "operation_restriction",
        "operation_suspension",
        "occupation_restriction",
    }
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of repair: whether it is met, and by what one sees that."""

    title: str
    met: bool
    why: str


@dataclass(frozen=True, slots=True)
class _File:
    """What the conditions are read from."""

    case: "Case"
    draft: Draft
    acts: Sequence["Act"]
    publication: Publication
    letter: str
    on: date

    @property
    def executed(self) -> bool:
        """Whether the case was closed because the decision was carried out whole."""
        return any(
            act.kind == "case_closed" and act.facts.get("closing_reason") == "executed" for act in self.acts
        )


def conditions_of(request: RepairRequest, case: "Case", on: date) -> list[Condition]:
    """Check every condition that the packs name for this case, in their order."""
    return check(request.publication, case, on, letter=request.letter)


def check(publication: Publication, case: "Case", on: date, *, letter: str) -> list[Condition]:
    """Check the conditions for a publication and a letter of commitment."""
    draft = draft_of(case)
    if draft is None:
        return [Condition("有应当公示的决定", False, "本案没有应当公示的决定")]
    file = _File(case, draft, acts_of(case), publication, letter, on)
    return [_CHECKS[name](file) for name in terms_of(case).repair.conditions]


def _shortest(file: _File) -> Condition:
    title, terms = "达到最短公示期", terms_of(file.case)
    published = next((act for act in file.acts if act.code == file.publication.publication_act), None)
    code = str(published.facts.get("credit_grade", "")) if published else ""
    grade = terms.grade(code)
    if grade is None:
        return Condition(title, False, "公示时没有选定失信程度，不能计算最短公示期，请先更正公示")
    if file.draft.decided_on is None:
        return Condition(title, False, "决定日期不明，不能计算最短公示期")
    last, _ = terms.span(grade, file.draft.decided_on, file.draft.law.calendar)
    says = f"{grade.title}失信信息，自 {chinese_date(file.draft.decided_on)} 决定起最短公示至 {chinese_date(last)}"
    return Condition(
        title, file.on >= last, says if grade.shortest else f"{grade.title}失信信息没有最短公示期"
    )


def _corrected(file: _File) -> Condition:
    title = "已纠正违法行为"
    rechecks = [act for act in file.acts if act.kind == "correction_rechecked"]
    if rechecks:
        latest = rechecks[-1]
        met = latest.facts.get("corrected") is True
        return Condition(title, met, f"{_day(latest)}复查{'已改正' if met else '没有改正'}")
    if not str(file.draft.told.get("correction_demand", "")).strip():
        return Condition(title, True, "决定没有责令改正")
    if file.executed:
        return Condition(title, True, "本案已按执行完毕结案")
    return Condition(title, False, "没有复查记录，本案也没有按执行完毕结案；请先复查并登记")


def _performed(file: _File) -> Condition:
    title, told = "处罚已履行完毕", file.draft.told
    kinds = told.get("penalty_kinds") or []
    due = sum((Decimal(told.get(name) or 0) for name in ("fine_yuan", "confiscated_gain_yuan")), Decimal(0))
    paid = sum(
        (Decimal(act.facts.get("paid_yuan") or 0) for act in file.acts if act.kind in PAID), Decimal(0)
    )
    if paid < due and not file.executed:
        return Condition(title, False, f"应缴 {due} 元，登记缴纳 {paid} 元")
    if lasting := [kind for kind in kinds if kind in LASTING]:
        return _lasted(title, file, lasting)
    return Condition(title, True, f"应缴 {due} 元，登记缴纳 {paid} 元" if due else "没有应缴的款项")


def _lasted(title: str, file: _File, lasting: Sequence[str]) -> Condition:
    names = "、".join(file.draft.law.fields["penalty_kinds"].label(kind) for kind in lasting)
    until = str(file.draft.told.get("penalty_valid_until", ""))
    if not until:
        return Condition(title, False, f"{names}的期满日没有登记")
    last = date.fromisoformat(until)
    return Condition(title, file.on > last, f"{names}至 {chinese_date(last)} 期满")


def _promised(file: _File) -> Condition:
    title = "已作出信用承诺"
    found = any(item.digest == file.letter for item in evidence_of(file.case.code))
    return Condition(title, found, "信用承诺书已入本案证据" if found else "没有信用承诺书")


def _day(act: "Act") -> str:
    return f"{chinese_date(act.done_at.date())} " if act.done_at else ""


_CHECKS: Final[Mapping[str, Callable[[_File], Condition]]] = {
    "shortest": _shortest,
    "corrected": _corrected,
    "performed": _performed,
    "promised": _promised,
}
