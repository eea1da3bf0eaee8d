"""The detectors on simulated bureaus: what is planted is found, and chance is left alone."""

from datetime import date, timedelta
from math import comb, exp, factorial
from typing import Any

import pytest

from mingjing.inspections.patterns.detectors import (
    ListRow,
    Settings,
    VisitRow,
    behind,
    bursts,
    never_drawn,
    outside_plan,
    pairs,
    repeats,
)
from mingjing.inspections.patterns.tails import binomial_tail, hypergeometric_tail, poisson_tail
from mingjing.packs.detectors import FILE, methods_of, read_methods
from mingjing.packs.load import library
from mingjing.packs.source import PackError, PackFile
from tests.inspections.measuring import RUN, false_alarms, measure

BUREAUS = 30
STRENGTH = {"bursts": 4, "repeats": 9, "outside_plan": 3, "pairs": 1, "never_drawn": 0.75}
DECLARED = Settings(alarms=0.05, days=14, least=3, times=3.0)
DAY = date(2026, 3, 2)


@pytest.mark.parametrize("name", RUN)
def test_what_is_planted_is_found_and_little_else(name: str) -> None:
    """Precision and recall over honest bureaus and as many with the pattern: both at least 0.9."""
    told = measure(name, DECLARED, STRENGTH[name], BUREAUS, false_alarms(name, DECLARED, BUREAUS))
    assert told.recall >= 0.9, told
    assert told.precision >= 0.9, told


def test_every_worked_example_of_the_pack_comes_out_as_it_says() -> None:
    """Each detector has an example that is told and one that is not, under its own declared figures."""
    methods = methods_of(library())
    wrong = [
        one.name
        for one in methods.samples
        if one.alert
        != bool(SAMPLED[one.detector](Settings.declared(methods.method(one.detector).figures), **one.given))
    ]
    assert wrong == []
    assert {(one.detector, one.alert) for one in methods.samples} == {
        (name, alert) for name in RUN for alert in (True, False)
    }


def _sampled_bursts(figures: Settings, every_days: int, days: int, extra: int) -> list[Any]:
    usual = [DAY + timedelta(at) for at in range(0, days, every_days)]
    more = [DAY + timedelta(days // 2 + at % 10) for at in range(extra)]
    return bursts([_visit("a", day) for day in usual + more], figures)


def _sampled_pairs(figures: Settings, people: int, together: int, others: int) -> list[Any]:
    """Two together so often; the others, and the two with them, around the table so often."""
    names = [f"D{at}" for at in range(people)]
    seats = [(names[at % people], names[(at + 2 + at // people) % people]) for at in range(others)]
    both = [("D0", "D1")] * together
    return pairs([VisitRow("a", DAY, who, planned=True) for who in [*both, *seats]], figures)


SAMPLED: dict[str, Any] = {
    "bursts": _sampled_bursts,
    "repeats": lambda figures, objects, others, visits: repeats(
        [_visit(f"firm-{at}") for at in range(others)] + [_visit("one")] * visits, {"": objects}, figures
    ),
    "outside_plan": lambda figures, planned, exception: outside_plan(
        [VisitRow("a", DAY, ("D1", "D2"), planned=planned, exception=exception)]
    ),
    "pairs": _sampled_pairs,
    "never_drawn": lambda figures, objects, times, chance: never_drawn(
        [ListRow([f"{at:06}" for at in range(objects)], objects, chance)] * times,
        lambda names: [one for one in names if one != "000007"],
        figures,
    ),
}


def _visit(name: str, day: date = DAY) -> VisitRow:
    return VisitRow(name, day, ("D1", "D2"), planned=True)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('code = "bursts"', 'code = "burst"', "没有方法“burst”"),
        ("alarms = 0.05, days = 14", "alarms = 5, days = 14", "alarms"),
        ("days = 14", "days = 1.5", "days 须为正整数"),
        ('drawn = "double_random"', 'drawn = "lottery"', "没有选项 lottery"),
        ("[[sample]]", "[[samples]]", "samples"),
    ],
)
def test_a_fault_in_the_pack_is_told_with_file_and_line(old: str, new: str, told: str) -> None:
    """A slip of the pen is named; the file as shipped is read."""
    text = library().file(FILE).text
    assert read_methods(PackFile.parse(FILE, text), library()).months == 12
    with pytest.raises(PackError, match=told) as caught:
        read_methods(
            PackFile.parse(FILE, text.replace(old, new, 1 if "sample" not in old else -1)), library()
        )
    assert caught.value.file == FILE


def test_a_class_that_is_visited_more_by_rights_is_held_against_itself() -> None:
    """Four visits to each firm of a high-risk class are no repeats; beside two hundred unvisited ones they are."""
    often = [_visit(f"firm-{at}") for at in range(20) for _ in range(4)]
    high = [VisitRow(one.object, one.day, one.inspectors, planned=True, group="D类") for one in often]
    rare = [VisitRow("other", DAY, ("D1",), planned=True, group="A类")]
    assert repeats(high + rare, {"D类": 20, "A类": 2000}, DECLARED) == []
    assert len(repeats(often, {"": 2000}, DECLARED)) == 20


def test_no_list_is_opened_where_nobody_could_be_told() -> None:
    """A dozen draws at five in a hundred prove nothing of anybody: the ids stay unread."""

    class Closed:
        def __iter__(self) -> Any:
            raise AssertionError("the list was opened")

    assert not never_drawn([ListRow(Closed(), 10_000, 0.05)] * 12, lambda names: [], DECLARED)
    with pytest.raises(AssertionError, match="opened"):
        never_drawn([ListRow(Closed(), 10_000, 0.75)] * 12, lambda names: [], DECLARED)


def test_an_alert_opens_its_own_visits() -> None:
    """Of a repeat the visits without exception, of a pair those of both, of a burst those of its days."""
    rows = [
        VisitRow("a", DAY + timedelta(at), ("D1", "D2" if at % 2 else "D3"), planned=True, case=str(at))
        for at in range(6)
    ]
    rows.append(VisitRow("a", DAY, ("D4", "D5"), planned=False, exception="complaint", case="complaint"))
    rows += [VisitRow("b", DAY, ("D6", "D7"), planned=True, case="b")] * 20
    told = repeats(rows, {"": 5000}, DECLARED)
    (firm,) = [one for one in told if one.subject == "a"]
    assert [one.case for one in behind(firm, rows, DECLARED)] == ["0", "1", "2", "3", "4", "5"]
    (pair,) = [one for one in pairs(rows, DECLARED) if one.subject == "D6、D7"]
    assert {one.case for one in behind(pair, rows, DECLARED)} == {"b"}


def test_a_visit_without_plan_or_reason_is_told_and_one_with_a_reason_is_not() -> None:
    """Of a complaint nothing is said; of a visit out of the blue, its firm and day."""
    day = date(2026, 3, 2)
    told = outside_plan(
        [
            VisitRow("a", day, ("D1", "D2"), planned=True),
            VisitRow("b", day, ("D1", "D2"), planned=False, exception="complaint"),
            VisitRow("c", day, ("D1", "D2"), planned=False),
        ]
    )
    assert [(one.subject, one.about) for one in told] == [("c", "2026-03-02")]


def test_a_short_or_empty_year_gives_no_alert() -> None:
    """A bureau that has just begun has no usual number yet."""
    few = [VisitRow("a", date(2026, 3, 2) + timedelta(at), ("D1", "D2"), planned=True) for at in range(3)]
    assert not bursts([], DECLARED)
    assert not bursts(few, DECLARED)
    assert not repeats([], {}, DECLARED)
    assert not pairs([], DECLARED)
    assert not never_drawn([], lambda names: [], DECLARED)


@pytest.mark.parametrize(("count", "mean"), [(0, 2.0), (1, 0.3), (5, 2.0), (12, 3.5)])
def test_the_poisson_tail_is_one_minus_the_sum_below(count: int, mean: float) -> None:
    """Held against the definition."""
    below = sum(exp(-mean) * mean**k / factorial(k) for k in range(count))
    assert poisson_tail(count, mean) == pytest.approx(1 - below, rel=1e-9)


@pytest.mark.parametrize(
    ("count", "trials", "chance"), [(0, 5, 0.2), (3, 10, 0.25), (10, 10, 0.9), (7, 40, 0.1)]
)
def test_the_binomial_tail_is_the_sum_above(count: int, trials: int, chance: float) -> None:
    """Held against the definition."""
    above = sum(comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(count, trials + 1))
    assert binomial_tail(count, trials, chance) == pytest.approx(above, rel=1e-9)


@pytest.mark.parametrize(
    ("count", "drawn", "marked", "whole"),
    [(0, 5, 3, 20), (2, 5, 3, 20), (8, 20, 11, 120), (3, 4, 5, 6), (6, 5, 9, 20)],
)
def test_the_hypergeometric_tail_counts_every_way_to_draw(
    count: int, drawn: int, marked: int, whole: int
) -> None:
    """Held against the definition."""
    ways = sum(comb(marked, k) * comb(whole - marked, drawn - k) for k in range(count, drawn + 1))
    assert hypergeometric_tail(count, drawn, marked, whole) == pytest.approx(ways / comb(whole, drawn))
