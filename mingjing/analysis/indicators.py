"""The indicators of the appraisal over the rows of every room: which units, which days, which rows."""

from datetime import date
from typing import TYPE_CHECKING, Final

from mingjing.appraisal.export import Unit, export_zip
from mingjing.appraisal.figures import Figure, Row, figures
from mingjing.appraisal.sources import rows_of
from mingjing.packs.appraisal_indicators import Scheme, scheme_of
from mingjing.personnel.selectors import agencies, agencies_visible_to
from mingjing.rectification.selectors import items_of

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

VIEW: Final = "appraisal.view"
ENFORCES: Final = ("bureau", "township", "delegated")
FIRST_YEAR: Final = 2000


class NoSuchIndicator(LookupError):
    """There is none, or none of a unit that this person may see."""


def days_of(year: int | None, today: date) -> tuple[int, date, date]:
    """Give a year that can be counted, and its first and last day; the present one where none is asked for."""
    found = min(max(year or today.year, FIRST_YEAR), today.year)
    return found, date(found, 1, 1), date(found, 12, 31)


def units_for(viewer: "Person") -> "list[Agency]":
    """Give the units whose figures this person sees, in the order of the register."""
    sight = set(agencies_visible_to(viewer, VIEW))
    return [one for one in agencies() if one.pk in sight and one.kind in ENFORCES]


def scheme_for(viewer: "Person") -> Scheme:
    """Give the indicators of the viewer's region."""
    return scheme_of(viewer.agency.region, "", "")


def figures_of(viewer: "Person", unit: "Agency", begins: date, ends: date, today: date) -> list[Figure]:
    """Count every indicator of a unit."""
    return figures(scheme_for(viewer), _rows(viewer, unit, begins, ends, today))


def figure_of(
    viewer: "Person", unit: str, indicator: str, begins: date, ends: date, today: date
) -> "tuple[Agency, Figure]":
    """Give one figure of a unit with its rows. Raises NoSuchIndicator."""
    found = next((one for one in units_for(viewer) if one.code == unit), None)
    known = {one.code for one in scheme_for(viewer).indicators}
    if found is None or indicator not in known:
        raise NoSuchIndicator(unit, indicator)
    counted = figures_of(viewer, found, begins, ends, today)
    return found, next(one for one in counted if one.indicator.code == indicator)


def exported(viewer: "Person", begins: date, ends: date, today: date) -> bytes:
    """Give the data for a third party: no person, no number, no words."""
    units = [Unit(one.code, one.name, _rows(viewer, one, begins, ends, today)) for one in units_for(viewer)]
    return export_zip(scheme_for(viewer), units, begins, ends)


def _rows(viewer: "Person", unit: "Agency", begins: date, ends: date, today: date) -> dict[str, list[Row]]:
    rectified = list(_rectified(viewer, unit, begins, ends, today))
    return rows_of(unit, begins, ends, today, {"rectification": rectified})


def _rectified(viewer: "Person", unit: "Agency", begins: date, ends: date, today: date) -> list[Row]:
    """The items of the unit's own ledger: that room stands beside appraisal, so they are joined here."""
    found = []
    for item in items_of(viewer, {"agency": unit.code}, today):
        due, closed = item.now.due, item.now.closed_on
        if item.now.permanent or due is None or not begins <= due <= ends:
            continue
        met = closed is not None and closed <= due
        flags = {"met"} if met else set()
        decided = {"decided"} if met or closed or due < today else set()
        found.append(Row(item.code, due, frozenset(flags | decided)))
    return found
