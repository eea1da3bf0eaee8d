"""Keeps the lines that say where violations were found, by a cursor of its own over the sealed log.

Whoever records an act, hands in evidence with a measured point or draws the grid anew changes them; nobody else does.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mingjing.analysis.lines import listed
from mingjing.analysis.models import PlaceLine
from mingjing.analysis.months import month_of
from mingjing.analysis.spots import read
from mingjing.cases.analysed import cases_by_codes, cases_of_acts, facts_of_cases
from mingjing.evidence.selectors import dossiers_of, places_in
from mingjing.governance.geometry import Point, located
from mingjing.governance.grids import Areas, stand
from mingjing.governance.selectors import agencies_of_grids, grids_of
from mingjing.packs.load import library
from mingjing.translog.stones import refs_under

if TYPE_CHECKING:
    from mingjing.cases.analysed import Acted
    from mingjing.cases.models import Case
    from mingjing.translog.selectors import SealedEntry

CURSOR: Final = "analysis-places"
PLACE, MATTER, SHOWN_AT = "place", "violation_kind", "credential_shown_place"
# Where the card was shown is no scene: people are asked and accounts are frozen in offices.
ELSEWHERE: Final = frozenset({"inquiry_recorded", "freezing_imposed"})
MEASURED: Final = "东经"
AT_ONCE: Final = 500  # lines of one update
LONGEST_MATTER, LONGEST_PLACE = 120, 300


def follow(entries: "Sequence[SealedEntry]") -> None:
    """Take sealed entries into the lines; for `run_cursor`."""
    refs: dict[str, set[str]] = {}
    for entry in entries:
        refs.setdefault(entry.kind, set()).add(entry.ref)
    acts = refs.get("act", set()) | refs_under(sorted(refs.get("erasure", ())))
    cases = {one.pk: one for one in (cases_of_acts(acts) if acts else ())}
    if evidence := refs.get("evidence"):
        cases |= {one.pk: one for one in cases_by_codes(dossiers_of(evidence, MEASURED))}
    if cases:
        write(list(cases.values()))
    if governance := refs.get("governance"):
        for agency in sorted(agencies_of_grids(governance)):
            assign(agency)


def write(cases: "Sequence[Case]") -> None:
    """Write the lines of some cases over what stood there; a case that states no place has none."""
    acts = facts_of_cases(cases, telling())
    measured: dict[str, Point] = {}
    for code, place in places_in([one.code for one in cases], MEASURED):
        if (point := located(place)) is not None:
            measured.setdefault(code, point)
    areas = areas_of({one.agency_id for one in cases})
    made = [
        line
        for case in cases
        if (line := _line(case, acts.get(case.pk, ()), measured.get(case.code), areas)) is not None
    ]
    PlaceLine.objects.filter(case__in=[one.pk for one in cases]).delete()
    PlaceLine.objects.bulk_create(made)


def assign(agency: int) -> None:
    """Say anew to which area each place of an agency belongs; only what changed is written."""
    areas = areas_of([agency]).get(agency, Areas(()))
    moved: dict[int | None, list[int]] = {}
    rows = PlaceLine.objects.filter(agency=agency).order_by("pk")
    for pk, place, east, north, now in rows.values_list("pk", "place", "east", "north", "grid_id").iterator():
        point = None if east is None or north is None else (east, north)
        area = areas.at(point, place)
        grid = area.row.pk if area else None
        if grid != now:
            moved.setdefault(grid, []).append(pk)
    for grid, pks in moved.items():
        for first in range(0, len(pks), AT_ONCE):
            PlaceLine.objects.filter(pk__in=pks[first : first + AT_ONCE]).update(grid=grid)


def areas_of(agencies: Collection[int]) -> dict[int, Areas]:
    """Give the areas of those agencies that keep a grid."""
    found: dict[int, list[Any]] = {}
    for row in grids_of(agencies):
        found.setdefault(row.agency_id, []).append(stand(row))
    return {agency: Areas.of(every) for agency, every in found.items()}


@cache
def telling() -> frozenset[str]:
    """Give the kinds of acts that state where a violation was found, or what it was."""
    wanted = {PLACE, MATTER, SHOWN_AT}
    kinds = library().kinds.items()
    return frozenset(code for code, kind in kinds if any(use.name in wanted for use in kind.fields))


def _line(
    case: "Case", acts: "Sequence[Acted]", evidence: Point | None, areas: Mapping[int, Areas]
) -> PlaceLine | None:
    place, matter, shown = _stated(acts)
    if not place or case.opened_on is None:
        return None
    found, point = read(place), located(place) or shown or evidence
    area = areas.get(case.agency_id, Areas(())).at(point, place)
    return PlaceLine(
        case_id=case.pk,
        agency_id=case.agency_id,
        region=case.region,
        field=case.field,
        procedure=case.procedure,
        imported=case.imported,
        found_on=case.opened_on,
        month=month_of(case.opened_on),
        place=place,
        spots=listed(found.spots),
        kind=found.kind,
        address=found.address,
        matter=(matter or case.title).removeprefix("涉嫌").removesuffix("案")[:LONGEST_MATTER],
        east=point[0] if point else None,
        north=point[1] if point else None,
        grid_id=area.row.pk if area else None,
    )


def _stated(acts: "Sequence[Acted]") -> tuple[str, str, Point | None]:
    """Give place and matter as they were stated last, and the point that was measured first at the scene."""
    place = matter = ""
    point: Point | None = None
    for act in acts:
        place = str(act.facts.get(PLACE) or place).strip()
        matter = str(act.facts.get(MATTER) or matter).strip()
        if point is None and act.kind not in ELSEWHERE:
            point = located(str(act.facts.get(SHOWN_AT) or ""))
    return place[:LONGEST_PLACE], matter, point
