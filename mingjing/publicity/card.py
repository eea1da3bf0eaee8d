"""The officer's card: what the register publishes of an officer, signed for a quarter of an hour at a time. No rows."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings

from mingjing.kit.canonical import canonical
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import published_officers, qualifications
from mingjing.translog.services import ensure_log_key

if TYPE_CHECKING:
    from mingjing.personnel.models import Person
    from mingjing.personnel.selectors import PublishedOfficer

# What is signed is this line and the statement: the log's key signs checkpoints too, and neither reads as the other.
DOMAIN: Final = b"mingjing officer card v1\n"
EVERY: Final = timedelta(minutes=15)  # how long one statement is shown
GRACE: Final = timedelta(minutes=5)  # how much longer it counts: clocks differ, and scanning takes a moment
DAY: Final = timedelta(hours=10)  # how far ahead a phone is provided for


class NoCard(Exception):
    """There is nothing to show: the officer is not published, or may not act today. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One statement: from when until when it is shown, and the address that the QR code opens."""

    begins: datetime
    ends: datetime
    address: str


def officer_of(person: "Person", at: datetime) -> "PublishedOfficer":
    """Give the officer as published, if he may act today. Raises NoCard with the reason."""
    day = legal_day(at)
    number = qualifications([person], day)[person.username].number
    published = published_officers(day, [person.agency.code])
    held = next((one for one in published if number and one.certificate == number), None)
    if held is None:
        raise NoCard("您没有登记执法证件，不能出示执法证。请系统管理员核对登记")
    if held.state != "valid":
        raise NoCard(f"您的执法证件现为“{held.state_title}”，不得从事执法活动，不能出示")
    return held


def statements(officer: "PublishedOfficer", at: datetime) -> Iterator[Shown]:
    """Give what the phone shows from now on, a quarter of an hour each, for the day."""
    begins = at
    while begins < at + DAY:
        yield Shown(begins, begins + EVERY, address(token(officer, begins, begins + EVERY + GRACE)))
        begins += EVERY


def token(officer: "PublishedOfficer", begins: datetime, ends: datetime) -> str:
    """Give a signed statement: `1.<statement>.<signature>`, both in base64url."""
    body = canonical(
        {
            "n": officer.name,
            "a": officer.agency,
            "d": f"{officer.department} {officer.post}".strip(),
            "f": "、".join(officer.fields),
            "c": officer.certificate,
            "b": int(begins.timestamp()),
            "e": int(ends.timestamp()),
        }
    )
    return f"1.{_text(body)}.{_text(ensure_log_key().sign(DOMAIN + body))}"


def address(statement: str) -> str:
    """Give the address that the QR code opens; what follows the # never leaves the reader's phone."""
    return f"{settings.MINGJING_ORIGIN}/portal/card/#{statement}"


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
