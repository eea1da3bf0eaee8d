"""Figures of visits: coverage, findings by risk class, visits per firm, joint share, over the cap; pure, no ranking."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

RANDOM: Final = "random"
TARGETED: Final = "targeted"


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit as the figures count it."""

    case: str
    object: str
    risk: str
    arm: str  # RANDOM or TARGETED
    problem: bool | None  # None while there is no result
    counted: bool  # against the cap
    before_own: int
    cap: int
    joint: bool


@dataclass(slots=True)
class Rate:
    """How often something was found, with the cases behind it."""

    cases: list[str] = field(default_factory=list)
    hits: list[str] = field(default_factory=list)

    @property
    def share(self) -> float | None:
        """Hits of those with a result; None where there is none."""
        return len(self.hits) / len(self.cases) if self.cases else None


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk class: what the random arm found, what the targeted one did."""

    risk: str
    random: Rate
    targeted: Rate


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that the page of figures shows."""

    visits: Sequence[str]
    objects: int
    listed: int  # objects of the lists that were drawn from
    covered: int  # of them visited by the random arm
    risks: Sequence[Risk]
    all_random: Rate
    all_targeted: Rate
    per_object: Sequence[tuple[int, Sequence[str]]]  # visits an object had -> the cases
    joint: Sequence[str]
    over_cap: Sequence[str]

    @property
    def coverage(self) -> float | None:
        return self.covered / self.listed if self.listed else None

    @property
    def joint_share(self) -> float | None:
        return len(self.joint) / len(self.visits) if self.visits else None


def figures(visits: Iterable[Visit], *, listed: int) -> Figures:
    """Count. The random arm is the yardstick: what is found there is what an unchosen object is like."""
    rows = list(visits)
    arms: dict[tuple[str, str], Rate] = defaultdict(Rate)
    whole: dict[str, Rate] = defaultdict(Rate)
    of_object: dict[str, list[str]] = defaultdict(list)
    for one in rows:
        of_object[one.object].append(one.case)
        if one.problem is None:
            continue
        for rate in (arms[one.risk, one.arm], whole[one.arm]):
            rate.cases.append(one.case)
            if one.problem:
                rate.hits.append(one.case)
    risks = sorted({risk for risk, _ in arms})
    counts = Counter(len(cases) for cases in of_object.values())
    per_object = [
        (times, [case for cases in of_object.values() if len(cases) == times for case in cases])
        for times in sorted(counts)
    ]
    return Figures(
        visits=[one.case for one in rows],
        objects=len(of_object),
        listed=listed,
        covered=len({one.object for one in rows if one.arm == RANDOM}),
        risks=[Risk(risk, arms[risk, RANDOM], arms[risk, TARGETED]) for risk in risks],
        all_random=whole[RANDOM],
        all_targeted=whole[TARGETED],
        per_object=per_object,
        joint=[one.case for one in rows if one.joint],
        over_cap=[one.case for one in rows if one.before_own >= one.cap],
    )
