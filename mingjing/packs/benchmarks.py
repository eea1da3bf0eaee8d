"""Reading discretion benchmarks, from lawpacks/<scope>/benchmarks and from the same table kept elsewhere."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from mingjing.kit.canonical import digest
from mingjing.lawengine.benchmark import Benchmark, Item, faults
from mingjing.lawengine.benchmark_faults import conditions_of
from mingjing.packs.benchmark_items import ItemReader, Where
from mingjing.packs.overlay import scopes_of
from mingjing.packs.source import PackError, PackFile, nearest

if TYPE_CHECKING:
    from mingjing.packs.load import Library

FOLDER: Final = "benchmarks"
HEAD: Final = (
    "benchmark", "title", "issuer", "level", "number", "version", "in_force", "until", "source", "note", "item",
)  # fmt: skip
CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,47}")
LEVELS: Final = {"own": "本机关", "superior": "上级机关"}
MOST_ITEMS: Final = 2_000
MOST_FAULTS: Final = 200
LONGEST: Final = 5_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


class Places(Protocol):
    """Where the parts of a table stand in their file, so that a fault can be shown at its place."""

    def fault(self, message: str, where: Where) -> PackError:
        """Make the error for a part."""

    def line(self, where: Where) -> int:
        """Give the line of a part."""


class TomlPlaces:
    """The places of a table written as TOML: [[item]] with [[item.circumstance]], [[item.tier]] and [[item.share]]."""

    def __init__(self, file: PackFile) -> None:
        self.file = file
        self.lines = file.text.split("\n")

    def fault(self, message: str, where: Where) -> PackError:
        """Make the error for a part."""
        return PackError(self.file.name, self.line(where), message)

    def line(self, where: Where) -> int:
        """Give the line of a part: of its table, or of its key where that can be found."""
        at, end, prefix = 0, len(self.lines), ""
        for step in range(0, len(where) - 1, 2):
            key, nth = str(where[step]), where[step + 1]
            header = f"[[{prefix}{key}]]"
            found = [n for n in range(at, end) if self.lines[n].strip() == header]
            if not isinstance(nth, int) or len(found) <= nth:
                break
            at, end = found[nth], found[nth + 1] if len(found) > nth + 1 else end
            prefix += f"{key}."
        last = where[-1] if where else ""
        if "rows" in where[:-1] and isinstance(nth := where[where.index("rows") + 1], int):
            # One row a line, as files are written.
            return next((n for n in range(at, end) if self.lines[n].startswith("rows")), at) + nth + 1
        keyed = re.compile(rf'(?:^|[\s{{,])"?{re.escape(str(last))}"?\s*=')
        return next((n for n in range(at, end) if keyed.search(self.lines[n])), at) + 1


class DictPlaces:
    """The places of a table that is in no file: the number of the item is all that can be said."""

    def __init__(self, name: str) -> None:
        self.name = name

    def fault(self, message: str, where: Where) -> PackError:
        """Make the error for a part."""
        return PackError(self.name, self.line(where), message)

    def line(self, where: Where) -> int:
        """Give the number of the item, from 1."""
        return where[1] + 1 if len(where) > 1 and isinstance(where[1], int) else 1


def read_benchmark(data: Mapping[str, Any], places: Places) -> Benchmark:
    """Read a whole table. Raises PackError; its `more` are the further faults, all of them up to MOST_FAULTS."""
    faults: list[PackError] = []
    head = _head(data, places, faults)
    faults += _unwritable(data, places)
    items = data.get("item")
    if not isinstance(items, list) or not items or len(items) > MOST_ITEMS:
        faults.append(places.fault(f"要写至少一个、至多 {MOST_ITEMS} 个事项（item）", ("item",)))
        items = []
    read: list[Item] = []
    for number, raw in enumerate(items):
        reader = ItemReader(raw if isinstance(raw, dict) else {}, places, ("item", number))
        read += [item] if (item := reader.read()) else []
        faults += reader.faults
        if len(faults) > MOST_FAULTS:
            break
    faults += _repeated(read, places)
    if faults:
        first, *more = faults[:MOST_FAULTS]
        raise PackError(first.file, first.line, first.message, tuple(more))
    return Benchmark(items=tuple(read), digest=digest(plain_body(data)), **head)


def _head(data: Mapping[str, Any], places: Places, faults: list[PackError]) -> dict[str, Any]:
    def refuse(key: str, message: str) -> None:
        faults.append(places.fault(message, (key,)))

    for key in data:
        if key not in HEAD:
            refuse(key, f"不认识的键“{key}”{nearest(key, HEAD)}")
    head = {key: str(data.get(key, "") or "").strip() for key in HEAD if key not in ("item", "benchmark")}
    code = str(data.get("benchmark", ""))
    if not CODE.fullmatch(code):
        refuse(
            "benchmark", "benchmark 是基准的代码：小写字母开头，由小写字母、数字和下划线组成，最多 48 个字符"
        )
    for key, title in (("title", "名称"), ("issuer", "制定机关"), ("version", "版本"), ("source", "出处")):
        if not head[key]:
            refuse(key, f"缺少 {key}（{title}）")
    if head["level"] not in LEVELS:
        refuse("level", "level 应为 own（本机关制定）或者 superior（上级机关制定）")
    days = {key: _day(data.get(key)) for key in ("in_force", "until")}
    for key, message in _wrong_days(data, days):
        refuse(key, message)
    return {**head, "code": code, **days}


def _wrong_days(data: Mapping[str, Any], days: Mapping[str, date | None]) -> Iterator[tuple[str, str]]:
    begins, ends = days["in_force"], days["until"]
    if begins is None:
        yield "in_force", "缺少 in_force（施行日期），请写成 2026-01-01 的样子"
    if data.get("until") and ends is None:
        yield "until", "until（失效日期）不是日期，请写成 2026-01-01 的样子"
    if begins and ends and ends < begins:
        yield "until", "失效日期早于施行日期"


def _day(raw: object) -> date | None:
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        return None


def unwritable(data: Mapping[str, Any]) -> tuple[Where, str]:
    """Give where a text stands that no workbook and no database can hold, and why; "" where there is none."""
    for where, text in _texts(data, ()):
        if found := _CONTROL.search(text):
            return where, f"“{text[: found.start()][-10:]}”后面有看不见的控制字符，请删去"
        if len(text) > LONGEST:
            return where, f"有一段文字长达 {len(text):,} 字，最多 {LONGEST:,} 字，请删减"
    return (), ""


def _unwritable(data: Mapping[str, Any], places: Places) -> list[PackError]:
    # One is told, for where one is there are often many.
    where, told = unwritable(data)
    return [places.fault(told, where)] if told else []


def _texts(value: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(one, (*where, str(key)))
    elif isinstance(value, list | tuple):
        for nth, one in enumerate(value):
            yield from _texts(one, (*where, nth))


def _repeated(items: Iterable[Item], places: Places) -> list[PackError]:
    seen: set[str] = set()
    faults = []
    for number, item in enumerate(items):
        if item.code in seen:
            faults.append(
                places.fault(f"事项编号“{item.code}”重复，请改成不同的编号", ("item", number, "code"))
            )
        seen.add(item.code)
    return faults


def plain_body(value: Any) -> Any:
    """Give the table in values that have one canonical form: days and figures as text."""
    if isinstance(value, dict):
        return {key: plain_body(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain_body(one) for one in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)


def read_file(file: PackFile) -> Benchmark:
    """Read a table as it lies in a pack or in a TOML file. Raises PackError."""
    return read_benchmark(file.data, TomlPlaces(file))


def shipped(library: "Library", *, region: str, field: str, agency: str = "") -> tuple[Benchmark, ...]:
    """Give the benchmarks that the packs hold for an agency, the nearest scope first. Raises PackError."""
    scopes = [scope for scope in scopes_of(region, field, agency) if scope in library.packs]
    return tuple(
        _read_once(file.name, file.text)
        for scope in reversed(scopes)
        for file in library.packs[scope].files
        if is_benchmark(file)
    )


def is_benchmark(file: PackFile) -> bool:
    """Say whether a file of a pack is a benchmark, by its folder."""
    return file.name.split("/")[-2] == FOLDER


@lru_cache(maxsize=256)
def _read_once(name: str, text: str) -> Benchmark:
    return read_file(PackFile.parse(name, text))


def check_benchmarks(library: "Library") -> list[str]:
    """Give a Chinese line for every fault in the benchmarks of the packs, for the check of packs."""
    lines: list[str] = []
    for file in (file for pack in library.packs.values() for file in pack.files if is_benchmark(file)):
        try:
            found = _read_once(file.name, file.text)
        except PackError as fault:
            lines += str(fault).split("\n")
        else:
            lines += [f"{file.name}:1: {line}" for line in _unknown_facts(found, library.fields)]
            told = (one for one in faults(found) if one.serious)
            lines += [
                f"{file.name}:{one.line or 1}: 事项 {one.item}：{one.title}。{one.text}" for one in told
            ]
    return lines


def _unknown_facts(found: Benchmark, known: Mapping[str, Any]) -> Iterator[str]:
    """Tell of facts that no case can ever state: a condition on them would stay unknown for ever."""
    for item in found.items:
        asked = {one.fact for one in item.circumstances if one.fact}
        named = {name for when in conditions_of(item) for name in when.names} - item.by_key.keys()
        for name in sorted((asked | named) - known.keys()):
            yield f"事项 {item.code}：词汇表里没有案件事实“{name}”{nearest(name, known)}"
