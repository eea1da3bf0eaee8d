"""What the pages read of wrong cases, scoped to the viewer; and what concerns the viewer himself."""

from typing import TYPE_CHECKING, Final

from django.db.models import Exists, OuterRef, QuerySet

from mingjing.accountability.models import WrongCase, WrongCaseEvent
from mingjing.accountability.wrong_cases import Standing
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from mingjing.personnel.models import Person


class NoSuchWrongCase(LookupError):
    """There is none for this viewer; whether it exists elsewhere is not said."""


def wrong_cases_seen_by(viewer: "Person") -> QuerySet[WrongCase]:
    """Give the wrong cases a person may see, the latest first."""
    rows = WrongCase.objects.filter(agency__in=agencies_visible_to(viewer, "wrongcase.view"))
    return rows.select_related("agency").order_by("-id")


def one_for(viewer: "Person", no: str) -> WrongCase:
    """Give one wrong case. Raises NoSuchWrongCase."""
    row = wrong_cases_seen_by(viewer).filter(no=no).first()
    if row is None:
        raise NoSuchWrongCase(no)
    return row


# What people say for themselves is for whoever handles it, and for themselves.
OWN_WORDS: Final = frozenset({"stated", "appealed"})


def handles(viewer: "Person", row: WrongCase, now: Standing) -> bool:
    """Say whether this person works on a wrong case: one who had a part in it himself never does."""
    return may(viewer, "wrongcase.manage", row.agency.code) and viewer.username not in now.answers


def events_of(row: WrongCase, person: str = "") -> list[WrongCaseEvent]:
    """Give the steps in their order; those of one person and the general ones where one is named."""
    return [one for one in row.events.order_by("seq") if not person or one.person in {"", person}]


def about(person: "Person") -> list[WrongCase]:
    """Give the wrong cases in which this person had a part, the latest first."""
    opened = WrongCaseEvent.objects.filter(wrong=OuterRef("pk"), kind="opened")
    # The people stand inside the traces: the bureau's own cases are few, so they are looked through.
    rows = WrongCase.objects.filter(Exists(opened), agency=person.agency_id).prefetch_related("events")
    return [row for row in rows.order_by("-id") if _had_a_part(row, person.username)]


def _had_a_part(row: WrongCase, username: str) -> bool:
    opened = next((one for one in row.events.all() if one.kind == "opened"), None)
    return opened is not None and any(one["person"] == username for one in opened.facts["traces"])
