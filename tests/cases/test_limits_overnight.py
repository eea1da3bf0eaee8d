"""The daily count of limits: one case that cannot be worked out holds up no other."""

from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError

from mingjing.cases import limits
from mingjing.cases.models import Case
from mingjing.kit.clock import BEIJING
from tests.stories import told

if TYPE_CHECKING:
    from mingjing.cases.law import CaseFile
    from tests.cast import Cast

pytestmark = pytest.mark.django_db

LATER = datetime(2026, 5, 6, 9, tzinfo=BEIJING)


@pytest.fixture
def two(cast: "Cast", monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """Two cases whose limits still run; the first cannot be worked out."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2026, 3, 2, 18, tzinfo=BEIJING))
    return [told(cast, until="clue_registered", mark=mark)[1] for mark in ("first", "second")]


def break_first(monkeypatch: pytest.MonkeyPatch, case: Case, fault: Exception) -> None:
    """Let the first case fail as one whose act a newer pack does not know would."""
    real = limits.case_file

    def read(found: Case) -> "CaseFile":
        if found.pk == case.pk:
            raise fault
        return real(found)

    monkeypatch.setattr(limits, "case_file", read)


def test_a_case_that_cannot_be_worked_out_is_passed_over(
    two: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other is counted, and the count of the day comes to its end."""
    broken, sound = two
    break_first(monkeypatch, broken, KeyError("an_act_of_an_older_pack"))
    assert limits.refresh_limits(now=LATER) is None

    assert [Case.objects.get(pk=one.pk).breaches > 0 for one in (broken, sound)] == [False, True]


def test_a_database_that_is_away_is_no_fault_of_a_case(
    two: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is passed over then: the next turn begins at the same case."""
    break_first(monkeypatch, two[0], DatabaseError("gone"))
    with pytest.raises(DatabaseError):
        limits.refresh_limits(now=LATER)
