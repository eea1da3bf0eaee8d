"""Every figure of every subject: what it opens is what it counts, sums are sums, and nobody is ranked by fines."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mingjing.analysis.asked import Asked, asked_of
from mingjing.analysis.catalogue import SUBJECTS
from mingjing.analysis.grids import Grid, Maker
from mingjing.analysis.models import PenaltyLine
from mingjing.analysis.subjects.waiting import LONGEST, MEDIAN
from mingjing.analysis.tables import Table
from tests.analysis.town import TODAY, build
from tests.cast import JUSTICE, Cast, make_agency

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
PERIOD = {"from": "2026-02", "to": "2026-04"}
OF_LINES = [code for code, one in SUBJECTS.items() if "origin" in one.filters]
FIGURES = {"low", "q1", "median", "q3", "high", "long", "share"}  # columns that are no counts


@pytest.fixture
def town(cast: Cast) -> Cast:
    """Forty cases of two bureaus under one supervisor and of one elsewhere."""
    other = make_agency(
        "410499-market", "舞钢市市场监督管理局", parent=JUSTICE, region="410499", field="market"
    )
    build([cast.bureau, other, cast.elsewhere], 40)
    return cast


def asked(cast: Cast, **more: str) -> Asked:
    """What the supervisor asks for."""
    return asked_of(cast.supervisor, {**PERIOD, "origin": "all", **more}, TODAY)


def makers() -> list[Maker]:
    """Every table of every subject that is counted from lines of cases."""
    return [maker for code in OF_LINES for maker in SUBJECTS[code].makers()]


def count(things: Any) -> int:
    """How many things were opened."""
    return len(list(things))


def marks(table: Table) -> list[tuple[Any, str]]:
    """Every cell that opens something, with the key of its column."""
    rows = [*table.rows, *([table.total] if table.total else [])]
    return [
        (cell, column.key)
        for row in rows
        for cell, column in zip(row.cells, table.columns, strict=True)
        if cell.mark
    ]


def test_every_mark_opens_as_many_cases_as_it_says(town: Cast) -> None:
    """Counts open just what they count; a figure of a spread opens the cases that it was taken from."""
    here, opened = asked(town), 0
    for maker in makers():
        for cell, column in marks(maker.table(here)):
            found = count(maker.opened(here, cell.mark.row, cell.mark.column))
            assert found == cell.value if column not in FIGURES else found > 0, (maker.code, cell)
            assert maker.named(here, cell.mark.row, cell.mark.column)
            opened += 1
    assert opened > 300


def test_rows_columns_and_units_add_up(town: Cast) -> None:
    """Months make the period, units make the whole; where one thing stands in one column, columns make the row."""
    here = asked(town)
    for maker in makers():
        table = maker.table(here)
        if not isinstance(maker, Grid) or table.total is None:
            continue
        for n, column in enumerate(table.columns):
            assert sum(row.cells[n].value or 0 for row in table.rows) == table.total.cells[n].value, (
                maker.code
            )
            several = column.key == "" and maker.columns.column == "kinds"
            if column.key == "" and not several and len(table.columns) > 1:
                for row in table.rows:
                    assert sum(cell.value or 0 for cell in row.cells[:n]) == row.cells[n].value
        parts = [_total(maker, asked(town, unit=one.code)) for one in here.units]
        assert sum(parts) == table.total.cells[-1].value


def _total(maker: Maker, here: Asked) -> float:
    table = maker.table(here)
    return (table.total.cells[-1].value or 0) if table.total else 0


def test_the_period_before_is_what_a_page_for_it_says(town: Cast) -> None:
    """Compared is like with like: the column shows what the earlier page has in the same row."""
    here = asked(town)
    for maker in makers():
        now, then = maker.table(here), maker.table(here.before)
        if not isinstance(maker, Grid) or not now.compared:
            continue
        earlier = [row.cells[-1].value for row in then.rows] if maker.rows.monthly else []
        known = {row.key: row.cells[-1].value for row in then.rows}
        for n, row in enumerate(now.rows):
            was = earlier[n] if maker.rows.monthly else known.get(row.key, 0)
            assert row.before is not None
            assert row.before.value == was


def test_what_is_pending_is_what_came_less_what_went(town: Cast) -> None:
    """From one month to the next, by the very cases that its marks open; imported ones wait for nobody."""
    flow, here = SUBJECTS["caseload"].makers()[0], asked(town, origin="live")
    rows = flow.table(here).rows
    for before, row in pairwise(rows):
        came, went, pending = (cell.value or 0 for cell in row.cells)
        assert (before.cells[2].value or 0) + came - went == pending
    opened = flow.opened(asked(town), here.last, "pending")
    assert not any(line.imported for line in opened)


def test_a_median_opens_those_that_took_no_less(town: Cast) -> None:
    """Half of them or more at the median, a tenth or more at the ninetieth per cent."""
    here, waits = asked(town), SUBJECTS["waiting"].makers()[1]
    for row in waits.table(here).rows:
        number = row.cells[0].value or 0
        for key, cell, share in ((MEDIAN, row.cells[1], 0.5), (LONGEST, row.cells[2], 0.1)):
            found = list(waits.opened(here, row.key, key))
            assert all(one.days >= (cell.value or 0) for one in found)
            assert len(found) >= share * number


def test_every_month_has_its_row_and_is_held_against_the_one_before_it(town: Cast) -> None:
    """Also a month in which nothing ended: a dash that opens nothing, so that no two months seem to follow."""
    months = SUBJECTS["waiting"].makers()[2]
    here = asked(town, **{"from": "2026-03", "to": "2026-09"})
    now, then = months.table(here), months.table(here.before)
    assert [row.key for row in now.rows] == list(here.months)
    assert [row.before.value if row.before else 0 for row in now.rows] == [
        row.cells[1].value for row in then.rows
    ]
    empty = [row for row in now.rows if not row.cells[0].value]
    assert 0 < len(empty) < len(now.rows)
    assert {(cell.shown, cell.mark) for row in empty for cell in row.cells[1:]} == {("—", None)}
    assert any(row.before and row.before.value is not None for row in now.rows)


@pytest.mark.parametrize("name", ["unit", "field", "region", "procedure", "origin"])
def test_a_filter_leaves_only_what_it_names(town: Cast, name: str) -> None:
    """By what it opens; and another value leaves the rest."""
    value = {
        "unit": town.bureau.code,
        "field": "market",
        "region": "410499",
        "procedure": "ordinary",
        "origin": "imported",
    }
    maker = SUBJECTS["penalties"].makers()[0]
    found = list(maker.opened(asked(town, **{name: value[name]}), "", ""))
    every = list(maker.opened(asked(town), "", ""))

    def fits(line: PenaltyLine) -> bool:
        said = {"unit": line.agency.code, "origin": "imported" if line.imported else "live"}
        return (said.get(name) or getattr(line, name)) == value[name]

    assert {one.pk for one in found} == {one.pk for one in every if fits(one)}
    assert 0 < len(found) < len(every)


def test_nobody_sees_beyond_his_sight(town: Cast) -> None:
    """The supervisor has both bureaus, the head one, an officer nothing; a unit beyond gives nothing."""
    maker = SUBJECTS["caseload"].makers()[1]
    counts = {}
    for viewer in (town.supervisor, town.head, town.officer):
        here = asked_of(viewer, {**PERIOD, "origin": "all"}, TODAY)
        found = list(maker.opened(here, "", ""))
        counts[viewer.username] = {one.agency.code for one in found}
    assert counts == {
        "supervisor": {town.bureau.code, "410499-market"},
        "head": {town.bureau.code},
        "officer": set(),
    }
    assert not list(maker.opened(asked(town, unit=town.elsewhere.code), "", ""))


# --- never a ranking by fines -----------------------------------------------------------------


def _order(cast: Cast) -> list[tuple[str, str, tuple[str, ...]]]:
    here = asked(cast)
    makers = [(code, one) for code in ("penalties", "discretion") for one in SUBJECTS[code].makers()]
    rows = [(code, one.code, tuple(row.key for row in one.table(here).rows)) for code, one in makers]
    opened = [
        (code, one.code, tuple(str(line.pk) for line in one.opened(here, "", ""))) for code, one in makers
    ]
    return rows + opened


def test_no_table_and_no_list_is_ordered_by_fines(town: Cast) -> None:
    """Whoever fined least now fines most, and every row and every list stays where it was."""
    before = _order(town)

    for line in PenaltyLine.objects.filter(fine_fen__isnull=False):
        line.fine_fen = 1_000_000 - (line.fine_fen or 0)
        line.save()

    assert _order(town) == before


def test_sums_of_money_stand_in_spreads_of_like_cases_alone(town: Cast) -> None:
    """No other table has a sum, no list behind a figure names one, and no spread is by agency or person."""
    here = asked(town)
    for code, subject in SUBJECTS.items():
        for maker in subject.makers():
            table = maker.table(here)
            assert (table.chart == "box") == ("元" in "".join(one.title for one in table.columns)), (
                code,
                maker.code,
            )
            if table.chart == "box":
                assert not {"agency", "agency_id", "region", "case"} & set(maker.by)  # type: ignore[attr-defined]
            for thing in maker.opened(here, "", ""):
                assert "元" not in maker.record(thing).note


def test_no_line_of_code_orders_by_a_fine() -> None:
    """Neither here nor in the pages; fines are sorted only to take their quartiles."""
    files = [*(ROOT / "mingjing/analysis").rglob("*.py"), ROOT / "mingjing/web/views/analysis.py"]
    guilty = [
        f"{path.name}: {found}"
        for path in files
        for found in re.findall(r"(?:order_by|order=|key=)[^\n]*fine[^\n]*", path.read_text())
    ]
    assert len(files) > 15
    assert guilty == []


def test_unusual_fines_are_those_beyond_the_fences(town: Cast) -> None:
    """The mark opens just the cases that the spread calls unusual; among few nothing is called so."""
    PenaltyLine.objects.update(fine_fen=50_000, violation_key="k", violation="占道", tier="lighter")
    one = PenaltyLine.objects.filter(
        agency=town.bureau, decided_on__range=("2026-02-01", "2026-04-30")
    ).first()
    assert one is not None
    PenaltyLine.objects.filter(pk=one.pk).update(fine_fen=900_000)
    alike, here = SUBJECTS["discretion"].makers()[3], asked(town)

    (row,) = alike.table(here).rows

    assert [line.pk for line in alike.opened(here, row.key, "unusual")] == [one.pk]
    assert row.cells[-1].value == 1
    PenaltyLine.objects.exclude(pk=one.pk).filter(fine_fen__isnull=False).update(violation_key="others")
    assert {cell.shown for cell in [line.cells[-1] for line in alike.table(here).rows]} >= {"件数少，不判断"}
