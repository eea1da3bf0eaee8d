"""Numbers that Word itself writes before paragraphs (一、, 1.): not in the file as text, yet they carry the outline."""

import re
from collections.abc import Iterator
from typing import Any, Final

from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

_DEEPEST: Final = 9
_HOPS: Final = 10  # styles that rest on each other; a circle must not go on for ever
_DIGITS: Final = "零一二三四五六七八九"
_CHINESE: Final = (
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "taiwaneseCounting",
    "ideographDigital",
)

Level = tuple[str, str, int]  # how a number is written, the text around it, where it starts


class Numbering:
    """Counts the numbered paragraphs of one document, in their order."""

    def __init__(self, document: Any) -> None:
        element = _numbering(document)
        abstract = (
            {}
            if element is None
            else {one.get(qn("w:abstractNumId")): one for one in _all(element, "w:abstractNum")}
        )
        self._lists: dict[str, str] = {}
        self._levels: dict[str, dict[int, Level]] = {}
        for one in () if element is None else _all(element, "w:num"):
            base = _value(one, "w:abstractNumId")
            self._lists[str(one.get(qn("w:numId")))] = base
            if base in abstract and base not in self._levels:
                self._levels[base] = dict(_levels(abstract[base]))
        self._restarts = {
            str(one.get(qn("w:numId")))
            for one in ([] if element is None else _all(element, "w:num"))
            if _overrides(one)
        }
        self._counts: dict[str, list[int]] = {}

    def before(self, paragraph: Paragraph) -> str:
        """Give the number that stands before a paragraph, or nothing."""
        number, depth = _place(paragraph)
        base = self._lists.get(number, "")
        levels = self._levels.get(base, {})
        if depth not in levels:
            return ""
        if number in self._restarts:
            self._restarts.discard(number)
            self._counts.pop(base, None)
        counts = self._counts.setdefault(base, [0] * _DEEPEST)
        counts[depth] = counts[depth] + 1 if counts[depth] else levels[depth][2]
        counts[depth + 1 :] = [0] * (_DEEPEST - depth - 1)
        return _written(levels, counts, depth)


def _written(levels: dict[int, Level], counts: list[int], depth: int) -> str:
    kind, text, _ = levels[depth]
    if kind in ("bullet", "none"):
        return ""

    def number(found: re.Match[str]) -> str:
        at = int(found[1]) - 1
        return _number(counts[at] or 1, levels[at][0] if at in levels else "decimal")

    return re.sub(r"%([1-9])", number, text)


def _number(count: int, kind: str) -> str:
    if kind in _CHINESE and count < 100:
        tens, ones = divmod(count, 10)
        return ("" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十") + (
            "" if tens and not ones else _DIGITS[ones]
        )
    if kind.startswith("decimalEnclosedCircle") and count <= 20:
        return chr(ord("①") + count - 1)
    return str(count)


def _place(paragraph: Paragraph) -> tuple[str, int]:
    """The list of a paragraph and its depth there: its own, or that of its style."""
    number, depth = _of(paragraph._p.pPr)
    style: Any = paragraph.style
    for _ in range(_HOPS):
        if number is not None or style is None:
            break
        number, of_style = _of(style.element.pPr)
        depth = of_style if depth is None else depth
        style = style.base_style
    return number or "", min(depth or 0, _DEEPEST - 1)


def _of(properties: Any) -> tuple[str | None, int | None]:
    place = None if properties is None else properties.find(qn("w:numPr"))
    if place is None:
        return None, None
    depth = _value(place, "w:ilvl")
    return _value(place, "w:numId") or None, int(depth) if depth.isdecimal() else None


def _numbering(document: Any) -> Any:
    relations = document.part.rels.values()
    parts = [
        one.target_part for one in relations if not one.is_external and one.reltype.endswith("/numbering")
    ]
    return getattr(parts[0], "element", None) if parts else None


def _levels(abstract: Any) -> Iterator[tuple[int, Level]]:
    for one in _all(abstract, "w:lvl"):
        depth, start = one.get(qn("w:ilvl")) or "", _value(one, "w:start")
        if depth.isdecimal() and int(depth) < _DEEPEST:
            yield (
                int(depth),
                (_value(one, "w:numFmt"), _value(one, "w:lvlText"), int(start) if start.isdecimal() else 1),
            )


def _overrides(number: Any) -> bool:
    return any(one.find(qn("w:startOverride")) is not None for one in _all(number, "w:lvlOverride"))


def _all(element: Any, name: str) -> list[Any]:
    return list(element.findall(qn(name)))


def _value(element: Any, name: str) -> str:
    found = element.find(qn(name))
    return "" if found is None else str(found.get(qn("w:val")) or "")
