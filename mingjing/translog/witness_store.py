"""What a witness remembers: one SQLite file, written before any answer; without it a witness must not speak."""

import hashlib
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

DATABASE: Final = "witness.sqlite3"
MARKER: Final = "witness.id"
KEPT_REQUESTS: Final = 1000  # of one log: its owner could otherwise fill the disk with contradictions

_TABLES: Final = """
CREATE TABLE identity (id TEXT PRIMARY KEY);
CREATE TABLE log (origin TEXT, vkey TEXT, PRIMARY KEY (origin, vkey));
CREATE TABLE latest (origin TEXT PRIMARY KEY, size INTEGER, root BLOB, at INTEGER, note BLOB);
CREATE TABLE refused (
    digest TEXT PRIMARY KEY, origin TEXT, at INTEGER, why TEXT, size INTEGER, root BLOB, request BLOB
);
"""


class StoreRefused(Exception):
    """The witness's memory is missing, or another's. The message is Chinese."""


class Latest(NamedTuple):
    """The largest checkpoint of a log that was cosigned, and when last."""

    size: int
    root: bytes
    at: int
    note: bytes


class Refused(NamedTuple):
    """A request signed by a log and refused, kept as evidence against it."""

    origin: str
    at: int
    why: str
    size: int
    request: bytes


def create(folder: Path) -> None:
    """Make the database, and the marker without which it does not count; raise FileExistsError where one is."""
    if (folder / MARKER).exists() or (folder / DATABASE).exists():
        raise FileExistsError(folder)
    identity = secrets.token_hex(16)
    with _connection(folder / DATABASE) as database:
        database.executescript(_TABLES)
        database.execute("INSERT INTO identity VALUES (?)", [identity])
    write_durably(folder / MARKER, f"{identity}\n".encode(), 0o444)


def write_durably(path: Path, data: bytes, mode: int) -> None:
    """Write a new file and make sure that it is on the disk, name and all."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _connection(path: Path) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(path, timeout=10, isolation_level=None)
    try:
        # EXTRA also makes the removal of the journal durable: a power cut cannot bring an old state back.
        database.execute("PRAGMA synchronous=EXTRA")
        yield database
    finally:
        database.close()


class WitnessStore:
    """The memory of one witness in a folder. One that forgot what it signed could be led back: it does not open."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / DATABASE
        marker = folder / MARKER
        if not marker.exists() or not self._path.exists():
            raise StoreRefused(
                f"{folder} 中没有见证数据库（{DATABASE}）或者它的标记（{MARKER}）。"
                "丢失了数据库的见证方不得继续用原密钥签名：请从停机前最后的状态恢复；无法恢复的，停用原密钥，另立新的见证方。"
            )
        with _connection(self._path) as database:
            try:
                found = database.execute("SELECT id FROM identity").fetchone()
            except sqlite3.DatabaseError as error:
                raise StoreRefused(
                    f"见证数据库 {self._path} 无法读取（{error}）。请从最后的状态恢复。"
                ) from error
        if found is None or found[0] != marker.read_text().strip():
            raise StoreRefused(
                f"见证数据库 {self._path} 与标记不符：不是这个见证方的数据库。请放回原来的文件。"
            )

    @contextmanager
    def turn(self) -> "Iterator[WitnessTurn]":
        """One decision: whoever else wants to decide waits. What it writes is durable when this ends well."""
        with _connection(self._path) as database:
            database.execute("BEGIN IMMEDIATE")
            try:
                yield WitnessTurn(database)
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")


class WitnessTurn:
    """What can be read and written while deciding on one request."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def logs(self) -> list[tuple[str, str]]:
        """Origin and vkey of every log that is witnessed."""
        return list(self._database.execute("SELECT origin, vkey FROM log ORDER BY origin, vkey"))

    def keys_of(self, origin: str) -> list[str]:
        """The vkeys that may sign for a log; none for a log that is not witnessed."""
        rows = self._database.execute("SELECT vkey FROM log WHERE origin = ? ORDER BY vkey", [origin])
        return [vkey for (vkey,) in rows]

    def add_log(self, origin: str, vkey: str) -> None:
        """Witness a log from now on; a second key of one origin is one that it changes to."""
        self._database.execute("INSERT OR IGNORE INTO log VALUES (?, ?)", [origin, vkey])

    def latest(self, origin: str) -> Latest | None:
        """The largest checkpoint cosigned for a log."""
        row = self._database.execute(
            "SELECT size, root, at, note FROM latest WHERE origin = ?", [origin]
        ).fetchone()
        return Latest(*row) if row else None

    def last_moment(self) -> int:
        """When this witness last signed anything, 0 for never."""
        return int(self._database.execute("SELECT COALESCE(MAX(at), 0) FROM latest").fetchone()[0])

    def remember(self, origin: str, latest: Latest) -> None:
        """Make this the largest checkpoint of a log."""
        self._database.execute(
            "INSERT INTO latest VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE "
            "SET size = excluded.size, root = excluded.root, at = excluded.at, note = excluded.note",
            [origin, *latest],
        )

    def keep_refused(self, request: Refused, root: bytes) -> None:
        """Keep a refused request, the same contradiction once."""
        what = f"{request.origin}\n{request.size}\n{root.hex()}\n{request.why}"
        self._database.execute(
            "INSERT OR IGNORE INTO refused SELECT ?, ?, ?, ?, ?, ?, ? "
            "WHERE (SELECT COUNT(*) FROM refused WHERE origin = ?) < ?",
            [
                *(hashlib.sha256(what.encode()).hexdigest(), request.origin, request.at, request.why),
                *(request.size, root, request.request, request.origin, KEPT_REQUESTS),
            ],
        )

    def refused(self) -> list[Refused]:
        """All evidence kept, oldest first."""
        rows = self._database.execute(
            "SELECT origin, at, why, size, request FROM refused ORDER BY at, digest"
        )
        return [Refused(*row) for row in rows]
