"""The ages that the law draws a line at for people in public texts, as the national pack states them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from mingjing.lawengine.model import Source
from mingjing.packs.load import NATIONAL, Library, library
from mingjing.packs.source import PackError, PackFile
from mingjing.packs.vocabulary import text

NAME: Final = f"{NATIONAL}/publicity/ages.toml"
LINES: Final = ("majority", "sensitive")
_KEYS: Final = ("years", "law", "article", "quote", "verified", "note")
_EXAMPLE: Final = ("name", "born", "on", "below")


@dataclass(frozen=True, slots=True)
class Age:
    """One line, in full years, and where it is drawn."""

    years: int
    source: Source
    quote: str

    def below(self, born: date, on: date) -> bool:
        """Say whether somebody born on a day is below the age on another; on the birthday one is not."""
        return self.below_parts((born.year, born.month, born.day), on)

    def below_parts(self, born: tuple[int, int, int], on: date) -> bool:
        """The same of a day that need not stand in the calendar, as texts have it."""
        year, month, day = born
        return (year + self.years, month, day) > (on.year, on.month, on.day)


@dataclass(frozen=True, slots=True)
class Ages:
    """Below `majority` one is a child; below `sensitive` whatever is told of one is sensitive."""

    majority: Age
    sensitive: Age


@cache
def ages() -> Ages:
    """Give the ages of the packs in force. Raises PackError for a faulty file."""
    return read_ages(library())


def read_ages(packs: Library) -> Ages:
    """Give the ages as these packs state them. Raises PackError naming file, line and mend."""
    file = _file(packs)
    file.known_keys(file.data, (*LINES, "example"))
    return Ages(**{line: _age(file, line) for line in LINES})


def check_ages(packs: Library) -> list[str]:
    """Give a Chinese line for every fault of the file and every worked example that does not hold."""
    try:
        return list(_wrong(_file(packs), read_ages(packs)))
    except PackError as fault:
        return [str(fault)]


def _file(packs: Library) -> PackFile:
    national = packs.packs[NATIONAL].files
    found = next((file for file in national if file.name == NAME), None)
    if found is None:
        raise PackError(NAME, 1, "缺少这个文件：未成年人的年龄没有依据")
    return found


def _age(file: PackFile, line: str) -> Age:
    table: Mapping[str, Any] = file.data.get(line, {})
    file.known_keys(table, _KEYS, line)
    years = table.get("years")
    if not isinstance(years, int) or years <= 0:
        raise file.fault("years 要写周岁数", line, "years")
    law, article, quote = (text(file, table, key, line) for key in ("law", "article", "quote"))
    source = Source(law, article, bool(table.get("verified", True)), str(table.get("note", "")))
    return Age(years, source, quote)


def _wrong(file: PackFile, found: Ages) -> Iterator[str]:
    for number, one in enumerate(file.data.get("example", ())):
        if missing := [key for key in _EXAMPLE if key not in one]:
            yield str(file.fault(f"例子缺少 {'、'.join(missing)}", "example", number))
            continue
        got = [line for line in LINES if getattr(found, line).below(one["born"], one["on"])]
        if got != one["below"]:
            yield str(file.fault(f"例子“{one['name']}”得到 {got}，应为 {one['below']}", "example", number))
