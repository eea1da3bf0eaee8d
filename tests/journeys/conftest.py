"""An office for journeys: its people, a clock that stands on a day of the story, and cases on their way."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from mingjing.kit.clock import BEIJING
from tests.journeys.office import Clock, Journey
from tests.stories import MONDAY

if TYPE_CHECKING:
    from tests.cast import Cast

NewJourney = Callable[..., Journey]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The morning of the first day."""
    return Clock(monkeypatch, datetime.combine(MONDAY, datetime.min.time().replace(hour=8), tzinfo=BEIJING))


@pytest.fixture
def journey(cast: "Cast", clock: Clock) -> NewJourney:
    """A case that is about to begin: `journey("ordinary", party_name="…")`."""

    def begin(name: str = "ordinary", **values: Any) -> Journey:
        return Journey(cast, clock, name, values)

    return begin
