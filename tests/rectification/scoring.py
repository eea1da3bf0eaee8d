"""Compares what the reader proposes with a list that a person made of the same document, field by field."""

import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mingjing.rectification.plan import Plan, PlanItem, read_plan

HERE = Path(__file__).parent / "expected"
SHARED = Path(os.environ.get("MINGJING_SHARED") or Path(__file__).parents[3] / "shared")
FIELDS = ("row", "problem", "lead", "responsible", "deadline", "standing", "words of time")


@dataclass(slots=True)
class Score:
    """How many values were right, left out and too many, by field, with a line for each difference."""

    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def count(self, name: str, where: str, wanted: set[str], found: set[str]) -> None:
        """Count one field of one row."""
        self.right[name] += len(wanted & found)
        for counter, values, sign in (
            (self.missed, wanted - found, "缺"),
            (self.extra, found - wanted, "多"),
        ):
            counter[name] += len(values)
            self.lines.extend(f"{where} {name} {sign} {value}" for value in sorted(values))

    def recall(self, name: str) -> float:
        """Give the share of the expected values that were found."""
        return _share(self.right[name], self.missed[name])

    def precision(self, name: str) -> float:
        """Give the share of the proposed values that were expected."""
        return _share(self.right[name], self.extra[name])

    def add(self, other: "Score") -> None:
        """Take in the counts of another document."""
        self.right.update(other.right)
        self.missed.update(other.missed)
        self.extra.update(other.extra)
        self.lines.extend(other.lines)


def expected(name: str) -> dict[str, Any]:
    """Give a list as a person made it."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def read(wanted: dict[str, Any], shared: Path = SHARED) -> Plan:
    """Read the document that a list was made of."""
    path = shared / wanted.get("folder", "sources") / wanted["file"]
    return read_plan(path.read_bytes(), path.name)


def squeezed(words: str) -> str:
    """Words without blanks: in page-broken texts blanks mean nothing."""
    return re.sub(r"\s+", "", words)


def score(wanted: dict[str, Any], plan: Plan) -> Score:
    """Compare row by row; rows meet where their sources begin and end with the same words."""
    result = Score()
    left = list(plan.items)
    for row in wanted["items"]:
        item = next((one for one in left if _meets(row, one)), None)
        result.count("row", row["from"], {"row"}, {"row"} if item else set())
        if item:
            left.remove(item)
        _fields(result, row, item)
    for item in left:
        result.count("row", item.source[:24], set(), {"row"})
        _fields(result, {"from": item.source[:24]}, item)
    return result


def _meets(row: dict[str, Any], item: PlanItem) -> bool:
    source = squeezed(item.source)
    return source.startswith(squeezed(row["from"])) and source.endswith(squeezed(row["to"]))


def _fields(result: Score, row: dict[str, Any], item: PlanItem | None) -> None:
    for name, wanted, found in _pairs(row, item):
        result.count(name, row["from"], wanted, found)


def _pairs(row: dict[str, Any], item: PlanItem | None) -> Iterator[tuple[str, set[str], set[str]]]:
    problem = row.get("problem", "")
    told = problem if item and problem in item.problem else item.problem if item else ""
    yield "problem", {problem} - {""}, {told} - {""}
    yield "lead", set(row.get("lead", ())), set(item.lead if item else ())
    yield "responsible", set(row.get("responsible", ())), set(item.responsible if item else ())
    yield "deadline", _day(row.get("by")), _day(item.deadline if item else None)
    yield (
        "standing",
        {"standing"} if row.get("standing") else set(),
        {"standing"} if item and item.standing else set(),
    )
    says = {squeezed(one) for one in row.get("says", ())}
    yield "words of time", says, says & {squeezed(one.words) for one in (item.limits if item else ())}


def _day(day: Any) -> set[str]:
    return {day.isoformat()} if day else set()


def _share(right: int, wrong: int) -> float:
    return right / (right + wrong) if right + wrong else 1.0
