"""Shares of ordered figures and the words for a change; pure figures."""

from collections.abc import Mapping
from typing import Final

FEWEST: Final = 10


def quantile_of(histogram: Mapping[int, int], share: float) -> int | None:
    """Give the least value that is not below so large a share of the counted ones; None where nothing was counted."""
    total = sum(histogram.values())
    if not total:
        return None
    reached = 0
    for value in sorted(histogram):
        reached += histogram[value]
        if reached >= share * total:
            return value
    raise AssertionError("a share is at most one")


def change(now: float | None, before: float | None) -> str:
    """Say in words how a figure moved: by how much, and by what share of what it was."""
    if now is None or before is None or (not now and not before):
        return "—"
    moved = now - before
    if not moved:
        return "持平"
    # Of a handful a share says nothing.
    share = f"（{moved / before * 100:+.0f}%）" if before >= FEWEST else ""
    return f"{moved:+,.0f}{share}"
