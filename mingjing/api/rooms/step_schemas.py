"""One step of a matter as every room with steps tells it; what a step means is not known here."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from mingjing.api.rows import told
from mingjing.api.schemas import Told

Unit = Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,40}$")]


class StepLine(Told):
    """One step of a matter."""

    kind: str
    title: str
    by: str = Field(description="办理人用户名；空：系统")
    at: datetime
    text: str


def steps_told(steps: Iterable[Any], titles: Mapping[str, str]) -> list[StepLine]:
    """Steps with their titles, in their order."""
    return [
        told(StepLine, one, title=str(titles.get(one.kind, one.kind)), text=str(one.facts.get("text") or ""))
        for one in steps
    ]
