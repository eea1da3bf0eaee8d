"""The draw itself: objects from a committed list, inspectors for each of them; pure, and the same in every language.

Whatever the draw passes over stays in the record with its reason, so that a re-run finds every place it gave.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Final, NamedTuple

from mingjing.inspections.drawing.hashing import picks

# Reasons for passing over an inspector; they follow from the terms and are recomputed, never stated by anybody.
AVOIDED: Final = "avoided"  # 回避
FULL: Final = "full"  # 已达任务上限
TOGETHER: Final = "together"  # 两人同组次数已达上限
CHOSEN: Final = "chosen"  # 已在本组
RELIEVED: Final = "relieved"  # 本次检查不再选派


class Drawn(NamedTuple):
    """One object that the draw gave: its place in the list, and the counter that gave it."""

    counter: int
    place: int


def drawn_places(seed: bytes, stratum: str, size: int, suite: str = "sha256") -> Iterator[Drawn]:
    """Give every place of a stratum once, in the order of the draw: SHA-256(seed ‖ stratum ‖ counter) mod size.

    Taking more of the same iterator is what an extension does: the counter goes on, nobody drawn before changes.
    """
    seen: set[int] = set()
    for counter, place in picks(seed + stratum.encode("utf-8"), size, suite) if size else ():
        if place not in seen:
            seen.add(place)
            yield Drawn(counter, place)
            if len(seen) == size:
                return


@dataclass(frozen=True, slots=True)
class Inspector:
    """Somebody who may be sent, as published: what he is qualified for, where, and how often at most."""

    number: str  # of the certificate
    fields: frozenset[str]
    regions: frozenset[str]  # empty: everywhere
    most: int  # visits in this draw


@dataclass(frozen=True, slots=True)
class Visit:
    """An object that was drawn and what its visit asks of inspectors."""

    object: str
    fields: frozenset[str] = (
        frozenset()
    )  # one inspector must hold each of them alone: he can answer for the visit
    region: str = ""


@dataclass(frozen=True, slots=True)
class Staffing:
    """The terms for inspectors, all fixed before the seed is known."""

    each: int  # inspectors a visit
    together: int  # times that two of them may meet, 0 for no limit
    avoid: frozenset[tuple[str, str]] = frozenset()  # (certificate, object)


@dataclass(frozen=True, slots=True)
class Sent:
    """Who is sent to one object, and who was drawn and passed over: (counter, certificate, reason)."""

    object: str
    inspectors: tuple[str, ...]
    passed: tuple[tuple[int, str, str], ...] = ()


class Rota:
    """The draw of inspectors, visit by visit in their order.

    For each visit the qualified inspectors, sorted by certificate, are the list; SHA-256(seed ‖ object ‖ counter)
    gives places in it. Who is to be avoided, has his visits, or has met the others (or all who could join him) often
    enough is passed over. A visit for which nobody is left stays short of inspectors: then people decide, and the
    record shows it.
    """

    def __init__(
        self, seed: bytes, inspectors: Sequence[Inspector], staffing: Staffing, suite: str = "sha256"
    ) -> None:
        self._seed, self._staffing, self._suite = seed, staffing, suite
        self._inspectors = sorted(inspectors, key=lambda one: one.number.encode("utf-8"))
        self._qualified: dict[tuple[frozenset[str], str], list[Inspector]] = {}
        self._load: Counter[str] = Counter()
        self._met: Counter[frozenset[str]] = Counter()
        self._relieved: dict[str, set[str]] = {}  # by object

    def draw(self, visit: Visit) -> Sent:
        """Draw who goes to this object."""
        return self._seat(visit, ())

    def release(self, sent: Sent) -> None:
        """Free the inspectors of a visit that does not take place."""
        self._count(sent.inspectors, -1)

    def relieve(self, visit: Visit, sent: Sent, number: str) -> Sent:
        """Draw somebody else for one seat of a visit; the others keep theirs."""
        self.release(sent)
        self._relieved.setdefault(visit.object, set()).add(number)
        return self._seat(visit, tuple(one for one in sent.inspectors if one != number))

    def _seat(self, visit: Visit, kept: tuple[str, ...]) -> Sent:
        chosen, passed = list(kept), []
        qualified = self._list(visit)
        for drawn in drawn_places(self._seed, visit.object, len(qualified), self._suite):
            if len(chosen) == self._staffing.each:
                break
            one = qualified[drawn.place]
            reason = self._against(one, visit, chosen)
            if not reason and not self._can_be_joined(one, visit, chosen, qualified):
                reason = TOGETHER
            if reason:
                passed.append((drawn.counter, one.number, reason))
            else:
                chosen.append(one.number)
        self._count(chosen, 1)
        return Sent(visit.object, tuple(chosen), tuple(passed))

    def _against(self, one: Inspector, visit: Visit, chosen: Collection[str]) -> str:
        limit = self._staffing.together
        if one.number in chosen:
            return CHOSEN
        if one.number in self._relieved.get(visit.object, ()):
            return RELIEVED
        if (one.number, visit.object) in self._staffing.avoid:
            return AVOIDED
        if self._load[one.number] >= one.most:
            return FULL
        if limit and any(self._met[frozenset({one.number, other})] >= limit for other in chosen):
            return TOGETHER
        return ""

    def _can_be_joined(
        self, one: Inspector, visit: Visit, chosen: Sequence[str], qualified: Sequence[Inspector]
    ) -> bool:
        """Say whether the seats left after this one can be filled: else he would sit there alone for good."""
        left = self._staffing.each - len(chosen) - 1
        if left <= 0 or not self._staffing.together:
            return True
        beside = [*chosen, one.number]
        others = (other for other in qualified if not self._against(other, visit, beside))
        return len(list(islice(others, left))) == left

    def _count(self, chosen: Sequence[str], by: int) -> None:
        self._load.update(dict.fromkeys(chosen, by))
        self._met.update({frozenset(pair): by for pair in combinations(chosen, 2)})

    def _list(self, visit: Visit) -> Sequence[Inspector]:
        wanted = (visit.fields, visit.region)
        if wanted not in self._qualified:
            self._qualified[wanted] = [
                one
                for one in self._inspectors
                if visit.fields <= one.fields and (not one.regions or visit.region in one.regions)
            ]
        return self._qualified[wanted]
