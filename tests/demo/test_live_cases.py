"""The demo's cases: told lawfully on any day, in every bureau, and only once."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from mingjing.cases.models import Act, Case
from mingjing.cases.selectors import standing_of
from mingjing.cli.demo.bureau import agencies, make_bureau
from mingjing.cli.demo.live import make_live_cases
from mingjing.cli.demo.story import story
from mingjing.kit.clock import legal_day
from tests.journeys.office import Clock

if TYPE_CHECKING:
    from datetime import date

pytestmark = pytest.mark.django_db
# An ordinary day, and one in the long holiday of October: the cases on their way lie before it.
DAYS = [datetime(2026, 6, 15, 4, tzinfo=UTC), datetime(2026, 10, 5, 4, tzinfo=UTC)]


@pytest.fixture(params=DAYS, ids=["plain", "holiday"])
def day(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> "date":
    """The day on which somebody tries the demo."""
    Clock(monkeypatch, request.param)
    return legal_day(request.param)


def test_every_story_is_told_without_a_breach_and_only_once(day: "date") -> None:
    """Nothing refused, nothing held against what is closed, every bureau has work, a second run adds nothing."""
    make_bureau(day)
    make_live_cases(day)
    acts = Act.objects.count()
    make_live_cases(day)
    assert Act.objects.count() == acts
    assert {case.agency.code for case in Case.objects.all()} == set(agencies())
    told = {case.procedure for case in Case.objects.all()}
    assert told > {
        "inspection",
        "licence",
        "coercion",
        "execution",
        "prompt",
        "fee",
        "payment",
        "confirmation",
    }
    for case in Case.objects.filter(ended=True):
        standing = standing_of(case, timezone.now())
        assert [one.title for one in standing.findings] == []


def test_an_inspection_names_the_penalty_case_that_came_of_it() -> None:
    """The number in the referral is that of a case that is there."""
    now = datetime.now(UTC)
    make_bureau(legal_day(now))
    make_live_cases(legal_day(now))
    referral = Act.objects.get(kind="inspection_violation_referred")
    clue = Act.objects.get(kind="clue_registered", facts__document_no=referral.facts["referred_case_no"])
    assert (clue.case.procedure, clue.case.party_name) == ("ordinary", referral.case.party_name)


def test_a_typical_file_keeps_its_days_and_its_words() -> None:
    """What is dated in it moves with it; what only looks like a date in a number stays."""
    told = story("cn/licence/granted")
    applied = told.steps[0]
    assert (applied.kind, applied.day, applied.facts["licence_application_on"]) == (
        "licence_applied",
        0,
        "@0",
    )
    archived = told.steps[-1]
    assert archived.day == 51  # from the second of March to the twenty-second of April
    assert archived.facts["archive_no"] == "2026-许-0001"
