"""Who is let in: a secret, a token or a signature held against the register of clients as it stands at this moment."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from secrets import compare_digest
from typing import TYPE_CHECKING, Final

from mingjing.clients.counting import UNWRITABLE
from mingjing.clients.models import Client
from mingjing.clients.scopes import in_order
from mingjing.clients.services import TOKEN, digest_of
from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mingjing.personnel.models import Person

SEEN: Final = timedelta(minutes=1)  # `used_at` is written no more often


class NotLetIn(Exception):
    """Nobody is let in with this. The reason is a word; `mingjing.api.problems` says it in sentences."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: the client, in whose name, what it may do now, and which token it showed."""

    client: Client
    scopes: frozenset[str]
    token: str  # names the token for counting; never the token itself

    @property
    def person(self) -> "Person":
        """The person in whose name everything is done."""
        return self.client.person


def by_token(token: str, *, address: str, at: datetime) -> Caller:
    """Let a personal token in. Raises NotLetIn."""
    row = _rows().filter(kind=Client.Kind.PERSONAL, digest=digest_of(token)).first()
    if row is None:
        raise NotLetIn("unknown")
    return _caller(row, row.scopes, row.code, address=address, at=at)


def by_code(code: str, scopes: Collection[str], token: str, *, address: str, at: datetime) -> Caller:
    """Let the holder of an access token in that was issued to a client, for no more than it was issued for."""
    return _caller(_client(code), scopes, token, address=address, at=at)


def by_secret(code: str, secret: str, *, address: str, at: datetime) -> Caller:
    """Let a client in that shows its secret. Raises NotLetIn; an unknown client looks like a wrong secret."""
    row = _client(code)
    if not compare_digest(row.digest.encode(), digest_of(secret).encode()):
        raise NotLetIn("unknown")
    return _caller(row, row.scopes, row.code, address=address, at=at)


def keys_of(code: str) -> dict[str, object]:
    """Give the public keys that a client signs with. Raises NotLetIn where it has none."""
    row = _client(code)
    if not row.keys:
        raise NotLetIn("unknown")
    return dict(row.keys)


def by_signature(code: str, *, address: str, at: datetime) -> Caller:
    """Let a client in whose signature was just proven. Raises NotLetIn."""
    row = _client(code)
    return _caller(row, row.scopes, row.code, address=address, at=at)


def is_token(text: str) -> bool:
    """Whether this looks like a personal token."""
    return text.startswith(TOKEN)


def _rows() -> "QuerySet[Client]":
    return Client.objects.select_related("person__agency", "agency")


def _client(code: str) -> Client:
    row = _rows().filter(code=code, kind=Client.Kind.SYSTEM).first()
    if row is None:
        raise NotLetIn("unknown")
    return row


def _caller(row: Client, scopes: Collection[str], token: str, *, address: str, at: datetime) -> Caller:
    """Hold a client against everything that may have happened since it was registered."""
    person = row.person
    if row.revoked_at is not None:
        raise NotLetIn("revoked")
    if at >= row.expires_at:
        raise NotLetIn("expired")
    if row.accepted_at is None:
        raise NotLetIn("not_accepted")
    # Whoever moves to another agency takes no client of the old one along.
    if not person.is_active or not row.agency.is_active or person.agency_id != row.agency_id:
        raise NotLetIn("person")
    if row.networks and not _within(address, row.networks):
        raise NotLetIn("address")
    if row.used_at is None or at - row.used_at >= SEEN:
        with suppress(*UNWRITABLE):  # whoever may read goes on reading where nothing can be written
            Client.objects.filter(pk=row.pk).update(used_at=at)
    held = set(row.scopes) & set(scopes)
    return Caller(row, frozenset(one for one in held if may(person, one, person.agency.code)), token)


def _within(address: str, networks: Collection[str]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in ip_network(one) for one in networks)


def granted(caller: Caller, asked: Collection[str]) -> list[str]:
    """Give the scopes of a new access token: those asked for, or all; none that the caller may not have now."""
    return in_order(caller.scopes & set(asked) if asked else caller.scopes)
