"""Patterns in inspections that chance does not make: five detectors with published formulas; pure.

Each gives what is as unlikely under its formula as the declared rate of false alarms allows, divided by how many
things were looked at (Bonferroni): a bureau that draws and visits by chance is left alone in nineteen of twenty
years by each detector. An alert is a question for a person, never a finding.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from heapq import merge
from itertools import combinations, groupby
from math import exp, log, log1p
from typing import Final

from mingjing.inspections.patterns.tails import binomial_tail, poisson_tail

BATCH: Final = 500  # ids asked for at once


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit as the detectors need it. `planned`: drawn, or of an approved plan; `exception`: why without."""

    object: str
    day: date
    inspectors: tuple[str, ...]
    planned: bool
    exception: str = ""
    group: str = ""  # objects of one group are visited equally often by rights: a stratum
    case: str = ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One stratum of one draw: its ids, ascending and read once, how many they are, and the chance of each."""

    ids: Iterable[str]
    size: int
    chance: float


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that chance does not explain: what, the count found, the count expected, how unlikely."""

    detector: str
    subject: str
    found: float
    expected: float
    chance: float
    about: str = ""
    looked: int = 1  # at so many things

    @property
    def odds(self) -> float:
        """The chance that any of all that was looked at comes out like this by itself, at most."""
        return min(1.0, self.chance * self.looked)


@dataclass(frozen=True, slots=True)
class Settings:
    """The declared figures of a detector (lawpacks: inspection/detectors.toml)."""

    alarms: float  # false alarms a run of the detector, at most
    days: int = 0  # length of a window
    least: int = 0  # fewer are never an alert
    times: float = 1.0  # nor is less than so many times the expected: months differ without anybody's fault

    @classmethod
    def declared(cls, figures: Mapping[str, float]) -> "Settings":
        """Take the figures of a published method."""
        return cls(
            alarms=figures["alarms"],
            days=int(figures.get("days", 0)),
            least=int(figures.get("least", 0)),
            times=figures.get("times", 1.0),
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
            found.append(Alert("bursts", start.isoformat(), window, mean, chance, looked=length))
    return _apart(found, settings.days)


def _apart(alerts: Sequence[Alert], days: int) -> list[Alert]:
    """Keep the most unlikely of windows that overlap."""
    kept: list[Alert] = []
    for one in sorted(alerts, key=lambda one: (one.chance, one.subject)):
        start = date.fromisoformat(one.subject)
        if all(abs((date.fromisoformat(other.subject) - start).days) >= days for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.subject)


def repeats(visits: Sequence[VisitRow], sizes: Mapping[str, int], settings: Settings) -> list[Alert]:
    """Find objects visited far more often than the others of their group (重复检查).

    Visits an object are held against a Poisson variable whose mean is the visits of the period to its group divided
    by all objects of the group (`sizes`), visits with a stated exception left out on both sides.
    """
    counted = Counter((one.group, one.object) for one in visits if not one.exception)
    groups: Counter[str] = Counter()
    for (group, _), count in counted.items():
        groups[group] += count
    looked = max(sum(sizes.values()), len(counted), 1)
    found: list[Alert] = []
    for (group, one), count in counted.items():
        mean = groups[group] / max(sizes.get(group, 0), 1)
        chance = poisson_tail(count, mean)
        if count >= settings.least and chance * looked < settings.alarms:
            found.append(Alert("repeats", one, count, mean, chance, group, looked))
    return found


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
            worst = Alert("pairs", "、".join(pair), count, seats[one] * share, chance, looked=possible)
    return worst


def never_drawn(
    lists: Sequence[ListRow], drawn: Callable[[Sequence[str]], Collection[str]], settings: Settings
) -> list[Alert]:
    """Find objects that stood in many lists and were never drawn, against all expectation (应抽未抽).

    The chance of never being drawn is the product of not being drawn each time. Lists are merged, not held; `drawn`
    tells which of some ids were ever drawn. Where not even an object of every list could be told, no list is opened.
    """
    largest = max((one.size for one in lists), default=0)
    bound = log(settings.alarms / max(largest, 1))
    if not lists or sum(_miss(one.chance) for one in lists) >= bound:
        return []
    unlikely, waiting, looked = list[Alert](), list[Alert](), 0
    rows = merge(*(_chances(one) for one in lists))
    for name, stood in groupby(rows, key=lambda row: row[0]):
        chances, looked = [chance for _, chance in stood], looked + 1
        if (missed := sum(map(_miss, chances))) < bound:
            waiting.append(Alert("never_drawn", name, 0, sum(chances), exp(missed)))
        if len(waiting) == BATCH:
            unlikely += _spared(waiting, drawn)
            waiting = []
    unlikely += _spared(waiting, drawn)
    return [replace(one, looked=looked) for one in unlikely if one.chance * looked < settings.alarms]


def _chances(one: ListRow) -> Iterator[tuple[str, float]]:
    return ((name, one.chance) for name in one.ids)


def _miss(chance: float) -> float:
    return log1p(-min(chance, 1 - 1e-12))


def _spared(alerts: Sequence[Alert], drawn: Callable[[Sequence[str]], Collection[str]]) -> list[Alert]:
    """Keep those that were not drawn."""
    taken = set(drawn([one.subject for one in alerts]))
    return [one for one in alerts if one.subject not in taken]


def behind(alert: Alert, visits: Iterable[VisitRow], settings: Settings) -> list[VisitRow]:
    """Give the visits that an alert speaks of, in the order of their days."""
    return sorted((one for one in visits if _told(alert, one, settings)), key=lambda one: one.day)


def _told(alert: Alert, one: VisitRow, settings: Settings) -> bool:
    if alert.detector == "bursts":
        return 0 <= (one.day - date.fromisoformat(alert.subject)).days < settings.days
    if alert.detector == "pairs":
        return set(alert.subject.split("、")) <= set(one.inspectors)
    if one.object != alert.subject or one.exception:
        return False
    return alert.detector == "repeats" or (one.day.isoformat() == alert.about and not one.planned)
