"""Where the packs say that acts of a kind belong in a case, read once all kinds are known."""

from dataclasses import replace
from functools import partial
from typing import Any

from mingjing.lawengine.terms import ActRef
from mingjing.lawengine.vocabulary import ActKind, Place
from mingjing.packs.conditions import Vocabulary
from mingjing.packs.source import PackFile
from mingjing.packs.terms import TermsReader


def placed(file: PackFile, kind: ActKind, words: Vocabulary) -> ActKind:
    """Give the kind with its place among the others. Raises PackError."""
    seldom = file.data.get("seldom", False)
    if not isinstance(seldom, bool):
        raise file.fault("“seldom”只能是 true 或 false", "seldom")
    place = Place(
        after=_groups(file, words, "after"),
        until=_acts(file, words, "until"),
        again=_acts(file, words, "again"),
        usually_after=_groups(file, words, "usually_after"),
        usually_until=_acts(file, words, "usually_until"),
        seldom=seldom,
    )
    if place.again and not (place.until or place.usually_until):
        raise file.fault("写了“again”，还要写 until 或者 usually_until", "again")
    return replace(kind, place=place)


def _groups(file: PackFile, words: Vocabulary, key: str) -> tuple[tuple[ActRef, ...], ...]:
    return _reader(file, words, key).groups_in(file.data.get(key, []), key)


def _acts(file: PackFile, words: Vocabulary, key: str) -> tuple[ActRef, ...]:
    given: Any = file.data.get(key, [])
    return _reader(file, words, key).acts_in(given, key)


def _reader(file: PackFile, words: Vocabulary, key: str) -> TermsReader:
    return TermsReader(words, partial(_fault, file, key), ())


def _fault(file: PackFile, key: str, message: str) -> Exception:
    return file.fault(message, key)
