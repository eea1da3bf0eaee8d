"""Which keys a log has had, from which size to which: read from its own statements; pure, no files, no private key."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mingjing.kit.canonical import canonical
from mingjing.translog.note import NoteKey
from mingjing.translog.sm2_note import Sm2VerifyKey, parse_vkey

BEGIN: Final = "begin"  # another key signs beside those there are
END: Final = "end"  # a key signs no more
CLOSE: Final = "close"  # the log ends; its successor is named
OPEN: Final = "open"  # a log goes on under a new name; what it continues is named
EVENTS: Final = (BEGIN, END, CLOSE, OPEN)

ED25519: Final = "ed25519"
SM2: Final = "sm2"

Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KeyRange:
    """One key and the sizes of the checkpoints that it signed: above `begin`, up to `end` where it has ended."""

    key: NoteKey
    begin: int
    end: int | None = None

    @property
    def kind(self) -> str:
        return kind_of(self.key)

    def as_json(self) -> dict[str, object]:
        """The range as the portal publishes it."""
        return {
            "name": self.key.name,
            "kind": self.kind,
            "vkey": self.key.vkey,
            "after": self.begin,
            "until": self.end,
        }


# A statement is public and small; its leaf of the kind `key` commits to its canonical bytes:
#
#     v       1
#     event   one of EVENTS
#     origin  the log that states it
#     vkey    the key it is about (begin, end, open)
#     size    how many entries the log had: the statement speaks of checkpoints of more
#     before  begin: the vkeys of the same kind that signed until then; open: those of the log continued
#     root    close, open: hex of the root at `size`
#     other   close: the name of the successor; open: the name of the log continued
#     ahead   open, only where the database was recovered to before it: {size, root} of the last known checkpoint of
#             the log continued; what it has from `size` on is not in this one
#     reason  why, in Chinese


def commitment(statement: Statement) -> str:
    """Give what the leaf of a statement holds: SHA-256 over its canonical bytes; it is public, so without salt."""
    return hashlib.sha256(canonical(dict(statement))).hexdigest()


def kind_of(key: NoteKey) -> str:
    """Tell of which kind a key is."""
    return SM2 if isinstance(key, Sm2VerifyKey) else ED25519


def ranges(statements: Sequence[Statement]) -> list[KeyRange]:
    """Give every key that the statements name, in the order of their first signature."""
    found: dict[str, KeyRange] = {}
    for one in statements:
        for vkey in one.get("before", ()):
            found.setdefault(vkey, KeyRange(parse_vkey(vkey), 0))
        if one["event"] in {BEGIN, OPEN}:
            found[one["vkey"]] = KeyRange(parse_vkey(one["vkey"]), one["size"])
        if one["event"] == END:
            known = found[one["vkey"]]
            found[one["vkey"]] = KeyRange(known.key, known.begin, one["size"])
        if one["event"] in {CLOSE, OPEN}:
            ended = one["origin"] if one["event"] == CLOSE else one["other"]
            _end_all(found, ended, one["size"])
    return list(found.values())


def _end_all(found: dict[str, KeyRange], origin: str, size: int) -> None:
    for vkey, known in found.items():
        if known.key.name == origin and known.end is None:
            found[vkey] = KeyRange(known.key, known.begin, size)


def closing_of(origin: str, statements: Iterable[Statement]) -> Statement | None:
    """Give the statement that closed a log, None while it is open."""
    return next((one for one in statements if one["event"] == CLOSE and one["origin"] == origin), None)


def names(statements: Sequence[Statement]) -> set[str]:
    """Give the names of all logs that the statements know."""
    return {one["origin"] for one in statements} | {one.key.name for one in ranges(statements)}
