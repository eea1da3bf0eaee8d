"""Where a fine stands among others: quartiles, fences, position. Pure figures in fen; no case is known here."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FEWEST: Final = 5  # of fewer cases quartiles say nothing
REACH: Final = 1.5  # times the distance between the quartiles: Tukey's fences


@dataclass(frozen=True, slots=True)
class Spread:
    """Sums in their order, and what is told of them."""

    count: int
    low: float
    q1: float
    median: float
    q3: float
    high: float

    @property
    def reach(self) -> tuple[float, float]:
        """The fences beyond which a sum is unusual: a quartile minus or plus 1.5 times the quartile distance."""
        distance = self.q3 - self.q1
        return self.q1 - REACH * distance, self.q3 + REACH * distance

    @property
    def telling(self) -> bool:
        """Say whether there are enough sums to call one of them unusual."""
        return self.count >= FEWEST

    def unusual(self, fen: float) -> bool:
        """Say whether a sum lies beyond the fences."""
        low, high = self.reach
        return self.telling and not low <= fen <= high


def spread(ordered: Sequence[int]) -> Spread | None:
    """Describe sums given in ascending order; None where there are none."""
    if not ordered:
        return None
    return Spread(
        len(ordered),
        ordered[0],
        quantile(ordered, 0.25),
        quantile(ordered, 0.5),
        quantile(ordered, 0.75),
        ordered[-1],
    )


def quantile(ordered: Sequence[int], share: float) -> float:
    """Give the sum below which a share of the sums lies, between two neighbours in proportion."""
    at = (len(ordered) - 1) * share
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)


def position(ordered: Sequence[int], fen: int) -> tuple[int, int, int]:
    """Say how many sums are lower, equal and higher."""
    lower, upto = bisect_left(ordered, fen), bisect_right(ordered, fen)
    return lower, upto - lower, len(ordered) - upto
