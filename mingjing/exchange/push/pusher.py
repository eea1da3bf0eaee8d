"""The push inside the worker: a thread for each receiver, so that no platform, however slow, ever delays the log."""

import logging
import threading
import time
from datetime import datetime, timedelta
from typing import Final

from django.db import connections
from django.utils import timezone

from mingjing.exchange.push.comparing import compare_due
from mingjing.exchange.push.following import follow
from mingjing.exchange.push.receivers import Receiver, receivers
from mingjing.exchange.push.sending import send_due
from mingjing.exchange.targets import MappingFault

log = logging.getLogger("mingjing.push")

EVERY: Final = timedelta(seconds=5)
READING: Final = 10.0  # seconds of one turn that go into reading the log: years of it may lie there at first
LAST: Final = 30.0  # seconds that the end of the worker waits for what is on its way


class Pusher:
    """Starts what is due and returns at once. What a killed worker leaves is taken up by the next."""

    def __init__(self) -> None:
        self._running: dict[str, threading.Thread] = {}
        self._looked_at: datetime | None = None
        self._told: list[str] = []

    def turn(self, now: datetime) -> None:
        """Start a turn for every receiver whose last one has ended."""
        if self._looked_at is not None and now - self._looked_at < EVERY:
            return
        self._looked_at = now
        found, faults = receivers()
        if faults != self._told:
            for fault in faults:
                log.error("a receiver cannot be used: %s", fault)
            self._told = faults
        for code, receiver in found.items():
            if code not in self._running or not self._running[code].is_alive():
                self._running[code] = threading.Thread(
                    target=_turn_of, args=(receiver,), name=f"push-{code}", daemon=True
                )
                self._running[code].start()

    def finish(self) -> None:
        """Wait for what is on its way, as long as a turn may take."""
        until = time.monotonic() + LAST
        for thread in self._running.values():
            thread.join(max(0.0, until - time.monotonic()))


def _turn_of(receiver: Receiver) -> None:
    try:
        push(receiver)
    except Exception as error:
        log.error("pushing to %s failed: %s", receiver.code, type(error).__name__)
    finally:
        connections.close_all()


def push(receiver: Receiver, *, at: datetime | None = None) -> int:
    """Read on in the log, send what is due, compare if it is night; give how many messages were taken."""
    now, until = at or timezone.now(), time.monotonic() + READING
    try:
        while follow(receiver, at=now) and time.monotonic() < until:
            pass
    except MappingFault:
        pass  # said on the page by what follows; the place in the log has not moved
    sent = send_due(receiver, at=at or timezone.now())
    compare_due(receiver, at=at or timezone.now())
    return sent
