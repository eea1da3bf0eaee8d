"""The grid (网格): areas with streets and persons in charge, drawn and changed; to which of them a place belongs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.governance import ledger
from mingjing.governance.geometry import NotAnArea, Point, inside, located, overlap, read_area
from mingjing.governance.ledger import NotDone, words
from mingjing.governance.models import Matter, Step
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import people_of

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

TITLES: Final[Mapping[str, str]] = {"changed": "调整", "ended": "撤销"}
OUTLINE: Final = "outline"  # the bounds of the agency's whole area, drawn as a grid of its own
MOST_STREETS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area as it is drawn: points one a line, names of streets one a line, who is in charge."""

    name: str
    points: str
    streets: str = ""
    charge: str = ""
    outline: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """One area as it stands."""

    row: Matter
    name: str
    points: Sequence[Point]
    streets: Sequence[str]
    charge: str
    outline: bool
    ended: bool

    @property
    def text(self) -> str:
        """The points as they are typed."""
        return "\n".join(f"{east},{north}" for east, north in self.points)

    def holds(self, place: str) -> bool:
        """Whether a place lies here: by its point where it tells one, else by the name of a street."""
        return self.holds_point(located(place), place)

    def holds_point(self, point: Point | None, place: str) -> bool:
        """The same where the point is known already."""
        if point is not None:
            return bool(self.points) and inside(point, self.points)
        return any(street in place for street in self.streets)


@transaction.atomic
def draw(*, area: Area, by: "Person", at: datetime, once: str) -> Matter:
    """Set up an area of one's own agency. Raises NotDone."""
    ledger.demand_own(by, "governance.enter")
    if (there := ledger.entered(once, by)) is not None:
        return there
    content = _content(area, by)
    if area.outline and any(one.outline for one in _own(by)):
        raise NotDone("辖区轮廓已经画过，请在原来的上面调整。", field="points")
    year = legal_day(at).year
    return ledger.enter(kind="grid", subject=area.name, year=year, content=content, by=by, at=at, once=once)


@transaction.atomic
def change(*, matter: Matter, area: Area, by: "Person", at: datetime) -> Step:
    """Draw an area anew, or give it to another person. Raises NotDone."""
    row = ledger.locked(matter)
    ledger.demand(row, by, "governance.enter")
    if stand(row).ended:
        raise NotDone("这个网格已经撤销。")
    facts = _content(area, by) | {"name": words(area.name, "名称", "subject", 100)}
    facts["outline"] = row.content["outline"]
    return ledger.append(row, "changed", facts, by=by, at=at)


@transaction.atomic
def end(*, matter: Matter, why: str, by: "Person", at: datetime) -> Step:
    """Do away with an area, with the reason. Raises NotDone."""
    row = ledger.locked(matter)
    ledger.demand(row, by, "governance.confirm")
    if stand(row).ended:
        raise NotDone("这个网格已经撤销。")
    return ledger.append(row, "ended", {"text": words(why, "理由", "text")}, by=by, at=at)


def _content(area: Area, by: "Person") -> dict[str, Any]:
    words(area.name, "名称", "subject", 100)
    try:
        points = read_area(area.points) if area.points.strip() else []
    except NotAnArea as fault:
        raise NotDone(str(fault), field="points") from None
    streets = [one.strip() for one in area.streets.splitlines() if one.strip()]
    if len(streets) > MOST_STREETS or any(len(one) < 2 for one in streets):
        raise NotDone(f"街道、村居名每行一个，两个字以上，最多 {MOST_STREETS} 个。", field="streets")
    if not points and (area.outline or not streets):
        raise NotDone("请在图上画出区域，或者写明街道、村居。", field="points")
    if not area.outline and area.charge not in {one.username for one in people_of(by.agency.code)}:
        raise NotDone("请选择责任人。", field="charge")
    return {
        "points": [f"{east},{north}" for east, north in points],
        "streets": streets,
        "charge": "" if area.outline else area.charge,
        "outline": area.outline,
    }


def stand(row: Matter) -> Grid:
    """Give an area as it stands."""
    said, name, ended = row.content, row.subject, False
    for one in row.steps.all():
        if one.kind == "ended":
            ended = True
        else:
            said, name = one.facts, one.facts["name"]
    points = [_point(one) for one in said["points"]]
    return Grid(row, name, points, said["streets"], said["charge"], said["outline"], ended)


def _point(text: str) -> Point:
    """Read a point as it is kept: as text, because a commitment takes no fractions."""
    east, _, north = text.partition(",")
    return float(east), float(north)


def _own(by: "Person") -> list[Grid]:
    rows = Matter.objects.filter(kind="grid", agency=by.agency_id).prefetch_related("steps")
    return [one for one in map(stand, rows) if not one.ended]


def overlaps(found: Iterable[Grid]) -> list[tuple[Grid, Grid]]:
    """Give the pairs of areas of one agency that share ground or a street."""
    areas = [one for one in found if not (one.outline or one.ended)]
    return [
        (one, other)
        for one, other in combinations(areas, 2)
        if one.row.agency_id == other.row.agency_id
        and (set(one.streets) & set(other.streets) or _share(one, other))
    ]


def _share(one: Grid, other: Grid) -> bool:
    return bool(one.points and other.points) and overlap(one.points, other.points)


def outside(found: Iterable[Grid]) -> list[Grid]:
    """Give the areas with a corner beyond the outline of their agency."""
    every = [one for one in found if not one.ended]
    outlines = {one.row.agency_id: one.points for one in every if one.outline}
    return [
        one
        for one in every
        if not one.outline
        and (bounds := outlines.get(one.row.agency_id))
        and not all(inside(point, bounds) for point in one.points)
    ]


def grid_of(place: str, found: Iterable[Grid]) -> Grid | None:
    """Give the area that a place belongs to; of several the first drawn; None where it belongs to none."""
    areas = (one for one in found if not (one.outline or one.ended))
    return next((one for one in sorted(areas, key=lambda one: one.row.pk) if one.holds(place)), None)


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas of one agency for many places: those whose bounds are too far away are not looked at closely."""

    rows: Sequence[tuple[Grid, tuple[float, float, float, float] | None]]

    @classmethod
    def of(cls, found: Iterable[Grid]) -> "Areas":
        """Take the areas that stand, the first drawn first."""
        areas = sorted((one for one in found if not (one.outline or one.ended)), key=lambda one: one.row.pk)
        return cls([(one, _bounds(one.points)) for one in areas])

    def at(self, point: Point | None, place: str) -> Grid | None:
        """Give the area that a place belongs to, by its point where one is known; None where to none."""
        near = (one for one, bounds in self.rows if point is None or _near(point, bounds))
        return next((one for one in near if one.holds_point(point, place)), None)


def _bounds(points: Sequence[Point]) -> tuple[float, float, float, float] | None:
    easts, norths = [one[0] for one in points], [one[1] for one in points]
    return (min(easts), max(easts), min(norths), max(norths)) if points else None


def _near(point: Point, bounds: tuple[float, float, float, float] | None) -> bool:
    if bounds is None:
        return False
    west, east, south, north = bounds
    slack = 1e-6  # of the edge, which counts as inside
    return west - slack <= point[0] <= east + slack and south - slack <= point[1] <= north + slack
