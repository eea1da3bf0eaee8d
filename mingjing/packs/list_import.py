"""A file read into a list with a report of every line, or refused whole; nothing is stored here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from mingjing.packs.benchmark_layout import Sheets
from mingjing.packs.benchmarks import CODE
from mingjing.packs.conditions import Vocabulary
from mingjing.packs.list_body import body_of
from mingjing.packs.list_flat import FlatListReader
from mingjing.packs.list_layout import ListLayoutReader, is_own_layout
from mingjing.packs.list_rows import ItemRow
from mingjing.packs.lists import EFFECTS, NormList, read_list
from mingjing.packs.load import library
from mingjing.packs.source import PackError, PackFile

MOST_ITEMS: Final = 2_000
_HEAD: Final = {"title": "名称", "issuer": "制定机关", "in_force": "施行日期", "source": "出处"}
_ITEM: Final = {"code": "编号", "violation": "违法行为", "basis": "法律依据", "effect": "结果"}
_SOUND: Final = {"title": "x", "issuer": "x", "in_force": "2000-01-01", "source": "x"}


@dataclass(frozen=True, slots=True)
class LineReport:
    """What was made of one line of the file; `fault` is empty where it was read."""

    line: int
    code: str
    violation: str
    effect: str
    judged: bool  # by a condition; otherwise a person has to say
    fault: str = ""


@dataclass(frozen=True)
class ListImport:
    """What a file holds. `errors` stop it: then there is no list. `notices` are for a person."""

    name: str
    code: str
    found: NormList | None
    lines: tuple[LineReport, ...] = ()
    errors: tuple[PackError, ...] = ()
    notices: tuple[PackError, ...] = ()

    @property
    def body(self) -> dict[str, Any]:
        """The list in its one form; only where there is one."""
        return body_of(self.found) if self.found else {}


def read_list_sheets(name: str, sheets: Sheets, head: Mapping[str, Any]) -> ListImport:
    """Read sheets. `head` states what a flat table does not: list (its code), title, issuer, in_force, effect …"""
    filled = {title: lines for title, lines in sheets.items() if lines}
    stated = {key: value for key, value in head.items() if value}
    if is_own_layout(filled):
        layout = ListLayoutReader(name, filled)
        said, rows = layout.read()
        own = {key: value for key, value in stated.items() if key != "effect"}
        return _checked(name, {**own, **said}, rows, layout.faults, ())
    if len(filled) != 1:
        told = f"有 {len(filled)} 张工作表：{'、'.join(filled) or '（无）'}。请只保留要导入的一张"
        return ListImport(name, "", None, errors=(PackError(name, 1, told),))
    flat = FlatListReader(name)
    said, rows = flat.read(next(iter(filled.values())), stated)
    return _checked(name, said, rows, flat.faults, flat.notices)


def read_list_toml(name: str, text: str, head: Mapping[str, Any]) -> ListImport:
    """Read a list as packs write it; its code is that of `head`."""
    try:
        file = PackFile.parse(name, text)
    except PackError as fault:
        return ListImport(name, "", None, errors=(fault,))
    said = {key: value for key, value in file.data.items() if key not in ("item", "effect")}
    given = file.data.get("item", ())
    items = given if isinstance(given, list) else []
    rows = [
        ItemRow("", file.line_of("item", nth), {"effect": file.data.get("effect"), **_table(one)})
        for nth, one in enumerate(items)
    ]
    return _checked(name, {"list": head.get("list", ""), **said}, rows, (), ())


def _table(one: object) -> dict[str, Any]:
    return one if isinstance(one, dict) else {}


def _checked(
    name: str,
    head: Mapping[str, Any],
    rows: Sequence[ItemRow],
    faults: Iterable[PackError],
    notices: Iterable[PackError],
) -> ListImport:
    errors = [*faults, *_head_faults(name, head)]
    reports, seen = [], set[str]()
    for row in rows[: MOST_ITEMS + 1]:
        report = _report(name, row, seen)
        reports.append(report)
        if report.fault:
            errors.append(PackError(f"{name}「{row.sheet}」" if row.sheet else name, row.line, report.fault))
    if (not rows and not errors) or len(rows) > MOST_ITEMS:
        errors.append(PackError(name, 1, f"要写至少一项、至多 {MOST_ITEMS:,} 项"))
    code = str(head.get("list", ""))
    found = None
    if not errors:
        body = {key: one for key, one in head.items() if key != "list"} | {"item": [row.item for row in rows]}
        try:
            found = read_list(PackFile(f"lists/{code}.toml", "", body), _words())
        except PackError as fault:
            errors.append(PackError(name, 1, fault.message))
    told = tuple(sorted(errors, key=lambda one: one.line))
    doubts = tuple(sorted(notices, key=lambda one: one.line))
    return ListImport(name, code, found, tuple(reports), told, doubts)


def _head_faults(name: str, head: Mapping[str, Any]) -> list[PackError]:
    lines = [f"没有写明{title}" for key, title in _HEAD.items() if not str(head.get(key) or "").strip()]
    if not CODE.fullmatch(str(head.get("list", ""))):
        lines.append("清单代码要以小写字母开头，由小写字母、数字和下划线组成，最多 48 个字符")
    return [PackError(name, 1, line) for line in lines]


def _report(name: str, row: ItemRow, seen: set[str]) -> LineReport:
    code, violation = (str(row.item.get(key) or "") for key in ("code", "violation"))
    fault = next((f"没有写明{title}" for key, title in _ITEM.items() if not row.item.get(key)), "")
    if not fault and row.item["effect"] not in EFFECTS:
        fault = f"结果应为{'、'.join(EFFECTS.values())}之一，现为“{str(row.item['effect'])[:20]}”"
    if not fault and code in seen:
        fault = f"编号“{code}”重复，请改成不同的编号"
    seen.add(code)
    if not fault:
        try:
            read_list(PackFile(name, "", {**_SOUND, "item": [row.item]}), _words())
        except PackError as error:
            fault = error.message
    return LineReport(
        row.line,
        code,
        violation,
        EFFECTS.get(str(row.item.get("effect")), ""),
        bool(row.item.get("when")),
        fault,
    )


@lru_cache(maxsize=1)
def _words() -> Vocabulary:
    return Vocabulary(library().fields, library().kinds)
