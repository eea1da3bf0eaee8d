"""Having checkpoints stamped with the time by another authority, now and then; sealing never waits for it."""

import logging
import threading
import urllib.request
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from mingjing.translog.models import Checkpoint, Stamp
from mingjing.translog.note import text_of
from mingjing.translog.timestamp import StampRefused, stamp_request, stamped_at
from mingjing.translog.trees import FIRST

PATIENCE: Final = 10  # seconds
RETRY: Final = timedelta(minutes=5)
MOST: Final = 64 * 1024

logger = logging.getLogger(__name__)


def stamp_checkpoint(at: datetime) -> Stamp | None:
    """Have the latest checkpoint stamped, if one is due; gives the stamp. Raises OSError or StampRefused.

    Due is what has no stamp yet, once the last stamp is older than the settings say.
    """
    if not due(at):
        return None
    note = FIRST.last_note()
    last = FIRST.checkpoints._default_manager.order_by("-size").first()
    if note is None or last is None:
        return None
    text = text_of(note)
    token = _ask(stamp_request(text))
    stamped_at(token, text)
    try:
        with transaction.atomic():
            return Stamp.objects.create(
                size=last.size, token=token, authority=settings.MINGJING_LOG_TSA, at=at
            )
    except IntegrityError:
        return None  # another worker was quicker


def due(at: datetime) -> bool:
    """Tell whether a checkpoint waits for a stamp."""
    if not settings.MINGJING_LOG_TSA:
        return False
    stamp = Stamp.objects.order_by("-size").first()
    newest = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first()
    if newest is None:
        return False
    every = timedelta(minutes=settings.MINGJING_LOG_TSA_MINUTES)
    return stamp is None or (stamp.size < newest and at - stamp.at >= every)


def last_stamp() -> Stamp | None:
    """Give the newest stamp."""
    return Stamp.objects.order_by("-size").first()


class Stamper:
    """Asks for stamps beside the worker: an authority that is slow or gone holds up nothing."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._failed_at: datetime | None = None

    def turn(self, now: datetime) -> None:
        """Begin to ask if a stamp is due and nobody is asking; after a failure wait a while."""
        waits = self._failed_at is not None and now - self._failed_at < RETRY
        if waits or (self._thread is not None and self._thread.is_alive()) or not due(now):
            return
        self._thread = threading.Thread(target=self._ask, args=(now,), daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait until nobody is asking."""
        if self._thread is not None:
            self._thread.join(PATIENCE)

    def _ask(self, now: datetime) -> None:
        try:
            stamp_checkpoint(now)
            self._failed_at = None
        except (OSError, StampRefused) as error:
            self._failed_at = now
            logger.error("checkpoint not stamped: %s", type(error).__name__)
        finally:
            connection.close()


def _ask(query: bytes) -> bytes:
    address = settings.MINGJING_LOG_TSA
    if not address.startswith(("https://", "http://")):
        raise StampRefused("MINGJING_LOG_TSA 应为 http 或 https 地址")
    headers = {"Content-Type": "application/timestamp-query"}
    request = urllib.request.Request(address, data=query, headers=headers)  # noqa: S310 - checked above
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310 - checked above
        return bytes(answer.read(MOST))
