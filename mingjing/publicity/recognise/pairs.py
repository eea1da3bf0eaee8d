"""Which characters stand beside each other in texts of law: a pair that is common there is a word and no name."""

from functools import cache
from importlib.resources import files

COMMON, SEEN, RARE = 2, 1, 0


@cache
def _pairs() -> tuple[frozenset[str], frozenset[str]]:
    seen: set[str] = set()
    common: set[str] = set()
    text = files(__package__).joinpath("pairs.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        first, rarer, oftener = line.split("\t")
        seen.update(first + second for second in rarer)
        common.update(first + second for second in oftener)
    return frozenset(seen), frozenset(common)


def usual(pair: str) -> int:
    """Say how usual two neighbouring characters are in ordinary writing: COMMON, SEEN or RARE."""
    seen, common = _pairs()
    return COMMON if pair in common else SEEN if pair in seen else RARE
