"""Supervision: alerts and their answers, documents, file reviews, the ledger of rectification, governance lists."""

from typing import TYPE_CHECKING

from django.utils import timezone
from ninja import Query

from mingjing.api.door import Called, demand
from mingjing.api.operations import Room
from mingjing.api.problems import not_found, refused
from mingjing.api.rooms.supervision_schemas import (
    AlertAnswer,
    AlertFilters,
    AlertLine,
    AlertPage,
    AlertStepGiven,
    FactLine,
    ItemNo,
    ListedLine,
    ListedPage,
    ListFilters,
    MatterAnswer,
    MatterFilters,
    MatterLine,
    MatterPage,
    ProgressGiven,
    RectifyAnswer,
    RectifyFilters,
    RectifyLine,
    RectifyPage,
    ReviewLine,
    ReviewPage,
    StepLine,
    alert_step,
    alert_told,
    matter_told,
)
from mingjing.api.rows import Number, Paged, newest_first, page_of, told
from mingjing.appraisal import selectors as reviews
from mingjing.governance import selectors as lists
from mingjing.oversight import selectors as documents
from mingjing.oversight.standing import TITLES
from mingjing.rectification import handling
from mingjing.rectification import selectors as ledger
from mingjing.rectification.kinds import STEPS
from mingjing.rectification.record import NotRectified
from mingjing.supervision import alert_desk as desk

if TYPE_CHECKING:
    from mingjing.rectification.selectors import Line
    from mingjing.supervision.models import Alert

room = Room("监督")
ALERTS, BOARD, ANSWER = "alert.view", "supervise.board", "alert.answer"


@room.get("/alerts", ALERTS, BOARD, answer=AlertPage)
def list_alerts(request: Called, filters: Query[AlertFilters]) -> AlertPage:
    """列出预警：告知被代理人的，或者其监督的下级机关的；默认只列等待处理的。"""
    demand(request, ALERTS if filters.of == "told" else BOARD)
    person, today = request.auth.person, timezone.localdate()
    asked = filters.model_dump(include={"agency", "code", "level", "state", "late"})
    wanted = {name: value for name, value in asked.items() if value}
    rows = (desk.told_to if filters.of == "told" else desk.supervised)(person, wanted, today)
    found, links = newest_first(request, rows.select_related("agency"), filters)
    said = desk.subjects(found, person)
    items = [AlertLine(**alert_told(one, _title(one), said[one.pk])) for one in found]
    return AlertPage(items=items, links=links)


@room.get("/alerts/{alert}", ALERTS, BOARD, answer=AlertAnswer)
def get_alert(request: Called, alert: Number) -> AlertAnswer:
    """读取一条预警：依据的事实和各个步骤。"""
    return _alert_answer(request, _alert(request, alert))


@room.post("/alerts/{alert}/steps", ANSWER, answer=AlertAnswer)
def take_alert_step(request: Called, alert: Number, given: AlertStepGiven) -> AlertAnswer:
    """认领或者答复一条预警。事实消除以前，预警仍然保留，没有人能关闭它。"""
    person, now = request.auth.person, timezone.now()
    try:
        if given.step == "take":
            desk.take_on(alert=alert, by=person, at=now)
        else:
            desk.answer(alert=alert, words=given.words, by=person, at=now)
    except desk.NoSuchAlert:
        raise not_found() from None
    except desk.NotNow as refusal:
        raise refused({"words": [str(refusal)]}) from None
    return _alert_answer(request, _alert(request, alert))


def _title(alert: "Alert") -> str:
    model = desk.model_of(alert)
    return model.title if model else alert.code


def _alert(request: Called, pk: int) -> "Alert":
    """An alert by the way that the token opens: told to this person, or on an agency below. Raises Problem."""
    for scope, find in ((ALERTS, desk.told_one), (ANSWER, desk.told_one), (BOARD, desk.supervised_one)):
        try:
            if scope in request.auth.scopes:
                return find(request.auth.person, pk)
        except desk.NoSuchAlert:
            continue
    raise not_found()


def _alert_answer(request: Called, alert: "Alert") -> AlertAnswer:
    subject = desk.subjects([alert], request.auth.person)[alert.pk]
    return AlertAnswer(
        **alert_told(alert, _title(alert), subject),
        facts=[told(FactLine, one) for one in alert.facts],
        steps=[alert_step(one, desk.STEPS[one.kind]) for one in desk.steps_of(alert)],
    )


# --- documents, file reviews ------------------------------------------------------------------


@room.get("/supervision/documents", "oversight.view", answer=MatterPage)
def list_supervision_documents(request: Called, filters: Query[MatterFilters]) -> MatterPage:
    """列出监督文书和重大处罚备案，新的在前。"""
    today, asked = timezone.localdate(), filters.model_dump(include={"kind", "unit", "state"})
    found = documents.lines(request.auth.person, asked, today)
    rows, links = page_of(request, found, lambda one: one.row.pk, filters)
    return MatterPage(items=[MatterLine.of(one, today) for one in rows], links=links)


@room.get("/supervision/documents/{matter}", "oversight.view", answer=MatterAnswer)
def get_supervision_document(request: Called, matter: Number) -> MatterAnswer:
    """读取一份监督文书或者备案和各个步骤。"""
    try:
        line = documents.matter_for(request.auth.person, matter)
    except documents.NoSuchMatter:
        raise not_found() from None
    steps = [
        told(StepLine, one, title=TITLES.get(one.kind, one.kind), text=str(one.facts.get("text", "")))
        for one in line.row.steps.all()
    ]
    return MatterAnswer(**matter_told(line, timezone.localdate()), content=line.row.content, steps=steps)


@room.get("/file-reviews", "filereview.view", answer=ReviewPage)
def list_file_reviews(request: Called, paged: Query[Paged]) -> ReviewPage:
    """列出与被代理人有关的案卷评查活动。"""
    rows, links = page_of(request, reviews.lines(request.auth.person), lambda one: one.row.code, paged)
    return ReviewPage(items=[ReviewLine.of(one) for one in rows], links=links)


# --- rectification, governance ----------------------------------------------------------------


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


@room.get("/governance", "governance.view", answer=ListedPage)
def list_governance(request: Called, filters: Query[ListFilters]) -> ListedPage:
    """列出法治政府建设的一种台账和各个步骤，新的在前。"""
    rows, links = newest_first(request, lists.seen_by(request.auth.person, filters.kind), filters)
    return ListedPage(items=[ListedLine.of(one) for one in rows], links=links)
