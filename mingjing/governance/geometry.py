"""Areas on a map as polygons of WGS84 points (longitude, latitude): reading, in or out, overlap; no Django here.

Coordinates are WGS84 because that is what the officer's phone writes into an act. An area is small, so that the sphere
may be taken as flat: a point on the edge counts as inside.
"""

import re
from collections.abc import Iterable, Sequence
from math import dist
from typing import Final

Point = tuple[float, float]  # longitude, latitude
Polygon = Sequence[Point]

LEAST: Final = 3
MOST: Final = 500
PLACES: Final = 6  # decimals kept: a tenth of a metre
_SAID: Final = re.compile(r"东经\s*(\d+(?:\.\d+)?)[°度]?\s*[，,、;； ]\s*北纬\s*(\d+(?:\.\d+)?)")
EAST: Final = (73.0, 136.0)  # of China
NORTH: Final = (3.0, 54.0)
_SMALLEST: Final = 1e-9  # square degrees: some ten square metres
_NEAR: Final = 1e-7  # degrees, a hundredth of a metre: nearer than any corner that is kept


class NotAnArea(ValueError):
    """These points bound no area; the Chinese message says why and where."""


def located(text: str) -> Point | None:
    """Give the point that the words of a place tell, as a phone writes them, or None."""
    found = _SAID.search(text)
    return (float(found[1]), float(found[2])) if found else None


def read_area(text: str) -> list[Point]:
    """Read one point a line, longitude and latitude. Raises NotAnArea, naming the line."""
    points: list[Point] = []
    for number, line in enumerate(text.splitlines(), 1):
        parts = line.replace("，", ",").replace(",", " ").split()
        if not parts:
            continue
        try:
            east, north = map(float, parts)
        except ValueError:
            raise NotAnArea(f"第 {number} 行应当是经度和纬度，例如 113.51,33.32。") from None
        if not (EAST[0] <= east <= EAST[1] and NORTH[0] <= north <= NORTH[1]):
            raise NotAnArea(f"第 {number} 行不在中国境内：先写经度（东经），再写纬度（北纬）。")
        points.append((round(east, PLACES), round(north, PLACES)))
    return checked(points)


def checked(points: Iterable[Point]) -> list[Point]:
    """Give the corners of an area, each once. Raises NotAnArea."""
    found = list(dict.fromkeys(points))
    if not LEAST <= len(found) <= MOST:
        raise NotAnArea(f"一个区域要有 {LEAST} 到 {MOST} 个不同的点。")
    sides = list(_sides(found))
    for one, first in enumerate(sides):
        for two in range(one + 2, len(sides)):
            if (one, two) != (0, len(sides) - 1) and _meet(*first, *sides[two]):
                raise NotAnArea(f"第 {one + 1} 条边和第 {two + 1} 条边相交。请按顺序沿边界取点。")
    if abs(_twice_area(found)) < _SMALLEST:
        raise NotAnArea("这些点在一条直线上，围不成区域。")
    return found


def inside(point: Point, area: Polygon) -> bool:
    """Whether a point lies in an area or on its edge."""
    east, north = point
    within = False
    for (x1, y1), (x2, y2) in _sides(area):
        if _on((x1, y1), (x2, y2), point):
            return True
        if (y1 > north) != (y2 > north) and east < (x2 - x1) * (north - y1) / (y2 - y1) + x1:
            within = not within
    return within


def overlap(one: Polygon, other: Polygon) -> bool:
    """Whether two areas share more than an edge or a corner."""
    if any(_cross(*first, *second) for first in _sides(one) for second in _sides(other)):
        return True
    return any(_strictly(point, other) for point in _probes(one)) or any(
        _strictly(point, one) for point in _probes(other)
    )


def _probes(area: Polygon) -> list[Point]:
    """Points of an area that lie in another only where the two share ground."""
    middles = [((x1 + x2) / 2, (y1 + y2) / 2) for (x1, y1), (x2, y2) in _sides(area)]
    return [*area, *middles, *_within(area)]


def _within(area: Polygon) -> list[Point]:
    """A few points strictly within an area: the middles of its ears."""
    count = len(area)
    corners = [(area[n - 1], area[n], area[(n + 1) % count]) for n in range(count)]
    middles = [((a[0] + b[0] + c[0]) / 3, (a[1] + b[1] + c[1]) / 3) for a, b, c in corners]
    return [point for point in middles if _strictly(point, area)]


def _strictly(point: Point, area: Polygon) -> bool:
    return inside(point, area) and not any(_on(*side, point) for side in _sides(area))


def _sides(area: Polygon) -> Iterable[tuple[Point, Point]]:
    return zip(area, [*area[1:], area[0]], strict=True)


def _turn(a: Point, b: Point, c: Point) -> int:
    """Say on which side of the line through a and b the point c lies: 0 upon it."""
    area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return 0 if abs(area) <= _NEAR * dist(a, b) else (1 if area > 0 else -1)


def _on(a: Point, b: Point, point: Point) -> bool:
    near = all(min(a[n], b[n]) - _NEAR <= point[n] <= max(a[n], b[n]) + _NEAR for n in (0, 1))
    return near and _turn(a, b, point) == 0


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two sides cross in the middle of both."""
    return _turn(a, b, c) * _turn(a, b, d) < 0 and _turn(c, d, a) * _turn(c, d, b) < 0


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two sides touch at all."""
    return _cross(a, b, c, d) or any((_on(a, b, c), _on(a, b, d), _on(c, d, a), _on(c, d, b)))


def _twice_area(area: Polygon) -> float:
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in _sides(area))
