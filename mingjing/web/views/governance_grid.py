"""The grid of an agency: its map on plain SVG, who is in charge, cases and checks by area; changing areas."""

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from mingjing.cases.places import places_of
from mingjing.governance import grids, selectors
from mingjing.governance.geometry import Point, located
from mingjing.governance.grids import Area, Grid
from mingjing.governance.ledger import NotDone
from mingjing.governance.terms import terms_of
from mingjing.personnel.selectors import names_of, people_of
from mingjing.web import governance_page as page
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.area_map import WIDTH, map_of, middle_of

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

CHECK: Final = "inspection"
SHOWN: Final = 100  # places that belong to no area
KEEPERS: Final = frozenset({"admin", "security", "audit"})


@require_GET
@allowed("governance.view")
def board(request: SignedRequest) -> HttpResponseBase:
    """The map, who is in charge, what happened where in a year, and what is wrong with the areas."""
    year, own = page.year_in(request), _agency(request)
    found = [one for one in _grids(request, own.pk) if not one.ended]
    places = places_of(request.user, own, date(year, 1, 1), date(year, 12, 31))
    cases, checks, lost = _counted(places, found)
    names = names_of(one.charge for one in found)
    points = [(located(place), code) for code, _, _, place in places]
    context = page.page_of(
        request,
        "governance-grids",
        lines=[
            (one, names.get(one.charge, one.charge), cases[one.row.pk], checks[one.row.pk])
            for one in found
            if not one.outline
        ],
        map=_drawn(found, [point for point, _ in points if point]),
        lost=lost[:SHOWN],
        lost_all=len(lost),
        overlaps=grids.overlaps(found),
        outside=grids.outside(found),
        outline=next((one for one in found if one.outline), None),
        terms=terms_of(own),
        agency=own,
        units=selectors.agencies_in_sight(request.user),
        year=year,
        years=page.years_to_choose()[1:],
        total=len(places),
    )
    return render(request, "web/governance/grids.html", context)


def _agency(request: SignedRequest) -> Any:
    """The agency that is looked at: one's own, or one in sight."""
    asked = request.GET.get("unit", "")
    if not asked:
        return request.user.agency
    found = next((one for one in selectors.agencies_in_sight(request.user) if one.code == asked), None)
    if found is None:
        raise Http404(asked)
    return found


def _grids(request: SignedRequest, agency: int) -> list[Grid]:
    rows = selectors.seen_by(request.user, "grid").filter(agency=agency).order_by("id")
    return [grids.stand(row) for row in rows]


def _counted(
    places: Iterable[tuple[str, str, str, str]], found: list[Grid]
) -> tuple[Counter[int], Counter[int], list[tuple[str, str, str]]]:
    """Count cases and checks by area, and give those that belong to none."""
    cases, checks, lost = Counter[int](), Counter[int](), []
    for code, title, procedure, place in places:
        grid = grids.grid_of(place, found) if place else None
        if grid is None:
            lost.append((code, title, place))
        elif procedure == CHECK:
            checks[grid.row.pk] += 1
        else:
            cases[grid.row.pk] += 1
    return cases, checks, lost


def _drawn(
    found: list[Grid], dots: Sequence[Point] = (), within: Sequence[Point] = ()
) -> dict[str, Any] | None:
    """Give what the template draws, with room for points `within`, or nothing where no area has points."""
    corners = [*within, *(point for one in found for point in one.points)]
    frame = map_of(corners or list(dots))
    if frame is None:
        return None
    areas = [(one, frame.line(one.points), frame.at(middle_of(one.points))) for one in found if one.points]
    return {
        "frame": frame,
        "width": WIDTH,
        "height": round(frame.height, 1),
        "areas": sorted(areas, key=lambda one: not one[0].outline),
        "dots": [frame.at(one) for one in dots],
    }


@require_http_methods(["GET", "POST"])
@allowed("governance.enter")
def new(request: SignedRequest) -> HttpResponseBase:
    """Draw a new area, by clicks on the map or by typing its points."""
    return _edit(request, None)


@require_http_methods(["GET", "POST"])
@allowed("governance.enter")
def edit(request: SignedRequest, number: int) -> HttpResponseBase:
    """Change an area, or do away with it."""
    row = page.matter_of(request, "grid", number)
    if row.agency_id != request.user.agency_id:
        raise Http404(number)
    return _edit(request, grids.stand(row))


def _edit(request: SignedRequest, grid: Grid | None) -> HttpResponseBase:
    fault, field = "", ""
    if request.method == "POST":
        try:
            _save(request, grid)
        except NotDone as refused:
            fault, field = str(refused), refused.field
        else:
            messages.success(request, "已保存。")
            return redirect("governance-grids")
    others = [one for one in _grids(request, request.user.agency_id) if not one.ended]
    others = [one for one in others if grid is None or one.row.pk != grid.row.pk]
    context = page.page_of(
        request,
        "governance-grids",
        grid=grid,
        outline=grid.outline if grid else "outline" in request.GET or request.POST.get("outline") == "1",
        map=_drawn([*others, *([grid] if grid and not others else [])], within=grid.points if grid else ()),
        said=request.POST if fault else _shown(grid),
        people=_in_charge(request.user.agency.code),
        once=request.POST.get("once") or secrets.token_hex(16),
        fault=fault,
        field=field,
        **({"steps": page.told(grid.row, dict(grids.TITLES)), "row": grid.row, "by": page.name_of(grid.row.by)}
           if grid else {}),
    )  # fmt: skip
    return render(request, "web/governance/grid.html", context, status=422 if fault else 200)


def _in_charge(agency: str) -> list["Person"]:
    """Give who may be put in charge of an area: who works there today, not the three administrators."""
    return [one for one in people_of(agency) if one.is_active and not KEEPERS & set(one.roles)]


def _shown(grid: Grid | None) -> dict[str, str]:
    if grid is None:
        return {}
    streets = "\n".join(grid.streets)
    return {"name": grid.name, "points": grid.text, "streets": streets, "charge": grid.charge}


def _save(request: SignedRequest, grid: Grid | None) -> None:
    typed, at, by = request.POST, timezone.now(), request.user
    if grid and typed.get("step") == "ended":
        grids.end(matter=grid.row, why=typed.get("why", ""), by=by, at=at)
        return
    said = {name: typed.get(name, "") for name in ("name", "points", "streets", "charge")}
    outline = grid.outline if grid else typed.get("outline") == "1"
    area = Area(**said, outline=outline)
    if grid:
        grids.change(matter=grid.row, area=area, by=by, at=at)
    else:
        grids.draw(area=area, by=by, at=at, once=typed.get("once", ""))
