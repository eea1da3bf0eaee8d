"""An office for journeys: its people, a clock that stands on a day of the story, and cases on their way."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from mingjing.kit.clock import BEIJING
from tests.cast import make_person
from tests.journeys.office import Clock, Journey
from tests.stories import MONDAY

if TYPE_CHECKING:
    from mingjing.personnel.models import Person
    from tests.cast import Cast

NewJourney = Callable[..., Journey]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The morning of the first day."""
    return Clock(monkeypatch, datetime.combine(MONDAY, datetime.min.time().replace(hour=8), tzinfo=BEIJING))


@pytest.fixture
def reviewer2(cast: "Cast") -> "Person":
    """Somebody else reviews what the reviewer has heard."""
    return make_person("reviewer2", "子", "reviewer", legal_qualification_no="A20154104810002")


@pytest.fixture
def journey(cast: "Cast", clock: Clock) -> NewJourney:
    """A case that is about to begin: `journey("ordinary", party_name="…")`."""

    def begin(name: str = "ordinary", mark: str = "test", **values: Any) -> Journey:
        return Journey(cast, clock, name, values, mark=mark)

    return begin
