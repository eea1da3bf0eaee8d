"""What can come in, as mapping files describe it: fields, the headings they go by, the words of others; pure."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from mingjing.kit.canonical import digest

FOLDER: Final = Path(__file__).parent / "mappings"
SORTS: Final = ("court", "payments", "police")
# What the program itself reads of a paper; everything else a mapping may leave out.
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "court": ("kind", "docket", "outcome"),
    "payments": ("kind", "receipt_no", "amount_yuan", "paid_on"),
    "police": ("kind", "docket", "body", "outcome", "decided_on"),
}
NUMBER: Final = 100
TYPES: Final = frozenset({"text", "number", "money", "day", "day_ahead", "choice"})
_SORT: Final = ("title", "list", "key", "number", "field", "guess")
_FIELD: Final = ("code", "title", "headings", "type", "required", "length", "words")
_GUESS: Final = ("field", "from", "contains", "value")


class IntakeMappingFault(Exception):
    """A mapping file may not be used: which, what is wrong, how to mend it, in Chinese."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field, the headings under which others have it, and what their words mean."""

    code: str
    title: str
    headings: tuple[str, ...]
    type: str
    required: bool
    length: int
    words: Mapping[str, tuple[str, ...]]

    def code_of(self, word: str) -> str | None:
        """Give our code of somebody's word; the code itself is understood too."""
        plain = plain_word(word)
        return next(
            (code for code, said in self.words.items() if plain in {code, *map(plain_word, said)}), None
        )

    def word_of(self, code: str) -> str:
        """Give the first word for one of our codes."""
        return next(iter(self.words.get(code, ())), code)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a field is where it is not stated: by words that another one holds."""

    field: str
    source: str
    contains: str
    value: str


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of papers that come in."""

    code: str
    title: str
    listed_as: str  # the name of the list in JSON
    key: tuple[str, ...]
    number: str
    fields: Mapping[str, Field]
    guesses: tuple[Guess, ...]
    digest: str  # of the mapping file

    def shown(self, code: str, value: str) -> str:
        """Give a value as people read it."""
        field = self.fields.get(code)
        return field.word_of(value) if field and field.type == "choice" else value


def plain_word(text: str) -> str:
    """Give what two spellings of one word have in common."""
    return re.sub(r"[\s,，。、;；:：]", "", unicodedata.normalize("NFKC", text)).lower()


def sort_of(code: str) -> Sort:
    """Read the mapping of a sort: the operator's own before the one that comes along. Raises IntakeMappingFault."""
    own: Path | None = settings.MINGJING_INBOUND_MAPPINGS
    path = own / f"{code}.toml" if own else None
    return read_sort(path if path and path.is_file() else FOLDER / f"{code}.toml")


def sort_shown(code: str) -> Sort:
    """Give the mapping by which what came in is shown: with a slip in the operator's own, the one that comes along."""
    try:
        return sort_of(code)
    except IntakeMappingFault:
        return read_sort(FOLDER / f"{code}.toml")


def read_sort(path: Path) -> Sort:
    """Read one mapping file. Raises IntakeMappingFault."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise IntakeMappingFault(f"{path.name} 读不出，或者不是合法的 TOML：{error}") from error
    _known(path, told, _SORT)
    if missing := [name for name in ("title", "list", "key", "number", "field") if not told.get(name)]:
        raise IntakeMappingFault(f"{path.name} 缺少 {'、'.join(missing)}")
    fields = {one.code: one for one in (_field(path, table) for table in told["field"])}
    guesses = tuple(_guess(path, table) for table in told.get("guess", ()))
    named = {*told["key"], told["number"], *(one.field for one in guesses), *(one.source for one in guesses)}
    if unknown := sorted(named - set(fields)):
        raise IntakeMappingFault(
            f"{path.name} 的 key、number、guess 里有没有定义的字段：{'、'.join(unknown)}"
        )
    if absent := [one for one in NEEDED.get(path.stem, ()) if one not in fields or not fields[one].required]:
        raise IntakeMappingFault(f"{path.name} 的字段 {'、'.join(absent)} 不能省，并且要写 required = true")
    if fields[told["number"]].length > NUMBER:
        raise IntakeMappingFault(f"{path.name}：号码字段 {told['number']} 的 length 最多 {NUMBER}")
    return Sort(
        path.stem,
        told["title"],
        told["list"],
        tuple(told["key"]),
        told["number"],
        fields,
        guesses,
        digest(told),
    )


def _field(path: Path, table: Mapping[str, Any]) -> Field:
    _known(path, table, _FIELD)
    if not (table.get("code") and table.get("title") and table.get("headings")):
        raise IntakeMappingFault(f"{path.name}：每个 field 要写 code、title、headings")
    if table.get("type") not in TYPES:
        raise IntakeMappingFault(f"{path.name} 的“{table['title']}”：type 只能是 {'、'.join(sorted(TYPES))}")
    words = {code: tuple(said) for code, said in table.get("words", {}).items()}
    if (table["type"] == "choice") != bool(words):
        raise IntakeMappingFault(f"{path.name} 的“{table['title']}”：choice 要写 words，其他的不写")
    return Field(
        table["code"],
        table["title"],
        tuple(table["headings"]),
        table["type"],
        bool(table.get("required", False)),
        int(table.get("length", 200)),
        words,
    )


def _guess(path: Path, table: Mapping[str, Any]) -> Guess:
    _known(path, table, _GUESS)
    if missing := [name for name in _GUESS if name not in table]:
        raise IntakeMappingFault(f"{path.name} 的 guess 缺少 {'、'.join(missing)}")
    return Guess(table["field"], table["from"], table["contains"], table["value"])


def _known(path: Path, table: Mapping[str, Any], known: Sequence[str]) -> None:
    if unknown := sorted(set(table) - set(known)):
        raise IntakeMappingFault(f"{path.name} 有不认识的键：{'、'.join(unknown)}")
