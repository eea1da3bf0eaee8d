"""A known word looked for in a text however it is spelled: full or half width, either case, with marks in between."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_BETWEEN: Final = re.compile(r"[\s·•.-]")
_NARROW: Final = {code + 0xFEE0: code for code in range(0x21, 0x7F)}


@dataclass(frozen=True, slots=True)
class _Spelled:
    """A text folded character by character, and once more without what may stand between the characters of a word."""

    whole: str
    solid: str
    places: tuple[int, ...]  # of each solid character in the text


def places(text: str, word: str) -> Iterator[tuple[int, int]]:
    """Give every place of the word in the text, none overlapping another, the first first."""
    spelled, sought = _spelled(text), _spelled(word)
    if len(sought.solid) < 2:
        # Too little is left to be looked for apart: it is looked for as it stands.
        for start in _found(spelled.whole, sought.whole):
            yield start, start + len(word)
        return
    for start in _found(spelled.solid, sought.solid):
        yield spelled.places[start], spelled.places[start + len(sought.solid) - 1] + 1


def _found(text: str, word: str) -> Iterator[int]:
    at = text.find(word) if word else -1
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


@lru_cache(maxsize=1024)  # each text is searched for all secrets of a case, each secret in all its texts
def _spelled(text: str) -> _Spelled:
    # Regular expressions, compiled anew for each secret, took nine tenths of the time of a public view.
    whole = "".join(map(_folded, text.translate(_NARROW)))
    apart = {at.start() for at in _BETWEEN.finditer(whole)}
    kept = tuple(at for at in range(len(whole)) if at not in apart)
    return _Spelled(whole, "".join(whole[at] for at in kept), kept)


def _folded(char: str) -> str:
    # One character for one: places in the folded text are places in the text.
    return next((one for one in (char.casefold(), char.lower()) if len(one) == 1), char)
