"""The next steps that a workbench shows: found by trying a few kinds of act, they are those of the whole case page."""

import pytest
from django.utils import timezone

from mingjing.web.case_page import CasePage
from tests.cast import Cast
from tests.stories import told

pytestmark = pytest.mark.django_db


def test_what_is_asked_of_several_cases_is_what_each_page_says(cast: Cast) -> None:
    """Cases at several points, looked at by an officer, a reviewer, the head: the same steps, the wanted ones too."""
    now, wanted = (
        timezone.now(),
        frozenset({"penalty_decided", "case_closed", "inquiry_recorded", "nonsense"}),
    )
    untils = ("clue_accepted", "filing_approved", "inspection_recorded", "penalty_decided", None)
    cases = [told(cast, until=until, mark=f"{until}")[1] for until in untils]
    for viewer in (cast.officer, cast.reviewer, cast.head):
        several = CasePage.of_several(cases, viewer, now, {case.pk: wanted for case in cases})
        asked_alone = CasePage.of_several(cases, viewer, now, {})
        for case in cases:
            whole, few, bare = CasePage(case, viewer, now), several[case.pk], asked_alone[case.pk]
            assert few.acts == whole.acts
            assert few.asked == bare.asked == whole.asked
            assert [step for step in few.mine if step.kind.kind in wanted] == [
                step for step in whole.mine if step.kind.kind in wanted
            ]
            assert {one.kind for one in few.standing.next_of(wanted)} <= wanted
    assert any(CasePage(case, cast.officer, now).asked for case in cases)
