"""What supervision writes: that somebody from outside an agency looked into one of its cases."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from mingjing.supervision.models import CaseAccess

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.personnel.models import Person

ONE_VISIT = timedelta(minutes=30)  # pages opened again within this time are the same look


def note_access(*, case: "Case", by: "Person", why: str, at: datetime) -> CaseAccess | None:
    """Keep a trace of a look into a case; None where nothing is kept: at home in the agency, or the same visit."""
    if by.agency_id == case.agency_id:
        return None
    lately = CaseAccess.objects.filter(case_code=case.code, at__gt=at - ONE_VISIT)
    if lately.filter(person=by.username, why=why[:200]).exists():
        return None
    return CaseAccess.objects.create(
        case_code=case.code,
        agency_id=case.agency_id,
        person=by.username,
        person_agency_id=by.agency_id,
        why=why[:200],
        at=at,
    )
