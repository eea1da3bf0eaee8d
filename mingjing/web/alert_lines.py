"""The alerts on a case as its page shows them; what was found and done stands on the alert's own page."""

from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse

from mingjing.supervision import alert_desk

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.personnel.models import Person


class AlertLine(NamedTuple):
    """One alert that stands."""

    title: str
    state: str
    url: str


def alert_lines(viewer: "Person", case: "Case") -> list[AlertLine]:
    """Give the alerts on a case that this person may see."""
    lines = []
    for alert, mine in alert_desk.of_case(viewer, case.code):
        model = alert_desk.model_of(alert)
        url = reverse("alert" if mine else "supervision-alert", args=[alert.pk])
        lines.append(AlertLine(model.title if model else alert.code, alert.get_state_display(), url))
    return lines
