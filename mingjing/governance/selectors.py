"""What may be read of governance, by whom; nothing is written here."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from mingjing.governance.models import Matter
from mingjing.personnel import selectors as register

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

VIEW = "governance.view"


class NoSuchMatter(LookupError):
    """There is none, or it is none of this person's business."""


def seen_by(viewer: "Person", kind: str) -> QuerySet[Matter]:
    """Give the matters of one kind in sight, the newest first; joint work also of its members."""
    sight = Q(agency__in=register.agencies_visible_to(viewer, VIEW))
    if kind == "joint":
        # A member sees it once it stands; the draft is the leading agency's own.
        sight |= Q(shared__contains=f";{viewer.agency.code};", steps__kind="confirmed")
    rows = Matter.objects.filter(sight, kind=kind).order_by("-id").distinct()
    return rows.select_related("agency").prefetch_related("steps")


def matter_for(viewer: "Person", kind: str, number: int) -> Matter:
    """Give one matter in sight. Raises NoSuchMatter."""
    row = seen_by(viewer, kind).filter(pk=number).first()
    if row is None:
        raise NoSuchMatter(number)
    return row


def any_for(viewer: "Person", number: int) -> Matter | None:
    """Give a matter in sight of whichever kind, or None."""
    row = Matter.objects.filter(pk=number).only("kind").first()
    return seen_by(viewer, row.kind).filter(pk=number).first() if row else None


def of_year(viewer: "Person", kind: str, year: int) -> list[Matter]:
    """Give the matters of one kind and year in sight."""
    return list(seen_by(viewer, kind).filter(year=year))


def grids_of(agencies: Collection[int]) -> list[Matter]:
    """Give the areas of the grids of some agencies, those done away with as well, in the order they were drawn."""
    rows = Matter.objects.filter(kind="grid", agency__in=agencies).order_by("pk")
    return list(rows.select_related("agency").prefetch_related("steps"))


def agencies_of_grids(refs: Collection[str]) -> set[int]:
    """Give the agencies whose grid these entries of the log changed."""
    numbers = {*refs, *(ref.rpartition("/")[0] for ref in refs)}
    rows = Matter.objects.filter(kind="grid", no__in=numbers)
    return set(rows.order_by().values_list("agency_id", flat=True))


def own_of_year(viewer: "Person", kind: str, year: int) -> Matter | None:
    """Give the one matter that one's own agency has of a kind and year, or None."""
    return seen_by(viewer, kind).filter(agency=viewer.agency_id, year=year).first()


def agencies_in_sight(viewer: "Person") -> "list[Agency]":
    """Give the agencies whose lists this person sees."""
    sight = set(register.agencies_visible_to(viewer, VIEW))
    return [one for one in register.agencies() if one.pk in sight]
