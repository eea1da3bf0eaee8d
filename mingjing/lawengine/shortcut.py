"""Conditions of the plainest kind, judged without the CEL machine; whatever is not plain here is left to it."""

import re
from collections.abc import Callable
from typing import Final, Literal

Lookup = Callable[[str], object]
# What a shortcut says: yes, no, that a fact is not known, or that the value is of a kind it does not know.
Said = bool | None | Literal["ask"]
Shortcut = Callable[[Lookup], Said]

ASK: Final = "ask"
_NAME: Final = r"[A-Za-z_]\w*"
_TEXT: Final = r"'([^'\\]*)'"
_PLAIN: Final = re.compile(rf"(!?)({_NAME})")
_EQUAL: Final = re.compile(rf"({_NAME}) (==|!=) {_TEXT}")
_TRUTH: Final = re.compile(rf"({_NAME}) == (true|false)")
_HAS: Final = re.compile(rf"{_TEXT} in ({_NAME})")
_HAS_NOT: Final = re.compile(rf"!\({_TEXT} in ({_NAME})\)")
_AMONG: Final = re.compile(rf"({_NAME}) in \[({_TEXT}(?:, {_TEXT})*)\]")
_HOLDS: Final = re.compile(rf"(!?)({_NAME})\.contains\({_TEXT}\)")
_BEFORE: Final = re.compile(rf"({_NAME}) < ({_NAME})")
_WORDS: Final = frozenset({"true", "false", "null"})


def shortcut(source: str) -> Shortcut | None:
    """Give the shortcut of a condition that only joins plain comparisons, with && or with ||; else None.

    It says what CEL says: an unknown fact makes the whole unknown unless another part decides it.
    """
    joint = " || " if " || " in source else " && "
    atoms = [_atom(part) for part in source.split(joint)]
    plain = [atom for atom in atoms if atom is not None]
    if len(plain) < len(atoms):
        return None
    return plain[0] if len(plain) == 1 else _joined(plain, deciding=joint == " || ")


def _joined(atoms: list[Shortcut], *, deciding: bool) -> Shortcut:
    """Join comparisons of which one is enough for the answer `deciding`."""

    def said(lookup: Lookup) -> Said:
        known = True
        for atom in atoms:
            one = atom(lookup)
            if one is deciding or one == ASK:
                return one
            known = known and one is not None
        return (not deciding) if known else None

    return said


def _atom(text: str) -> Shortcut | None:
    """Give the shortcut of one comparison, or None where it is not a plain one."""
    for pattern, make in _MAKERS:
        if found := pattern.fullmatch(text):
            return make(found)
    return None


def _truth(name: str, *, wanted: bool) -> Shortcut:
    def said(lookup: Lookup) -> Said:
        value = lookup(name)
        if value is True or value is False:
            return value is wanted
        return None if value is None else ASK

    return said


def _among(name: str, values: frozenset[str], *, wanted: bool) -> Shortcut:
    def said(lookup: Lookup) -> Said:
        value = lookup(name)
        if isinstance(value, str):
            return (value in values) is wanted
        return None if value is None else ASK

    return said


def _has(name: str, one: str, *, wanted: bool) -> Shortcut:
    def said(lookup: Lookup) -> Said:
        value = lookup(name)
        if isinstance(value, list):
            return (one in value) is wanted
        return None if value is None else ASK

    return said


def _contains(name: str, part: str, *, wanted: bool) -> Shortcut:
    def said(lookup: Lookup) -> Said:
        value = lookup(name)
        if isinstance(value, str):
            return (part in value) is wanted
        return None if value is None else ASK

    return said


def _before(name: str, other: str) -> Shortcut:
    def said(lookup: Lookup) -> Said:
        one, two = lookup(name), lookup(other)
        if isinstance(one, str) and isinstance(two, str):
            return one < two
        return None if one is None or two is None else ASK

    return said


def _plain(found: re.Match[str]) -> Shortcut | None:
    return None if found[2] in _WORDS else _truth(found[2], wanted=not found[1])


_MAKERS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Shortcut | None]], ...]] = (
    (_PLAIN, _plain),
    (_TRUTH, lambda found: _truth(found[1], wanted=found[2] == "true")),
    (_EQUAL, lambda found: _among(found[1], frozenset({found[3]}), wanted=found[2] == "==")),
    (_AMONG, lambda found: _among(found[1], frozenset(re.findall(_TEXT, found[2])), wanted=True)),
    (_HAS, lambda found: _has(found[2], found[1], wanted=True)),
    (_HAS_NOT, lambda found: _has(found[2], found[1], wanted=False)),
    (_HOLDS, lambda found: _contains(found[2], found[3], wanted=not found[1])),
    (_BEFORE, lambda found: _before(found[1], found[2])),
)
