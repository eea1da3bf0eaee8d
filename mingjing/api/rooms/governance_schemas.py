"""The shapes of law governance as the API gives and takes them."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from mingjing.api.rooms.step_schemas import StepLine
from mingjing.api.rows import Paged, told
from mingjing.api.schemas import Links, Told

if TYPE_CHECKING:
    from mingjing.governance.models import Matter as Listed

ListKind = Literal["decision", "study", "court", "statement", "campaign", "joint", "grid"]


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
