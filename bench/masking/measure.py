"""How much of what must be hidden is hidden, and how much besides: over made-up sentences and over those given."""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from bench.masking.people import filled

KINDS: Final = ("number", "name", "address", "minor")
_SLOT: Final = re.compile(r"\{(\w+)\}")

# Surname and its weight; how a text is searched: the places found, and whether each is sure.
Surnames = Sequence[tuple[str, float]]
Finder = Callable[[str], Iterable[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text, what in it must be hidden, and what may be hidden or not without being counted."""

    text: str
    wanted: Sequence[tuple[int, int, str]]
    either: Sequence[tuple[int, int]] = ()


@dataclass(slots=True)
class Figures:
    """What was found of what, and how many characters were hidden without need."""

    hit: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    over: int = 0
    plain: int = 0
    missed: list[tuple[str, str, str]] = field(default_factory=list)
    needless: list[tuple[str, str]] = field(default_factory=list)

    def recall(self, kind: str) -> float:
        """The share of one kind that is hidden whole."""
        return self.hit[kind] / self.total[kind] if self.total[kind] else 1.0

    @property
    def over_masking(self) -> float:
        """The share of characters hidden among those that may be read."""
        return self.over / self.plain if self.plain else 0.0

    def line(self, title: str) -> str:
        """One line of a table."""
        cells = [f"{self.recall(kind):.3f} ({self.total[kind]:,})" for kind in KINDS]
        return f"| {title} | {' | '.join(cells)} | {self.over_masking:.2%} |"


def sentences(
    templates: Sequence[str], surnames: Surnames, *, each: int, seed: int, held: bool = False
) -> list[Sentence]:
    """Fill every template `each` times; the same seed gives the same sentences."""
    rng = random.Random(seed)  # noqa: S311 - sentences, no secrets
    return [_filled(template, rng, surnames, held) for template in templates for _ in range(each)]


def _filled(template: str, rng: random.Random, surnames: Surnames, held: bool) -> Sentence:
    text, wanted = "", []
    for number, part in enumerate(_SLOT.split(template)):
        if number % 2 == 0:
            text += part
            continue
        piece = filled(part, rng, surnames, held=held)
        if piece.kind:
            wanted.append((len(text), len(text) + len(piece.text), piece.kind))
        text += piece.text
    return Sentence(text, wanted)


def measured(rows: Iterable[Sentence], find: Finder) -> Figures:
    """Count what `find` finds in these sentences."""
    figures = Figures()
    for row in rows:
        covered = {at for start, end in find(row.text) for at in range(start, end)}
        free = set(range(len(row.text)))
        for start, end, kind in row.wanted:
            whole = {at for at in range(start, end) if not row.text[at].isspace()}
            figures.total[kind] += 1
            figures.hit[kind] += whole <= covered
            if not whole <= covered:
                figures.missed.append((kind, row.text[start:end], row.text))
            free -= set(range(start, end))
        for start, end in row.either:
            free -= set(range(start, end))
        figures.over += len(covered & free)
        figures.plain += len(free)
        if needless := "".join(row.text[at] for at in sorted(covered & free)):
            figures.needless.append((needless, row.text))
    return figures
