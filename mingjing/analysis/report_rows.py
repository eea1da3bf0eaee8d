"""Rows of reports that no act of a case is, brought together here because their rooms do not know each other."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from mingjing.disputes.counted import counted
from mingjing.statistics.counting import Row

DISPUTES = "disputes"


def other_rows(agencies: Sequence[int], since: date, until: date, before: datetime) -> Iterator[Row]:
    """Give the steps of disputes of these days, entered before a moment."""
    for one in counted(agencies, since=since, until=until, before=before):
        facts = {"step": one.step, "instance": one.instance, "loss": one.loss, "attended": one.attended}
        yield Row(DISPUTES, one.agency, one.case_code, one.ref, one.kind, one.on, facts)
