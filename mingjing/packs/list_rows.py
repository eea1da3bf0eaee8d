"""What is common to the ways in which a list is written: a line with its place, and words that name an effect."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

# In this order: 不予实施行政强制 says nothing of exemption from a penalty.
_EFFECTS: Final = (
    ("no_coercion", re.compile(r"(?:不予|不得|慎用|免予)(?:采取|实施|行政|适用)*强制(?:措施)?")),
    ("exempt", re.compile(r"不予|免予|免罚|不罚|免除|免处罚|exempt")),
    ("mitigated", re.compile(r"减轻|mitigated")),
    ("lighter", re.compile(r"从轻|lighter")),
    ("heavier", re.compile(r"从重|heavier")),
)


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of a list as its file states it: on which sheet, where, and what `read_list` may read."""

    sheet: str
    line: int
    item: dict[str, Any] = field(default_factory=dict)


def effects_in(text: str) -> list[str]:
    """Give the codes of every effect that words name: 从轻减轻 names two, 不予行政强制 one."""
    found = []
    for code, words in _EFFECTS:
        if words.search(text):
            found.append(code)
            text = words.sub("", text)
    return found
