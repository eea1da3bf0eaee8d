"""Steps of a legal review that several tests take."""

from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from mingjing.cases import drafts
from mingjing.cases.services import Deed, record_act
from mingjing.personnel.selectors import person
from mingjing.review.selectors import COORDINATED, OPINED, REQUESTED

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case

PROBLEM = 5


def points(problem: int = 0, upto: int = 8) -> list[dict[str, str]]:
    """The eight points, all sound but one."""
    return [
        {"point": str(no), "finding": "已核对。", "opinion": "problem" if no == problem else "sound"}
        for no in range(1, upto + 1)
    ]


def opine(
    case: "Case", conclusion: str = "agree", *, by: str = "reviewer2", once: str = "", **facts: Any
) -> "Act":
    """The opinion of the second reviewer, who took no part in the hearing."""
    stated = {
        "review_points": points(0 if conclusion == "agree" else PROBLEM),
        "review_opinion": "裁量理由没有说明为什么取上限。",
        "review_conclusion": conclusion,
    }
    return _record(case, OPINED, by, {**stated, **facts}, once)


def send_again(
    case: "Case", note: str = "已补充裁量说明。", materials: Sequence[str] = ("report", "evidence")
) -> "Act":
    """The officers have mended what the opinion held against them."""
    facts = {"review_materials": list(materials), "resubmission_note": note}
    return _record(case, REQUESTED, "officer", facts)


def disagree(case: "Case", why: str) -> None:
    """The officer lays his disagreement before the head: a prepared form, no act yet."""
    form = {"facts": {"disagreement": why}, "performers": [], "done_at": "", "evidence": []}
    drafts.save_draft(case_code=case.code, kind=COORDINATED, person="officer", form=form)
    drafts.hand_over(case_code=case.code, kind=COORDINATED, person="officer", role="head")


def coordinate(case: "Case", conclusion: str) -> "Act":
    """The head settles the disagreement."""
    facts = {
        "disagreement": "裁量基准规定的就是这一档。",
        "coordination_result": "经听取双方意见，决定如下。",
        "coordination_conclusion": conclusion,
    }
    return _record(case, COORDINATED, "head", facts)


def _record(case: "Case", kind: str, who: str, facts: Mapping[str, Any], once: str = "") -> "Act":
    deed = Deed(kind=kind, facts=facts, performers=[who], by=person(who), done_at=timezone.now())
    return record_act(case=case, deed=deed, once=once or token_hex(16))
