"""Alerts: the lists of those whom they tell and of those who supervise, taking on, answering, feeding back."""

from typing import TYPE_CHECKING

from django.utils import timezone
from ninja import Query

from mingjing.api.door import Called, demand
from mingjing.api.operations import Room
from mingjing.api.problems import not_found, refused
from mingjing.api.refusals import refusing
from mingjing.api.rooms.supervision_schemas import (
    AlertAnswer,
    AlertFeedbackGiven,
    AlertFilters,
    AlertLine,
    AlertPage,
    AlertStepGiven,
    FactLine,
    alert_step,
    alert_told,
)
from mingjing.api.rows import Number, newest_first, told
from mingjing.kit.clock import legal_day
from mingjing.supervision import alert_desk as desk

if TYPE_CHECKING:
    from mingjing.supervision.models import Alert

room = Room("预警")
ALERTS, BOARD, ANSWER, FEED_BACK = "alert.view", "supervise.board", "alert.answer", "alert.feedback"


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


@room.post("/alerts/{alert}/feedback", FEED_BACK, answer=AlertAnswer)
def feed_back_on_alert(request: Called, alert: Number, given: AlertFeedbackGiven) -> AlertAnswer:
    """监督机构对单位的答复反馈意见：认可，或者退回重新办理并重新计算期限。答复人不能反馈自己的答复。"""
    person, now = request.auth.person, timezone.now()
    try:
        with refusing(desk.NotNow):
            desk.feed_back(
                alert=alert, accepted=given.accepted, words=given.words, by=person, at=now, on=legal_day(now)
            )
        return _alert_answer(request, desk.supervised_one(person, alert))
    except desk.NoSuchAlert:
        raise not_found() from None


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
