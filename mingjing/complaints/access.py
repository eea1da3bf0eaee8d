"""Who sees what of a complaint: its office all but the identity, the unit complained about what was released to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db import transaction

from mingjing.complaints.kinds import Kind
from mingjing.complaints.models import Complainant, ComplainantLook, ComplainantWords, Complaint
from mingjing.complaints.services import NotTaken
from mingjing.complaints.standing import Standing, standing_of
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_above, agencies_visible_to

if TYPE_CHECKING:
    from mingjing.personnel.models import Person


class Sight(StrEnum):
    """How much of a complaint somebody sees."""

    OFFICE = "office"  # who handles it
    UNIT = "unit"  # the unit complained about, after release
    ABOVE = "above"  # who supervises its office
    NONE = "none"


def standing(complaint: Complaint) -> Standing:
    """Give where a complaint stands."""
    return standing_of(complaint.office_id, complaint.at, complaint.events.all())


@dataclass(frozen=True, slots=True)
class Eye:
    """What is asked once of a viewer, however many complaints are looked through."""

    viewer: "Person"
    own: frozenset[
        int
    ]  # the agencies whose conduct is this person's unit's conduct: his own and those above it
    seen: frozenset[int]  # the agencies whose complaints he may see
    views: bool
    explains: bool


def eye_of(viewer: "Person") -> Eye:
    """Read what decides what this person sees."""
    code = viewer.agency.code
    return Eye(
        viewer,
        frozenset([viewer.agency_id, *agencies_above(viewer.agency_id)]),
        frozenset(agencies_visible_to(viewer, "complaint.view")),
        may(viewer, "complaint.view", code),
        may(viewer, "complaint.explain", code),
    )


def sight_of(eye: Eye, complaint: Complaint, now: Standing) -> Sight:
    """Say how much this person sees. Who is complained about comes first, whatever else the person may do."""
    if _complained_about(eye.viewer, eye.own, complaint):
        return Sight.UNIT if eye.explains and now.released is not None else Sight.NONE
    if eye.viewer.agency_id == now.office:
        return Sight.OFFICE if eye.views else Sight.NONE
    return Sight.ABOVE if now.office in eye.seen else Sight.NONE


def is_complained_about(person: "Person", complaint: Complaint) -> bool:
    """Say whether a complaint about conduct is about this person's unit, or names this person."""
    own = frozenset([person.agency_id, *agencies_above(person.agency_id)])
    return _complained_about(person, own, complaint)


def _complained_about(person: "Person", own: frozenset[int], complaint: Complaint) -> bool:
    if complaint.kind != Kind.CONDUCT:
        return False
    return complaint.about_id in own or bool(
        complaint.officer and complaint.officer in {person.name, person.username}
    )


@dataclass(frozen=True, slots=True)
class Identity:
    """Who complained, and in which words."""

    name: str
    phone: str
    address: str
    said: tuple[str, ...]


@transaction.atomic
def reveal(*, complaint: Complaint, by: "Person", why: str, at: datetime) -> Identity:
    """Show who complained to somebody of the handling office with the right to it, and keep the look.

    Raises NotTaken, nothing shown and nothing kept, for everybody else and without a reason.
    """
    now = standing(complaint)
    office = sight_of(eye_of(by), complaint, now) is Sight.OFFICE
    if not office or not may(by, "complaint.identity", by.agency.code):
        raise NotTaken("投诉人的身份只对办理机关中有权限的承办人显示。")
    if now.handler and now.handler != by.username:
        raise NotTaken("投诉人的身份只对本件的承办人显示。")
    if len(why.strip()) < 2:
        raise NotTaken("请写明为什么要查看投诉人的身份。", field="why")
    ComplainantLook.objects.create(complaint=complaint, by=by.username, why=why.strip()[:200], at=at)
    row = Complainant.objects.get(complaint=complaint)
    said = ComplainantWords.objects.filter(complaint=complaint).order_by("seq")
    return Identity(row.name, row.phone, row.address, tuple(one.said for one in said))


def parts_of(complaint: Complaint) -> tuple[str, str, str]:
    """Give the identity to the code of this room that keeps it out of texts; it is shown to nobody."""
    row = Complainant.objects.get(complaint=complaint)
    return row.name, row.phone, row.address
