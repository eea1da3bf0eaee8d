"""What the tests of the officers' face share: people at their browsers, and facts as a form sends them."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

BACKEND = "django.contrib.auth.backends.ModelBackend"
SignIn = Callable[["Person"], Client]


@pytest.fixture
def at_desk() -> SignIn:
    """Somebody signed in at a browser of their own."""

    def signed_in(person: "Person") -> Client:
        client = Client()
        client.force_login(person, backend=BACKEND)
        return client

    return signed_in


def as_sent(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as the generated form sends them."""
    sent: dict[str, Any] = {}
    for name, value in facts.items():
        sent.update(_sent(f"f.{name}", value))
    return sent


def _sent(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, bool):
        return {name: "true" if value else "false"}
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        cells = [
            (f"{name}.{at}.{column}", cell) for at, row in enumerate(value) for column, cell in row.items()
        ]
        return {key: sent for cell_name, cell in cells for key, sent in _sent(cell_name, cell).items()}
    if isinstance(value, str) and value.endswith("+08:00"):
        return {name: value.removesuffix("+08:00")}
    return {name: value}
