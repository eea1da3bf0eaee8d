"""A case told up to the service of its notice, its documents drawn, and the party at the door."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from mingjing.cases.selectors import acts_of
from mingjing.cases.services import record_act
from mingjing.defence import access
from mingjing.defence.access import Inside, Where
from mingjing.documents.codes import verification_code
from tests.stories import told

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from tests.cast import Cast

HERE = Where("192.0.2.7", "browser")


@dataclass
class Live:
    """A case with a paper in the hands of its party."""

    case: "Case"
    at: datetime
    last: str
    tale: Any

    def goes_on(self, kind: str, nth: int = 0) -> None:
        """Let the story go on up to and including a step, and be then."""
        steps = self.tale.story.steps
        number = [n for n, one in enumerate(steps) if one.kind == kind][nth]
        self.at = self.tale.moment(steps[number]) + timedelta(hours=1)
        self.tale.play(number + 1)
        self.case.refresh_from_db()

    def records(self, kind: str, *, once: str = "", **facts: Any) -> None:
        """Record a step of the story by its kind, for what came in meanwhile has shifted their numbers."""
        step = next(one for one in self.tale.story.steps if one.kind == kind)
        self.at = max(self.at, self.tale.moment(step) + timedelta(hours=1))
        deed = self.tale.deed(step, self.case)
        deed = replace(deed, facts={**deed.facts, **facts})
        record_act(case=self.case, deed=deed, once=once or f"told-{kind}")

    def act(self, kind: str) -> "Act":
        """The latest act of a kind."""
        return [one for one in acts_of(self.case) if one.kind == kind][-1]

    def code(self, kind: str = "prior_notice_issued") -> str:
        """The code that the paper of an act bears, whether or not it is drawn yet."""
        return verification_code(bytes(self.act(kind).salt))

    def inside(self, kind: str = "prior_notice_issued", *, at: datetime | None = None) -> Inside:
        """The party, come in with his paper."""
        when = at or self.at
        visit = access.enter(code=self.code(kind), act=self.act(kind), last=self.last, where=HERE, at=when)
        found = access.inside(visit.code, at=when)
        assert found is not None
        return found


@pytest.fixture
def live(cast: "Cast", monkeypatch: pytest.MonkeyPatch) -> Callable[..., Live]:
    """Tell a story up to the first (or nth) service and stay at that day."""

    def tell(name: str = "ordinary", until: int = 0, **values: str) -> Live:
        tale, _ = told(cast, name, "clue_registered", mark=f"{name}-{until}-{len(values)}", **values)
        served = [n for n, one in enumerate(tale.story.steps) if one.kind == "document_served"][until]
        case = tale.play(served + 1)
        at = tale.moment(tale.story.steps[served]) + timedelta(hours=1)
        case.refresh_from_db()
        found = Live(case, at, case.party_code[-6:], tale)
        monkeypatch.setattr("django.utils.timezone.now", lambda: found.at)
        return found

    return tell
