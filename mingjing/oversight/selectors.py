"""What may be read of matters of oversight, by whom; nothing is written here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from mingjing.oversight.models import Matter
from mingjing.oversight.services import stand
from mingjing.oversight.standing import Standing
from mingjing.personnel import selectors as register

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

VIEW = "oversight.view"


class NoSuchMatter(LookupError):
    """There is none, or it is none of this person's business."""


@dataclass(frozen=True, slots=True)
class Line:
    """A matter and where it stands."""

    row: Matter
    now: Standing

    def overdue(self, today: date) -> bool:
        """Whether whoever has to act next is late: the unit with its answer, the office with its review."""
        waits = self.row.kind == "filing" and not self.now.ended
        return self.now.overdue(today) or (waits and self.now.due is not None and today > self.now.due)


def _seen_by(viewer: "Person") -> QuerySet[Matter]:
    sight = register.agencies_visible_to(viewer, VIEW)
    # A draft is the office's own until it is issued; every other matter has a step.
    shown = Q(agency__in=sight, steps__isnull=False) & ~Q(steps__kind="dropped") | Q(office=viewer.agency_id)
    rows = Matter.objects.filter(Q(agency__in=sight) | Q(office__in=sight)).filter(shown).distinct()
    return rows.select_related("office", "agency", "follows").prefetch_related("steps")


def lines(viewer: "Person", filters: Mapping[str, str], today: date) -> list[Line]:
    """Give the matters in sight, the newest first, narrowed by kind, unit and state (overdue is one)."""
    rows = _seen_by(viewer).order_by("-id")
    if kind := filters.get("kind"):
        rows = rows.filter(kind=kind)
    if unit := filters.get("unit"):
        rows = rows.filter(agency__code=unit)
    found = [Line(row, stand(row)) for row in rows]
    state = filters.get("state")
    if state == "overdue":
        return [one for one in found if one.overdue(today)]
    return [one for one in found if not state or one.now.state == state]


def matter_for(viewer: "Person", number: int) -> Line:
    """Give one matter in sight by its key. Raises NoSuchMatter."""
    row = _seen_by(viewer).filter(pk=number).first()
    if row is None:
        raise NoSuchMatter(number)
    return Line(row, stand(row))


def of_case(viewer: "Person", case_code: str) -> list[Line]:
    """Give what concerns one case."""
    return [Line(row, stand(row)) for row in _seen_by(viewer).filter(case_code=case_code).order_by("id")]


def waiting_for(viewer: "Person", today: date) -> list[Line]:
    """Give what this person's agency has to act on next, the nearest day first."""
    own = viewer.agency_id
    found = [one for one in lines(viewer, {}, today) if _waits(one, own)]
    return sorted(found, key=lambda one: (one.now.due or date.max, one.row.pk))


def _waits(one: Line, own: int) -> bool:
    if one.row.agency_id == own:
        return one.now.state == "open"
    decides = one.now.asked or one.now.objected or one.now.state in {"draft", "replied"}
    return one.row.office_id == own and not one.now.ended and bool(decides)


def units_of(viewer: "Person") -> "list[Agency]":
    """Give the agencies whose matters this person sees."""
    sight = set(register.agencies_visible_to(viewer, VIEW))
    return [one for one in register.agencies() if one.pk in sight]
