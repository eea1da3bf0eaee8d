"""Where each receipt of a range stands, worked out from what happened to it. Pure: no table is read here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

STOCK: Final = "stock"
TITLES: Final = {
    STOCK: "库存",
    "issued": "已发放",
    "used": "已使用",
    "voided": "已作废",
    "checked": "已核销",
}


class Happened(Protocol):
    """What is read of an event."""

    @property
    def step(self) -> str: ...
    @property
    def first(self) -> int: ...
    @property
    def last(self) -> int: ...
    @property
    def holder(self) -> str: ...
    @property
    def bank(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Stretch:
    """Receipts with consecutive numbers that stand alike."""

    first: int
    last: int
    state: str = STOCK
    holder: str = ""
    bank: str = ""

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    @property
    def title(self) -> str:
        """The state in Chinese."""
        return TITLES[self.state]


def stretches(first: int, last: int, events: Iterable[Happened], used: Sequence[int]) -> list[Stretch]:
    """Give the whole range in stretches, in the order of the numbers. `used` is sorted."""
    line = [Stretch(first, last)]
    events = list(events)
    for one in events:
        if one.step in {"issued", "voided", "returned"}:
            line = _painted(line, one.first, one.last, one)
    for start, stop in _runs(used):
        line = _marked(line, start, stop, "used")
    for one in events:
        if one.step == "checked":
            line = _marked(line, one.first, one.last, "checked")
    return _joined(line)


def within(line: Iterable[Stretch], first: int, last: int) -> list[Stretch]:
    """Give the part of a line from one number to another."""
    return [
        replace(one, first=max(one.first, first), last=min(one.last, last))
        for one in line
        if one.first <= last and one.last >= first
    ]


def _painted(line: list[Stretch], first: int, last: int, event: Happened) -> list[Stretch]:
    if event.step == "returned":
        middle = Stretch(first, last)
    elif event.step == "voided":
        return _marked(line, first, last, "voided")
    else:
        middle = Stretch(first, last, "issued", event.holder, event.bank)
    return sorted([*_outside(line, first, last), middle], key=lambda one: one.first)


def _marked(line: list[Stretch], first: int, last: int, state: str) -> list[Stretch]:
    """Give the line with another state from one number to another; who holds the receipts stays known."""
    inside = [replace(one, state=state) for one in within(line, first, last)]
    return sorted([*_outside(line, first, last), *inside], key=lambda one: one.first)


def _outside(line: list[Stretch], first: int, last: int) -> list[Stretch]:
    before = [replace(one, last=min(one.last, first - 1)) for one in line if one.first < first]
    after = [replace(one, first=max(one.first, last + 1)) for one in line if one.last > last]
    return [*before, *after]


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _joined(line: list[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for one in line:
        if joined and replace(joined[-1], first=one.first, last=one.last) == one:
            joined[-1] = replace(joined[-1], last=one.last)
        else:
            joined.append(one)
    return joined
