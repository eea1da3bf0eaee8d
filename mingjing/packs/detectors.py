"""How inspections are watched: published formulas and their figures as a pack gives them; nothing is computed here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mingjing.packs.load import Library
from mingjing.packs.source import PackFile
from mingjing.packs.vocabulary import text

FILE: Final = "cn/inspection/detectors.toml"
CODES: Final = ("bursts", "repeats", "outside_plan", "pairs", "never_drawn")
_KEYS: Final = ("title", "source", "months", "rows", "detector", "sample")
_ROWS: Final = ("procedure", "visits", "trigger", "exceptions", "drawn")
_WORDS: Final = ("code", "title", "finds", "formula", "symbols", "ask")
_FIGURES: Final[Mapping[str, type]] = {"alarms": float, "days": int, "least": int, "times": float}
_SAMPLE: Final = ("name", "detector", "given", "alert")


@dataclass(frozen=True, slots=True)
class Method:
    """One detector in words and symbols, with its figures and what a person should ask where it tells something."""

    code: str
    title: str
    finds: str
    formula: str
    symbols: str
    ask: str
    figures: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Rows:
    """Where visits are read: of which procedure, from which acts, and what their stated cause means."""

    procedure: str
    visits: tuple[str, ...]
    trigger: str
    exceptions: frozenset[str]
    drawn: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A worked example: what is given, and whether an alert must come of it."""

    name: str
    detector: str
    given: Mapping[str, Any]
    alert: bool


@dataclass(frozen=True, slots=True)
class Methods:
    """All of them, for how many months they look back, and where they come from."""

    months: int
    rows: Rows
    each: Sequence[Method]
    samples: Sequence[Sample]
    source: str
    note: str

    def method(self, code: str) -> Method:
        """Give one of them."""
        return next(one for one in self.each if one.code == code)


def methods_of(library: Library) -> Methods:
    """Give the methods of the library. Raises PackError, naming file and line, for a faulty file."""
    return read_methods(library.file(FILE), library)


def read_methods(file: PackFile, library: Library) -> Methods:
    """Read the file and hold it against the words of the library."""
    file.known_keys(file.data, _KEYS)
    if missing := [name for name in _KEYS if name not in file.data]:
        raise file.fault(f"缺少 {'、'.join(missing)}")
    months, source = file.data["months"], file.data["source"]
    if not isinstance(months, int) or months < 1:
        raise file.fault("months 须为正整数", "months")
    each = tuple(_methods(file))
    if lost := [code for code in CODES if code not in {one.code for one in each}]:
        raise file.fault(f"缺少方法 {'、'.join(lost)}", "detector")
    cited = f"{source['law']}{source['article']}"
    return Methods(
        months, _rows(file, library), each, tuple(_samples(file)), cited, str(source.get("note", ""))
    )


def _rows(file: PackFile, library: Library) -> Rows:
    told = file.data["rows"]
    file.known_keys(told, _ROWS, "rows")
    if missing := [name for name in _ROWS if not told.get(name)]:
        raise file.fault(f"[rows] 缺少 {'、'.join(missing)}", "rows")
    if told["procedure"] not in library.procedures:
        raise file.fault(f"没有程序“{told['procedure']}”", "rows", "procedure")
    if lost := [kind for kind in told["visits"] if kind not in library.kinds]:
        raise file.fault(f"没有行为 {'、'.join(lost)}", "rows", "visits")
    causes = dict(library.fields[told["trigger"]].options) if told["trigger"] in library.fields else {}
    if lost := [one for one in (*told["exceptions"], told["drawn"]) if one not in causes]:
        raise file.fault(f"字段“{told['trigger']}”没有选项 {'、'.join(lost)}", "rows")
    return Rows(
        told["procedure"],
        tuple(told["visits"]),
        told["trigger"],
        frozenset(told["exceptions"]),
        told["drawn"],
    )


def _methods(file: PackFile) -> Iterator[Method]:
    for number, entry in enumerate(file.data["detector"]):
        file.known_keys(entry, (*_WORDS, "figures"), "detector", number)
        words = {name: text(file, entry, name, "detector", number) for name in _WORDS}
        if words["code"] not in CODES:
            raise file.fault(f"没有方法“{words['code']}”，应为 {'、'.join(CODES)} 之一", "detector", number)
        yield Method(**words, figures=_figures(file, entry, number))


def _figures(file: PackFile, entry: Mapping[str, Any], number: int) -> Mapping[str, float]:
    figures = entry.get("figures", {})
    file.known_keys(figures, _FIGURES, "detector", number)
    for name, value in figures.items():
        right = isinstance(value, int) or (_FIGURES[name] is float and isinstance(value, float))
        if isinstance(value, bool) or not right or value <= 0:
            kind = "正整数" if _FIGURES[name] is int else "正数"
            raise file.fault(f"figures 的 {name} 须为{kind}", "detector", number)
    if not 0 < figures.get("alarms", 0) < 1:
        raise file.fault("figures 的 alarms（误报的次数）须大于 0、小于 1", "detector", number)
    return dict(figures)


def _samples(file: PackFile) -> Iterator[Sample]:
    for number, entry in enumerate(file.data["sample"]):
        file.known_keys(entry, _SAMPLE, "sample", number)
        if missing := [name for name in _SAMPLE if name not in entry]:
            raise file.fault(f"缺少 {'、'.join(missing)}", "sample", number)
        if entry["detector"] not in CODES:
            raise file.fault(f"没有方法“{entry['detector']}”", "sample", number, "detector")
        yield Sample(**entry)
