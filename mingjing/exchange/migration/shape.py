"""What every sort of migration has in common: fields, what a column is taken for, a row read, a fault with its mend."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from mingjing.exchange.headers import plain

if TYPE_CHECKING:
    from mingjing.exchange.models import MigrationRow
    from mingjing.personnel.models import Agency, Person

FOLDER: Final = Path(__file__).parent
ALIKE: Final = 0.62  # a heading that resembles a known one this much is proposed
_MEND: Final = re.compile(r"[，。；]?(请[^“”]*|可以写：.*)$")
_NAMED: Final = re.compile(r"“([^”]{1,60})”")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a column may hold. `words`: canonical word -> other spellings, where only certain words can stand."""

    key: str
    title: str
    names: frozenset[str]
    required: bool = False
    unit: bool = False
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column is taken for. `how`: same, code, saved, near, ask, unknown, empty."""

    number: int
    heading: str
    key: str = ""
    how: str = "unknown"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is not taken in: which column, what is wrong, how to mend it. All of it is Chinese."""

    column: str
    wrong: str
    mend: str

    def as_json(self) -> dict[str, str]:
        return {"column": self.column, "wrong": self.wrong, "mend": self.mend}


@dataclass(slots=True)
class Found:
    """All that a trial says of one row; `body` is what the run will write, `key` by what rows are told apart."""

    key: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)  # field and the word that it does not know
    ref: str = ""  # what it became before, where it is in already


@dataclass(frozen=True, slots=True)
class Job:
    """What reading and writing rows needs to know of their migration."""

    agency: "Agency"
    by: "Person"
    name: str  # of the file
    digest: str
    headings: Sequence[str]
    columns: Mapping[str, tuple[int, str]]  # field -> column (from 1), unit
    words: Mapping[str, Mapping[str, str]]  # field -> word of the file -> our word
    on: date
    at: datetime

    def value(self, cells: Sequence[str], key: str) -> str:
        """Give what a row says of a field, in our words where a person has said what the file's words mean."""
        if key not in self.columns:
            return ""
        text = cells[self.columns[key][0] - 1]
        return self.words.get(key, {}).get(text, text)

    def heading(self, key: str, title: str) -> str:
        return self.headings[self.columns[key][0] - 1] if key in self.columns else title

    def source(self, what: str, line: int) -> str:
        """Say where a record comes from, for good."""
        return f"{what} {self.name[:200]} 第 {line} 行（文件摘要 {self.digest[:16]}）"


class Sort(Protocol):
    """One sort of data that can be moved in."""

    title: str
    permission: str
    at_once: int  # rows that are written in one transaction, while SQLite lets nobody else write

    apart: bool  # whether judging rows takes longer than handing them to another process

    def fields(self) -> Mapping[str, Field]: ...

    def guess(self, headings: Sequence[str]) -> list[Guess]: ...

    def missing(self, keys: Sequence[str]) -> list[str]:
        """Name in Chinese the fields that no column holds and that there must be."""
        ...

    def check(self, rows: Sequence["MigrationRow"], job: Job) -> list[Found]:
        """Read rows without writing anything; never raises for what a cell holds."""
        ...

    def agree(self, earlier: Mapping[str, Any], later: Mapping[str, Any]) -> list[str]:
        """Name what two rows of the same key disagree on."""
        ...

    def judge(self, rows: Sequence["MigrationRow"], job: Job) -> Sequence[Any]:
        """Work out, outside the transaction, what `write` needs of these rows; writes nothing."""
        ...

    def write(
        self, rows: Sequence["MigrationRow"], job: Job, ready: Sequence[Any]
    ) -> Iterator[tuple["MigrationRow", str, bool]]:
        """Write rows; give each with what it became and whether it was in before. Faults are put on the row."""
        ...


@cache
def known_fields(sort: str) -> Mapping[str, Field]:
    """Give the fields of a sort from its file."""
    told = tomllib.loads((FOLDER / "fields.toml").read_text(encoding="utf-8"))[sort]
    return {
        key: Field(
            key,
            row["title"],
            frozenset(map(plain, [row["title"], *row["names"]])),
            required=row.get("required", False),
            words={names[0]: names for names in words()[row["words"]].values()} if "words" in row else {},
        )
        for key, row in told.items()
    }


@cache
def words() -> Mapping[str, Mapping[str, list[str]]]:
    """Give the words of old tables by group and code."""
    return tomllib.loads((FOLDER / "words.toml").read_text(encoding="utf-8"))


def code_of(group: str, text: str) -> str | None:
    """Give the code that a word of an old table stands for; None where nobody knows."""
    bare = "".join(text.split())
    for code, names in words()[group].items():
        if bare in names:
            return code
    # The longest spelling inside the cell: 已责令限期改正 is 责令限期改正 and not 已改正.
    inside = [(len(name), code) for code, names in words()[group].items() for name in names if name in bare]
    return max(inside)[1] if inside else None


def guess_columns(fields: Mapping[str, Field], headings: Sequence[str]) -> list[Guess]:
    """Say what each column seems to be; one field is never proposed for two columns."""
    guesses = [_guess(fields, number, heading) for number, heading in enumerate(headings, 1)]
    taken: set[str] = set()
    for place in sorted(range(len(guesses)), key=lambda at: guesses[at].how != "same"):
        one = guesses[place]
        if one.key and one.key in taken:
            guesses[place] = Guess(one.number, one.heading)
        taken.add(one.key)
    return guesses


def _guess(fields: Mapping[str, Field], number: int, heading: str) -> Guess:
    text = plain(heading)
    if not text:
        return Guess(number, heading, how="empty")
    for one in fields.values():
        if text in one.names:
            return Guess(number, heading, one.key, "same")
    score, key = max((_likeness(text, one), one.key) for one in fields.values())
    return Guess(number, heading, key, "near") if score >= ALIKE else Guess(number, heading)


def _likeness(text: str, one: Field) -> float:
    return max(SequenceMatcher(None, text, name, autojunk=False).ratio() for name in one.names)


def missing_of(fields: Mapping[str, Field], keys: Sequence[str]) -> list[str]:
    """Name the required fields that no column holds."""
    return [one.title for one in fields.values() if one.required and one.key not in keys]


def fault_of(text: str, headings: Sequence[str]) -> Fault:
    """Part a sentence into the column it speaks of, what is wrong and how to mend it."""
    mend = _MEND.search(text)
    wrong = text[: mend.start()] if mend and mend.start() else text
    named = [*_NAMED.findall(text), *(name for name in headings if name and text.startswith(name))]
    column = next((name for name in named if name in headings), "整行")
    wrong = wrong.removeprefix(f"“{column}”：")
    return Fault(column, wrong, mend[1] if mend and mend.start() else "请核对本行，改正后重新导入")
