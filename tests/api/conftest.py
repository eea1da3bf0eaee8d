"""What the tests of the API share: programs that call in somebody's name, and a case to call about."""

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client as Http
from django.utils import timezone

from mingjing.clients import services
from mingjing.clients.scopes import scopes_of
from mingjing.personnel.permissions import ADMINISTRATORS

if TYPE_CHECKING:
    from mingjing.clients.models import Client
    from mingjing.personnel.models import Person

YEAR = timedelta(days=300)
_numbers = itertools.count(1)


@dataclass
class Program:
    """A program that calls with one token."""

    token: str
    client: "Client | None" = None
    http: Http = field(default_factory=Http)
    language: str = ""

    def get(self, path: str, query: Mapping[str, Any] | None = None, **headers: str) -> Any:
        """Read something."""
        return self.http.get(f"/api/v1{path}", query or {}, headers=self._headers(headers))

    def post(self, path: str, body: Any, *, key: str | None = "", **headers: str) -> Any:
        """Send something, under a key of its own unless one is given; None sends none."""
        if key is not None:
            headers["Idempotency-Key"] = key or f"key-{next(_numbers):08d}"
        kept = self._headers(headers)
        return self.http.post(
            f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=kept
        )

    def put(self, path: str, body: Any) -> Any:
        """Put something in its place."""
        kept = self._headers({})
        return self.http.put(
            f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=kept
        )

    def delete(self, path: str) -> Any:
        """Take something away."""
        return self.http.delete(f"/api/v1{path}", headers=self._headers({}))

    def upload(self, path: str, fields: Mapping[str, Any], *, key: str = "", **headers: str) -> Any:
        """Send a form with files."""
        headers["Idempotency-Key"] = key or f"key-{next(_numbers):08d}"
        return self.http.post(f"/api/v1{path}", fields, headers=self._headers(headers))

    def _headers(self, more: Mapping[str, str]) -> dict[str, str]:
        kept = {name.replace("_", "-"): value for name, value in more.items()}
        if self.language:
            kept["Accept-Language"] = self.language
        return {"Authorization": f"Bearer {self.token}", **kept}


Make = Callable[..., Program]


@pytest.fixture
def program() -> Make:
    """Make a program that calls with a personal token of somebody, with all their rights or some."""

    def made(person: "Person", *scopes: str) -> Program:
        now = timezone.now()
        client, token = services.issue_token(
            person=person,
            title="测试程序",
            scopes=scopes or scopes_of(person),
            expires_at=now + YEAR,
            networks=["127.0.0.0/8"] if set(person.roles) & set(ADMINISTRATORS) else (),
            at=now,
        )
        return Program(token, client)

    return made
