"""Orders of the hotline 12345 that another system sends as JSON, each registered once; no table of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from mingjing.complaints import orders
from mingjing.complaints.selectors import numbers_of_orders
from mingjing.complaints.services import NotTaken

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

MOST: Final = 200  # orders of one request
MOST_BYTES: Final = 2 * 1024 * 1024
LONGEST: Final = 10_000  # characters of one value


class NotReadable(ValueError):
    """Nothing of the request was taken. The message is Chinese: what is wrong and what to send."""


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: tuple[str, ...]
    fault: str = ""


def take_orders(body: bytes, *, by: Sequence["Person"], at: datetime) -> list[dict[str, str]]:
    """Register the orders of a request; give of each what became of it. An order sent again is there already.

    Each is registered by the first of `by` whose agency handles it, and stands for itself: one that is refused keeps
    no other out. Raises NotReadable.
    """
    headings, rows = _rows(body)
    try:
        plans = [orders.plan(headings, rows, by=one, at=at) for one in by]
    except NotTaken as refused:
        raise NotReadable(str(refused)) from None
    found = []
    for choices in zip(*plans, strict=True):
        nth = next((nth for nth, one in enumerate(choices) if one.fate != "refused"), 0)
        orders.carry_out([choices[nth]], by=by[nth], at=at)
        found.append(choices[nth])
    numbers = numbers_of_orders([one.order_no for one in found if one.fate == "there"])
    return [
        {
            "order_no": one.order_no,
            "result": one.fate,
            "no": one.no or numbers.get(one.order_no, ""),
            "why": one.why,
        }
        for one in found
    ]


def _rows(body: bytes) -> tuple[list[str], list[_Row]]:
    """Read `{"orders": [{列名: 值}]}`; names of columns are those of the tables, or the fields of the reference."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise NotReadable("请求体不是合法的 JSON（UTF-8）") from None
    sent = told.get("orders") if isinstance(told, dict) else None
    if not isinstance(sent, list) or not sent or not all(isinstance(one, dict) for one in sent):
        raise NotReadable('请求体写成 {"orders": [{"工单编号": …, "涉及单位": …, "诉求内容": …}]}')
    if len(sent) > MOST:
        raise NotReadable(f"一次最多 {MOST} 件，请分几次发送")
    headings = list(dict.fromkeys(_heading(name) for one in sent for name in one))
    return headings, [_row(number, one, headings) for number, one in enumerate(sent, 1)]


def _heading(name: str) -> str:
    return orders.HEADINGS[name][0] if name in orders.HEADINGS else name


def _row(number: int, one: Mapping[str, Any], headings: list[str]) -> _Row:
    plain = {_heading(name): value for name, value in one.items()}
    wrong = [
        name for name, value in plain.items() if not isinstance(value, str | int) or len(str(value)) > LONGEST
    ]
    cells = tuple(str(plain.get(name, "")).strip() for name in headings)
    return _Row(number, cells, f"“{'、'.join(wrong)[:60]}”不是文字，或者太长" if wrong else "")
