"""A record as a phone sends it, read and checked for its form alone; pure, the law and the case are asked elsewhere."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from mingjing.kit.canonical import canonical, digest

ONCE: Final = re.compile(r"[0-9a-f]{32,64}")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
SLUG: Final = re.compile(r"[a-z0-9_-]{0,64}")
LATE_REASON: Final = 300
PARTS: Final = {"by", "case", "done_at", "facts", "kind", "performers", "procedure"}


class Malformed(ValueError):
    """What was sent is no record of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One act as it was written on site, with the digests of the pictures that belong to it."""

    once: str
    text: str
    photos: Sequence[str]
    signatures: Sequence[str]
    late_reason: str
    seen: int  # how many acts the case had when the phone last saw it
    by: str
    case: str
    kind: str
    procedure: str
    facts: Mapping[str, Any]
    performers: Sequence[str]
    done_at: datetime

    @property
    def signed(self) -> str:
        """The digest that a signature must name."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def digest(self) -> str:
        """The digest of everything sent but the token and the order of the pictures."""
        return digest(
            {
                "text": self.text,
                "photos": sorted(self.photos),
                "signatures": sorted(self.signatures),
            }
        )


def read_package(body: bytes) -> Package:
    """Read what a phone sent. Raises Malformed."""
    try:
        sent = json.loads(body)
        inner = _canonical(sent["text"])
        package = Package(
            once=_matching(ONCE, sent["once"]),
            text=sent["text"],
            photos=_digests(sent["photos"]),
            signatures=_digests(sent["signatures"]),
            late_reason=_words(sent.get("late_reason", ""))[:LATE_REASON],
            seen=int(sent.get("seen", 0)),
            by=_words(inner["by"]),
            case=_matching(SLUG, inner["case"]),
            kind=_matching(SLUG, inner["kind"]),
            procedure=_matching(SLUG, inner["procedure"]),
            facts=_facts(inner["facts"]),
            performers=[_words(one) for one in _list(inner["performers"])],
            done_at=datetime.fromisoformat(_words(inner["done_at"])),
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as fault:
        raise Malformed(str(fault)) from None
    if package.done_at.tzinfo is None:
        raise Malformed("done_at has no zone")
    return package


def _canonical(text: str) -> dict[str, Any]:
    """The inner record, refused unless it is written in the one canonical way: else two readers could differ."""
    inner = json.loads(text)
    if not isinstance(inner, dict) or set(inner) != PARTS or canonical(inner).decode() != text:
        raise Malformed("not canonical")
    if "\\u0000" in text:
        raise Malformed("NUL")
    return inner


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise Malformed(f"not {pattern.pattern}")
    return value


def _digests(values: Any) -> list[str]:
    return list(dict.fromkeys(_matching(DIGEST, one) for one in _list(values)))


def _facts(values: Any) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise Malformed("facts")
    return values


def _list(values: Any) -> list[Any]:
    if not isinstance(values, list) or len(values) > 200:
        raise Malformed("not a list")
    return values


def _words(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise Malformed("not text")
    return value.strip()
