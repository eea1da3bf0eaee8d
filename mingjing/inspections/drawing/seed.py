"""The seed of a draw: made by parties that bind themselves first and show their numbers afterwards; pure.

All is text, so that anybody can recompute a commitment and a seed with `sha256sum` and an editor.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from mingjing.inspections.drawing.hashing import DIGESTS

NONCE: Final = 32  # bytes

_NONCE: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)

# What happens where a party binds itself and then does not show its number. "void": the draw is void, and everybody
# reads who made it so. "number": the draw goes on without that number; that needs a public number that nobody can
# know while a party can still choose to keep silent, or silence would be a second throw of the dice.
Silence = Literal["void", "number"]


class SeedRefused(ValueError):
    """The numbers shown do not make a seed. The message is Chinese."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How the seed will be made, fixed before anybody binds himself."""

    declaration: str  # digest of the whole declaration, hex
    parties: Sequence[str]  # in the order in which their numbers go into the seed
    silence: Silence
    suite: str = "sha256"


def new_nonce() -> str:
    """Throw the dice of one party: 32 bytes of the system's randomness, hex."""
    return secrets.token_hex(NONCE)


def commitment(terms: Terms, party: str, nonce: str) -> str:
    """Give what binds a party to its number without showing it: a digest, hex.

    It covers the declaration, so a number that was shown once is of no use for another draw, and the party's
    name, so that nobody can copy the commitment of another.
    """
    if not _NONCE.fullmatch(nonce):
        raise SeedRefused("随机数应为 64 位小写十六进制")
    return _digest(terms.suite, f"mingjing-commitment@1\n{terms.declaration}\n{party}\n{nonce}\n")


def seed_of(
    terms: Terms, commitments: Mapping[str, str], reveals: Mapping[str, str], number: str = ""
) -> bytes:
    """Give the seed, 32 bytes; raises SeedRefused where a number is missing or is not what its party was bound to.

    `number` is the public number as the declaration says it is written, empty where it names none.
    """
    lines = ["mingjing-seed@1", terms.declaration]
    for party in terms.parties:
        if party not in commitments:
            raise SeedRefused(f"{party}没有提交承诺")
        nonce = reveals.get(party)
        if nonce is None:
            if terms.silence == "void":
                raise SeedRefused(f"{party}没有公开随机数：按公告的规则，本次抽取作废")
            if not number:
                raise SeedRefused(f"{party}没有公开随机数，而公告约定的公开号码尚未公布")
            lines.append(f"{party} -")
        elif commitment(terms, party, nonce) != commitments[party]:
            raise SeedRefused(f"{party}公开的随机数与事先的承诺不符")
        else:
            lines.append(f"{party} {nonce}")
    lines.append(number)
    return DIGESTS[terms.suite]("".join(f"{line}\n" for line in lines).encode("utf-8"))


def seed_for(seed: bytes, use: str, suite: str = "sha256") -> bytes:
    """Give the seed of one use (`objects`, `inspectors`), so that no two draws of one seed run alike."""
    return DIGESTS[suite](seed + use.encode("utf-8"))


def _digest(suite: str, text: str) -> str:
    return DIGESTS[suite](text.encode("utf-8")).hex()
