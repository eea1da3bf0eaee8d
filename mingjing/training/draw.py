"""Drawing a paper and grading it: pure functions of a seed, a pool and answers, so that anybody can repeat them."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256

FULL = 100  # marks of a paper


def drawn(seed: str, pool: Iterable[str], count: int, part: int = 0) -> list[str]:
    """Give `count` digests of the pool in the order of their tickets, SHA-256 of seed, part and digest.

    No generator of a library decides: its numbers might change with its version.
    """

    def ticket(one: str) -> bytes:
        return sha256(f"{seed}/{part}/{one}".encode()).digest()

    return sorted(set(pool), key=ticket)[:count]


def paper_of(seed: str, pools: Sequence[Sequence[str]], counts: Sequence[int]) -> list[str]:
    """Give the digests of a whole paper, part by part; no question twice."""
    chosen: list[str] = []
    for part, (pool, count) in enumerate(zip(pools, counts, strict=True)):
        chosen += drawn(seed, set(pool) - set(chosen), count, part)
    return chosen


def letters(answer: object) -> str:
    """Give the letters of an answer in order, each once: BA and "A、B" are the same answer."""
    text = "".join(map(str, answer)) if isinstance(answer, list | tuple) else str(answer or "")
    return "".join(sorted({letter for letter in text.upper() if "A" <= letter <= "Z"}))


def grade(answers: Mapping[str, object], right: Sequence[str]) -> tuple[int, int]:
    """Give how many answers are right, and the mark of a hundred; a question left out is wrong."""
    correct = sum(letters(answers.get(str(number))) == answer for number, answer in enumerate(right, 1))
    share = Decimal(FULL * correct) / Decimal(len(right) or 1)
    return correct, int(share.quantize(Decimal(1), ROUND_HALF_UP))
