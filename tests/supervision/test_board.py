"""The board: limits and findings over the agency tree, and that every number opens what it counted."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from mingjing.cases.merging import MERGED, Listed
from mingjing.cases.models import Case, CaseDeadline
from mingjing.cases.sums import count_anew
from mingjing.kit.clock import BEIJING
from mingjing.review.scoring import review_standard
from mingjing.supervision import board as boards
from mingjing.supervision.board import Window
from mingjing.supervision.selectors import board
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 10, 0, tzinfo=BEIJING)
WINDOW = Window(NOW, NOW + timedelta(days=3))


def test_the_supervisor_sees_the_bureaus_below_in_the_order_of_the_register(
    cast: Cast, lying: Case, broken: Case
) -> None:
    """Agencies stand by code and are never ranked; a bureau outside the tree is not there."""
    lines = board(cast.supervisor, {}, WINDOW).agencies

    assert [line.agency.code for line in lines] == [cast.justice.code, cast.bureau.code]
    bureau = lines[1]
    assert (bureau.cases, bureau.live) == (2, 2)
    assert bureau.overdue >= 1
    assert bureau.findings >= 2
    assert bureau.vetoed == 1


def test_a_head_sees_the_own_bureau_only(cast: Cast, lying: Case) -> None:
    """The scope is that of the permission table."""
    lines = board(cast.head, {}, WINDOW).agencies

    assert [line.agency.code for line in lines] == [cast.bureau.code]


def rows_of(listed: Listed[Any]) -> int:
    """Count the rows of a list themselves; what it says of their number is the same."""
    number = listed.seen.count()
    assert listed.count() == number == len(listed[0:MERGED])
    return number


def test_every_number_opens_exactly_what_it_counted(
    cast: Cast, lying: Case, broken: Case, lawful: Case
) -> None:
    """Each line of each table is followed to its list, and the list has that many rows."""
    viewer, drawn = cast.supervisor, board(cast.supervisor, {}, WINDOW)

    def limits(**filters: str) -> int:
        return rows_of(boards.limits(viewer, filters, WINDOW))

    def findings(**filters: str) -> int:
        return boards.findings(viewer, filters).count()

    for line in drawn.limits_by_rule:
        assert limits(rule=line.key, state="overdue") == line.overdue
        assert limits(rule=line.key, state="soon") == line.soon
    for line in drawn.limits_by_stage:
        assert limits(stage=line.key, state="overdue") == line.overdue
    for line in drawn.findings_by_rule:
        assert findings(rule=line.key) == line.findings > 0
    for line in drawn.findings_by_topic:
        assert findings(topic=line.key) == line.findings > 0
    for agency in drawn.agencies:
        code = agency.agency.code
        assert limits(agency=code, state="overdue") == agency.overdue
        assert findings(agency=code) == agency.findings
        assert rows_of(boards.cases_of(viewer, {"agency": code, "veto": "1"})) == agency.vetoed
        assert rows_of(boards.cases_of(viewer, {"agency": code, "ended": "0"})) == agency.live
    for band in drawn.bands:
        level = boards.at_level(boards.cases_of(viewer, {}), review_standard(), band.number)
        assert rows_of(level) == band.cases
    assert sum(band.cases for band in drawn.bands) == drawn.total["cases"] == 3


def test_a_limit_is_soon_before_its_end_and_overdue_after(cast: Cast, lying: Case) -> None:
    """One limit, looked at from both sides of its last second."""
    due = CaseDeadline.objects.get(case=lying, urges=True).due
    assert due is not None
    second = timedelta(seconds=1)

    def seen(now: datetime) -> tuple[int, int]:
        line = board(cast.supervisor, {}, Window(now, now + timedelta(days=3))).total
        return line["overdue"], line["soon"]

    assert seen(due - timedelta(days=4)) == (0, 0)
    assert seen(due) == (0, 1)
    assert seen(due + second) == (1, 0)


def test_imported_history_is_counted_but_urges_nobody(cast: Cast, lying: Case) -> None:
    """An old file has findings; no limit of it waits for anybody, and a filter shows it alone."""
    Case.objects.filter(pk=lying.pk).update(imported=True)
    count_anew(cast.bureau.pk, at=NOW)

    drawn = board(cast.supervisor, {}, WINDOW)

    assert drawn.total["overdue"] == 0
    assert drawn.total["live"] == 0
    assert drawn.total["findings"] >= 1
    assert board(cast.supervisor, {"origin": "imported"}, WINDOW).total["cases"] == 1
    assert board(cast.supervisor, {"origin": "live"}, WINDOW).total["cases"] == 0


def test_the_worst_files_come_first_and_faultless_ones_not_at_all(
    cast: Cast, lying: Case, broken: Case, lawful: Case
) -> None:
    """A veto weighs more than any points; what is faultless is not listed."""
    Case.objects.filter(pk=lawful.pk).update(score=100, vetoed=False)

    worst = board(cast.supervisor, {}, WINDOW).worst

    assert worst[0] == broken
    assert lawful not in worst


def test_nothing_is_ordered_by_money(cast: Cast, lying: Case) -> None:
    """Ranking by fines is what the reform forbids: no table here knows a sum of money."""
    drawn = board(cast.supervisor, {}, WINDOW)

    names = {name for line in drawn.agencies for name in line.__slots__}
    assert not {name for name in names if "yuan" in name or "fine" in name}
    assert "yuan" not in str(boards.cases_of(cast.supervisor, {}).seen.query)
