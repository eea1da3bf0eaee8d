"""The end of every visit of a draw, for stories that are not about visits: every firm was struck off meanwhile."""

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from mingjing.inspections.models import CheckSheet, VisitStart, VisitTask
from mingjing.inspections.visiting.visits import lay_out

if TYPE_CHECKING:
    from mingjing.inspections.models import Draw

STRUCK_OFF = "9"


def all_struck_off(draw: "Draw", at: datetime) -> None:
    """Let every standing line of a draw have been visited, and its sheet say why there was nothing to inspect."""
    lay_out(draw, at=at)
    for task in VisitTask.objects.filter(draw=draw, withdrawn="", start=None):
        VisitStart.objects.create(
            task=task, agency=task.agency, object=task.object, year=at.year, counted=True, before_own=0,
            before_all=0, case_code=secrets.token_hex(8), by="officer", at=at,
        )  # fmt: skip
        CheckSheet.objects.create(task=task, answers=[], result=STRUCK_OFF, digest="", by="officer", at=at)
