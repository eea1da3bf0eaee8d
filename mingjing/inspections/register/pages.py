"""The register as its pages read it: who sees which regions, a long list page by page, one object's past."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.db.models import Q, QuerySet

from mingjing.inspections.desk import draws_for
from mingjing.inspections.models import (
    DrawLine,
    InspectedObject,
    ObjectChange,
    Opening,
    Register,
    RegisterImport,
    VisitStart,
)
from mingjing.personnel.selectors import agencies, agencies_visible_to, names_of

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

PAGE: Final = 30
COUNTED: Final = 10_000  # a million rows are not counted to say that there are many
CHOICES: Final = 60
_ID: Final = re.compile(r"[0-9A-Z]{18}|X[0-9A-F]{24}")  # found by its index; a name is not made so
TITLES: Final[Mapping[str, str]] = {
    **{one.name: str(one.verbose_name) for one in InspectedObject._meta.fields},
    "added": "新增",
}
KINDS: Final = tuple((one.value, str(one.label)) for one in InspectedObject.Kind)
RISKS: Final = tuple((one.value, str(one.label)) for one in InspectedObject.Risk)
STATES: Final = tuple((one.value, str(one.label)) for one in InspectedObject.State)


class NoSuchObject(LookupError):
    """There is no such object for this person."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list: `after` is where the next one begins, "" at the end."""

    rows: Sequence[InspectedObject]
    after: str
    total: int
    more: bool  # than were counted


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One change by hand in words."""

    by: str
    row: ObjectChange
    lines: Sequence[tuple[str, str, str]]  # what, before, after


def regions_of(person: "Person") -> list[str]:
    """Give the regions whose registers this person sees."""
    ids = set(agencies_visible_to(person, "inspect.view"))
    return sorted({one.region for one in agencies() if one.pk in ids})


def object_for(person: "Person", region: str, public_id: str) -> InspectedObject:
    """Give one object, or raise NoSuchObject."""
    found = None
    if region in regions_of(person) and "\0" not in public_id:
        found = InspectedObject.objects.filter(register=region, public_id=public_id).first()
    if found is None:
        raise NoSuchObject(public_id)
    return found


def objects_for(person: "Person", wanted: Mapping[str, str], after: str = "") -> Listed:
    """Give a page of what is wanted, by name; a page begins after the object named by `after`."""
    rows = _wanted(person, wanted)
    page = list(_after(rows, after).order_by("name", "pk")[: PAGE + 1])
    following = str(page[PAGE - 1].pk) if len(page) > PAGE else ""
    # What fits on its first page has been counted by reading it.
    total = len(page) if not (after or following) else rows.order_by()[: COUNTED + 1].count()
    return Listed(page[:PAGE], following, min(total, COUNTED), total > COUNTED)


def called(region: str, text: str) -> list[str]:
    """Give the ids of the objects that this is the id or the whole name of; of many with one name the first two."""
    rows = InspectedObject.objects.filter(register=region)
    if rows.filter(public_id=text.upper()).exists():
        return [text.upper()]
    return list(rows.filter(name=text).values_list("public_id", flat=True)[:2])


def industries_of(regions: Sequence[str]) -> list[str]:
    """Give the industries of some registers, as many as a list of choices bears."""
    rows = Register.objects.filter(region__in=regions).values_list("region", "changed_at")
    return sorted({one for region, changed in rows for one in _industries(region, changed)})[:CHOICES]


@lru_cache(256)
def _industries(region: str, changed_at: datetime | None) -> tuple[str, ...]:
    # Of a million rows this takes half a second: it is asked once after every change, not for every page.
    rows = InspectedObject.objects.filter(register=region).exclude(industry="")
    return tuple(rows.order_by("industry").values_list("industry", flat=True).distinct()[:CHOICES])


def changes_of(row: InspectedObject) -> list[ToldChange]:
    """Give every change by hand of an object, the latest first."""
    rows = list(
        ObjectChange.objects.filter(register=row.register_id, public_id=row.public_id).order_by("-pk")
    )
    names = names_of([one.by for one in rows])
    words = dict((*STATES, *RISKS))
    return [
        ToldChange(
            names.get(one.by, one.by),
            one,
            [
                (
                    TITLES.get(name, name),
                    *(words.get(v, v) if name in ("state", "risk") else v for v in pair),
                )
                for name, pair in one.changed.items()
            ],
        )
        for one in rows
    ]


def visits_of(person: "Person", public_id: str) -> list[VisitStart]:
    """Give the visits to an object that agencies in this person's sight have begun."""
    ids = agencies_visible_to(person, "inspect.view")
    rows = VisitStart.objects.filter(object=public_id, agency__in=ids)
    return list(rows.select_related("agency", "task").order_by("-pk")[:PAGE])


def opened_lines(person: "Person", public_id: str) -> list[DrawLine]:
    """Give the draws that gave an object, of those whose name is open: the others are closed for everybody."""
    opened = Opening.objects.filter(object=public_id).values("draw")
    rows = DrawLine.objects.filter(object=public_id, draw__in=opened).filter(draw__in=draws_for(person))
    return list(rows.select_related("draw__campaign").order_by("-pk")[:PAGE])


def imports_of(regions: Sequence[str]) -> "QuerySet[RegisterImport]":
    """Give the imports of some registers, the latest first."""
    return RegisterImport.objects.filter(register__in=regions).order_by("-pk")


def _wanted(person: "Person", wanted: Mapping[str, str]) -> "QuerySet[InspectedObject]":
    regions = regions_of(person)
    if wanted.get("region") in regions:
        regions = [wanted["region"]]
    rows = InspectedObject.objects.filter(register__in=regions)
    text = wanted.get("q", "").replace("\0", "").strip()[:60]
    if _ID.fullmatch(text.upper()):
        rows = rows.filter(public_id=text.upper())
    elif text:
        rows = rows.filter(name__contains=text)
    for name in ("risk", "state", "kind", "industry", "credit", "township"):
        if value := wanted.get(name, "").replace("\0", "")[:60]:
            rows = rows.filter(**{name: value})
    return rows


def _after(rows: "QuerySet[InspectedObject]", after: str) -> "QuerySet[InspectedObject]":
    last = (
        InspectedObject.objects.filter(pk=int(after)).first()
        if after.isdecimal() and len(after) < 19
        else None
    )
    return rows.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk)) if last else rows
