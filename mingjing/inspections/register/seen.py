"""Which ids a file has had so far, in a private file of its own: memory stays flat however long the file is."""

import sqlite3
from types import TracebackType
from typing import Final, Self

_CACHE: Final = "PRAGMA cache_size = -65536"  # 64 MiB; what is beyond is on disk


class Seen:
    """Ids with the line on which each came first. The file has no name and is gone when it is closed."""

    def __init__(self) -> None:
        self._rows = sqlite3.connect("", isolation_level=None)
        for one in (_CACHE, "PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF"):
            self._rows.execute(one)
        self._rows.execute("CREATE TABLE seen (id TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")
        self._rows.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, trace: TracebackType | None) -> None:
        self._rows.close()

    def before(self, one: str, line: int) -> int:
        """Give the line on which this id came before, 0 where this is the first."""
        if self._rows.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (one, line)).rowcount:
            return 0
        found = self._rows.execute("SELECT line FROM seen WHERE id = ?", (one,)).fetchone()
        return int(found[0])
