"""Of several workers on one database one works; the others stand by and take over when it is gone."""

import fcntl
import logging
from typing import IO, Any, Final

import psycopg
from django.conf import settings
from django.db import connection
from django.db.utils import Error

log = logging.getLogger("mingjing.worker")

_LOCK: Final = 0x6D6A_0002  # beside that of the sealer
_FILE: Final = "worker-lock"


class Lead:
    """The right to work, held as long as this process and its line to the database live."""

    def __init__(self) -> None:
        self._line: Any = None
        self._file: IO[bytes] | None = None
        self._held = False

    def held(self) -> bool:
        """Say whether this worker is to work now; ask again before every turn. Never waits for another worker."""
        held = self._on_postgresql() if connection.vendor == "postgresql" else self._on_file()
        if held != self._held:
            log.info("this worker works" if held else "this worker no longer works")
        self._held = held
        return held

    def end(self) -> None:
        """Let another worker take over at once."""
        if self._line is not None:
            self._line.close()
        if self._file is not None:
            self._file.close()
        self._line, self._file = None, None

    def _on_postgresql(self) -> bool:
        # A line of its own: a lock of a session must not go back to the pool, nor stay when the pool closes the line.
        try:
            if self._line is not None:
                self._line.execute("SELECT 1")
                return True
            return self._taken()
        except (Error, psycopg.Error):
            self.end()
            return False

    def _taken(self) -> bool:
        line = psycopg.connect(**connection.get_connection_params(), autocommit=True)
        row = line.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK]).fetchone()
        if row is None or not row[0]:
            line.close()
            return False
        self._line = line
        return True

    def _on_file(self) -> bool:
        if self._file is not None:
            return True
        file = (settings.MINGJING_HOME / _FILE).open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True
