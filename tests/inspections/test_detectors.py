"""The detectors on simulated bureaus: what is planted is found, and chance is left alone."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from math import comb, exp, factorial

import pytest

from mingjing.inspections.detectors import (
    Alert,
    Settings,
    VisitRow,
    bursts,
    never_drawn,
    outside_plan,
    pairs,
    repeats,
)
from mingjing.inspections.tails import binomial_tail, poisson_tail
from tests.inspections.bureaus import Bureau, honest, with_burst, with_pair, with_repeat, with_spared

BUREAUS = 60
DECLARED = Settings(alarms=0.05, days=14, least=3, times=3.0)
RUN: dict[str, Callable[[Bureau], list[Alert]]] = {
    "bursts": lambda bureau: bursts(bureau.visits, DECLARED),
    "repeats": lambda bureau: repeats(bureau.visits, bureau.objects, DECLARED),
    "pairs": lambda bureau: pairs(bureau.visits, DECLARED),
    "never_drawn": lambda bureau: never_drawn(bureau.draws, DECLARED),
}
PLANT = {"bursts": with_burst, "repeats": with_repeat, "pairs": with_pair, "never_drawn": with_spared}


def _hits(name: str, alerts: list[Alert], planted: set[str]) -> int:
    if name != "bursts":
        return sum("、".join(sorted(one.subject.split("、"))) in planted for one in alerts)
    wanted = date.fromisoformat(next(iter(planted)))
    return sum(abs((date.fromisoformat(one.subject) - wanted).days) <= 14 for one in alerts)


@pytest.mark.parametrize("name", RUN)
def test_what_is_planted_is_found_and_little_else(name: str) -> None:
    """Precision and recall over honest bureaus and as many with the pattern: both at least 0.9."""
    told: Counter[str] = Counter()
    for seed in range(BUREAUS):
        told["alerts"] += len(RUN[name](honest(seed)))
        bureau = PLANT[name](honest(seed + BUREAUS), seed)
        alerts = RUN[name](bureau)
        told["alerts"] += len(alerts)
        told["right"] += min(1, _hits(name, alerts, bureau.planted[name]))
        told["echoes"] += max(0, _hits(name, alerts, bureau.planted[name]) - 1)
    precision = told["right"] / max(1, told["alerts"] - told["echoes"])
    assert told["right"] / BUREAUS >= 0.9, told
    assert precision >= 0.9, told


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
    assert not repeats([], 0, DECLARED)
    assert not pairs([], DECLARED)
    assert not never_drawn([], DECLARED)


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
