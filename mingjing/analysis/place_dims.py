"""By what places are told apart: spots, kinds of places, the most frequent matters, areas of the grid."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q

from mingjing.analysis import dims
from mingjing.analysis.asked import Asked
from mingjing.analysis.dims import Dim
from mingjing.analysis.grids import Rows
from mingjing.analysis.lines import listed
from mingjing.analysis.spots import KINDS
from mingjing.analysis.tables import MOST_ROWS, NOTHING, UNSTATED, Titles, most_first
from mingjing.governance.grids import stand
from mingjing.governance.selectors import grids_of

if TYPE_CHECKING:
    from mingjing.governance.grids import Grid as Area

MOST_MATTERS: Final = 5  # with a column of their own; the rest stand together
OTHER, JOINT = "~other", "~"
UNREAD, NO_AREA = "地点没有写明道路、村居", "没有归入网格"


def spot() -> Dim:
    """What the words of a place name, within its county: 建设路 of one is not that of another."""

    def keys(value: Any) -> Sequence[str]:
        region, names = value
        every = [f"{region}{JOINT}{one}" for one in names.split(",") if one]
        return list(dict.fromkeys(every)) or [NOTHING]

    def where(key: str) -> Q:
        region, _, name = key.partition(JOINT)
        if key == NOTHING:
            return Q(spots="")
        return Q(region=region, spots__contains=listed([name])) if name else dims.nothing()

    def titles(asked: Asked, counts: Mapping[str, int]) -> Titles:
        several = several_regions(asked)
        named = {one: spot_title(asked, one, several) for one in counts if one != NOTHING}
        every = [(one, named[one]) for one in most_first({one: counts[one] for one in named}, named)]
        return [*every, (NOTHING, UNREAD)] if NOTHING in counts else every

    return _WithUnread("地点", "region,spots", keys, where, titles)


class _WithUnread(Dim):
    """Spots, of which those that were not read stay on the page however many others there are."""

    def shown(self, asked: Asked, counts: Mapping[str, int]) -> tuple[Titles, int]:
        """Give the most frequent, and what could not be read."""
        every = self.titles(asked, counts)
        if len(every) <= MOST_ROWS or every[-1][0] != NOTHING:
            return super().shown(asked, counts)
        return [*every[: MOST_ROWS - 1], every[-1]], len(every) - MOST_ROWS


def spot_title(asked: Asked, key: str, several: bool) -> str:
    region, _, name = key.partition(JOINT)
    return f"{name}（{dims.region_title(asked, region)}）" if several and region else name


def kind() -> Dim:
    """What kind of place it is."""
    titles = dims.plain("地点类别", "kind", KINDS)
    return replace(titles, titles=lambda asked, counts: _unread(titles.titles(asked, counts)))


def _unread(titles: Titles) -> Titles:
    return [(key, UNREAD if key == NOTHING else words) for key, words in titles]


def matter(asked: Asked, source: Rows) -> Dim:
    """The most frequent matters of the period, and all others together."""
    counts = Counter({said: number for said, number in source.groups(asked, "matter")})
    first = most_first(counts)[:MOST_MATTERS]
    known = {one or NOTHING: one or UNSTATED for one in first}

    def where(key: str) -> Q:
        return ~Q(matter__in=first) if key == OTHER else Q(matter="" if key == NOTHING else key)

    def titles(_: Asked, counts: Mapping[str, int]) -> Titles:
        every = {**known, OTHER: "其他事项"}
        return [(key, words) for key, words in every.items() if counts.get(key)]

    return Dim(
        "事项", "matter", lambda said: (said or NOTHING,) if said in first else (OTHER,), where, titles
    )


def areas(asked: Asked) -> "list[Area]":
    """Give the areas that the grids of the asked agencies have today, unit by unit, in the order they were drawn."""
    every = [stand(row) for row in grids_of(asked.agencies)]
    order = {one.pk: place for place, one in enumerate(asked.units)}
    return sorted(
        (one for one in every if not one.ended), key=lambda one: (order.get(one.row.agency_id, 0), one.row.pk)
    )


class _Whole(Dim):
    """Areas: every one of them, those where nothing was found as well."""

    def shown(self, asked: Asked, counts: Mapping[str, int]) -> tuple[Titles, int]:
        """Give all of them."""
        return self.titles(asked, counts), 0


def area() -> Dim:
    """The areas of the grids; what belongs to none comes last."""

    def titles(asked: Asked, counts: Mapping[str, int]) -> Titles:
        inner = [one for one in areas(asked) if not one.outline]
        several = len({one.row.agency_id for one in inner}) > 1
        named = [(str(one.row.pk), _area_title(one, several)) for one in inner]
        return [*named, (NOTHING, NO_AREA)] if counts.get(NOTHING) else named

    def where(key: str) -> Q:
        number = int(key) if key.isascii() and key.isdecimal() and len(key) < 18 else 0
        return Q(grid=None) if key == NOTHING else Q(grid=number)

    return _Whole("网格", "grid_id", lambda pk: (str(pk) if pk else NOTHING,), where, titles)


def _area_title(one: "Area", several: bool) -> str:
    unit = one.row.agency
    return f"{one.name}（{unit.short_name or unit.name}）" if several else one.name


def several_regions(asked: Asked) -> bool:
    """Say whether what is counted lies in more than one county, so that names need theirs."""
    counted_there = set(asked.agencies)
    return len({one.region for one in asked.units if one.pk in counted_there}) > 1
