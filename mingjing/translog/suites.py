"""The kinds of tree a log can have: SHA-256 for the world, SM3 for 密评; pure, no keys and no storage."""

import functools
import hashlib
from dataclasses import dataclass
from typing import Final

from mingjing.translog.merkle import Digesting, Hashing


class SuiteMissing(Exception):
    """This machine cannot do what a suite needs. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Suite:
    """What distinguishes one tree over the leaves from another; both hashes have 32 bytes, so nothing else does.

    A log has one suite from its first entry to its last; the second tree is a log of its own, with the same
    leaves in the same order, whose origin ends in `suffix`.
    """

    name: str
    title: str
    suffix: str
    hashing: Hashing


SHA256: Final = Suite("sha256", "SHA-256 与 Ed25519", "", hashlib.sha256)
SM3_NAME: Final = "sm3"
SM3_SUFFIX: Final = "-sm3"
NAMES: Final = (SHA256.name, SM3_NAME)


@functools.cache
def sm3() -> Suite:
    """Give the suite of the national algorithms. Raises SuiteMissing where OpenSSL was built without SM3."""
    try:
        blank = hashlib.new(SM3_NAME)
    except ValueError as error:
        raise SuiteMissing(
            "本机的 OpenSSL 没有 SM3 算法，不能使用国密套件。请安装 OpenSSL 3 以上的完整版本（Debian 12 自带），"
            "或把 MINGJING_LOG_SUITES 改回 sha256。"
        ) from error
    copy = blank.copy

    def hashing(data: bytes) -> Digesting:
        # A copy of an empty hash is a third cheaper than finding the algorithm by its name each time.
        begun = copy()
        begun.update(data)
        return begun

    return Suite(SM3_NAME, "SM3 与 SM2", SM3_SUFFIX, hashing)


def suite_named(name: str) -> Suite:
    """Give a suite by its name. Raises SuiteMissing for one that does not exist, here or at all."""
    if name == SHA256.name:
        return SHA256
    if name == SM3_NAME:
        return sm3()
    raise SuiteMissing(f"没有名为“{name}”的存证套件；可用的有 {'、'.join(NAMES)}")


def suite_of_origin(origin: str) -> Suite:
    """Give the suite of a log by its name: the second tree's ends in `-sm3`, which no other name may."""
    return sm3() if origin.endswith(SM3_SUFFIX) else SHA256
