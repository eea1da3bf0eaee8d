"""Which reads go to the replica: the portal's, the statistics' and the analysis'; nothing that has just been written.

Everything else, and everything while the replica is behind or gone, is read where it is written.
"""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections, models
from django.http import HttpRequest, HttpResponseBase

log = logging.getLogger("mingjing.replica")

REPLICA: Final = "replica"
FACES: Final = ("/portal/", "/statistics/", "/analysis/")
# Who is signed in, and how often somebody tried: asked right after it is written, by another process.
OWN: Final = frozenset(
    {"admin", "auth", "axes", "clients", "contenttypes", "personnel", "sessions", "signin"}
)
WROTE: Final = "mingjing_wrote"  # a cookie: this browser has just written, and wants to see it
LOOK_EVERY, LOOK_AGAIN = 2.0, 15.0  # seconds, while it is near and while it is not
CONNECTION_LOST: Final = (OperationalError, InterfaceError)
# A replica that receives nothing any more thinks that it has replayed everything.
LAG: Final = (
    "SELECT CASE WHEN NOT pg_is_in_recovery() OR NOT EXISTS (SELECT 1 FROM pg_stat_wal_receiver) THEN NULL "
    "WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 "
    "ELSE EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END"
)

View = Callable[[HttpRequest], HttpResponseBase]
_reading: ContextVar[bool] = ContextVar("reading_from_the_replica", default=False)


class Router:
    """Writes go to the first database; of reads, those of a request that `ReadFromReplica` has let through do not."""

    def db_for_read(self, model: type[models.Model], **hints: object) -> str:
        """Give the replica to a request that may read there, outside any transaction."""
        elsewhere = _reading.get() and model._meta.app_label not in OWN
        return REPLICA if elsewhere and not connections["default"].in_atomic_block else "default"

    def db_for_write(self, model: type[models.Model], **hints: object) -> str:
        """Never the replica, wherever a row was read."""
        return "default"

    def allow_relation(self, one: models.Model, other: models.Model, **hints: object) -> bool:
        """Both databases hold the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: object) -> bool:
        """The replica gets its tables from the first database."""
        return db == "default"


class Lag:
    """Whether the replica is near enough to be read, looked at every few seconds in each process."""

    def __init__(self) -> None:
        self._looked, self._near = float("-inf"), False

    def near(self) -> bool:
        """Say whether it may be read now."""
        if time.monotonic() - self._looked >= (LOOK_EVERY if self._near else LOOK_AGAIN):
            self._looked = time.monotonic()  # other threads go by what is known until this one has looked
            self._say(_lag())
        return self._near

    def lost(self) -> None:
        """Take note that it did not answer; it is asked again after a while."""
        self._say(None)

    def forget(self) -> None:
        """Look again at the next request."""
        self._looked = float("-inf")

    def _say(self, lag: float | None) -> None:
        near = lag is not None and lag <= settings.MINGJING_REPLICA_LAG_SECONDS
        if near != self._near:
            log.warning("the replica is read again" if near else "reads go to the first database")
        self._looked, self._near = time.monotonic(), near


lag = Lag()


def _lag() -> float | None:
    """Give by how many seconds the replica is behind; None where it is gone or follows nobody."""
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute(LAG)
            seconds = cursor.fetchone()[0]
    except CONNECTION_LOST:
        connections[REPLICA].close()
        return None
    return None if seconds is None else float(seconds)


class ReadFromReplica:
    """Let the requests that only read, of the faces that may be some seconds old, read from the replica.

    What is not there yet, or cannot be read there, is looked for in the first database before it is said not to be.
    """

    def __init__(self, get_response: View) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, from the replica where that may be."""
        if request.method not in {"GET", "HEAD"}:
            answer = self._get_response(request)
            if not request.path.startswith(FACES[0]):  # the portal sets no cookie and keeps nothing
                seconds = settings.MINGJING_REPLICA_LAG_SECONDS + LOOK_EVERY
                answer.set_cookie(
                    WROTE, "1", max_age=int(seconds) + 1, httponly=True, samesite="Lax", secure=settings.HTTPS
                )
            return answer
        if not request.path.startswith(FACES) or WROTE in request.COOKIES or not lag.near():
            return self._get_response(request)
        answer = self._from_replica(request)
        return self._get_response(request) if answer.status_code == 404 else answer

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """Ask the first database where the replica is lost in the middle of an answer; such a request only reads."""
        if not _reading.get() or not isinstance(error, CONNECTION_LOST):
            return None
        lag.lost()
        connections[REPLICA].close()
        _reading.set(False)
        return self._get_response(request)

    def _from_replica(self, request: HttpRequest) -> HttpResponseBase:
        token = _reading.set(True)
        try:
            return self._get_response(request)
        finally:
            _reading.reset(token)
