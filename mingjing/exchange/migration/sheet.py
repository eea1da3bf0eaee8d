"""A table of an old system as it really looks: titles, two lines of headings, merged cells, totals, empty rows by the
hundred thousand. What was understood of it is told; what cannot be understood is refused with its line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final

from openpyxl.utils import range_boundaries

from mingjing.exchange.tables import MAX_COLUMNS, clean, is_workbook, rows_of_text
from mingjing.exchange.unreadable import Unreadable
from mingjing.exchange.workbooks import merged_cells, rows_of_workbook, sheet_names

MAX_ROWS: Final = 500_000
MAX_MERGED: Final = 200_000
BLANK_RUN: Final = 10_000  # so many empty rows end a sheet
TITLE_ROWS: Final = 8
TOLD: Final = 20  # notes of one sort, before they are only counted
_TOTAL: Final = re.compile(r"(本页|本表|全年|年度)?(合计|总计|小计|共计|累计)([:：（(].*)?")
_FOOTNOTE: Final = re.compile(r"(注|备注|说明|填表|制表|审核|填报|单位负责人|统计|联系)")
_FIGURES: Final = re.compile(r"\d")

Raw = tuple[int, list[str], str]


@dataclass(frozen=True, slots=True)
class Line:
    """One row below the headings. `merged`: columns (from 1) filled from the first row of a merged range."""

    line: int
    cells: list[str]
    fault: str = ""
    merged: tuple[int, ...] = ()
    skipped: str = ""  # why it is no row of the table: a total, a footnote


@dataclass(slots=True)
class Sheet:
    """Headings, the rows while they are read, and what was noticed; `notes` is complete when all rows were read."""

    headings: list[str]
    lines: Iterator[Line]
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Merged:
    """Merged ranges: those one column wide by row, and those over several columns by their first row."""

    down: dict[int, dict[int, int]] = field(default_factory=dict)  # row -> column -> row of the words
    across: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # row -> (first, last column)


def open_sheet(path: Path, *, sheet: str = "") -> Sheet:
    """Open a CSV (UTF-8, GB18030) or XLSX file. Raises Unreadable, here or while its rows are read."""
    merged, raw = _Merged(), _lines(path, sheet)
    if is_workbook(path):
        merged = _merged(path, _one_sheet(path, sheet))
    notes: list[str] = []
    head, second = _head(raw)
    headings, rest = _headings(head, second, merged, notes)
    if len(headings) > MAX_COLUMNS:
        raise Unreadable(f"表头有 {len(headings)} 列，最多 {MAX_COLUMNS} 列。请删去无关的列")
    if twice := sorted({one for one in headings if headings.count(one) > 1}):
        raise Unreadable(f"列名“{twice[0]}”有几列。请把各列改成不同的名称，或者删去多余的列")
    told = Sheet(headings, iter(()), notes)
    told.lines = _body(chain(rest, raw), len(headings), merged, notes, whole=not is_workbook(path))
    return told


def _one_sheet(path: Path, wanted: str) -> str:
    names = sheet_names(path)
    if not names:
        raise Unreadable("工作簿里没有数据")
    if wanted and wanted not in names:
        raise Unreadable(f"没有工作表“{wanted}”。文件里有：{'、'.join(names)}")
    if not wanted and len(names) > 1:
        raise Unreadable(f"有几张工作表都有数据：{'、'.join(names)}。请写明导入哪一张工作表")
    return wanted or names[0]


def _lines(path: Path, sheet: str) -> Iterator[Raw]:
    workbook = is_workbook(path)
    name = _one_sheet(path, sheet) if workbook else ""
    for line, cells, fault in rows_of_workbook(path, sheet=name) if workbook else rows_of_text(path):
        yield line, [clean(cell) for cell in cells], fault


def _merged(path: Path, sheet: str) -> _Merged:
    found, cells = _Merged(), 0
    for one in merged_cells(path, sheet):
        left, top, right, bottom = map(int, filter(None, range_boundaries(one)))
        if right > left:
            found.across.setdefault(top, []).append((left, right))
        elif bottom > top:
            cells += bottom - top
            if cells > MAX_MERGED:
                raise Unreadable("合并的单元格过多。请取消合并，逐行填写后再导入")
            for row in range(top + 1, bottom + 1):
                found.down.setdefault(row, {})[left] = top
    return found


def _head(raw: Iterator[Raw]) -> tuple[Raw, Raw | None]:
    """Give the line of headings and the line after it; what stands above is a title over the whole width."""
    above = 0
    for line, cells, fault in raw:
        if sum(map(bool, cells)) > 1:
            return (line, cells, fault), next((one for one in raw if any(one[1])), None)
        above += any(cells)
        if above > TITLE_ROWS or line > BLANK_RUN:
            break
    raise Unreadable("没有找到表头：前几行里没有一行有两个以上的列名。请删去表头上面的说明，把列名放在一行")


def _headings(
    head: Raw, second: Raw | None, merged: _Merged, notes: list[str]
) -> tuple[list[str], list[Raw]]:
    """Give the name of every column, and the lines that turned out to be no headings."""
    line, cells, _ = head
    upper = _trimmed(cells)
    if second is not None and _two_lines(head, second, merged):
        names = _joined(upper, _trimmed(second[1]), merged.across.get(line, ()))
        if all(names):
            notes.append(f"表头有两行（第 {line}、{second[0]} 行），已合在一起读")
            return names, []
    if blank := [str(number) for number, cell in enumerate(upper, 1) if not cell]:
        raise Unreadable(
            f"表头（第 {line} 行）第 {'、'.join(blank[:5])} 列没有列名，可能是合并单元格。请取消合并，每列写一个列名"
        )
    return upper, [second] if second is not None else []


def _trimmed(cells: Sequence[str]) -> list[str]:
    kept = list(cells)
    while kept and not kept[-1]:
        kept.pop()
    return kept


def _two_lines(head: Raw, second: Raw, merged: _Merged) -> bool:
    """Say whether the second line holds headings too: merged so in a workbook; in a text, words under the gaps."""
    if merged.across.get(head[0]) or merged.down.get(second[0]):
        return any(merged.across.get(head[0], ())) or head[0] in merged.down[second[0]].values()
    upper, lower = _trimmed(head[1]), _trimmed(second[1])
    if all(upper) and len(lower) <= len(upper):
        return False
    gaps = [at for at in range(max(len(upper), len(lower))) if at >= len(upper) or not upper[at]]
    return (
        bool(gaps)
        and all(at < len(lower) and lower[at] for at in gaps)
        and not any(_FIGURES.search(cell) for cell in lower)
        and sum(map(bool, lower)) < max(len(upper), len(lower))
    )


def _joined(upper: list[str], lower: list[str], across: Sequence[tuple[int, int]]) -> list[str]:
    width = max(len(upper), len(lower), *(right for _, right in across), 0)
    upper, lower = upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower))
    group = list(upper)
    for left, right in across:
        group[left - 1 : right] = [upper[left - 1]] * (right - left + 1)
    names = [below or above for above, below in zip(upper, lower, strict=True)]
    return [
        f"{group[at]}{name}" if names.count(name) > 1 and group[at] != name else name
        for at, name in enumerate(names)
    ]


def _body(
    raw: Iterator[Raw], width: int, merged: _Merged, notes: list[str], *, whole: bool
) -> Iterator[Line]:
    above: dict[int, list[str]] = {}  # first rows of merged ranges that still reach down
    firsts = {top for columns in merged.down.values() for top in columns.values()}
    blank = run = count = 0
    for line, cells, fault in raw:
        down = merged.down.get(line, {})
        if not any(cells) and not down:
            blank, run = blank + 1, run + 1
            continue
        run = 0
        if line in firsts:
            above[line] = list(cells)
        filled = _filled(cells, down, above)
        count += 1
        if count > MAX_ROWS:
            raise Unreadable(f"表格超过 {MAX_ROWS:,} 行。请按年份分成几个文件导入")
        yield _line(line, cells, fault, filled, width, whole=whole)
    if blank:
        stopped = run >= BLANK_RUN and not whole  # a workbook is read no further
        end = "；最后一万行都是空的，没有再往下读，其后如果还有内容，请删去空行" if stopped else ""
        notes.append(f"略过 {blank:,} 个空行{end}")


def _filled(cells: list[str], down: Mapping[int, int], above: Mapping[int, Sequence[str]]) -> tuple[int, ...]:
    """Fill the cells of merged ranges from their first row, in place; give the columns."""
    filled = []
    for column, top in down.items():
        words = above[top][column - 1] if top in above and len(above[top]) >= column else ""
        cells.extend([""] * (column - len(cells)))
        if words and not cells[column - 1]:
            cells[column - 1] = words
            filled.append(column)
    return tuple(filled)


def _line(
    line: int, cells: list[str], fault: str, filled: tuple[int, ...], width: int, *, whole: bool
) -> Line:
    given = [cell for cell in cells if cell]
    skipped = ""
    # In a total the sums are formulas as a rule: what it is is asked before what is wrong with it.
    if any(_TOTAL.fullmatch("".join(cell.split())) for cell in given[:2]):
        skipped = "合计行，不是一条记录"
    elif len(given) == 1 and _FOOTNOTE.match(given[0]):
        skipped = "表后的说明，不是一条记录"
    if extra := [cell for cell in cells[width:] if cell]:
        fault = fault or (
            f"比表头多出 {len(extra)} 个单元格（“{extra[0][:20]}”…），可能多了分隔符，各列已经错开。请核对本行"
        )
    if whole and len(cells) < width and not skipped:
        fault = fault or f"只有 {len(cells)} 个单元格，表头有 {width} 列，本行可能被截断。请补齐"
    return Line(line, (cells + [""] * width)[:width], fault, filled, skipped)
