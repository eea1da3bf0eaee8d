"""The limits that run out soonest, found by seeks: what a workbench begins with. No limit is worked out here."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q

from mingjing.cases.merging import first_ids
from mingjing.cases.models import CaseDeadline, CaseHandler
from mingjing.cases.selectors import every_live_deadline
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from mingjing.personnel.models import Person


def soonest_due(viewer: "Person", *, until: datetime, limit: int, own: bool = False) -> list[CaseDeadline]:
    """Give the limits of live cases that somebody still has to act by, the soonest first, with case and agency.

    `own`: only of cases that the viewer handles and of those that nobody handles yet.
    """
    # `urges IN (1)` and not `urges`: only of a comparison does SQLite know that the index answers it.
    rows = every_live_deadline().filter(urges__in=[True], due__lte=until)
    if own:
        mine = CaseHandler.objects.filter(
            agency=OuterRef("agency"), case=OuterRef("case"), username=viewer.username
        )
        rows = rows.filter(case__agency=F("agency")).filter(Q(case__handlers=[]) | Q(Exists(mine)))
    agencies = agencies_visible_to(viewer)
    wanted = CaseDeadline.objects.filter(
        agency__in=agencies,
        case__agency=F("agency"),
        pk__in=first_ids(rows, agencies, ("due", "id"), limit=limit),
    )
    return list(wanted.select_related("case__agency").order_by("due", "id"))
