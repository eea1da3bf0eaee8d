"""A discretion benchmark as values: items, questions, rows and ranges; nothing is chosen or written here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final, Literal

from mingjing.lawengine.condition import Condition

# Codes of the grades, mildest first, with the word a table without a label of its own shows.
TIERS: Final = {
    "none": "不予处罚",
    "exempt": "免予处罚",
    "mitigated": "减轻",
    "lighter": "从轻",
    "ordinary": "一般",
    "heavier": "从重",
}
RANKS: Final = {code: rank for rank, code in enumerate(TIERS)}
# How a figure of a row becomes a sum: itself, or times / per cent of / for each unit of the answer to `of`.
UNITS: Final = {"yuan": "元", "times": "倍", "percent": "%", "each": "元"}

Unit = Literal["yuan", "times", "percent", "each"]
Answer = str | bool | Decimal


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that may be picked."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Circumstance:
    """One question about the violation. `fact` names the fact of the case that answers it where nobody else did."""

    key: str
    question: str
    type: Literal["choice", "bool", "number", "money"]
    options: tuple[Option, ...] = ()
    unit: str = ""
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a row of the table says in one column, for people: the question and the answer that belongs to the row."""

    key: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Tier:
    """One row: under `when` the measure lies from `low` to `high`. None is a figure that the table does not state.

    `overrides`: where it holds, no other row counts. `when` None holds always.
    """

    code: str
    label: str
    when: Condition | None
    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False
    unit: Unit = "yuan"
    of: str = ""
    other: tuple[str, ...] = ()
    text: str = ""
    cells: tuple[Cell, ...] = ()
    also: str = ""  # the part of `when` that stands in no column
    overrides: bool = False
    line: int = 0  # in the file it was read from

    @property
    def milder_first(self) -> tuple[int, Decimal, Decimal]:
        """Order rows by grade, then by figures."""
        return RANKS[self.code], self.low or Decimal(0), self.high or Decimal(0)


@dataclass(frozen=True, slots=True)
class Share:
    """Part of an added-up table: per cent of the item's `whole` that count under `when`."""

    when: Condition
    percent: Decimal
    cells: tuple[Cell, ...] = ()
    also: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Bracket:
    """The range that the statute gives, under `when` where it has several."""

    unit: Unit
    low: Decimal | None
    high: Decimal | None
    of: str = ""
    when: Condition | None = None


@dataclass(frozen=True)
class Item:
    """One violation with its rows.

    `shares` in place of `tiers`: the table adds up per cents of `whole`, beginning with `base`.
    """

    code: str
    violation: str
    law: str
    article: str
    brackets: tuple[Bracket, ...]
    circumstances: tuple[Circumstance, ...]
    tiers: tuple[Tier, ...] = ()
    shares: tuple[Share, ...] = ()
    base: Decimal = Decimal(0)
    whole: Decimal | None = None
    cap: Decimal | None = None  # yuan
    party_kinds: tuple[str, ...] = ()
    addressee: str = ""
    chapter: str = ""
    duty: str = ""  # the provision that was violated
    basis: str = ""  # the words of the provision that punishes
    note: str = ""

    @cached_property
    def by_key(self) -> Mapping[str, Circumstance]:
        """The circumstances by key."""
        return {one.key: one for one in self.circumstances}

    @property
    def rows(self) -> tuple[Tier | Share, ...]:
        """All rows: tiers, or shares of an added-up table."""
        return (*self.tiers, *self.shares)

    def cite(self) -> str:
        """Write the citation: 《城市建筑垃圾管理规定》第二十五条."""
        return f"《{self.law}》{self.article}"


@dataclass(frozen=True)
class Benchmark:
    """A published table of discretion and the days on which it holds."""

    code: str
    title: str
    issuer: str
    level: Literal["own", "superior"]
    number: str
    version: str
    in_force: date
    until: date | None
    source: str
    items: tuple[Item, ...]
    digest: str = ""
    note: str = ""

    @cached_property
    def by_code(self) -> Mapping[str, Item]:
        """The items by code."""
        return {one.code: one for one in self.items}

    def item(self, code: str) -> Item:
        """Give an item by its code. Raises KeyError."""
        return self.by_code[code]

    def in_force_on(self, day: date) -> bool:
        """Say whether the table holds on the day."""
        return self.in_force <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the table gives: a tier with its range in yuan, what is missing for one, or why it has none.

    `missing` are the keys of circumstances and the names of facts still to be stated: then there is no tier yet.
    `fault` says that the table itself has no answer. `steps` tell the derivation, in Chinese, line by line.
    """

    tier: str = ""
    label: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    low_open: bool = False
    high_open: bool = False
    unit: Literal["yuan"] = "yuan"
    other: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    fault: str = ""

    def contains(self, yuan: Decimal) -> bool:
        """Say whether a fine lies inside the range; False where there is no range in yuan."""
        if self.low is None or self.high is None or not self.tier:
            return False
        above = yuan > self.low if self.low_open else yuan >= self.low
        return above and (yuan < self.high if self.high_open else yuan <= self.high)
