"""The figures of a table from rows: every counting rule on both sides of its boundary, no database."""

from datetime import date
from decimal import Decimal

import pytest

from mingjing.packs.conflicts import read_conflicts
from mingjing.packs.load import library
from mingjing.packs.statistics_terms import check_statistics_terms, read_statistics_terms
from mingjing.statistics.counting import Row, cells_of, classed, disagreements, gravest, unplaced, written
from mingjing.statistics.periods import Period, due_of, period_of, read_period


@pytest.fixture(scope="module")
def terms():
    """By what a county bureau of Wugang counts."""
    return read_statistics_terms(library(), region="410481", field="urban", agency="x")


def decided(*kinds, number=0, kind="penalty_decided", **facts):
    return Row(
        "penalties",
        1,
        f"case{number}",
        f"act{number}",
        kind,
        date(2026, 3, 2),
        {"penalty_kinds": list(kinds), **facts},
    )


def filled(terms, rows, *, table="penalty", order="B", typed=None):
    placed = classed(rows, terms.sources, terms.severities[order].kinds)
    return {one.column.code: one for one in cells_of(terms.tables[table], placed, typed or {})}


def test_every_pack_of_tables_is_sound():
    """All scopes are read; Chengde reports monthly by the 2nd, elsewhere the monthly report is not asked for."""
    assert check_statistics_terms(library()) == []
    chengde = read_statistics_terms(library(), region="130821", field="urban", agency="x")
    wugang = read_statistics_terms(library(), region="410481", field="urban", agency="x")
    assert chengde.reports["monthly"].tables == ("penalty", "adjudication", "confirmation", "levy")
    assert chengde.reports["monthly"].required
    assert not wugang.reports["monthly"].required
    assert chengde.reports["yearly"] == wugang.reports["yearly"]


def test_the_order_used_is_the_one_that_was_decided_between_the_sources(terms):
    """The order by default is that of conflict C10, and both sources that differ can be chosen."""
    (c10,) = (one for one in read_conflicts(library()) if one.id == "C10")
    assert terms.severity.kinds == ("other", *c10.figures["order"])
    assert {terms.severities[one].law for one in "AB"} == {one.law for one in c10.sources}


def test_several_kinds_are_one_penalty_in_the_gravest_class(terms):
    """A fine alone is a fine; with the licence revoked it is a revocation and no fine any more."""
    cells = filled(terms, [decided("fine"), decided("fine", "licence_revocation", number=1)])
    assert (cells["fine"].value, cells["licence_revocation"].value) == (1, 1)
    assert cells["total"].value == 2
    assert [row.case for row in cells["licence_revocation"].rows] == ["case1"]


@pytest.mark.parametrize(
    ("order", "column"),
    [("A", "licence_revocation"), ("B", "operation_suspension"), ("C", "licence_revocation")],
)
def test_both_orders_of_severity(terms, order, column):
    """Revoked and shut down at once: by order A it is a revocation, by order B a shutdown."""
    cells = filled(terms, [decided("licence_revocation", "operation_suspension")], order=order)
    assert [code for code in ("licence_revocation", "operation_suspension") if cells[code].value] == [column]


def test_other_penalties_yield_to_a_named_kind_but_not_in_the_order_of_the_table(terms):
    """其他 with a warning is a warning; where the later column counts, it is 其他."""
    for order, column in (("B", "warning"), ("D", "other")):
        assert filled(terms, [decided("warning", "other")], order=order)[column].value == 1


def test_a_kind_that_the_order_does_not_know_is_told_and_not_guessed(terms):
    """通报批评 came in 2021: by the order before it there is no place for it, by the others there is."""
    rows = [decided("public_criticism")]
    for order, lost in (("C", 1), ("B", 0)):
        placed = classed(rows, terms.sources, terms.severities[order].kinds)
        assert len(unplaced([terms.tables["penalty"]], placed, terms.sources)) == lost
    assert gravest(["fine"], terms.severities["C"].kinds) == "fine"
    assert gravest([], terms.severities["B"].kinds) == ""


def test_what_was_decided_counts_and_what_was_not_ascertained_does_not(terms):
    """Fine, gain and goods add up; goods of unknown value add nothing, and no decision is lost by it."""
    rows = [
        decided("fine", fine_yuan="500.05"),
        decided("fine", "confiscation_of_gain", number=1, fine_yuan="1000", confiscated_gain_yuan="20"),
        decided("confiscation_of_goods", number=2, confiscated_goods_yuan=""),
        decided("confiscation_of_goods", number=3, confiscated_goods_yuan="不详"),
    ]
    cells = filled(terms, rows)
    assert cells["money"].shown == "1,520.05"
    assert len(cells["money"].rows) == 2
    assert cells["total"].value == 4


def test_money_in_ten_thousands_is_rounded_half_up(terms):
    """49.99 yuan is nothing in 万元 with two decimals, 50 yuan is 0.01."""
    column = terms.tables["penalty_merged"].column("money")
    assert (written(column, Decimal("49.99")), written(column, Decimal(50))) == ("0.00", "0.01")


def test_summary_and_ordinary_procedure_by_the_kind_of_decision(terms):
    """The two procedures add up to the total; where they do not, the cells are named."""
    cells = filled(terms, [decided("fine", kind="on_the_spot_decided"), decided("fine", number=1)])
    values = {code: one.value for code, one in cells.items()}
    assert (values["summary"], values["ordinary"]) == (1, 1)
    assert disagreements(terms.tables["penalty"], values) == []
    (fault,) = disagreements(terms.tables["penalty"], {**values, "summary": Decimal(2)})
    assert "简易程序、普通程序之和等于合计" in fault


def test_typed_figures_shares_and_what_is_not_known(terms):
    """Nothing typed is unknown, not nothing; a share has a whole that is not nothing."""
    empty = filled(terms, [], table="staff")
    assert empty["posts"].shown == "—"
    assert empty["certified_share"].value is None
    known = filled(terms, [], table="staff", typed={"posts": Decimal(3), "certified": Decimal(2)})
    assert known["certified_share"].shown == "66.67"
    assert (
        filled(terms, [], table="staff", typed={"posts": Decimal(0), "certified": Decimal(0)})[
            "certified_share"
        ].value
        is None
    )


def test_an_empty_month_is_a_report_of_nothing(terms):
    """All counts are 0 and the sum is 0: a report of nothing is a report."""
    cells = filled(terms, [])
    assert cells["total"].value == 0
    assert cells["money"].shown == "0.00"


def test_periods_and_their_days(terms):
    """Months and years, what was before them, and the last day on which each report is in time."""
    january = Period(2026, 1)
    assert (january.before, january.year_before, january.last) == (
        Period(2025, 12),
        Period(2025, 1),
        date(2026, 1, 31),
    )
    assert Period(2024, 2).last == date(2024, 2, 29)
    assert due_of(terms.reports["monthly"], Period(2026, 12)) == date(2027, 1, 2)
    assert due_of(terms.reports["yearly"], Period(2026)) == date(2027, 1, 31)
    assert period_of("year", date(2026, 5, 1)) == Period(2026)
    assert read_period("month", "2026-05") == Period(2026, 5)
    for kind, key in (("month", "2026"), ("year", "2026-05"), ("month", "2026-13"), ("month", "2026-00")):
        assert read_period(kind, key) is None
