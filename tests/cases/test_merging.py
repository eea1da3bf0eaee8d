"""Lists over many agencies: what each agency gives first, merged, is what sorting all of it would give."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from django.db.models import Min

from mingjing.cases import merging
from mingjing.cases.merging import Listed, first_ids, first_of_each
from mingjing.cases.models import Case
from mingjing.cases.troubles import troubled_imports
from mingjing.personnel.models import Agency
from tests.cast import Cast, make_agency

pytestmark = pytest.mark.django_db

ORDERS = (("-last_act_at", "-id"), ("-vetoed", "score", "-id"), ("act_count", "id"))


@pytest.fixture
def many(cast: Cast) -> list[Agency]:
    """Seven agencies with seventy made-up cases, many of them alike in what they are sorted by; one has none."""
    units = [
        make_agency(f"4104{n}-urban", f"第{n}城市管理局", region=f"4104{n}", parent=cast.justice.code)
        for n in range(83, 90)
    ]
    chance, start = Random(3), datetime(2026, 3, 2, tzinfo=UTC)
    Case.objects.bulk_create(
        Case(
            code=f"c{n}", log_code=f"l{n}", agency=units[chance.randrange(6)], procedure="ordinary", stage="decision",
            last_act_at=start + timedelta(days=chance.randrange(9)), score=chance.choice((100, 90, 60)),
            vetoed=chance.random() < 0.2, act_count=chance.randrange(4), ended=chance.random() < 0.5,
        )
        for n in range(70)
    )  # fmt: skip
    return units


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("at_once", [2, 100])
def test_the_merged_list_is_the_sorted_list(
    many: list[Agency], order: tuple[str, ...], at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Page by page, of all agencies, of some, of one, of none; also narrowed by a condition."""
    monkeypatch.setattr(merging, "AT_ONCE", at_once)
    everyone = [one.pk for one in many]
    for rows in (Case.objects.all(), Case.objects.filter(ended=True, score__lt=100)):
        for agencies in (everyone, everyone[1:4], everyone[6:], everyone[2:3], []):
            plain = list(rows.filter(agency__in=agencies).order_by(*order).values_list("id", flat=True))
            for start in (0, 7, 60, 500):
                found = first_ids(rows, agencies, order, limit=7, start=start)
                assert found == plain[start : start + 7]
            assert first_ids(rows, agencies, order, limit=0) == []
        assert first_ids(rows.filter(pk__in=[]), everyone, order, limit=7) == []


def test_a_page_is_the_same_however_far_behind(many: list[Agency], monkeypatch: pytest.MonkeyPatch) -> None:
    """The first pages are merged, those far behind are sorted; both hold the rows of these agencies in their order."""
    listed = Listed(
        Case.objects.filter(ended=True), [one.pk for one in many[:4]], ("-vetoed", "score", "-id")
    )
    plain = list(listed.seen)
    assert listed.count() == len(plain) > 12
    for merged in (0, 9, 1000):
        monkeypatch.setattr(merging, "MERGED", merged)
        assert [one for at in range(0, len(plain), 4) for one in listed[at : at + 4]] == [
            one.pk for one in plain
        ]
        assert listed.whole(listed[4:8]) == plain[4:8]


def test_the_first_of_each_is_its_smallest(many: list[Agency]) -> None:
    """By agency; one without rows is left out."""
    rows, agencies = Case.objects.filter(ended=True), [one.pk for one in many]
    plain = dict(rows.order_by().values_list("agency").annotate(Min("id")))
    assert first_of_each(rows, agencies, "id") == plain
    assert len(plain) > 2
    assert many[6].pk not in plain
    assert first_of_each(rows, [], "id") == {}


def test_the_worst_imported_files_are_those_of_all_agencies(cast: Cast, many: list[Agency]) -> None:
    """Over seven agencies: the worst first, none in which nothing was found, however many are asked for."""
    chance = Random(4)
    for case in Case.objects.all():
        case.imported, case.breaches = (
            chance.random() < 0.6,
            0 if case.score == 100 else chance.randrange(1, 5),
        )
        case.hints, case.vetoed = chance.randrange(2), case.vetoed and case.breaches > 0
        case.save()
    told = [one for one in Case.objects.filter(imported=True) if one.breaches or one.hints]
    told.sort(key=lambda one: (not one.vetoed, one.score, -one.breaches, -one.hints, -one.pk))
    for limit in (5, 12, 100):
        assert [one.case for one in troubled_imports(cast.supervisor, limit)] == told[:limit]
    assert len(told) > 12
