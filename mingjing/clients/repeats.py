"""A request sent twice is done once: the answer is kept under the key that the sender chose, for some hours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import IntegrityError, transaction

from mingjing.clients.models import KeptAnswer

if TYPE_CHECKING:
    from mingjing.clients.models import Client

# A process that died in the middle has answered nothing; the services' own `once` token keeps its act from doubling.
ABANDONED: Final = timedelta(minutes=2)


class OtherRequest(Exception):
    """The key was used for another request."""


class AtWork(Exception):
    """The same request is being worked on at this very moment."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def begin(client: "Client", key: str, request: str, at: datetime) -> Answer | None:
    """Take the key for this request: None says to do it now; an answer says it is done. Raises OtherRequest, AtWork.

    Of requests at the same moment the database lets one through, whichever process they reach.
    """
    KeptAnswer.objects.filter(begun_at__lt=at - timedelta(hours=settings.MINGJING_API_ANSWER_HOURS)).delete()
    try:
        with transaction.atomic():
            KeptAnswer.objects.create(client=client, key=key, request=request, begun_at=at)
    except IntegrityError:
        row = KeptAnswer.objects.filter(client=client, key=key).first()
        if row is None:
            # The other one has failed this very moment and let go of the key: it is free when asked again.
            raise AtWork(key) from None
        return _again(row, request, at)
    return None


def _again(row: KeptAnswer, request: str, at: datetime) -> Answer | None:
    if row.request != request:
        raise OtherRequest(row.key)
    if row.status is not None:
        return Answer(row.status, row.headers, bytes(row.body))
    left = KeptAnswer.objects.filter(pk=row.pk, status=None, begun_at=row.begun_at)
    if at - row.begun_at < ABANDONED or not left.update(begun_at=at):
        raise AtWork(row.key)
    return None


def keep(client: "Client", key: str, answer: Answer) -> None:
    """Keep what the request was answered."""
    KeptAnswer.objects.filter(client=client, key=key).update(
        status=answer.status, headers=dict(answer.headers), body=answer.body
    )


def forget(client: "Client", key: str) -> None:
    """Let the key be used again: the request failed here, and nothing was written."""
    KeptAnswer.objects.filter(client=client, key=key, status=None).delete()
