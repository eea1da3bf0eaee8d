"""Cases ready to be published: stories of the demo, told up to the decision."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from mingjing.cli.demo.live import upload
from mingjing.cli.demo.story import Telling, story
from mingjing.kit.clock import BEIJING
from mingjing.packs.load import library

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from tests.cast import Cast

START = date(2026, 3, 2)
AT = datetime(2026, 3, 10, 10, 0, tzinfo=BEIJING)
FACTS: Mapping[str, Any] = {
    "publication_reason": "double_publicity",
    "secrecy_checked": True,
    "non_publication_ground": "none",
    "publication_until": "2026-05-01",
}

Decided = Callable[..., "Case"]


@pytest.fixture
def decided(cast: "Cast") -> Decided:
    """Tell a case up to its decision: on the spot by default; values replace those of the story."""

    def tell(name: str = "summary", start: date = START, **values: str) -> "Case":
        told = story(name)
        until = next(at for at, step in enumerate(told.steps) if step.kind == "decision_published")
        telling = Telling(
            story=told,
            agency=cast.bureau,
            start=start,
            calendar=library().calendar,
            values=values,
            mark=f"{name}{values}",
            upload=partial(upload, cast.bureau),
        )
        return telling.play(until)

    return tell
