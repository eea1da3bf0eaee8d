"""A case as a caller may see it: theirs or not there, destroyed, and with the trace that a look from outside leaves."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from mingjing.api.door import Called, scope_missing
from mingjing.api.problems import Problem, not_found
from mingjing.api.rooms.case_schemas import CaseAnswer
from mingjing.cases import selectors
from mingjing.personnel.permissions import may
from mingjing.supervision.services import note_access

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case

LOOK = "通过接口查阅案件"


def case_of(request: Called, code: str, *, action: str = "case.view", why: str = LOOK) -> "Case":
    """The case, if `action` may be done in its agency. Raises Problem: other agencies' cases do not exist here.

    The door has asked for the caller's own agency; whoever looks down on others may read there and not write.
    """
    try:
        found = selectors.case_by_code(request.auth.person, code)
    except selectors.NotFound:
        raise not_found() from None
    if not may(request.auth.person, action, found.agency.code):
        raise scope_missing(action)
    if found.erased:
        raise Problem("destroyed")
    note_access(case=found, by=request.auth.person, why=why, at=timezone.now())
    return found


def act_of(request: Called, code: str, act: str, *, why: str = LOOK) -> "Act":
    """One act of such a case. Raises Problem."""
    case = case_of(request, code, why=why)
    found = next((one for one in selectors.acts_of(case) if one.code == act), None)
    if found is None:
        raise not_found()
    return found


def standing_told(case: "Case", now: datetime) -> CaseAnswer:
    """A case with all that is computed of it."""
    return CaseAnswer.standing(case, selectors.acts_of(case), now)
