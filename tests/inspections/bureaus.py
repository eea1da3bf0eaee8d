"""Simulated bureaus, honest and with a pattern planted, strong or weak: what the detectors are measured on."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from mingjing.inspections.patterns.detectors import ListRow, VisitRow

YEAR = 250  # days on which visits are made
START = date(2026, 1, 5)


@dataclass
class Bureau:
    """A year of one bureau: its register, its draws, its visits, and what was planted, by detector."""

    objects: int
    visits: list[VisitRow]
    lists: list[ListRow]
    drawn: set[str]
    planted: dict[str, set[str]] = field(default_factory=dict)


def honest(seed: int) -> Bureau:
    """Draws and pairs by chance, visits spread over the year, some weeks busier than others as in life."""
    chance = random.Random(seed)
    objects, inspectors = chance.randint(200, 2000), [f"D{at:02}" for at in range(chance.randint(6, 24))]
    names = [f"firm-{at:05}" for at in range(objects)]
    busy = [chance.uniform(0.7, 1.3) for _ in range(YEAR)]
    lists, visits, seen = [], [], set[str]()
    for month in range(10):
        share = chance.uniform(0.01, 0.05)
        drawn = chance.sample(names, max(1, round(objects * share)))
        lists.append(ListRow(names, objects, len(drawn) / objects))
        seen |= set(drawn)
        for name in drawn:
            at = chance.choices(range(YEAR), busy)[0] if month == 9 else _in_month(chance, month, busy)
            visits.append(_visit(chance, name, at, inspectors))
    for _ in range(round(len(visits) * 0.1)):
        complaint = _visit(chance, chance.choice(names), chance.randrange(YEAR), inspectors)
        visits.append(replace(complaint, planned=False, exception="complaint"))
    return Bureau(objects, visits, lists, seen)


def _in_month(chance: random.Random, month: int, busy: Sequence[float]) -> int:
    days = range(month * 25, month * 25 + 25)
    return chance.choices(days, [busy[at] for at in days])[0]


def _visit(chance: random.Random, name: str, at: int, inspectors: list[str]) -> VisitRow:
    return VisitRow(name, START + timedelta(at), tuple(sorted(chance.sample(inspectors, 2))), planned=True)


def _people(bureau: Bureau) -> list[str]:
    return sorted({who for one in bureau.visits for who in one.inspectors})


def with_burst(bureau: Bureau, seed: int, times: float = 4) -> Bureau:
    """A campaign: so many times the usual number of visits, on top of it, within two weeks."""
    chance = random.Random(seed)
    start, usual = chance.randrange(30, YEAR - 30), len(bureau.visits) * 10 / YEAR
    people = _people(bureau)
    for _ in range(max(round(3 * times), round(usual * times))):
        at = start + chance.randrange(10)
        bureau.visits.append(_visit(chance, f"firm-{chance.randrange(bureau.objects):05}", at, people))
    bureau.planted["bursts"] = {(START + timedelta(start)).isoformat()}
    return bureau


def with_repeat(bureau: Bureau, seed: int, more: float = 9) -> Bureau:
    """One firm that somebody does not like: so many visits more than it was drawn for; nine are one a month."""
    chance = random.Random(seed)
    name = f"firm-{chance.randrange(bureau.objects):05}"
    people = _people(bureau)
    bureau.visits += [_visit(chance, name, chance.randrange(YEAR), people) for _ in range(int(more))]
    bureau.planted["repeats"] = {name}
    return bureau


def with_pair(bureau: Bureau, seed: int, share: float = 1) -> Bureau:
    """Two who go together: whoever of them is drawn takes the other along, this share of times."""
    chance = random.Random(seed)
    one, other = chance.sample(_people(bureau), 2)
    bureau.visits = [
        replace(visit, inspectors=tuple(sorted((one, other))))
        if one in visit.inspectors and chance.random() < share
        else visit
        for visit in bureau.visits
    ]
    bureau.planted["pairs"] = {"、".join(sorted((one, other)))}
    return bureau


def with_spared(bureau: Bureau, seed: int, chance: float = 0.75) -> Bureau:
    """A friend's firm: in ten lists of a class that is drawn with this chance each time, and never drawn."""
    bureau.lists += [ListRow(["friend"], 1, chance)] * 10
    bureau.planted["never_drawn"] = {"friend"}
    return bureau


def with_strays(bureau: Bureau, seed: int, count: float = 3) -> Bureau:
    """Visits out of the blue, neither drawn nor planned nor explained."""
    chance, people = random.Random(seed), _people(bureau)
    for _ in range(int(count)):
        name = f"firm-{chance.randrange(bureau.objects):05}"
        stray = replace(_visit(chance, name, chance.randrange(YEAR), people), planned=False)
        bureau.visits.append(stray)
        bureau.planted.setdefault("outside_plan", set()).add(name)
    return bureau
