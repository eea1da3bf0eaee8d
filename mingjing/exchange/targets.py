"""The tables that other platforms take, as mapping files describe them: a new target is a new file, not new code."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from mingjing.kit.canonical import digest

FOLDER: Final = Path(__file__).parent / "mappings"
CONVERSIONS: Final = frozenset({"", "wan", "date", "choice", "choices", "citations"})
CHECKS: Final = frozenset({"", "uscc", "organisation_code", "id_number", "not_future", "unique"})
_TARGET: Final = ("title", "enforcement", "kinds", "key", "source", "verified", "note", "column")
_COLUMN: Final = (
    *("title", "code", "from", "sum", "lines", "value", "with", "convert", "words", "when", "required"),
    *("required_when", "otherwise", "length", "check", "matches"),
)

Case = Mapping[str, tuple[str, ...]]  # field -> values, any of which brings the case about


class MappingFault(Exception):
    """A mapping file may not be used: which file, which column, what is wrong and how to mend it, in Chinese."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a target and where its cell comes from."""

    title: str
    code: str
    sources: tuple[str, ...] = ()  # the first that has a value
    sums: tuple[str, ...] = ()  # amounts added up
    lines: tuple[str, ...] = ()  # fields written as one paragraph
    value: str = ""  # the same in every row
    beside: str = ""  # `value` stands only where this source has one
    convert: str = ""
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    when: Case = field(default_factory=lambda: MappingProxyType({}))
    required: bool = False
    required_when: Case = field(default_factory=lambda: MappingProxyType({}))
    otherwise: str = ""
    unless: Case = field(default_factory=lambda: MappingProxyType({}))
    length: int = 0  # 0: as long as it is
    check: str = ""
    matches: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """One table of one platform."""

    code: str
    title: str
    enforcement: str
    kinds: tuple[str, ...]
    key: str
    source: str
    verified: bool
    note: str
    columns: tuple[Column, ...]
    digest: str  # of the mapping file: an export says by which it was made

    @property
    def headings(self) -> tuple[str, ...]:
        """The titles of the columns in the order of the platform."""
        return tuple(column.title for column in self.columns)

    @property
    def key_place(self) -> int:
        """Where in a row the number stands by which rows are told apart."""
        return next(place for place, column in enumerate(self.columns) if column.code == self.key)


@cache
def targets(folder: Path = FOLDER) -> Mapping[str, Target]:
    """Give every target by its code, the name of its file. Raises MappingFault."""
    return {path.stem: read_target(path) for path in sorted(folder.glob("*.toml"))}


def read_target(path: Path) -> Target:
    """Read one mapping file. Raises MappingFault."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingFault(f"{path.name} 不是合法的 TOML：{error}") from error
    _known(path, told, _TARGET, "")
    if missing := [
        name for name in ("title", "enforcement", "kinds", "key", "source", "column") if name not in told
    ]:
        raise MappingFault(f"{path.name} 缺少 {'、'.join(missing)}")
    columns = tuple(_column(path, table) for table in told["column"])
    codes = [column.code for column in columns]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise MappingFault(f"{path.name} 的字段码 {'、'.join(twice)} 写了两次")
    if told["key"] not in codes:
        raise MappingFault(f"{path.name} 的 key“{told['key']}”不是任何一列的字段码")
    return Target(
        code=path.stem,
        title=told["title"],
        enforcement=told["enforcement"],
        kinds=tuple(told["kinds"]),
        key=told["key"],
        source=told["source"],
        verified=bool(told.get("verified", True)),
        note=str(told.get("note", "")),
        columns=columns,
        digest=digest(told),
    )


def _column(path: Path, table: Mapping[str, Any]) -> Column:
    where = f"{path.name} 的列“{table.get('title', table.get('code', '?'))}”"
    _known(path, table, _COLUMN, where)
    if not table.get("title") or not table.get("code"):
        raise MappingFault(f"{where}要写 title 和 code")
    if table.get("convert", "") not in CONVERSIONS or table.get("check", "") not in CHECKS:
        raise MappingFault(
            f"{where}的 convert 只能是 {'、'.join(sorted(CONVERSIONS - {''}))}，"
            f"check 只能是 {'、'.join(sorted(CHECKS - {''}))}"
        )
    try:
        re.compile(table.get("matches", ""))
    except re.error as error:
        raise MappingFault(f"{where}的 matches 不是合法的正则表达式：{error}") from error
    otherwise = table.get("otherwise", {})
    return Column(
        title=table["title"],
        code=table["code"],
        sources=tuple(table.get("from", ())),
        sums=tuple(table.get("sum", ())),
        lines=tuple(table.get("lines", ())),
        value=table.get("value", ""),
        beside=table.get("with", ""),
        convert=table.get("convert", ""),
        words=table.get("words", {}),
        when=_case(table.get("when", {})),
        required=bool(table.get("required", False)),
        required_when=_case(table.get("required_when", {})),
        otherwise=otherwise.get("value", ""),
        unless=_case(otherwise.get("unless", {})),
        length=int(table.get("length", 0)),
        check=table.get("check", ""),
        matches=table.get("matches", ""),
    )


def _case(table: Mapping[str, Any]) -> Case:
    return {name: tuple(values) for name, values in table.items()}


def _known(path: Path, table: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    if unknown := sorted(set(table) - set(known)):
        raise MappingFault(f"{where or path.name}有不认识的键：{'、'.join(unknown)}")
