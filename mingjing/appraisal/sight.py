"""Who sees what of a campaign: its steps, its draw, its result, one file with what was found in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mingjing.appraisal.models import File, Step
from mingjing.appraisal.planning import ANSWER
from mingjing.appraisal.reading import Reading, reading_for
from mingjing.appraisal.selectors import TOLD, Line, files_of
from mingjing.appraisal.standing import Opinion, Told
from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

# Who read what is the organiser's to know; the rest everybody's whom the campaign concerns.
PRIVATE: Final = frozenset({"opined", "appointed", "excused", "changed", "objected"})


class NoSuchFile(LookupError):
    """There is none, or it is none of this person's business."""


@dataclass(frozen=True, slots=True)
class Look:
    """One file as one person may look at it."""

    file: File
    own: Reading | None  # what he reads of it himself
    handed: Opinion | None  # what he has said of it
    opinions: Sequence[Opinion]
    unit: bool  # it is his agency's
    writes: bool  # he has still to say what he found
    objects: bool  # he may ask for its re-review
    objection: Told | None  # what its unit says against the result


def steps_seen(line: Line) -> list[Step]:
    """Give the steps of a campaign that this person may know."""
    return [one for one in line.row.steps.all() if line.organiser or one.kind not in PRIVATE]


def files_seen(viewer: "Person", line: Line) -> list[File]:
    """Give the files of a campaign: all of them to the organiser, when all is told their own to the units."""
    if line.organiser:
        return files_of(line.row)
    if not (line.unit and line.now.state in TOLD):
        return []
    return [one for one in files_of(line.row) if one.case_code and one.agency_id == viewer.agency_id]


def draw_seen(line: Line) -> bool:
    """Say whether the draw may be taken away: by everybody once all is told, by the organiser at once."""
    return line.now.state in TOLD or (line.organiser and line.now.state in {"drawn", "opened"})


def result_seen(line: Line) -> bool:
    """Say whether the result of all units may be read."""
    return line.now.state in TOLD and (line.sight or line.organiser)


def look_at(viewer: "Person", line: Line, key: str) -> Look:
    """Give one file: to its reader, its organiser, and when all is told to its unit. Raises NoSuchFile."""
    row, now = line.row, line.now
    found = row.files.select_related("agency").filter(key=key).first()
    if found is None:
        raise NoSuchFile(key)
    own = reading_for(row, now, viewer.username, key)
    own = own if now.state in {"opened", *TOLD} else None
    unit = bool(found.case_code) and found.agency_id == viewer.agency_id and line.unit
    if not (own or line.organiser or (unit and now.state in TOLD)):
        raise NoSuchFile(key)
    handed = now.opinion(key, own.role, viewer.username) if own else None
    asked = now.objections.get(key)
    return Look(
        file=found,
        own=own,
        handed=handed,
        opinions=_opinions(line, key, own, handed),
        unit=unit,
        writes=bool(own and not handed and now.state == ("announced" if own.role == "again" else "opened")),
        objects=unit
        and now.state == "announced"
        and asked is None
        and may(viewer, ANSWER, viewer.agency.code),
        objection=asked if (own and own.role == "again") or unit or line.organiser else None,
    )


def _opinions(line: Line, key: str, own: Reading | None, handed: Opinion | None) -> Sequence[Opinion]:
    """One who has handed in his own reads the others once all is told; before that only a third reader does."""
    later = handed is not None and line.now.state in TOLD
    if line.organiser or own is None or own.role == "third" or later:
        return line.now.opinions.get(key, [])
    return [handed] if handed else []
