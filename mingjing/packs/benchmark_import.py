"""A file of sheets read into a benchmark with a report of every fault, or refused whole; nothing is stored here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mingjing.lawengine.benchmark import Benchmark, Fault, faults
from mingjing.packs.benchmark_body import body_of
from mingjing.packs.benchmark_flat import FlatReader
from mingjing.packs.benchmark_layout import LayoutReader, Sheets, is_own_layout
from mingjing.packs.benchmarks import read_benchmark, read_file
from mingjing.packs.source import PackError, PackFile

MOST_SHEETS_HINT: Final = (
    "请只保留要导入的一张，或者用导出的样表（说明、事项、情节、法定幅度、档次五张工作表）"
)


@dataclass(frozen=True)
class Import:
    """What a file holds. `errors` stop it: then there is no benchmark. `notices` and `findings` are for a person."""

    name: str
    benchmark: Benchmark | None
    errors: tuple[PackError, ...] = ()
    notices: tuple[PackError, ...] = ()
    findings: tuple[Fault, ...] = ()

    @property
    def body(self) -> dict[str, Any]:
        """The table in its one form; only where there is a benchmark."""
        return body_of(self.benchmark) if self.benchmark else {}

    @property
    def rows(self) -> int:
        """How many rows were read."""
        items = self.benchmark.items if self.benchmark else ()
        return sum(len(item.rows) for item in items)

    @property
    def serious(self) -> tuple[Fault, ...]:
        """The findings that should be mended before anybody publishes the table."""
        return tuple(one for one in self.findings if one.serious)


def read_import(name: str, sheets: Sheets, head: Mapping[str, Any]) -> Import:
    """Read sheets. `head` states what a flat table does not: code, title, issuer, version, in_force …"""
    filled = {title: lines for title, lines in sheets.items() if lines}
    if is_own_layout(filled):
        layout = LayoutReader(name, filled)
        body = layout.read()
        stated = {key: value for key, value in head.items() if value}
        return _checked(name, {**stated, **body}, layout.places, layout.faults, ())
    if len(filled) != 1:
        told = f"有 {len(filled)} 张工作表：{'、'.join(filled) or '（无）'}。{MOST_SHEETS_HINT}"
        return Import(name, None, (PackError(name, 1, told),))
    flat = FlatReader(name)
    body = flat.read(next(iter(filled.values())), head)
    return _checked(name, body, flat, flat.faults, flat.notices)


def read_toml(name: str, text: str) -> Import:
    """Read a table as packs write it."""
    try:
        found = read_file(PackFile.parse(name, text))
    except PackError as fault:
        return Import(name, None, (fault, *fault.more))
    return Import(name, found, findings=tuple(faults(found)))


def read_body(name: str, body: Mapping[str, Any]) -> Benchmark:
    """Read a table that was stored. Raises PackError."""
    return read_benchmark(body, FlatReader(name))


def _checked(
    name: str,
    body: Mapping[str, Any],
    places: Any,
    errors: Sequence[PackError],
    notices: Sequence[PackError],
) -> Import:
    found = None
    told = list(errors)
    try:
        # Where no line could be read there is nothing more to say than why.
        found = read_benchmark(body, places) if body["item"] or not told else None
    except PackError as fault:
        told += [fault, *fault.more]
    if told:
        return Import(name, None, tuple(sorted(told, key=lambda one: one.line)), tuple(notices))
    return Import(name, found, (), tuple(notices), tuple(faults(found)) if found else ())
