"""When and where the credential was shown is recorded with the act, where it is stated, and asked of nobody."""

import pytest

from tests.journeys.conftest import NewJourney


@pytest.mark.parametrize("stated", [True, False])
def test_the_moment_and_place_stand_in_the_act(journey: NewJourney, stated: bool) -> None:
    """Stated, they are facts of the act; left empty, the act is recorded all the same."""
    live = journey().told_until("filing_approved")
    desk, sheet = live.opens("inspection_recorded")
    live.writes(sheet, live.step("inspection_recorded"))
    if stated:
        sheet.fill(credential_shown_at="2026-03-04T09:05", credential_shown_place="垭口街道")
    desk.sends(sheet)
    facts = live.last("inspection_recorded").facts
    assert facts["credential_shown"] is True
    assert ("credential_shown_at" in facts) is stated
    assert facts.get("credential_shown_place", "") == ("垭口街道" if stated else "")
    if stated:
        assert facts["credential_shown_at"].startswith("2026-03-04T09:05")
