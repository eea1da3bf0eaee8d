"""What may be read of file-review campaigns, by whom; nothing is written here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from mingjing.appraisal.limits import due_after, terms_of
from mingjing.appraisal.missed import Missed
from mingjing.appraisal.models import Campaign, File
from mingjing.appraisal.planning import READ, organises
from mingjing.appraisal.reading import Reading, readings_of
from mingjing.appraisal.results import readers_of
from mingjing.appraisal.standing import Standing, standing_of
from mingjing.kit.clock import legal_day
from mingjing.personnel import selectors as register
from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

VIEW = "filereview.view"
TOLD = frozenset({"announced", "closed"})
ENDS = frozenset({"closed", "dropped"})


class NoSuchCampaign(LookupError):
    """There is none, or it is none of this person's business."""


@dataclass(frozen=True, slots=True)
class Line:
    """A campaign, where it stands, and what the viewer is in it."""

    row: Campaign
    now: Standing
    organiser: bool
    reader: bool
    unit: bool  # his agency is reviewed
    sight: bool  # his office, or one below it, holds it

    @property
    def objection_due(self) -> date | None:
        """By when a unit may object."""
        if self.now.announced_at is None:
            return None
        return due_after(terms_of(self.row.office).objection, legal_day(self.now.announced_at))


def lines(viewer: "Person") -> list[Line]:
    """Give the campaigns that concern this person, the newest first."""
    return [one for row in _rows() if (one := _line(viewer, row)) is not None]


def campaign_for(viewer: "Person", code: str) -> Line:
    """Give one of them. Raises NoSuchCampaign."""
    row = _rows().filter(code=code).first()
    line = _line(viewer, row) if row is not None else None
    if line is None:
        raise NoSuchCampaign(code)
    return line


def _rows() -> "QuerySet[Campaign]":
    return Campaign.objects.select_related("office").prefetch_related("steps").order_by("-id")


def _line(viewer: "Person", row: Campaign) -> Line | None:
    now = standing_of(row.steps.all())
    sight = row.office_id in set(register.agencies_visible_to(viewer, VIEW))
    reader = viewer.username in row.content["readers"] and may(viewer, READ, viewer.agency.code)
    unit = viewer.agency.code in row.frame and may(viewer, VIEW, viewer.agency.code)
    if not (sight or reader or unit):
        return None
    return Line(row, now, organises(row, viewer), reader, unit, sight)


def files_of(row: Campaign) -> list[File]:
    """Give every file of a campaign, test files among them, in an order that says nothing."""
    return list(row.files.select_related("agency").order_by("key"))


def readings_for(viewer: "Person", line: Line) -> list[Reading]:
    """Give what this person reads, once reading is open."""
    if line.now.state not in {"opened", *TOLD}:
        return []
    return [
        one for one in readings_of(line.row, line.now, files_of(line.row)) if one.reader == viewer.username
    ]


def waiting_for(viewer: "Person") -> list[tuple[Line, Reading]]:
    """Give the files that this person still has to read."""
    return [
        (line, one)
        for line in _read_by(viewer, Campaign.objects.exclude(steps__kind__in=ENDS))
        for one in readings_for(viewer, line)
        if line.now.state == ("announced" if one.role == "again" else "opened")
        and not line.now.opinion(one.file.key, one.role, viewer.username)
    ]


def missed_by(viewer: "Person") -> list[tuple[Line, Missed]]:
    """Give the known faults that this person overlooked, of campaigns that were told: his own list, for learning."""
    return [
        (line, fault)
        for line in _read_by(viewer, Campaign.objects.filter(steps__kind="announced"))
        for one in readers_of(files_of(line.row), line.now)
        if one.username == viewer.username
        for fault in one.missed
    ]


def _read_by(viewer: "Person", rows: "QuerySet[Campaign]") -> Iterator[Line]:
    """Give those of these campaigns in which this person reads: asked for on pages that everybody opens."""
    codes = [code for code, told in rows.values_list("code", "content") if viewer.username in told["readers"]]
    for code in codes:
        line = campaign_for(viewer, code) if may(viewer, READ, viewer.agency.code) else None
        if line is not None and line.reader:
            yield line
