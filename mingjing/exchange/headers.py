"""Which column of a published table is which item: certain matches, proposals to confirm, and questions. Pure."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import Any, Final

TABLE: Final = Path(__file__).parent / "headers.toml"

# A heading that resembles a known one this much is proposed; nearer to two items than this gap, it is asked.
ALIKE, GAP = 0.58, 0.08

_CODE: Final = re.compile(
    r"(?:CF|XK|BXZCF|XZCF)?_?[A-Z]{2,}[A-Z0-9_]*|(?:xk|cf)[A-Z][A-Za-z0-9]*|[a-z][a-z_0-9]{2,}"
)
_NUMBERED: Final = re.compile(r"相对人代码[-_/ ]*([1-9])")
_BRACKETS: Final = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
# In brackets after a heading: how to fill the column in, not what it is.
_ADVICE: Final = re.compile(r"必填|选填|万元|^元$|[0-9]{2}[一-龥]")
_PREFIX: Final = re.compile(r"^(?:税务|行政|被?执法)+|(?<=.)行政(?=处罚|相对人)|^相对人(?=统一社会)")
_UNIT: Final = re.compile(r"(?<![一-龥])(万?元)(?![一-龥])|单位[:：]?(万?元)")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the tables: what its column may be called, and what is done with it."""

    key: str
    title: str
    names: frozenset[str]  # as `plain` writes them
    codes: frozenset[str]
    numbered: Mapping[int, int]
    unit: bool = False
    code_unit: str = ""
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """What one column was found to be. `how`: same, code, near (confirm), ask (choose), unknown, empty."""

    number: int  # from 1
    header: str
    key: str = ""
    how: str = "unknown"
    choices: tuple[str, ...] = ()
    unit: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody has to say something before this column can be read."""
        return self.how in ("near", "ask", "unknown")


@dataclass(frozen=True, slots=True)
class Proposal:
    """The columns of a table as understood, and what is still missing or said twice."""

    columns: tuple[Column, ...]

    @property
    def missing(self) -> list[str]:
        """Give the required items that no column holds, in Chinese."""
        held = {column.key for column in self.columns}
        return [
            "或者".join(f"“{items()[key].title}”" for key in group)
            for group in required()
            if not held & set(group)
        ]

    @property
    def doubled(self) -> list[str]:
        """Give the items that several columns claim, in Chinese."""
        kept = [column for column in self.columns if column.key and items()[column.key].kept]
        keys = [column.key for column in kept]
        return [
            f"“{items()[key].title}”有几列：{'、'.join(f'第 {c.number} 列“{c.header}”' for c in kept if c.key == key)}"
            for key in dict.fromkeys(keys)
            if keys.count(key) > 1
        ]


def propose(headers: Sequence[str]) -> Proposal:
    """Say what each column seems to be."""
    highest = max((int(n) for header in headers for n in _NUMBERED.findall(_narrow(header))), default=0)
    columns = [_column(number, header, highest) for number, header in enumerate(headers, 1)]
    return Proposal(tuple(_with_unit(column) for column in columns))


def is_permit_table(headers: Sequence[str]) -> bool:
    """Say whether the table publishes permits and not penalties."""
    text = "".join(headers)
    return "许可" in text and "处罚" not in text


def _column(number: int, header: str, highest: int) -> Column:
    text = _narrow(header)
    if not text:
        return Column(number, header, how="empty")
    if (numbered := _NUMBERED.search(text)) and not _inside(text):
        return _numbered(number, header, int(numbered[1]), highest)
    if keys := _same(text):
        return Column(number, header, keys[0], "same" if len(keys) == 1 else "ask", tuple(keys))
    if key := _by_code(text):
        return Column(number, header, key, "code")
    return _near(number, header, text)


def _numbered(number: int, header: str, place: int, highest: int) -> Column:
    """A bare 相对人代码－2 meant three things in three editions; the highest number in the table tells which."""
    edition = max(highest, 4)
    keys = [item.key for item in items().values() if item.numbered.get(edition) == place]
    if place == 1:
        return Column(number, header, "uscc", "same", ("uscc",))
    others = [
        item.key for item in items().values() if place in item.numbered.values() and item.key not in keys
    ]
    return Column(number, header, keys[0] if keys else "", "ask", (*keys, *others))


def _same(text: str) -> list[str]:
    """Give the items one of whose names this is: as a whole, else by its bracket, else without its bracket."""
    whole = plain(text)
    readings = [whole, *(plain(part) for part in _inside(text)), plain(_BRACKETS.sub("", text))]
    if _NUMBERED.search(text):
        readings.remove(whole)
    for reading in readings:
        if found := [item.key for item in items().values() if reading in item.names]:
            return found
    return []


def _by_code(text: str) -> str:
    for word in _CODE.findall(text):
        if word in items():
            return str(word)
        code = re.sub(r"^(?:CF|XK|BXZCF|XZCF)(?=.{2})", "", word.upper().replace("_", ""))
        for item in items().values():
            if {code, word.upper().replace("_", "")} & item.codes:
                return item.key
    return ""


def _near(number: int, header: str, text: str) -> Column:
    ranked = sorted(((_likeness(plain(text), item), item.key) for item in items().values()), reverse=True)
    best = ranked[0][0]
    near = [key for score, key in ranked if score >= ALIKE and best - score < GAP]
    if not near:
        return Column(number, header)
    return Column(number, header, near[0], "near" if len(near) == 1 else "ask", tuple(near))


def _likeness(text: str, item: Item) -> float:
    """How alike two headings are; the head of a Chinese noun is its end, so a common end counts for more."""
    return max(_alike(text, name) for name in item.names)


def _alike(text: str, name: str) -> float:
    ratio = SequenceMatcher(None, text, name, autojunk=False).ratio()
    end = next(
        (n for n, (a, b) in enumerate(zip(reversed(text), reversed(name), strict=False)) if a != b),
        min(len(text), len(name)),
    )
    return 0.7 * ratio + 0.3 * min(end, 4) / min(4, max(len(text), len(name)))


def _with_unit(column: Column) -> Column:
    """A sum of money is nothing without its unit: from the heading, from the field code, or asked."""
    if not column.key or not items()[column.key].unit:
        return column
    stated = _UNIT.search(_narrow(column.header))
    if stated:
        return replace(column, unit=stated[1] or stated[2])
    if column.how == "code":
        return replace(column, unit=items()[column.key].code_unit)
    return replace(column, how="ask", choices=(column.key,))


def plain(text: str) -> str:
    """Give a heading without what differs from place to place: width, blanks, marks, brackets, prefixes."""
    narrow = _BRACKETS.sub(
        lambda m: "" if _ADVICE.search("".join(filter(None, m.groups()))) else m[0], _narrow(text)
    )
    bare = _PREFIX.sub("", re.sub(r"[^0-9A-Z一-龥]", "", narrow.upper()))
    return re.sub(r"(处罚)\1+", r"\1", _PREFIX.sub("", bare))


def _inside(text: str) -> list[str]:
    found = ["".join(filter(None, groups)) for groups in _BRACKETS.findall(text)]
    return [one for one in found if one and not _ADVICE.search(one)]


def _narrow(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


@cache
def items() -> Mapping[str, Item]:
    """Give every item of the tables by its key."""
    told = _table()
    return {key: _item(key, row) for key, row in told.items() if key != "required"}


@cache
def required() -> tuple[tuple[str, ...], ...]:
    """Give the groups of items of which a table must have one each."""
    return tuple(tuple(group) for group in _table()["required"]["groups"])


def _item(key: str, row: Mapping[str, Any]) -> Item:
    return Item(
        key=key,
        title=row["title"],
        names=frozenset(map(plain, [row["title"], *row["names"]])),
        codes=frozenset(row.get("codes", ())),
        numbered={int(edition): place for edition, place in row.get("numbered", {}).items()},
        unit=row.get("unit", False),
        code_unit=row.get("code_unit", ""),
        kept=row.get("kept", True),
    )


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def titles(keys: Iterable[str]) -> str:
    """Name items in Chinese."""
    return "、".join(f"“{items()[key].title}”" for key in keys)
