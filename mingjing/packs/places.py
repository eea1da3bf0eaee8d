"""Where the packs say that acts of a kind belong in a case, read once all kinds are known."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mingjing.lawengine.terms import ActRef
from mingjing.lawengine.vocabulary import ActKind, Place
from mingjing.packs.conditions import Vocabulary
from mingjing.packs.source import PackFile
from mingjing.packs.terms import TermsReader

PLACE_KEYS: Final = ("after", "until", "again", "usually_after", "usually_until", "seldom")


def placed(file: PackFile, kind: ActKind, words: Vocabulary) -> ActKind:
    """Give the kind with its place among the others. Raises PackError."""
    return replace(kind, place=read_place(file, file.data, words))


def read_place(file: PackFile, table: Mapping[str, Any], words: Vocabulary, *where: str) -> Place:
    """Read the place keys of a table of the file. Raises PackError."""
    read = _Reader(file, table, words, where)
    seldom = table.get("seldom", False)
    if not isinstance(seldom, bool):
        raise file.fault("“seldom”只能是 true 或 false", *where, "seldom")
    place = Place(
        after=read.groups("after"),
        until=read.acts("until"),
        again=read.acts("again"),
        usually_after=read.groups("usually_after"),
        usually_until=read.acts("usually_until"),
        seldom=seldom,
    )
    if place.again and not (place.until or place.usually_until):
        raise file.fault("写了“again”，还要写 until 或者 usually_until", *where, "again")
    return place


@dataclass(frozen=True, slots=True)
class _Reader:
    file: PackFile
    table: Mapping[str, Any]
    words: Vocabulary
    where: tuple[str, ...]

    def groups(self, key: str) -> tuple[tuple[ActRef, ...], ...]:
        return self._terms(key).groups_in(self.table.get(key, []), key)

    def acts(self, key: str) -> tuple[ActRef, ...]:
        return self._terms(key).acts_in(self.table.get(key, []), key)

    def _terms(self, key: str) -> TermsReader:
        return TermsReader(self.words, lambda message: self.file.fault(message, *self.where, key), ())
