"""A text as it is searched: full-width signs made narrow and letters set apart by blanks joined, places kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mingjing.publicity.recognise.surnames import COMMON_SURNAMES, GIVEN

_NARROW: Final = {
    code + 0xFEE0: code for code in range(0x21, 0x7F) if chr(code).isalnum() or chr(code) in "-.@_+#"
}
# 张 三 丰: single characters with blanks between them, as scanners and careful typists write names.
_GAP: Final = re.compile(r"(?<=([\u4e00-\u9fff]))[ \u3000]{1,4}(?=([\u4e00-\u9fff]))")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_OWN_WORD: Final = frozenset("男女等与和及在于对向由经系住")
_LONGEST: Final = 3  # syllables of a name


@dataclass(frozen=True, slots=True)
class Plain:
    """The text to search, and for each of its characters the place in the original."""

    text: str
    places: tuple[int, ...] | None  # None where nothing was left out

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Give the place in the original of a place in the text."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def _blanks(text: str) -> Iterator[int]:
    """Give the blanks that stand inside a name rather than between words."""
    row, last = 1, None  # characters set apart so far, and the blank before this one
    for gap in _GAP.finditer(text):
        follows = last is not None and gap.start() - last.end() == 1
        row = row + 1 if follows else 1
        if {gap[1], gap[2]} & _OWN_WORD:
            last = None
            continue
        lone = not _HAN.match(text[gap.end() + 1 : gap.end() + 2])
        first = not follows and not _HAN.match(text[max(0, gap.start() - 2) : gap.start() - 1])
        same = follows and last is not None and gap[0] == last[0] and row < _LONGEST
        if lone or first or same or (gap[1] in COMMON_SURNAMES and gap[2] in GIVEN):
            yield from range(*gap.span())
            last = gap
        else:
            last = None


def plain(text: str) -> Plain:
    """Give the text as it is searched."""
    narrow = text.translate(_NARROW)
    blanks = set(_blanks(narrow))
    if not blanks:
        return Plain(narrow, None)
    places = tuple(at for at in range(len(narrow)) if at not in blanks)
    return Plain("".join(narrow[at] for at in places), places)
