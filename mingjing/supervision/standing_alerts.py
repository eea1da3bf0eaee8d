"""Every alert that stands, as plain values, for whoever counts how good the models are; writes nothing."""

from collections.abc import Iterator
from typing import NamedTuple

from mingjing.supervision.models import Alert


class StandingAlert(NamedTuple):
    """One alert: of which model, in which agency, about what."""

    code: str
    agency: str
    subject: str


def standing_alerts() -> Iterator[StandingAlert]:
    """Give the alerts that have not gone, the oldest first."""
    rows = Alert.objects.exclude(state=Alert.State.GONE).order_by("pk")
    for row in rows.values_list("code", "agency__code", "subject").iterator():
        yield StandingAlert(*row)
