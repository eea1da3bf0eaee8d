"""What other rooms may read of API clients; every list is scoped to who may see it. Nothing is written here."""

from typing import TYPE_CHECKING

from mingjing.clients.models import Client
from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from datetime import datetime

    from mingjing.personnel.models import Person


class NoClient(LookupError):
    """There is no such client for this viewer; whether it exists elsewhere is not said."""


def clients_of(viewer: "Person") -> list[Client]:
    """Give the systems registered in the viewer's agency, those in use first."""
    if not may(viewer, "client.manage", viewer.agency.code):
        return []
    rows = Client.objects.filter(agency=viewer.agency_id, kind=Client.Kind.SYSTEM)
    return list(rows.select_related("person", "agency").order_by("-revoked_at", "-pk"))


def clients_for(person: "Person") -> list[Client]:
    """Give what acts in the name of this person, systems and tokens of their own, the latest first."""
    return list(Client.objects.filter(person=person).select_related("agency").order_by("-pk"))


def client_of(viewer: "Person", code: str) -> Client:
    """Give a client that the viewer keeps or that acts in their name. Raises NoClient."""
    row = Client.objects.select_related("person__agency", "agency").filter(code=code).first()
    if row is None:
        raise NoClient(code)
    keeps = row.agency_id == viewer.agency_id and may(viewer, "client.manage", row.agency.code)
    if row.person_id != viewer.pk and not (keeps and row.kind == Client.Kind.SYSTEM):
        raise NoClient(code)
    return row


def waiting_for(person: "Person", at: "datetime") -> int:
    """Give how many systems wait for this person's yes."""
    return Client.objects.filter(person=person, accepted_at=None, revoked_at=None, expires_at__gt=at).count()
