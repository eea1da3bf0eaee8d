"""The shapes of the ledger of rectification as the API gives and takes them."""

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from mingjing.api.rooms.step_schemas import StepLine, Unit
from mingjing.api.rows import Paged, Short, told
from mingjing.api.schemas import Day, Given, Links, Told

if TYPE_CHECKING:
    from mingjing.rectification.models import Step
    from mingjing.rectification.selectors import Line as ItemOf

ItemNo = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{3,24}$", description="台账项目编号")]


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
