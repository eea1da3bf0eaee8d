"""Certificates that run out, as the workbench warns of them: to the holder, his head and the administrator."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mingjing.personnel.authority import terms_of
from mingjing.personnel.models import Role
from mingjing.personnel.selectors import ExpiringCertificate, agencies_visible_to, certificates_expiring

if TYPE_CHECKING:
    from mingjing.personnel.models import Person


@dataclass(frozen=True, slots=True)
class Warned:
    """A certificate with the step of warning that it has come to."""

    certificate: ExpiringCertificate
    step: int  # days: the nearest of the steps that still holds
    first: int
    last: int


def expiring_for(viewer: "Person", on: date) -> list[Warned]:
    """Give the certificates this person is warned of on the day `on`, the soonest first.

    A head is warned of his agency's, an administrator of all that he keeps, everybody else of his own.
    """
    steps = terms_of(viewer.agency).warn_days
    ids = agencies_visible_to(viewer, "people.manage") if Role.ADMIN in viewer.roles else [viewer.agency_id]
    found = certificates_expiring(on, steps[0], ids)
    if not {Role.HEAD, Role.ADMIN} & set(viewer.roles):
        found = [one for one in found if one.username == viewer.username]
    return [
        Warned(one, min(step for step in steps if one.days_left <= step), steps[0], steps[-1])
        for one in found
    ]
