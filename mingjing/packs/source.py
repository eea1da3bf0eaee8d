"""Reading one pack file and saying, by file and line, what is wrong with it; the meaning of the tables is elsewhere."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, Final

_EXAMPLE: Final = re.compile(r"^\[\[example\]\]", re.MULTILINE)
_HEADER: Final = re.compile(r"^\[+([\w.]+)\]+\s*(?:#.*)?$", re.MULTILINE)


class PackError(Exception):
    """A pack that may not be used: where the fault is, what it is and how to mend it. `more` are further faults."""

    def __init__(self, file: str, line: int, message: str, more: tuple["PackError", ...] = ()) -> None:
        super().__init__(file, line, message)
        self.file, self.line, self.message, self.more = file, line, message, more

    def __str__(self) -> str:
        first = f"{self.file}:{self.line}: {self.message}"
        return "\n".join([first, *map(str, self.more)])


@dataclass(frozen=True)
class PackFile:
    """One TOML file with its text, so that a fault can be shown at its line.

    Examples are most of what rules say and are seldom asked for: where they come last they are read on demand.
    """

    name: str  # path inside the library, with slashes
    text: str
    head: Mapping[str, Any]  # what it says, without the examples that come last
    cut: bool = False  # whether there are such examples

    @classmethod
    def read(cls, path: Path, name: str) -> "PackFile":
        """Read a file. Raises PackError where it is not UTF-8 or not TOML."""
        try:
            # Notepad puts a mark before UTF-8; it is no part of the text.
            text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise PackError(name, 1, "文件不是 UTF-8 编码，请另存为 UTF-8") from error
        return cls.parse(name, text)

    @classmethod
    def parse(cls, name: str, text: str) -> "PackFile":
        """Take text as a file of this name. Raises PackError where it is not TOML, or `data` does: see above."""
        end = _examples_from(text)
        return cls(name, text, _tables(name, text[:end]), cut=end < len(text))

    @cached_property
    def data(self) -> Mapping[str, Any]:
        """All that the file says. Raises PackError where its examples are not TOML."""
        return _tables(self.name, self.text) if self.cut else self.head

    @property
    def examples_written(self) -> int:
        """How many examples there are, without reading them."""
        return len(_EXAMPLE.findall(self.text)) if self.cut else len(self.head.get("example", ()))

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the text with Unix line ends."""
        return hashlib.sha256(self.text.encode("utf-8")).hexdigest()

    def fault(self, message: str, *where: str | int) -> PackError:
        """Make the error for the place `where`: keys and, for tables that repeat, their number from 0."""
        return PackError(self.name, self.line_of(*where), message)

    def line_of(self, *where: str | int) -> int:
        """Give the line of a key by scanning the text; the nearest line above where the key cannot be found."""
        lines = self.text.split("\n")
        at, end = 0, len(lines)
        for number, key in enumerate(where):
            if isinstance(key, int):
                continue
            nth = where[number + 1] if number + 1 < len(where) else 0
            at, end = _descend(lines, key, int(nth) if isinstance(nth, int) else 0, (at, end))
        return at + 1

    def known_keys(self, table: Mapping[str, Any], allowed: Iterable[str], *where: str | int) -> None:
        """Refuse a key nobody reads, which is most often a slip of the pen."""
        choices = list(allowed)
        for key in table:
            if key not in choices:
                raise self.fault(f"不认识的键“{key}”{nearest(key, choices)}", *where, key)


def _examples_from(text: str) -> int:
    """Give where the examples begin that nothing but examples comes after; the end of the text where there are none."""
    first = _EXAMPLE.search(text)
    if first is None:
        return len(text)
    others = (found[1] for found in _HEADER.finditer(text, first.start()))
    return first.start() if all(name.split(".")[0] == "example" for name in others) else len(text)


def _tables(name: str, text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise PackError(name, line, f"不是合法的 TOML：{error}。请检查引号、括号和逗号") from error


def _descend(lines: list[str], key: str, nth: int, within: tuple[int, int]) -> tuple[int, int]:
    """Narrow a span of lines to the table or the line of a key."""
    at, end = within
    headers = [n for n in range(at, end) if re.match(rf"\s*\[\[?\s*{re.escape(key)}\s*\]", lines[n])]
    if len(headers) > nth:
        start = headers[nth]
        after = (n for n in range(start + 1, end) if re.match(r"\s*\[", lines[n]) and not _in_list(lines[n]))
        return start, next(after, end)
    pattern = re.compile(rf'(?:^|[\s{{,.])"?{re.escape(key)}"?\s*=')
    for n in range(at, end):
        if pattern.search(lines[n]):
            return n, end
    return at, end


def _in_list(line: str) -> bool:
    """Say whether a line that begins with a bracket is an item of a list, as in options."""
    return re.match(r"\s*\[\[?[\w.\-]+\]\]?\s*(#.*)?$", line) is None


def nearest(word: str, choices: Iterable[str]) -> str:
    """Give the hint that mends a slip: the most similar known words."""
    options = sorted(choices)
    close = get_close_matches(word, options, n=3, cutoff=0.6)
    if close:
        return f"，是否应为“{'”“'.join(close)}”？"
    return f"；可用的有：{'、'.join(options)}" if 0 < len(options) <= 20 else "，请检查拼写"
