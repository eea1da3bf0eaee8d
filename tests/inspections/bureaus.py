"""Simulated bureaus, honest ones and ones with a pattern planted: what the detectors are measured on."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from mingjing.inspections.detectors import DrawRow, VisitRow

YEAR = 250  # days on which visits are made
START = date(2026, 1, 5)


@dataclass
class Bureau:
    """A year of one bureau: its register, its draws, its visits, and what was planted, by detector."""

    objects: int
    visits: list[VisitRow]
    draws: list[DrawRow]
    planted: dict[str, set[str]] = field(default_factory=dict)


def honest(seed: int) -> Bureau:
    """Draws and pairs by chance, visits spread over the year, some weeks busier than others as in life."""
    chance = random.Random(seed)
    objects, inspectors = chance.randint(200, 2000), [f"D{at:02}" for at in range(chance.randint(6, 24))]
    names = [f"firm-{at}" for at in range(objects)]
    busy = [chance.uniform(0.7, 1.3) for _ in range(YEAR)]
    draws, visits = [], []
    for month in range(10):
        share = chance.uniform(0.01, 0.05)
        drawn = chance.sample(names, max(1, round(objects * share)))
        draws.append(DrawRow(dict.fromkeys(names, len(drawn) / objects), frozenset(drawn)))
        for name in drawn:
            at = chance.choices(range(YEAR), busy)[0] if month == 9 else _in_month(chance, month, busy)
            visits.append(_visit(chance, name, at, inspectors))
    for _ in range(round(len(visits) * 0.1)):
        complaint = _visit(chance, chance.choice(names), chance.randrange(YEAR), inspectors)
        visits.append(replace(complaint, planned=False, exception="complaint"))
    return Bureau(objects, visits, draws)


def _in_month(chance: random.Random, month: int, busy: Sequence[float]) -> int:
    days = range(month * 25, month * 25 + 25)
    return chance.choices(days, [busy[at] for at in days])[0]


def _visit(chance: random.Random, name: str, at: int, inspectors: list[str]) -> VisitRow:
    return VisitRow(name, START + timedelta(at), tuple(sorted(chance.sample(inspectors, 2))), planned=True)


def with_burst(bureau: Bureau, seed: int) -> Bureau:
    """A campaign: four times the usual number of visits within two weeks."""
    chance = random.Random(seed)
    start, usual = chance.randrange(30, YEAR - 30), len(bureau.visits) * 10 / YEAR
    people = sorted({who for one in bureau.visits for who in one.inspectors})
    for _ in range(max(12, round(usual * 4))):
        at = start + chance.randrange(10)
        bureau.visits.append(_visit(chance, f"firm-{chance.randrange(bureau.objects)}", at, people))
    bureau.planted["bursts"] = {(START + timedelta(start)).isoformat()}
    return bureau


def with_repeat(bureau: Bureau, seed: int) -> Bureau:
    """One firm that somebody does not like: a visit nearly every month."""
    chance = random.Random(seed)
    name = f"firm-{chance.randrange(bureau.objects)}"
    people = sorted({who for one in bureau.visits for who in one.inspectors})
    bureau.visits += [_visit(chance, name, chance.randrange(YEAR), people) for _ in range(9)]
    bureau.planted["repeats"] = {name}
    return bureau


def with_pair(bureau: Bureau, seed: int) -> Bureau:
    """Two who always go together: whoever of them is drawn takes the other along."""
    people = sorted({who for one in bureau.visits for who in one.inspectors})
    one, other = random.Random(seed).sample(people, 2)
    bureau.visits = [
        replace(visit, inspectors=tuple(sorted((one, other)))) if one in visit.inspectors else visit
        for visit in bureau.visits
    ]
    bureau.planted["pairs"] = {"、".join(sorted((one, other)))}
    return bureau


def with_spared(bureau: Bureau, seed: int) -> Bureau:
    """A friend's firm: in every list with three times the chance of others, and never drawn."""
    name = "friend"
    for at, one in enumerate(bureau.draws):
        chances = {**one.chances, name: 0.75}
        bureau.draws[at] = DrawRow(chances, one.drawn)
    bureau.planted["never_drawn"] = {name}
    return bureau
