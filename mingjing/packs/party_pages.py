"""What a party sees of his own case, as the packs list it: steps, what comes next, rights; nothing is shown here."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

from mingjing.lawengine.terms import Unit
from mingjing.packs.load import NATIONAL, Library, library
from mingjing.packs.source import PackFile
from mingjing.packs.vocabulary import text

NAME: Final = f"{NATIONAL}/party.toml"
SERVED: Final = "served:"
_RIGHT: Final = (
    *("code", "title", "says", "after", "told", "rule", "without", "amount", "unit", "until"),
    *("law", "article", "quote"),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of act that the party is told of: in which words, with which of its facts, under which condition."""

    act: str
    says: str
    shows: tuple[str, ...]
    only: Mapping[str, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What comes next once one of these acts was done or (`served:`) one of these papers was served."""

    after: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Right:
    """One right of the party, from a paper that gives it until one of these acts, with how long it can be used."""

    code: str
    title: str
    says: str
    after: tuple[str, ...]
    told: str
    rule: str
    without: str
    amount: int
    unit: Unit
    until: tuple[str, ...]
    cited: str
    quote: str


@dataclass(frozen=True, slots=True)
class PartyPages:
    """The whole table."""

    papers: frozenset[str]
    handed_over: frozenset[str]
    closes_defence: frozenset[str]
    steps: Mapping[str, Step]
    ahead: tuple[Ahead, ...]
    rights: tuple[Right, ...]


@cache
def party_pages() -> PartyPages:
    """Give what the packs of this installation show to parties. Raises PackError."""
    return read_party_pages(library())


def read_party_pages(packs: Library) -> PartyPages:
    """Read the table, refusing acts, fields and rules that the packs do not define. Raises PackError."""
    file = packs.file(NAME)
    file.known_keys(file.data, ("papers", "handed_over", "closes_defence", "step", "next", "right"))
    papers, handed, closing = (
        frozenset(_kinds(packs, file, file.data[key])) for key in ("papers", "handed_over", "closes_defence")
    )
    steps = [_step(packs, file, row) for row in file.data["step"]]
    return PartyPages(
        papers=papers,
        handed_over=handed,
        closes_defence=closing,
        steps={one.act: one for one in steps},
        ahead=tuple(Ahead(tuple(row["after"]), row["says"]) for row in file.data["next"]),
        rights=tuple(_right(packs, file, row) for row in file.data["right"]),
    )


def _kinds(packs: Library, file: PackFile, names: list[str]) -> tuple[str, ...]:
    if unknown := [name for name in names if name not in packs.kinds]:
        raise file.fault(f"行为“{unknown[0]}”没有定义")
    return tuple(names)


def _step(packs: Library, file: PackFile, row: Mapping[str, Any]) -> Step:
    file.known_keys(row, ("act", "says", "shows", "only"), "step")
    (act,) = _kinds(packs, file, [row["act"]])
    shows, only = tuple(row.get("shows", ())), row.get("only", {})
    if unknown := [name for name in (*shows, *only) if name not in packs.fields]:
        raise file.fault(f"字段“{unknown[0]}”没有定义")
    return Step(act, text(file, row, "says", "step"), shows, {name: tuple(of) for name, of in only.items()})


def _right(packs: Library, file: PackFile, row: Mapping[str, Any]) -> Right:
    file.known_keys(row, _RIGHT, "right")
    after, until = _kinds(packs, file, row["after"]), _kinds(packs, file, row["until"])
    words = {key: text(file, row, key, "right") for key in ("code", "title", "says", "law", "article")}
    return Right(
        code=words["code"],
        title=words["title"],
        says=words["says"],
        after=after,
        told=row.get("told", ""),
        rule=row.get("rule", ""),
        without=row.get("without", ""),
        amount=row.get("amount", 0),
        unit=cast("Unit", row.get("unit", "calendar_days")),
        until=until,
        cited=f"《{words['law']}》{words['article']}",
        quote=row.get("quote", ""),
    )
