"""The shapes of supervision as the API gives and takes them: alerts, documents, file reviews, rectification, lists."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.rows import Paged, Short, Text, told
from mingjing.api.schemas import Day, Given, Links, Told

if TYPE_CHECKING:
    from mingjing.appraisal.selectors import Line as ReviewOf
    from mingjing.governance.models import Matter as Listed
    from mingjing.oversight.selectors import Line as MatterOf
    from mingjing.rectification.models import Step
    from mingjing.rectification.selectors import Line as ItemOf
    from mingjing.supervision.models import Alert, AlertStep

Unit = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,40}$")]
ItemNo = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{3,24}$", description="台账项目编号")]
ListKind = Literal["decision", "study", "court", "statement", "campaign", "joint", "grid"]


class StepLine(Told):
    """One step of a matter."""

    kind: str
    title: str
    by: str = Field(description="办理人用户名；空：系统")
    at: datetime
    text: str


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


class MatterFilters(Paged):
    """Which supervision documents."""

    kind: Annotated[str, Field(max_length=10)] = ""
    unit: Unit = ""
    state: Annotated[str, Field(max_length=20)] = ""


class MatterLine(Told):
    """One supervision document, or a filing of a major penalty."""

    pk: int
    no: str
    kind: str
    office: str
    unit: str
    subject: str
    case: str
    state: str
    due: date | None
    overdue: bool
    at: datetime
    self: str

    @classmethod
    def of(cls, line: "MatterOf", today: date) -> "MatterLine":
        """A matter as the list shows it."""
        return cls(**matter_told(line, today))


def matter_told(line: "MatterOf", today: date) -> dict[str, Any]:
    """What lists tell of a matter."""
    row = line.row
    return {
        **{name: getattr(row, name) for name in ("pk", "no", "kind", "subject", "at")},
        "office": row.office.code,
        "unit": row.agency.code,
        "case": row.case_code,
        "state": line.now.state,
        "due": line.now.due,
        "overdue": line.overdue(today),
        "self": f"/api/v1/supervision/documents/{row.pk}",
    }


class MatterPage(Told):
    """Supervision documents."""

    items: list[MatterLine]
    links: Links


class MatterAnswer(MatterLine):
    """One of them with what it says and its steps."""

    content: dict[str, Any]
    steps: list[StepLine]


class ReviewLine(Told):
    """One campaign of file reviews."""

    code: str
    title: str
    office: str
    state: str
    organiser: bool
    reader: bool
    unit: bool
    at: datetime

    @classmethod
    def of(cls, line: "ReviewOf") -> "ReviewLine":
        """A campaign and what the viewer is in it."""
        row = line.row
        return told(
            cls, line, code=row.code, title=row.title, office=row.office.code, state=line.now.state, at=row.at
        )


class ReviewPage(Told):
    """Campaigns of file reviews."""

    items: list[ReviewLine]
    links: Links


class RectifyFilters(Paged):
    """Which items of the ledger."""

    state: Annotated[str, Field(max_length=12)] = ""
    unit: Short = Field("", description="责任单位名称")
    due: Literal["", "overdue", "soon", "permanent"] = ""
    plan: Annotated[str, Field(max_length=16)] = ""
    agency: Unit = ""
    mine: Literal["", "1"] = ""


class RectifyLine(Told):
    """One item of the ledger of rectification."""

    code: str
    plan: str
    plan_title: str
    agency: str
    problem: str
    measure: str
    units: list[str]
    state: str
    due: date | None
    permanent: bool
    progress: str
    expected: date | None
    self: str

    @classmethod
    def of(cls, line: "ItemOf") -> "RectifyLine":
        """An item with where it stands."""
        return cls(**item_told(line))


def item_told(line: "ItemOf") -> dict[str, Any]:
    """What lists tell of an item."""
    plan, now = line.item.plan, line.now
    return {
        **{
            name: getattr(now, name)
            for name in ("problem", "measure", "due", "permanent", "progress", "expected")
        },
        "code": line.item.code,
        "plan": plan.code,
        "plan_title": plan.title,
        "agency": plan.agency.code,
        "units": [one.name for one in now.units],
        "state": now.state.value,
        "self": f"/api/v1/rectification/{line.item.code}",
    }


class RectifyPage(Told):
    """Items of the ledger."""

    items: list[RectifyLine]
    links: Links


class RectifyAnswer(RectifyLine):
    """One item with its story."""

    steps: list[StepLine]

    @classmethod
    def whole(cls, line: "ItemOf", steps: "list[Step]", titles: dict[str, str]) -> "RectifyAnswer":
        """An item with its steps."""
        told_steps = [
            told(StepLine, one, title=titles.get(one.kind, one.kind), text=str(one.facts.get("text", "")))
            for one in steps
        ]
        return cls(**item_told(line), steps=told_steps)


class ProgressGiven(Given):
    """How far an item is."""

    text: Annotated[str, Field(min_length=1, max_length=2000)] = Field(description="进展情况")
    expected: Day | None = Field(None, description="预计完成时间")


class ListFilters(Paged):
    """Which governance list."""

    kind: ListKind = Field(
        description="decision 重大决策，study 学法，court 出庭，statement 述法，campaign、joint、grid"
    )


class ListedLine(Told):
    """One entry of a governance list."""

    pk: int
    no: str
    kind: str
    agency: str
    year: int
    subject: str
    at: datetime
    steps: list[StepLine]

    @classmethod
    def of(cls, row: "Listed") -> "ListedLine":
        """An entry with its steps."""
        steps = [
            told(StepLine, one, title=one.kind, text=str(one.facts.get("text", "")))
            for one in row.steps.all()
        ]
        return told(cls, row, agency=row.agency.code, steps=steps)


class ListedPage(Told):
    """A governance list."""

    items: list[ListedLine]
    links: Links
