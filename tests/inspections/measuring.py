"""How good a detector is: precision and recall over simulated bureaus, for the tests and for the benchmark."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from mingjing.inspections.patterns.detectors import (
    Alert,
    Settings,
    bursts,
    never_drawn,
    outside_plan,
    pairs,
    repeats,
)
from tests.inspections.bureaus import (
    Bureau,
    honest,
    with_burst,
    with_pair,
    with_repeat,
    with_spared,
    with_strays,
)

Run = Callable[[Bureau, Settings], list[Alert]]
RUN: Final[Mapping[str, Run]] = {
    "bursts": lambda bureau, figures: bursts(bureau.visits, figures),
    "repeats": lambda bureau, figures: repeats(bureau.visits, {"": bureau.objects}, figures),
    "outside_plan": lambda bureau, figures: outside_plan(bureau.visits),
    "pairs": lambda bureau, figures: pairs(bureau.visits, figures),
    "never_drawn": lambda bureau, figures: never_drawn(bureau.lists, bureau.drawn.intersection, figures),
}
PLANT: Final[Mapping[str, Callable[[Bureau, int, float], Bureau]]] = {
    "bursts": with_burst,
    "repeats": with_repeat,
    "outside_plan": with_strays,
    "pairs": with_pair,
    "never_drawn": with_spared,
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What came out: `right` of so many `bureaus` had their pattern found; `wrong` alerts were of anything else."""

    bureaus: int
    right: int
    wrong: int
    wrong_honest: int  # of these, in bureaus without any pattern

    @property
    def recall(self) -> float:
        return self.right / self.bureaus

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)


def false_alarms(name: str, figures: Settings, bureaus: int) -> int:
    """Count the alerts in so many honest bureaus."""
    return sum(len(RUN[name](honest(seed), figures)) for seed in range(bureaus))


def measure(name: str, figures: Settings, strength: float, bureaus: int, honest_wrong: int) -> Measured:
    """Plant a pattern in so many bureaus, and count what is found of it and what beside it."""
    right = wrong = 0
    for seed in range(bureaus):
        bureau = PLANT[name](honest(seed + bureaus), seed, strength)
        alerts = RUN[name](bureau, figures)
        hits = [one for one in alerts if is_hit(one, bureau.planted[name], figures)]
        right += bool(hits)
        wrong += len(alerts) - len(hits)
    return Measured(bureaus, right, wrong + honest_wrong, honest_wrong)


def is_hit(alert: Alert, planted: set[str], figures: Settings) -> bool:
    """Say whether an alert tells what was planted; of a burst, whether its window meets it."""
    if alert.detector != "bursts":
        return alert.subject in planted
    begun = date.fromisoformat(next(iter(planted)))
    return abs((date.fromisoformat(alert.subject) - begun).days) <= figures.days
