"""Areas as they lie on a drawing: degrees become units of plain SVG; what an area counts is not known here."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from mingjing.governance.geometry import Point

WIDTH: Final = 800  # of the map, in its own units
MARGIN: Final = 0.06  # of the drawn land around it


@dataclass(frozen=True, slots=True)
class Map:
    """How degrees become units of the drawing: west and north edge, units for a degree either way, size."""

    west: float
    north: float
    east_units: float
    north_units: float
    height: float

    def at(self, point: Point) -> tuple[float, float]:
        """Give where a point lies on the drawing."""
        east, north = point
        return (
            round((east - self.west) * self.east_units, 1),
            round((self.north - north) * self.north_units, 1),
        )

    def line(self, points: Iterable[Point]) -> str:
        """Give an area as SVG wants it."""
        return " ".join(f"{x},{y}" for x, y in map(self.at, points))


def map_of(points: Sequence[Point]) -> Map | None:
    """Fit a drawing around points; nothing where there are fewer than two that differ."""
    if len(set(points)) < 2:
        return None
    easts, norths = [one[0] for one in points], [one[1] for one in points]
    wide = max(max(easts) - min(easts), 1e-4) * (1 + 2 * MARGIN)
    high = max(max(norths) - min(norths), 1e-4) * (1 + 2 * MARGIN)
    east_units = WIDTH / wide
    # A degree of longitude is shorter than one of latitude by the cosine of the latitude.
    north_units = east_units / math.cos(math.radians(sum(norths) / len(norths)))
    middle = ((min(easts) + max(easts)) / 2, (min(norths) + max(norths)) / 2)
    return Map(middle[0] - wide / 2, middle[1] + high / 2, east_units, north_units, high * north_units)


def middle_of(points: Sequence[Point]) -> Point:
    """Give where the name of an area is written."""
    return sum(one[0] for one in points) / len(points), sum(one[1] for one in points) / len(points)
