"""How a table is read: which column is which item, decided by a person or a file, kept as TOML for the next table."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from mingjing.exchange.headers import Column, Proposal, is_permit_table, items, propose
from mingjing.exchange.unreadable import Unreadable

UNITS: Final = ("元", "万元")
# Items that a whole table may state once, where it has no column for them.
FIXED: Final = ("authority", "basis", "procedure")


@dataclass(frozen=True, slots=True)
class Reading:
    """A decided reading of a table: item -> column number (from 1) and unit; and what holds for every row."""

    columns: Mapping[str, tuple[int, str]]
    headers: Sequence[str]
    fixed: Mapping[str, str] = field(default_factory=dict)

    def cell(self, cells: Sequence[str], key: str) -> str:
        """Give what a row states of an item, or nothing."""
        if key in self.columns:
            return cells[self.columns[key][0] - 1]
        return self.fixed.get(key, "")

    def unit(self, key: str) -> str:
        return self.columns[key][1]

    def has(self, key: str) -> bool:
        return key in self.columns

    def heading(self, key: str) -> str:
        """Name the column of an item as the table does, and in Chinese."""
        title = items()[key].title
        if key not in self.columns:
            return title
        header = self.headers[self.columns[key][0] - 1]
        return f"{title}（{header}）" if header.isascii() else header


@dataclass(frozen=True, slots=True)
class Rulings:
    """What a mapping file decides: heading -> item and unit ("" for a column to leave out), and fixed values."""

    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)


def read_rulings(path: Path) -> Rulings:
    """Read a mapping file. Raises Unreadable, naming what is wrong in it."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise Unreadable(f"没有对应关系文件“{path}”") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unreadable(f"对应关系文件“{path}”写法有误：{error}") from None
    if strange := told.keys() - {"columns", "fixed"}:
        raise Unreadable(f"对应关系文件里只能有 [columns] 和 [fixed]，没有“{min(strange)}”")
    columns = {str(header): _ruling(str(header), value) for header, value in told.get("columns", {}).items()}
    fixed = told.get("fixed", {})
    for key, value in fixed.items():
        if key not in FIXED or not isinstance(value, str):
            raise Unreadable(f"[fixed] 里只能写 {'、'.join(FIXED)}，值为文字，没有“{key}”")
    return Rulings(columns, fixed)


def _ruling(header: str, value: Any) -> tuple[str, str]:
    key, unit = (
        (value, "")
        if isinstance(value, str)
        else (value.get("key", ""), value.get("unit", ""))
        if isinstance(value, dict)
        else (None, "")
    )
    if key is None or (key and key not in items()):
        raise Unreadable(
            f"对应关系文件：列“{header}”对应到“{key}”，没有这一项。可用的项见 docs/reference/import.md"
        )
    if unit and unit not in UNITS:
        raise Unreadable(f"对应关系文件：列“{header}”的单位只能是“元”或者“万元”")
    if key and items()[key].unit and not unit:
        raise Unreadable(f'对应关系文件：列“{header}”是金额，要写单位，如 {{ key = "{key}", unit = "万元" }}')
    return key, unit


def proposal(headers: Sequence[str], rulings: Rulings) -> Proposal:
    """Propose a reading of these headings; what the rulings decide is decided."""
    if is_permit_table(headers):
        raise Unreadable("这是行政许可公示表，不是行政处罚公示表。本命令只导入行政处罚")
    if strange := [header for header in rulings.columns if header not in headers]:
        raise Unreadable(f"对应关系文件里的列“{strange[0]}”不在表头中。表头有：{'、'.join(headers)}")
    return Proposal(tuple(_ruled(column, rulings) for column in propose(headers).columns))


def _ruled(column: Column, rulings: Rulings) -> Column:
    if column.header not in rulings.columns:
        return column
    key, unit = rulings.columns[column.header]
    return replace(column, key=key, unit=unit, how="ruled", choices=(key,))


def settle(proposed: Proposal, rulings: Rulings, *, accept_near: bool) -> Reading:
    """Make the proposal the reading. Raises Unreadable while a column is open, an item missing or said twice."""
    columns = [column for column in proposed.columns if column.key and items()[column.key].kept]
    if open_columns := [c for c in columns if c.how == "ask" or (c.how == "near" and not accept_near)]:
        listed = "；".join(
            f"第 {c.number} 列“{c.header}”（可能是 {'、'.join(c.choices)}）" for c in open_columns
        )
        raise Unreadable(
            f"这些列要由您确认：{listed}。请先用 --save-mapping 存出对应关系，改好后用 --mapping 导入"
        )
    if proposed.doubled:
        raise Unreadable(f"{'；'.join(proposed.doubled)}。请在对应关系文件里只留一列，其余写成空字符串")
    if missing := _missing(proposed, rulings):
        raise Unreadable(
            f"缺少必须的列：{'、'.join(missing)}。请补上这些列，或者用 --mapping 指明是哪一列；什么都没有导入"
        )
    return Reading(
        {column.key: (column.number, column.unit) for column in columns},
        [column.header for column in proposed.columns],
        rulings.fixed,
    )


def _missing(proposed: Proposal, rulings: Rulings) -> list[str]:
    given = tuple(Column(0, "", key, "ruled") for key in rulings.fixed)
    return Proposal((*proposed.columns, *given)).missing


def mapping_file(proposed: Proposal, rulings: Rulings) -> str:
    """Write the proposal as a mapping file that a person can correct."""
    lines = [
        '# 列名 = 对应的项；金额要写单位；不导入的列写成 ""。各项名称见 docs/reference/import.md',
        "[columns]",
    ]
    for column in proposed.columns:
        if column.how == "empty":
            continue
        if column.key and items()[column.key].unit:
            value = f'{{ key = "{column.key}", unit = "{column.unit or "万元"}" }}'
        else:
            value = f'"{column.key}"'
        note = _note(column)
        lines.append(f"{json.dumps(column.header, ensure_ascii=False)} = {value}{note}")
    lines += [
        "",
        '# 整张表只有一个值、没有单独成列的，写在这里，如 authority = "某某市城市管理局"',
        "[fixed]",
    ]
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in rulings.fixed.items()]
    return "\n".join(lines) + "\n"


def _note(column: Column) -> str:
    if column.how == "ask" and column.key and items()[column.key].unit:
        return "  # 请核对单位"
    if column.how in ("near", "ask"):
        return f"  # 请核对，可能是 {'、'.join(column.choices)}"
    return "  # 没有认出，不导入" if column.how == "unknown" else ""
