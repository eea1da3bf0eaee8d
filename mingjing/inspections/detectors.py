"""Patterns in inspections that chance does not make: five detectors with published formulas; pure.

Each gives what is as unlikely under its formula as the declared rate of false alarms allows, divided by how many
things were looked at (Bonferroni): a bureau that draws and visits by chance is left alone in nineteen of twenty
years by each detector. An alert is a question for a person, never a finding.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from math import exp, log1p

from mingjing.inspections.tails import binomial_tail, poisson_tail


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit as the detectors need it. `planned`: drawn, or of an approved plan; `exception`: why without."""

    object: str
    day: date
    inspectors: tuple[str, ...]
    planned: bool
    exception: str = ""


@dataclass(frozen=True, slots=True)
class DrawRow:
    """One draw: who stood in its lists with which chance, and who was drawn."""

    chances: Mapping[str, float]
    drawn: frozenset[str]


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that chance does not explain: what, the count found, the count expected, how unlikely."""

    detector: str
    subject: str
    found: float
    expected: float
    chance: float
    about: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """The declared figures of a detector (lawpacks: inspection/detectors.toml)."""

    alarms: float  # false alarms a run of the detector, at most
    days: int = 0  # length of a window
    least: int = 0  # fewer are never an alert
    times: float = (
        1.0  # nor are fewer than so many times what was expected: months differ without anybody's fault
    )


def bursts(visits: Sequence[VisitRow], settings: Settings) -> list[Alert]:
    """Find the windows of so many days in which many times the usual number of visits was made (运动式检查).

    The number in a window is held against a Poisson variable whose mean is that of all other days; windows looked at:
    one a day. Overlapping windows give one alert, the most unlikely.
    """
    if not visits:
        return []
    counts = Counter(one.day for one in visits)
    first, last = min(counts), max(counts)
    length, total = (last - first).days + 1, len(visits)
    if length <= 2 * settings.days:
        return []
    found: list[Alert] = []
    for start in (first + timedelta(at) for at in range(length - settings.days + 1)):
        window = sum(counts.get(start + timedelta(at), 0) for at in range(settings.days))
        mean = (total - window) / (length - settings.days) * settings.days
        chance = poisson_tail(window, max(mean, 0.5))
        enough = window >= settings.least and window >= mean * settings.times
        if enough and chance * length < settings.alarms:
            found.append(Alert("bursts", start.isoformat(), window, mean, chance))
    return _apart(found, settings.days)


def _apart(alerts: Sequence[Alert], days: int) -> list[Alert]:
    """Keep the most unlikely of windows that overlap."""
    kept: list[Alert] = []
    for one in sorted(alerts, key=lambda one: (one.chance, one.subject)):
        start = date.fromisoformat(one.subject)
        if all(abs((date.fromisoformat(other.subject) - start).days) >= days for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.subject)


def repeats(visits: Sequence[VisitRow], objects: int, settings: Settings) -> list[Alert]:
    """Find objects visited far more often than the others (重复检查).

    Visits an object are held against a Poisson variable whose mean is the visits of the period divided by all
    objects of the register, visits with a stated exception left out on both sides.
    """
    counted = Counter(one.object for one in visits if not one.exception)
    mean = sum(counted.values()) / max(objects, 1)
    return [
        Alert("repeats", one, count, mean, chance)
        for one, count in counted.items()
        if count >= settings.least
        and (chance := poisson_tail(count, mean)) * max(objects, 1) < settings.alarms
    ]


def outside_plan(visits: Iterable[VisitRow]) -> list[Alert]:
    """Find visits that no plan, draw or stated exception covers (计划外检查): each is an alert, without any chance."""
    return [
        Alert("outside_plan", one.object, 1, 0, 0.0, one.day.isoformat())
        for one in visits
        if not one.planned and not one.exception
    ]


def pairs(visits: Sequence[VisitRow], settings: Settings) -> list[Alert]:
    """Find inspectors who are together far more often than the draw would have it (固定搭档).

    Of the visits of one, those beside the other are held against a binomial variable whose chance is the other's
    share of all seats that were not the first one's. The most unlikely pair is told and its visits are set aside
    before the next is looked for: a fixed pair leaves the others to each other, which is no fault of theirs.
    """
    rest, found = list(visits), list[Alert]()
    while (worst := _closest(rest, settings)) is not None:
        found.append(worst)
        pair = set(worst.subject.split("、"))
        rest = [one for one in rest if not pair <= set(one.inspectors)]
    return found


def _closest(visits: Sequence[VisitRow], settings: Settings) -> Alert | None:
    """Give the pair whose meetings are the least likely, None where no pair is unlikely enough."""
    seats = Counter(inspector for one in visits for inspector in one.inspectors)
    together = Counter(pair for one in visits for pair in combinations(sorted(one.inspectors), 2))
    beside = sum(max(len(one.inspectors) - 1, 0) for one in visits) / max(len(visits), 1)
    everybody, possible = sum(seats.values()), max(len(seats) * (len(seats) - 1) // 2, 1)
    worst: Alert | None = None
    for pair, count in together.items():
        one, other = sorted(pair, key=lambda who: (seats[who], who))
        share = min(1.0, beside * seats[other] / max(everybody - seats[one], 1))
        chance = binomial_tail(count, seats[one], share)
        if chance < (worst.chance if worst else settings.alarms / possible) and count >= settings.least:
            worst = Alert("pairs", "、".join(pair), count, seats[one] * share, chance)
    return worst


def never_drawn(draws: Sequence[DrawRow], settings: Settings) -> list[Alert]:
    """Find objects that stood in many lists and were never drawn, against all expectation (应抽未抽).

    The chance of never being drawn is the product of not being drawn each time.
    """
    misses: defaultdict[str, float] = defaultdict(float)  # log of the chance of no draw so far
    expected: defaultdict[str, float] = defaultdict(float)
    drawn: set[str] = set()
    for one in draws:
        drawn |= one.drawn
        for name, chance in one.chances.items():
            misses[name] += log1p(-min(chance, 1 - 1e-12))
            expected[name] += chance
    return [
        Alert("never_drawn", name, 0, expected[name], chance)
        for name, logged in misses.items()
        if name not in drawn and (chance := exp(logged)) * len(misses) < settings.alarms
    ]
