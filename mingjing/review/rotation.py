"""Whose turn it is to review: the reviewers of an agency by how much they have opined this year. Nothing is written."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from mingjing.cases.workload import performed_in
from mingjing.personnel.reviewers import review_staff

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

OPINED = "legal_review_opined"


@dataclass(frozen=True, slots=True)
class Turn:
    """One reviewer of the pool."""

    person: "Person"
    opinions: int
    last: date | None


def rotation(agency: "Agency", on: date) -> list[Turn]:
    """Give the pool in the order of turns: fewest opinions this year first, then whoever opined longest ago."""
    done = performed_in(agency.pk, OPINED, on.year)
    turns = [
        Turn(one, len(days := done.get(one.username, [])), max(days, default=None))
        for one in review_staff(agency).reviewers
    ]
    return sorted(turns, key=lambda one: (one.opinions, one.last or date.min, one.person.username))
