"""Who reviews: reviewers and counsel of an agency, and their number against the share that is demanded."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mingjing.packs.people_terms import PeopleTerms
from mingjing.personnel.authority import terms_of
from mingjing.personnel.models import Agency, Person, Role

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class ReviewStaff:
    """The reviewers of an agency against its officers."""

    officers: int
    wanted: int
    reviewers: "Sequence[Person]"  # who may review: legally qualified or not, as the register says
    counsel: "Sequence[Person]"
    terms: PeopleTerms

    @property
    def qualified(self) -> int:
        """How many reviewers have the qualification."""
        return sum(bool(one.legal_qualification_no) for one in self.reviewers)

    @property
    def short(self) -> int:
        """How many are missing."""
        return max(0, self.wanted - len(self.reviewers))


def review_staff(agency: Agency) -> ReviewStaff:
    """Count the officers of an agency and name its reviewers and counsel."""
    people = list(Person.objects.filter(agency=agency, is_active=True).order_by("username"))
    officers = sum(Role.OFFICER in one.roles and not one.is_auxiliary for one in people)
    terms = terms_of(agency)
    return ReviewStaff(
        officers,
        terms.reviewers_wanted(officers),
        [one for one in people if Role.REVIEWER in one.roles and not one.is_auxiliary],
        [one for one in people if one.is_counsel],
        terms,
    )
