"""How often a reader overlooked a fault that was known to be there, with an exact interval; pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mingjing.inspections.patterns.tails import binomial_tail

ONE_SIDE: Final = 0.025  # on either side: the interval holds 95 of 100
HALVINGS: Final = 60


@dataclass(frozen=True, slots=True)
class Missed:
    """One known fault that a reader did not mark."""

    file: str
    no: str
    title: str
    source: str
    words: str


@dataclass(frozen=True, slots=True)
class Rate:
    """Faults overlooked of those that were there."""

    missed: int
    of: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """Between what the true share lies (Clopper and Pearson); None where nothing was counted."""
        return exact(self.missed, self.of)


def exact(hits: int, of: int) -> tuple[float, float] | None:
    """Give the exact interval of a share, 95 of 100; None where nothing was counted."""
    if not of:
        return None
    low = 0.0 if hits == 0 else _where(lambda chance: binomial_tail(hits, of, chance) < ONE_SIDE)
    high = 1.0 if hits == of else _where(lambda chance: 1 - binomial_tail(hits + 1, of, chance) > ONE_SIDE)
    return low, high


def _where(below: Callable[[float], bool]) -> float:
    """Find the chance at which something that holds for small chances ceases to hold."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return low
