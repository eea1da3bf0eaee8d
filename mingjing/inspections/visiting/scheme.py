"""What is approved before a visit: the item with its clauses, the way, the cap; read and checked, not written."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

MODES: Final[Mapping[str, str]] = {
    "on_site": "入企现场检查",
    "documents": "书面核查",
    "remote": "信息共享、智慧监管等非现场检查",
}
ANSWERS: Final[Mapping[str, str]] = {"fit": "符合、不符合、不涉及", "text": "文字", "number": "数值"}
FITS: Final[Mapping[str, str]] = {"yes": "符合", "no": "不符合", "none": "不涉及"}
RANKS: Final[Mapping[str, str]] = {
    "law": "法律",
    "administrative_regulation": "行政法规",
    "state_council_decision": "国务院决定",
    "local_regulation": "地方性法规",
    "department_rule": "部门规章",
    "local_rule": "地方政府规章",
}
MOST_CLAUSES: Final = 60
SPECIAL: Final = (
    "special_plan_name",
    "special_plan_reason",
    "special_plan_approver",
    "special_plan_approver_kind",
    "special_plan_approved_on",
    "special_plan_filed_on",
    "special_plan_until",
)


class SchemeRefused(ValueError):
    """A scheme says too little or contradicts itself. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing to be checked: the question, the article it comes from, how it is answered, whether a photo is due."""

    question: str
    law: str
    article: str
    answer: str = "fit"
    photo: bool = False

    @property
    def cite(self) -> str:
        return f"《{self.law}》{self.article}"


@dataclass(frozen=True, slots=True)
class CheckItem:
    """An item of the published list, as it stood when the visits were approved."""

    code: str
    title: str
    published: bool
    ranks: Sequence[str]
    cap: int
    clauses: Sequence[Clause]

    @property
    def grounds(self) -> list[dict[str, str]]:
        """The articles that the questions come from, each once."""
        found = {(one.law, one.article): None for one in self.clauses}
        return [{"law": law, "article": article} for law, article in found]

    @property
    def scope(self) -> str:
        """What is looked at, question by question."""
        return "\n".join(f"{at}. {one.question}" for at, one in enumerate(self.clauses, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeBody:
    """Everything that the approval of a visit states and that does not depend on whom it is made to."""

    item: CheckItem
    mode: str
    onsite_reason: str = ""
    merged: bool
    joint: Sequence[str] = ()
    assistants: str = "无"
    officer_opinion: str
    opinion: str
    special: Mapping[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """Give it as it is kept; `read_scheme` reads it back."""
        return asdict(self) | {"special": dict(self.special) if self.special is not None else None}


def read_scheme(raw: Mapping[str, Any]) -> SchemeBody:
    """Read and check a scheme; raises SchemeRefused saying what is wrong."""
    item = _item(raw.get("item") or {})
    mode = str(raw.get("mode", ""))
    if mode not in MODES:
        raise SchemeRefused("请选择检查方式。")
    body = SchemeBody(
        item=item,
        mode=mode,
        onsite_reason=_text(raw, "onsite_reason"),
        merged=bool(raw.get("merged")),
        joint=[str(one) for one in raw.get("joint") or ()],
        assistants=_text(raw, "assistants") or "无",
        officer_opinion=_text(raw, "officer_opinion"),
        opinion=_text(raw, "opinion"),
        special=_special(raw.get("special")),
    )
    if mode == "on_site" and not body.onsite_reason:
        raise SchemeRefused("入企现场检查的，请写明书面核查、信息共享不能达到目的的理由。")
    if not body.merged:
        raise SchemeRefused("请先核对同期检查任务：能合并的合并，能联合的联合，再批准。")
    if not body.officer_opinion or not body.opinion:
        raise SchemeRefused("请写明承办意见和批准意见。")
    return body


def _item(raw: Mapping[str, Any]) -> CheckItem:
    code, title = _text(raw, "code"), _text(raw, "title")
    if not title:
        raise SchemeRefused("请填写检查事项的名称。")
    if not raw.get("published"):
        raise SchemeRefused("检查事项没有列入公布的清单，不得检查。请先公布清单。")
    clauses = [_clause(one, at) for at, one in enumerate(raw.get("clauses") or (), 1)]
    if not 1 <= len(clauses) <= MOST_CLAUSES:
        raise SchemeRefused(f"检查内容应逐项列出，1 至 {MOST_CLAUSES} 项。")
    ranks = [str(one) for one in raw.get("ranks") or ()]
    if not ranks or set(ranks) - set(RANKS):
        raise SchemeRefused("请选择检查依据的位阶；其他规范性文件不能作为检查依据。")
    cap = raw.get("cap")
    if type(cap) is not int or cap < 0:
        raise SchemeRefused("请填写公布的年度检查频次上限。")
    return CheckItem(code, title, True, ranks, cap, clauses)


def _clause(raw: Mapping[str, Any], at: int) -> Clause:
    question, law, article = (_text(raw, name) for name in ("question", "law", "article"))
    if not (question and law and article):
        raise SchemeRefused(f"第 {at} 项检查内容：问题、法律名称、条款都要填写。")
    answer = str(raw.get("answer") or "fit")
    if answer not in ANSWERS:
        raise SchemeRefused(f"第 {at} 项检查内容：答案的种类应为 {'、'.join(ANSWERS.values())} 之一。")
    return Clause(question, law.strip("《》"), article, answer, bool(raw.get("photo")))


def _special(raw: Mapping[str, Any] | None) -> Mapping[str, str] | None:
    if raw is None:
        return None
    told = {name: _text(raw, name) for name in SPECIAL}
    if not all(told.values()):
        raise SchemeRefused("专项检查的计划名称、理由、批准机关、批准和备案日期、截止日期都要填写。")
    for name in SPECIAL[4:]:
        try:
            date.fromisoformat(told[name])
        except ValueError:
            raise SchemeRefused("专项检查计划的日期应写成 2026-03-05 的样子。") from None
    return told


def _text(raw: Mapping[str, Any], name: str) -> str:
    return str(raw.get(name) or "").strip()
