"""Whether the cells of a row have slipped into their neighbours' columns: a value that fits there and not here."""

import re
from typing import TYPE_CHECKING, Final

from mingjing.exchange.cells import numbered, only_citation
from mingjing.exchange.mapping import Reading

if TYPE_CHECKING:
    from mingjing.exchange.rows import Desk, Examined
    from mingjing.exchange.tables import Row

# Item -> what a cell of it looks like.
LOOKS: Final = {
    "decision_no": "number",
    "decision_date": "day",
    "published_on": "day",
    "publicity_until": "day",
    "valid_until": "day",
    "uscc": "code",
    "fine": "sum",
    "confiscated": "sum",
    "basis": "citation",
    "reason": "words",
    "violation_kind": "words",
    "case_name": "words",
    "party": "name",
    "authority": "name",
    "penalty_kind": "words",
}
_DAY: Final = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?")
_CODE: Final = re.compile(r"[0-9A-Z*Xx]{15,18}")
_SUM: Final = re.compile(r"[¥￥]?[\d,]+(?:\.\d+)?(?:万?元)?")
# Columns this far apart may have slipped into each other.
REACH: Final = 2
_WORDS: Final = 6


def find(row: "Row", desk: "Desk", found: "Examined") -> None:
    """Mark a row in which a cell unlike its own column fits a neighbour's column that is unlike itself too."""
    reading = desk.reading
    for key, (number, _) in reading.columns.items():
        look = looks(row.cells[number - 1])
        if key not in LOOKS or not look or not _strange(look, LOOKS[key]):
            continue
        for other, (place, _) in reading.columns.items():
            near = 0 < abs(place - number) <= REACH
            if near and LOOKS.get(other) == look and _displaced(row.cells[place - 1], other):
                _mark(found, reading, key, other)
                return


def looks(text: str) -> str:
    """Say what a cell looks like: number, day, code, sum, citation, words; nothing where it is empty or short."""
    if not text:
        return ""
    if numbered(text):
        return "number"
    for name, shape in (("day", _DAY), ("sum", _SUM), ("code", _CODE)):
        if shape.fullmatch(text):
            return name
    if only_citation(text):
        return "citation"
    return "words" if len(text) >= _WORDS else ""


def _strange(look: str, wanted: str) -> bool:
    """Say whether a cell cannot be what its column holds; names and words may look like anything short."""
    if wanted in ("words", "name"):
        return look in ("day", "code", "number")
    if wanted == "citation":
        return look in ("day", "code", "number", "sum")
    return look != wanted and not (wanted == "code" and look == "sum")


def _displaced(text: str, key: str) -> bool:
    """Say whether the neighbour's own cell is empty or not what that column holds either."""
    look = looks(text)
    return not look or look != LOOKS[key]


def _mark(found: "Examined", reading: Reading, key: str, other: str) -> None:
    found.shifted = True
    found.faults.append(
        f"“{reading.heading(key)}”一栏的内容像是“{reading.heading(other)}”的，本行可能错列。请对照原表逐栏核对"
    )
