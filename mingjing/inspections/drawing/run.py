"""A draw from its seed to its last change: who is to be visited by whom; pure, so that anybody gets the same."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mingjing.inspections.drawing.declaration import Declaration, Stratum
from mingjing.inspections.drawing.draw import Drawn, Rota, Sent, Visit, drawn_places
from mingjing.inspections.drawing.seed import seed_for

# The kinds of change that may follow a draw, each a record in the log with its reason.
SKIP: Final = "skip"  # an object that was drawn is not visited; the draw goes on to the next place
EXTEND: Final = "extend"  # more of a stratum; the counter goes on
RELIEVE: Final = "relieve"  # one inspector does not go to one object; the draw goes on to the next

IdAt = Callable[[str, int], str]


class ChangeRefused(ValueError):
    """A change does not fit the draw as it stands. The message is Chinese."""


@dataclass(slots=True)
class Line:
    """One object that the draw gave: where it stands, and who is sent, or why nobody is."""

    stratum: str
    drawn: Drawn
    object: str
    skipped: str = ""
    sent: Sent | None = None

    @property
    def text(self) -> str:
        """The line of the outcome, the same in every implementation."""
        inspectors = ",".join(self.sent.inspectors) if self.sent else ""
        place = f"{self.stratum}\t{self.drawn.counter}\t{self.drawn.place}\t{self.object}"
        return f"{place}\t{self.skipped}\t{inspectors}\n"


@dataclass(slots=True)
class _Lane:
    """How far the draw of one stratum has gone."""

    stratum: Stratum
    order: Iterator[Drawn]
    take: int
    standing: int = 0


class Run:
    """The draw of one declaration from one seed; `id_at(stratum, place)` reads the committed lists."""

    def __init__(self, declaration: Declaration, seed: bytes, id_at: IdAt) -> None:
        self._declaration, self._id_at = declaration, id_at
        self._suite = declaration.suite
        objects = seed_for(seed, "objects", self._suite)
        self._lanes = {
            one.name: _Lane(one, self._order(one, objects), one.take) for one in declaration.strata
        }
        self._rota = Rota(
            seed_for(seed, "inspectors", self._suite),
            declaration.inspectors,
            declaration.staffing,
            self._suite,
        )
        self.lines: list[Line] = []
        self._by_object: dict[tuple[str, str], Line] = {}
        for lane in self._lanes.values():
            self._fill(lane)

    def _order(self, stratum: Stratum, seed: bytes) -> Iterator[Drawn]:
        # Where all are taken nothing is left to chance: the list stands as it is.
        if stratum.take == stratum.size:
            return (Drawn(place, place) for place in range(stratum.size))
        return drawn_places(seed, stratum.name, stratum.size, self._suite)

    def _fill(self, lane: _Lane) -> None:
        while lane.standing < lane.take and (drawn := next(lane.order, None)) is not None:
            one = self._id_at(lane.stratum.name, drawn.place)
            line = Line(lane.stratum.name, drawn, one)
            line.sent = self._rota.draw(Visit(one, lane.stratum.fields, lane.stratum.region))
            lane.standing += 1
            self.lines.append(line)
            self._by_object[lane.stratum.name, one] = line

    def apply(self, change: Mapping[str, Any]) -> None:
        """Do what a change record says: {"kind", "stratum", …, "reason"}; raises ChangeRefused, and does nothing."""
        reason = change.get("reason")
        if not isinstance(reason, str) or not reason.strip():
            raise ChangeRefused("变更没有写明理由")
        lane = self._lanes.get(str(change.get("stratum")))
        if lane is None:
            raise ChangeRefused(f"没有“{change.get('stratum')}”这一层")
        kinds = {SKIP: self._skip, EXTEND: self._extend, RELIEVE: self._relieve}
        if change.get("kind") not in kinds:
            raise ChangeRefused(f"没有“{change.get('kind')}”这种变更")
        kinds[change["kind"]](lane, change)

    def _skip(self, lane: _Lane, change: Mapping[str, Any]) -> None:
        line = self._line(lane, change)
        if change["reason"] not in self._declaration.reasons:
            raise ChangeRefused(f"公告没有列出“{change['reason']}”这一跳过理由")
        line.skipped = change["reason"]
        if line.sent is not None:
            self._rota.release(line.sent)
        line.sent = None
        lane.standing -= 1
        self._fill(lane)

    def _extend(self, lane: _Lane, change: Mapping[str, Any]) -> None:
        take = change.get("take")
        if not isinstance(take, int) or not lane.take < take <= lane.stratum.size:
            raise ChangeRefused(f"“{lane.stratum.name}”应增至 {lane.take + 1} 到 {lane.stratum.size} 个之间")
        lane.take = take
        self._fill(lane)

    def _relieve(self, lane: _Lane, change: Mapping[str, Any]) -> None:
        line = self._line(lane, change)
        number = str(change.get("inspector"))
        if line.sent is None or number not in line.sent.inspectors:
            raise ChangeRefused(f"“{line.object}”没有选派 {number}")
        visit = Visit(line.object, lane.stratum.fields, lane.stratum.region)
        line.sent = self._rota.relieve(visit, line.sent, number)

    def _line(self, lane: _Lane, change: Mapping[str, Any]) -> Line:
        line = self._by_object.get((lane.stratum.name, str(change.get("object"))))
        if line is None or line.skipped:
            raise ChangeRefused(f"“{change.get('object')}”没有被抽中，或者已经跳过")
        return line

    @property
    def outcome(self) -> str:
        """The digest of all lines in their order (SHA-256, hex): what a result record commits to."""
        return outcome_of(line.text for line in self.lines)


def outcome_of(texts: Iterator[str] | Sequence[str]) -> str:
    """Give the digest of the lines of an outcome."""
    state = hashlib.sha256()
    for text in texts:
        state.update(text.encode("utf-8"))
    return state.hexdigest()
