"""The shapes of alerts as the API gives and takes them."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.rooms.step_schemas import StepLine, Unit
from mingjing.api.rows import Paged, Text, told
from mingjing.api.schemas import Given, Links, Told

if TYPE_CHECKING:
    from mingjing.supervision.models import Alert, AlertStep


class AlertFilters(Paged):
    """Which alerts."""

    of: Literal["told", "supervised"] = Field(
        "told", description="told 告知被代理人的，supervised 其监督的下级机关的"
    )
    agency: Unit = Field("", description="机关代码")
    code: Annotated[str, Field(max_length=40)] = Field("", description="模型代码")
    level: Annotated[str, Field(max_length=8)] = ""
    state: Literal["waiting", "all", "open", "handling", "answered", "gone"] = "waiting"
    late: Literal["", "1"] = Field("", description="1：只要超过期限的")


class AlertLine(Told):
    """One alert."""

    pk: int
    code: str
    title: str
    agency: str
    subject: str
    case: str
    level: str
    state: str
    first_seen: date
    last_seen: date
    due: date
    self: str


class AlertPage(Told):
    """Alerts."""

    items: list[AlertLine]
    links: Links


class FactLine(Told):
    """One fact that an alert rests on."""

    title: str
    value: Any


class AlertAnswer(AlertLine):
    """One alert with its facts and steps."""

    facts: list[FactLine]
    steps: list[StepLine]


def alert_told(alert: "Alert", title: str, subject: str) -> dict[str, Any]:
    """What lists tell of an alert."""
    return {
        "pk": alert.pk,
        "code": alert.code,
        "title": title,
        "agency": alert.agency.code,
        "subject": subject,
        "case": alert.case_code,
        "level": alert.level,
        "state": alert.state,
        "first_seen": alert.first_seen,
        "last_seen": alert.last_seen,
        "due": alert.due,
        "self": f"/api/v1/alerts/{alert.pk}",
    }


def alert_step(step: "AlertStep", title: str) -> StepLine:
    """A step of an alert."""
    return told(StepLine, step, title=title)


class AlertStepGiven(Given):
    """Taking an alert on, or answering it."""

    step: Literal["take", "answer"]
    words: Text = Field("", description="answer：查明的情况和怎样处理")


class AlertFeedbackGiven(Given):
    """What the supervisor makes of an answer."""

    accepted: bool = Field(description="true 认可，false 退回重新办理")
    words: Text = Field("", description="意见；退回的必须写明哪里没有办到位")
