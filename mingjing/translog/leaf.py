"""The leaf: what the public log says of one event, a salted commitment and no content."""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Final

from mingjing.kit.canonical import canonical
from mingjing.translog.tiles import MAX_ENTRY

VERSION: Final = 1
KINDS: Final = frozenset(
    {
        "act",
        "evidence",
        "document",
        "publication",
        "withdrawal",
        "pack",
        "register",
        "package",
        "key",
        "erasure",
        "list",
        "ending",
        "correction",
        "repair",
        "argument",
        "draw",
        "complaint",
        "dispute",
        "holders",
        "interference",
        "sealed",
        "wrongcase",
        "rectification",
        "alert",
        "oversight",
        "appraisal",
        "governance",
        "report",
    }
)

_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)


class LeafRefused(ValueError):
    """A leaf names an unknown kind, misses a field or would carry content."""


# The fields of a leaf, all that may ever be in one:
#
#     v   1
#     k   kind of event, one of KINDS
#     h   the commitment in hex
#     at  when, with offset
#     c   (optional) random id that the leaves of one case share
#     n   (optional) place among the leaves of the same kind in that case, from 1


def leaf_bytes(kind: str, fields: Mapping[str, object]) -> bytes:
    """Give the canonical bytes of a leaf, the entry that is hashed into the log, or raise LeafRefused."""
    leaf: dict[str, object] = {"v": VERSION, "k": kind, **fields}
    if fault := leaf_fault(leaf):
        raise LeafRefused(fault)
    data = canonical(leaf)
    if len(data) > MAX_ENTRY:
        raise LeafRefused(f"a leaf has at most {MAX_ENTRY} bytes, this one {len(data)}")
    return data


def leaf_fault(leaf: Mapping[str, object]) -> str:
    """Name what is wrong with the fields of a leaf; empty if nothing is."""
    checks: dict[str, Callable[[object], object]] = {
        "v": lambda value: value == VERSION and not isinstance(value, bool),
        "k": lambda value: isinstance(value, str) and value in KINDS,
        "h": lambda value: isinstance(value, str) and _DIGEST.fullmatch(value),
        "at": lambda value: isinstance(value, str) and _MOMENT.fullmatch(value),
        "c": lambda value: isinstance(value, str) and value,
        "n": lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0,
    }
    if unknown := sorted(set(leaf) - set(checks)):
        return f"unknown field {unknown[0]!r}: a leaf carries commitments, never content"
    if missing := [name for name in ("v", "k", "h", "at") if name not in leaf]:
        return f"field {missing[0]!r} is missing"
    wrong = [name for name, value in leaf.items() if not checks[name](value)]
    return f"field {wrong[0]!r} has the value {leaf[wrong[0]]!r}" if wrong else ""


def act_commitment(salt: bytes, act: object) -> str:
    """Commit to an act: SHA-256 over the salt and the canonical act, in hex.

    Without the salt nobody can find the act by guessing; deleting act and salt erases both and leaves the
    log whole.
    """
    return hashlib.sha256(salt + canonical(act)).hexdigest()


def document_commitment(code: str, pdf_digest: bytes) -> str:
    """Commit to a document: SHA-256 over its verification code and the SHA-256 of its PDF, in hex."""
    return hashlib.sha256(code.encode("ascii") + pdf_digest).hexdigest()


def stone_commitment(stone: Mapping[str, object]) -> str:
    """Commit to the record of a destruction: SHA-256 over its canonical bytes; it is public, so without salt."""
    return hashlib.sha256(canonical(dict(stone))).hexdigest()
