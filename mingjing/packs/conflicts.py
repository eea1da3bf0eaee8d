"""The conflicts of law as decided nationally: both sources, the decision and the rules that carry it out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from mingjing.packs.load import NATIONAL, Library
from mingjing.packs.source import PackFile, nearest
from mingjing.packs.vocabulary import text

FILE: Final = f"{NATIONAL}/conflicts.toml"
_KEYS: Final = (
    *("id", "question", "decision", "reason", "verified", "note", "rules", "elsewhere", "issue"),
    *("figures", "source"),
)
_SIDE_KEYS: Final = ("law", "article", "words", "verified")


@dataclass(frozen=True, slots=True)
class Side:
    """What one source says about the question, in its own words."""

    law: str
    article: str
    words: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """One question on which sources differ, and how it is decided.

    `rules` carry the decision out; where none does, `elsewhere` says what does and `issue` when it is built.
    """

    id: str
    question: str
    sources: tuple[Side, ...]
    decision: str
    reason: str
    verified: bool
    note: str
    rules: tuple[str, ...]
    elsewhere: str
    issue: int | None
    figures: Mapping[str, Any]


def read_conflicts(library: Library) -> tuple[Conflict, ...]:
    """Give every conflict in the order written. Raises PackError for one undecided or naming an unknown rule."""
    file = next((file for file in library.packs[NATIONAL].files if file.name == FILE), None)
    if file is None:
        return ()
    file.known_keys(file.data, ("conflict",))
    known = {rule.id for rule in library.rules}
    read = tuple(
        _conflict(file, table, known, number) for number, table in enumerate(file.data.get("conflict", ()))
    )
    seen: set[str] = set()
    for number, conflict in enumerate(read):
        if conflict.id in seen:
            raise file.fault(f"冲突编号“{conflict.id}”重复", "conflict", number, "id")
        seen.add(conflict.id)
    return read


def conflicts_of(conflicts: tuple[Conflict, ...], rule: str) -> tuple[Conflict, ...]:
    """Give the conflicts that a rule carries the decision of."""
    return tuple(conflict for conflict in conflicts if rule in conflict.rules)


def _conflict(file: PackFile, table: Mapping[str, Any], known: set[str], number: int) -> Conflict:
    where = ("conflict", number)
    file.known_keys(table, _KEYS, *where)
    sides = tuple(_side(file, side, *where) for side in table.get("source", ()))
    if len(sides) < 2:
        raise file.fault("冲突至少要写两个来源 [[conflict.source]]", *where)
    rules = tuple(map(str, table.get("rules", ())))
    for rule in rules:
        if rule not in known:
            raise file.fault(f"规则“{rule}”不存在{nearest(rule, known)}", *where, "rules")
    elsewhere = str(table.get("elsewhere", ""))
    if not rules and not elsewhere:
        raise file.fault("写明落实决定的规则 rules；没有规则的写 elsewhere = 由什么落实", *where)
    issue = table.get("issue")
    if issue is not None and not isinstance(issue, int):
        raise file.fault("issue 要写成整数", *where, "issue")
    return Conflict(
        id=text(file, table, "id", *where),
        question=text(file, table, "question", *where),
        sources=sides,
        decision=text(file, table, "decision", *where),
        reason=text(file, table, "reason", *where),
        verified=bool(table.get("verified", True)),
        note=str(table.get("note", "")),
        rules=rules,
        elsewhere=elsewhere,
        issue=issue,
        figures=dict(table.get("figures", {})),
    )


def _side(file: PackFile, table: Mapping[str, Any], *where: str | int) -> Side:
    file.known_keys(table, _SIDE_KEYS, *where, "source")
    return Side(
        law=text(file, table, "law", *where, "source"),
        article=text(file, table, "article", *where, "source"),
        words=text(file, table, "words", *where, "source"),
        verified=bool(table.get("verified", True)),
    )
