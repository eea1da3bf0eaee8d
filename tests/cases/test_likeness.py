"""Like cases: who is compared with whom, where a fine stands, and what another bureau's cases may tell."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from mingjing.cases.likeness import Like, groups, like_cases, members
from mingjing.cases.models import Case, CaseOutcome
from mingjing.cases.outcomes import violation_key
from tests.cast import Cast

pytestmark = pytest.mark.django_db

VIOLATION = "未经批准擅自占用城市道路"
LIKE = Like(VIOLATION, "lighter", "organization", "410481")


def fined(agency: Any, *yuan: int, **changes: Any) -> list[CaseOutcome]:
    """Decided cases of an agency with these fines, a day apart."""
    rows = []
    for number, one in enumerate(yuan):
        serial = Case.objects.count()
        case = Case.objects.create(
            code=f"c{serial}",
            log_code=f"l{serial}",
            agency=agency,
            procedure="ordinary",
            region=agency.region,
            field="urban",
            decision_no=f"罚决{serial}号",
            stage="decision",
            last_act_at=timezone.now(),
        )
        facts = {
            "outcome": "penalty",
            "standing": True,
            "violation": VIOLATION,
            "tier": "lighter",
            "party_kind": "organization",
            "region": agency.region,
            "fine_fen": one * 100,
            "decided_on": date(2026, 1, 1) + timedelta(days=number),
            **changes,
        }
        rows.append(
            CaseOutcome.objects.create(
                case=case,
                agency=agency,
                act_seq=9,
                field="urban",
                violation_key=violation_key(str(facts["violation"])),
                **facts,
            )
        )
    return rows


def test_a_proposed_fine_is_placed_among_like_cases(cast: Cast) -> None:
    """Five cases from 2,000 to 6,000 yuan: 4,000 is the median, 20,000 is beyond what is usual."""
    fined(cast.bureau, 2000, 3000, 4000, 5000, 6000)

    found = like_cases(LIKE, viewer=cast.officer, fine_fen=400_000)
    assert found.spread is not None
    assert (found.count, found.spread.median, found.where) == (5, 400_000, "本县（市、区）")
    assert (found.lower, found.equal, found.higher) == (2, 1, 2)
    assert not found.unusual
    assert like_cases(LIKE, viewer=cast.officer, fine_fen=2_000_000).unusual


@pytest.mark.parametrize(
    "other",
    [
        {"violation": "擅自挖掘城市道路"},
        {"tier": "heavier"},
        {"party_kind": "citizen"},
        {"standing": False},
        {"outcome": "no_penalty"},
    ],
)
def test_only_like_cases_are_compared(cast: Cast, other: dict[str, Any]) -> None:
    """Another violation, tier or kind of party, a revoked decision and no penalty are left out."""
    fined(cast.bureau, 2000, 3000)
    fined(cast.bureau, 90_000, **other)

    assert like_cases(LIKE, viewer=cast.officer).count == 2


def test_the_comparison_widens_until_there_are_enough_cases(cast: Cast) -> None:
    """Four cases of the county are too few: the city's are taken in, and the page says so."""
    fined(cast.bureau, 2000, 3000, 4000, 5000)
    fined(cast.elsewhere, 6000)

    found = like_cases(LIKE, viewer=cast.officer)
    assert (found.count, found.where) == (5, "本市")


def test_the_case_itself_is_not_compared_with_itself(cast: Cast) -> None:
    first, *_ = fined(cast.bureau, 2000, 3000)

    assert like_cases(LIKE, viewer=cast.officer, besides=first.case).count == 1


def test_cases_of_another_bureau_are_figures_only(cast: Cast) -> None:
    """The nearest five: one's own can be opened, of the others neither number nor bureau is told."""
    fined(cast.bureau, 4000)
    fined(cast.elsewhere, 4100, 3900, 4200, 3800, 90_000)

    nearest = like_cases(LIKE, viewer=cast.officer, fine_fen=400_000).nearest
    assert sorted(one.fine_fen for one in nearest) == [380_000, 390_000, 400_000, 410_000, 420_000]
    assert [bool(one.code) for one in nearest if one.fine_fen == 400_000] == [True]
    others = [one for one in nearest if one.fine_fen != 400_000]
    assert {(one.code, one.number, one.agency) for one in others} == {("", "", "其他机关")}


def test_a_supervisor_sees_the_groups_with_unusual_fines_first_and_never_the_highest(cast: Cast) -> None:
    """The group of higher and even fines stands below the one with a case far off; drilling down finds that case."""
    fined(cast.bureau, 2000, 2100, 2200, 2300, 9000)
    fined(cast.bureau, *[50_000] * 6, violation="擅自挖掘城市道路")
    fined(cast.elsewhere, 1)

    uneven, even = groups(cast.supervisor)
    assert (uneven.violation, uneven.unusual, uneven.spread.count) == (VIOLATION, 1, 5)
    assert (even.unusual, even.spread.median) == (0, 5_000_000)

    told, listed = members(cast.supervisor, uneven.violation_key, "lighter", "organization")
    assert told == uneven
    assert [one.fine_fen for one in listed if one.unusual] == [900_000]
    assert len(listed) == 5


def test_an_agency_and_a_year_narrow_the_groups(cast: Cast) -> None:
    fined(cast.bureau, 2000, 3000)

    assert groups(cast.supervisor, since=date(2026, 1, 2))[0].spread.count == 1
    assert groups(cast.supervisor, agency=cast.elsewhere.code) == []
    assert members(cast.supervisor, "no such group", "lighter", "organization") == (None, [])
