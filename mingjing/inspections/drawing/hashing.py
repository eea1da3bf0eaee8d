"""The two hash functions a draw may use, and the one rule by which a hash becomes a place in a list; pure."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

Digest = Callable[[bytes], bytes]


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _sm3(data: bytes) -> bytes:
    return hashlib.new("sm3", data).digest()


DIGESTS: Final[Mapping[str, Digest]] = {"sha256": _sha256, "sm3": _sm3}

COUNTER: Final = 8  # bytes, big-endian
SPACE: Final = 1 << 256  # as many values has a digest of 32 bytes
LARGEST: Final = (1 << 32) - 1  # of a list: whoever re-runs a draw with 64-bit integers can still divide


class Pick(NamedTuple):
    """One place that the draw gave, and the counter that gave it."""

    counter: int
    place: int


def picks(prefix: bytes, size: int, suite: str = "sha256", start: int = 0) -> Iterator[Pick]:
    """Give places from 0 to before `size` without end, each equally likely, from `prefix` and a counter alone.

    The digest of prefix ‖ counter (8 bytes), read as a big-endian number, modulo `size`; digests in the last
    incomplete run of `size` values are passed over, as they would favour the first places. Places come again:
    who draws without replacement passes over those too. `start` is the first counter to use.
    """
    if not 0 < size <= LARGEST:
        raise ValueError(f"a list to draw from has 1 to {LARGEST} places, not {size}")
    digest, fair = DIGESTS[suite], SPACE - SPACE % size
    counter = start
    while True:
        number = int.from_bytes(digest(prefix + counter.to_bytes(COUNTER, "big")), "big")
        if number < fair:
            yield Pick(counter, number % size)
        counter += 1
