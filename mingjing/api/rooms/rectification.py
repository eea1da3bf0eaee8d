"""The ledger of rectification."""

from typing import TYPE_CHECKING

from django.utils import timezone
from ninja import Query

from mingjing.api.door import Called
from mingjing.api.operations import Room
from mingjing.api.problems import not_found, refused
from mingjing.api.rooms.rectification_schemas import (
    ItemNo,
    ProgressGiven,
    RectifyAnswer,
    RectifyFilters,
    RectifyLine,
    RectifyPage,
)
from mingjing.api.rows import newest_first
from mingjing.rectification import handling
from mingjing.rectification import selectors as ledger
from mingjing.rectification.kinds import STEPS
from mingjing.rectification.record import NotRectified

if TYPE_CHECKING:
    from mingjing.rectification.selectors import Line

room = Room("整改台账")


@room.get("/rectification", "rectify.view", answer=RectifyPage)
def list_rectification_items(request: Called, filters: Query[RectifyFilters]) -> RectifyPage:
    """列出整改台账的项目。"""
    today, person = timezone.localdate(), request.auth.person
    asked = filters.model_dump(include={"state", "unit", "due", "plan", "agency", "mine"})
    rows, links = newest_first(request, ledger.items_of(person, asked, today), filters)
    return RectifyPage(items=[RectifyLine.of(one) for one in ledger.lines(rows, today)], links=links)


@room.get("/rectification/{item}", "rectify.view", answer=RectifyAnswer)
def get_rectification_item(request: Called, item: ItemNo) -> RectifyAnswer:
    """读取整改台账的一项和各个步骤。"""
    return _item_told(_item(request, item))


@room.post("/rectification/{item}/progress", "rectify.work", answer=RectifyAnswer)
def report_rectification_progress(request: Called, item: ItemNo, given: ProgressGiven) -> RectifyAnswer:
    """报告整改进展。"""
    line = _item(request, item)
    try:
        handling.report(
            item=line.item,
            text=given.text,
            expected=given.expected,
            by=request.auth.person,
            at=timezone.now(),
        )
    except NotRectified as refusal:
        raise refused({"": [str(refusal)]}) from None
    return _item_told(_item(request, item))


def _item(request: Called, code: str) -> "Line":
    try:
        return ledger.one_for(request.auth.person, code, timezone.localdate())
    except ledger.NotInLedger:
        raise not_found() from None


def _item_told(line: "Line") -> RectifyAnswer:
    return RectifyAnswer.whole(
        line, ledger.steps_of(line.item), {kind: str(one) for kind, one in STEPS.items()}
    )
