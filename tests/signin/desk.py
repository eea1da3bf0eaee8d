"""What the tests of sign-in share: an authenticator app with its own clock, and the steps at the door."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyotp
from django.test import Client
from django.utils import timezone

from mingjing.signin import services
from tests.cast import PASSWORD

if TYPE_CHECKING:
    from django.http import HttpResponse

    from mingjing.personnel.models import Person


class App:
    """An authenticator app of somebody, bound to the account; each code it shows is of a later step than the last."""

    def __init__(self, person: "Person") -> None:
        self.otp = pyotp.TOTP(pyotp.random_base32())
        at = timezone.now() - timedelta(minutes=5)
        services.add_totp(person=person, secret=self.otp.secret, code=self.code(at), title="手机", at=at)

    def code(self, at: datetime | None = None) -> str:
        """What it shows."""
        return self.otp.at(at or timezone.now())


def password(client: Client, username: str = "officer", word: str = PASSWORD, **more: Any) -> "HttpResponse":
    """The first step."""
    answer: Any = client.post("/login/", {"username": username, "password": word, **more})
    return answer


def inside(client: Client) -> bool:
    """Whether this browser is let in."""
    return client.get("/").status_code == 200
