"""What the last export wrote, file by file, in a small database beside the folder; it never holds a page."""

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from mingjing.mirror.listing import Entry, Part, part_bytes, slot_of

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS file (path TEXT PRIMARY KEY, size INTEGER, sha256 TEXT, owner TEXT, slot TEXT,
                                 changed INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS file_by_slot ON file (slot);
CREATE INDEX IF NOT EXISTS file_by_owner ON file (owner);
CREATE TABLE IF NOT EXISTS owner (name TEXT PRIMARY KEY, mark TEXT, seen INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS part (prefix TEXT PRIMARY KEY, sha256 TEXT, files INTEGER, changed INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS note (sequence INTEGER PRIMARY KEY, note BLOB);
CREATE TABLE IF NOT EXISTS told (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
"""


class State:
    """The record of one mirror. What an export changes in it holds when `commit` is called, and else not at all.

    An owner is what files are made of: a decision, a page. With an unchanged mark its files are not made again.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._line = sqlite3.connect(path, isolation_level=None)
        self._line.executescript(SCHEMA)
        self._line.execute("PRAGMA synchronous = FULL")
        self._line.execute("BEGIN IMMEDIATE")
        self.sequence = self._one("SELECT COALESCE(MAX(sequence), 0) FROM note") + 1
        self.written = self.unchanged = 0

    def _one(self, sql: str, *values: object) -> int:
        return int(self._line.execute(sql, values).fetchone()[0])

    def commit(self) -> None:
        """Keep what was changed."""
        self._line.execute("COMMIT")
        self._line.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Let go; what was not committed is forgotten."""
        self._line.rollback()
        self._line.close()

    # --- owners -------------------------------------------------------------------------------------

    def fresh(self, owner: str, mark: str) -> bool:
        """Tell whether the files of an owner are there as its mark says, and note that it is still there."""
        sql = "UPDATE owner SET seen = ? WHERE name = ? AND mark = ?"
        return bool(mark) and self._line.execute(sql, (self.sequence, owner, mark)).rowcount == 1

    def own(self, owner: str, mark: str) -> None:
        """Note the mark by which the files of an owner were made."""
        self._line.execute("INSERT OR REPLACE INTO owner VALUES (?, ?, ?)", (owner, mark, self.sequence))

    def paths_of(self, owner: str) -> set[str]:
        """Give the files of an owner."""
        return {path for (path,) in self._line.execute("SELECT path FROM file WHERE owner = ?", (owner,))}

    def unseen(self) -> list[str]:
        """Give the owners that this export has not met: what they stood for is gone."""
        sql = "SELECT name FROM owner WHERE seen <> ?"
        return [name for (name,) in self._line.execute(sql, (self.sequence,))]

    def forget(self, owner: str) -> None:
        """Forget an owner; its files are the caller's to remove."""
        self._line.execute("DELETE FROM owner WHERE name = ?", (owner,))

    # --- files --------------------------------------------------------------------------------------

    def has(self, path: str) -> bool:
        """Tell whether the mirror has a file."""
        return self._line.execute("SELECT 1 FROM file WHERE path = ?", (path,)).fetchone() is not None

    def put(self, entry: Entry, owner: str) -> bool:
        """Note a file as it is now; tell whether it is new or other than it was."""
        sql = "UPDATE file SET owner = ? WHERE path = ? AND sha256 = ?"
        if self._line.execute(sql, (owner, entry.path, entry.sha256)).rowcount:
            self.unchanged += 1
            return False
        row = (*entry, owner, slot_of(entry.path), self.sequence)
        self._line.execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?)", row)
        self.written += 1
        return True

    def remove(self, path: str) -> None:
        """Note that a file is gone."""
        self._line.execute("DELETE FROM file WHERE path = ?", (path,))

    def totals(self) -> tuple[int, int]:
        """Give how many files there are and their bytes."""
        count, size = self._line.execute("SELECT COUNT(*), COALESCE(SUM(size), 0) FROM file").fetchone()
        return count, size

    # --- the list -----------------------------------------------------------------------------------

    def divide(self, digits: int) -> Iterator[tuple[Part, bytes]]:
        """Divide the list anew; give the parts that are other than they were, with their bytes."""
        before = dict(self._line.execute("SELECT prefix, sha256 FROM part").fetchall())
        told = "SELECT SUBSTR(slot, 1, ?) AS prefix, COUNT(*) FROM file GROUP BY prefix ORDER BY prefix"
        for prefix, count in self._line.execute(told, (digits,)).fetchall():
            data = part_bytes(self.listed(prefix))
            part = Part(prefix, hashlib.sha256(data).hexdigest(), count)
            if before.pop(prefix, "") != part.sha256:
                self._line.execute("INSERT OR REPLACE INTO part VALUES (?, ?, ?, ?)", (*part, self.sequence))
                yield part, data
        self._line.executemany("DELETE FROM part WHERE prefix = ?", [(prefix,) for prefix in before])
        self.parts_gone = sorted(before)

    def listed(self, prefix: str, since: int = 0) -> list[Entry]:
        """Give the files of one part, of those the ones that changed after an export."""
        sql = "SELECT path, size, sha256 FROM file WHERE slot >= ? AND slot < ? AND changed > ?"
        return [Entry(*row) for row in self._line.execute(sql, (prefix, f"{prefix}g", since))]

    def parts(self, since: int = 0) -> list[Part]:
        """Give the parts, of those the ones that changed after an export."""
        sql = "SELECT prefix, sha256, files FROM part WHERE changed > ? ORDER BY prefix"
        return [Part(*row) for row in self._line.execute(sql, (since,))]

    # --- what was signed ----------------------------------------------------------------------------

    def sign(self, note: bytes) -> None:
        """Keep the signed statement of this export."""
        self._line.execute("INSERT INTO note VALUES (?, ?)", (self.sequence, note))

    def notes(self, since: int) -> list[tuple[int, bytes]]:
        """Give the signed statements after an export."""
        sql = "SELECT sequence, note FROM note WHERE sequence > ? ORDER BY sequence"
        return [(number, bytes(note)) for number, note in self._line.execute(sql, (since,))]

    def tell(self, name: str, value: str) -> None:
        """Keep a word for the next export."""
        self._line.execute("INSERT OR REPLACE INTO told VALUES (?, ?)", (name, value))

    def told(self, name: str) -> str:
        """Give a word that an export before kept."""
        row = self._line.execute("SELECT value FROM told WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""
