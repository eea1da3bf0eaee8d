"""Steps of a legal review that several tests take."""

from collections.abc import Sequence
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from mingjing.personnel.selectors import person
from mingjing.review import services

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case

PROBLEM = 5


def points(problem: int = 0, upto: int = 8) -> list[dict[str, str]]:
    """The eight points, all sound but one."""
    return [
        {"point": str(no), "finding": "已核对。", "opinion": "problem" if no == problem else "sound"}
        for no in range(1, upto + 1)
    ]


def opine(case: "Case", conclusion: str = "agree", **changes: Any) -> "Act":
    """The opinion of the second reviewer, who took no part in the hearing."""
    stated: dict[str, Any] = {
        "points": points(0 if conclusion == "agree" else PROBLEM),
        "opinion": "裁量理由没有说明为什么取上限。",
        "conclusion": conclusion,
        "by": person("reviewer2"),
        "once": token_hex(16),
    }
    return services.give_opinion(case=case, **{**stated, **changes})


def send_again(
    case: "Case", note: str = "已补充裁量说明。", materials: Sequence[str] = ("report", "evidence")
) -> "Act":
    """The officers have mended what the opinion held against them."""
    return services.request_review(
        case=case, by=person("officer"), materials=list(materials), note=note, once=token_hex(16)
    )
