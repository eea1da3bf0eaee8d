"""The sums of the board: after whatever happens to cases they are what counting the rows themselves gives."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from mingjing.cases import derived, sums
from mingjing.cases.limits import refresh_limits
from mingjing.cases.models import Case, CaseDeadline, CaseSum
from mingjing.cases.rebuild import rebuild
from mingjing.cases.statements import StoredRows, insert, lock, read_rows
from mingjing.personnel.models import Agency
from tests.cases.counted import assert_sums_agree, kept, plainly
from tests.cast import Cast, make_agency
from tests.stories import told

NOW = datetime(2026, 6, 1, 2, tzinfo=UTC)
BEFORE = datetime(2026, 3, 2, 11, tzinfo=UTC)  # while the limits of a story still run
SOON = NOW + timedelta(days=3)
DUES = [NOW + timedelta(hours=hours) for hours in (-900, -30, -1, 0, 5, 72, 73, 900)]


@pytest.fixture
def offices(cast: Cast) -> list[Agency]:
    """Three agencies."""
    return [cast.bureau, cast.elsewhere, make_agency("410482-more", "第三城市管理局", region="410482")]


def _new(agency: Agency, number: int, chance: Random) -> Case:
    case = Case(
        code=f"c{number}", log_code=f"l{number}", agency=agency, procedure="ordinary", stage="",
        last_act_at=NOW, imported=chance.random() < 0.3,
    )  # fmt: skip
    case.pk = insert(case)
    return case


def _change(case: Case, chance: Random) -> None:
    """Let a case stand anywhere, with any limits and findings, and write that as an act would."""
    head, before = derived.head_of(case), read_rows(case)
    case.act_count += 1
    case.stage, case.ended = chance.choice(("clue", "decided")), chance.random() < 0.4
    case.score, case.vetoed = chance.choice((100, 92, 60)), chance.random() < 0.2
    rules = [f"rule.{n}" for n in range(4)]
    limits: dict[tuple[str, int], tuple[Any, ...]] = {
        (rule, seq): (
            "期限", "handling", chance.choice([None, *DUES]), chance.choice(("running", "missed", "met")),
            chance.random() < 0.7, [],
        )
        for rule in rules
        for seq in range(chance.randrange(3))
    }  # fmt: skip
    findings: dict[tuple[str, int], tuple[Any, ...]] = {
        (rule, seq): (chance.choice(("breach", "unknown")), "breach", 2, False, "发现", "理由", "")
        for rule in rules
        for seq in range(chance.randrange(3))
    }
    derived.write(case, StoredRows(limits, findings), head_before=head, rows_before=before)


def _agree(offices: list[Agency], now: datetime = NOW) -> None:
    assert_sums_agree([one.pk for one in offices], now)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_they_follow_whatever_happens_to_cases(offices: list[Agency], seed: int) -> None:
    """Cases open and change at random; now and then the rows are drawn together, or counted anew, as of some moment."""
    chance, cases = Random(seed), list[Case]()
    for number in range(60):
        if not cases or chance.random() < 0.3:
            cases.append(_new(chance.choice(offices), number, chance))
            _change(cases[-1], chance)
        _change(chance.choice(cases), chance)
        if chance.random() < 0.1:
            work = chance.choice((sums.draw_together, sums.count_anew))
            work(chance.choice(offices).pk, at=NOW - timedelta(hours=chance.randrange(-1, 40)))
    _agree(offices)
    for one in offices:
        sums.draw_together(one.pk, at=NOW)
    _agree(offices)
    _agree(offices, NOW + timedelta(days=20))


@pytest.mark.django_db
def test_what_is_drawn_together_is_one_row_for_each_place(offices: list[Agency]) -> None:
    """Only an agency with many rows added is drawn together; afterwards no two of its rows count the same."""
    chance, office = Random(1), offices[0]
    case = _new(office, 1, chance)
    for _ in range(30):
        _change(case, chance)
    assert sums.scattered(5) == [office.pk]
    sums.draw_together(office.pk, at=NOW)

    rows = list(CaseSum.objects.values_list(*sums.Place._fields))
    assert len(rows) == len(set(rows))
    assert 0 not in CaseSum.objects.values_list("n", flat=True)
    assert sums.scattered(0) == []
    _agree(offices)


@pytest.mark.django_db
def test_counting_anew_mends_what_somebody_else_has_changed(offices: list[Agency]) -> None:
    """Rows written past the program are in no sum, until the night counts them."""
    chance = Random(2)
    for number in range(5):
        _change(_new(offices[0], number, chance), chance)
    Case.objects.update(score=1)
    assert kept([offices[0].pk], NOW, SOON) != plainly([offices[0].pk], NOW, SOON)
    sums.count_anew(offices[0].pk, at=NOW)
    _agree(offices)


@pytest.mark.django_db
def test_they_hold_for_real_cases(cast: Cast) -> None:
    """Acts, nights in which limits run out, a case carried to its end, rows that somebody slipped in, a rebuild."""
    offices, now = [cast.bureau, cast.elsewhere], timezone.now()
    _, case = told(cast, until="filing_approved", mark="a")
    told(cast, mark="b")
    _agree(offices, now)
    for day in (BEFORE, now + timedelta(days=400)):
        refresh_limits(now=day)
        _agree(offices, day)
    CaseDeadline.objects.filter(case=case).update(urges=False)
    rebuild()
    _agree(offices, now)
    assert sum(row[-1] for row in sums.cases_counted([cast.bureau.pk])) == 2


@pytest.mark.django_db
def test_a_case_counted_anew_meanwhile_is_judged_again(cast: Cast) -> None:
    """Who has read a case before its limits were counted anew is told so; who reads it then is not."""
    _, case = told(cast, until="clue_registered")
    read = Case.objects.get(pk=case.pk)
    refresh_limits(now=BEFORE)
    with transaction.atomic():
        assert not lock(read)
        assert lock(Case.objects.get(pk=case.pk))


@pytest.mark.only_on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("work", [sums.draw_together, sums.count_anew])
def test_what_is_being_written_meanwhile_is_neither_lost_nor_counted_twice(
    offices: list[Agency], work: Callable[..., None]
) -> None:
    """While an act is not committed yet its agency is drawn together, or counted anew, by another connection."""
    chance, office = Random(5), offices[0]
    case = _new(office, 1, chance)
    _change(case, chance)

    def meanwhile() -> None:
        try:
            work(office.pk, at=NOW)
        finally:
            connection.close()

    with transaction.atomic():
        _change(case, chance)
        other = threading.Thread(target=meanwhile)
        other.start()
        other.join()
    _agree(offices)
