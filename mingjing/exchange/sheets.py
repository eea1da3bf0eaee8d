"""A file of several sheets as lines of text, and written again as XLSX or CSV; what they mean is not known here."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, range_boundaries

from mingjing.exchange.tables import is_workbook, rows_of_text
from mingjing.exchange.unreadable import Unreadable
from mingjing.exchange.workbooks import merged_cells, rows_of_workbook, sheet_names

Line = tuple[int, list[str], str]
MAX_LINES: Final = 20_000
MAX_SHEETS: Final = 20
MAX_CELL: Final = 5_000
MAX_MERGED: Final = 20_000  # cells filled from the first of their range
# A CSV of several sheets names each on a line of its own.
MARK: Final = "#"
# What a spreadsheet program would run as a formula, and the mark that disarms it.
_ACTIVE: Final = ("=", "+", "-", "@", "\t", "\r", "'")
_BLANK: Final = " \u3000\u200b\ufeff\r\n\t"
_WIDEST: Final = 60


def read_sheets(path: Path) -> dict[str, list[Line]]:
    """Give the lines of every visible sheet by its name; a plain CSV is one sheet named "". Raises Unreadable."""
    if not is_workbook(path):
        return _split(_tidy(rows_of_text(path)))
    names = sheet_names(path)
    if not names:
        raise Unreadable("工作簿里没有数据")
    if len(names) > MAX_SHEETS:
        raise Unreadable(f"工作簿有 {len(names)} 张工作表，最多 {MAX_SHEETS} 张。请删去无关的工作表")
    sheets = {}
    for name in names:
        lines = _tidy(rows_of_workbook(path, sheet=name))
        sheets[name] = _filled(lines, merged_cells(path, name))
    return sheets


def _tidy(lines: Iterable[Line]) -> list[Line]:
    found: list[Line] = []
    for number, cells, fault in lines:
        if not any(cells):
            continue
        if len(found) >= MAX_LINES:
            raise Unreadable(
                f"表格超过 {MAX_LINES:,} 行。基准和清单不会这样长，请核对是否选错了文件，或者分成几个"
            )
        plain = [cell.strip(_BLANK) for cell in cells]
        wide = max(map(len, plain))
        told = f"有一格长达 {wide:,} 字，最多 {MAX_CELL:,} 字。请删减" if wide > MAX_CELL else ""
        found.append((number, plain, fault or told))
    return found


def _split(lines: list[Line]) -> dict[str, list[Line]]:
    sheets: dict[str, list[Line]] = {}
    name = ""
    for number, cells, fault in lines:
        if cells[0].startswith(MARK) and not any(cells[1:]):
            name = cells[0].removeprefix(MARK)
            sheets[name] = []
        else:
            plain = [
                cell.removeprefix("'") for cell in cells
            ]  # as `csv_bytes` disarms what looks like a formula
            sheets.setdefault(name, []).append((number, plain, fault))
    return sheets


def _filled(lines: list[Line], merged: Sequence[str]) -> list[Line]:
    """Give every line of a merged range the words of its first cell: people merge what they mean for each line."""
    cells = {number: row for number, row, _ in lines}
    filled = 0
    for one in merged:
        left, top, right, bottom = map(int, filter(None, range_boundaries(one)))
        words = cells[top][left - 1] if top in cells and len(cells[top]) >= left else ""
        filled += (bottom - top + 1) * (right - left + 1)
        if filled > MAX_MERGED:
            raise Unreadable("合并的单元格过多。请取消合并，逐行填写后再导入")
        for number in range(top, bottom + 1) if words else ():
            row = cells.get(number)
            if row is not None and left == right:
                row.extend([""] * (left - len(row)))
                row[left - 1] = words
    return lines


def workbook_bytes(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Write sheets, headings first, as XLSX: all cells are text, nothing in them is ever run."""
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for nth, width in enumerate(_widths(rows), 1):
            sheet.column_dimensions[get_column_letter(nth)].width = width
        for number, row in enumerate(rows):
            cells = [WriteOnlyCell(sheet, value=text) for text in row]
            for cell in cells:
                cell.data_type = "s"
                cell.number_format = "@"
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if number == 0:
                    cell.font = Font(bold=True)
            sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _widths(rows: Sequence[Sequence[str]]) -> Iterator[int]:
    for column in zip(*rows, strict=True):
        yield min(_WIDEST, 4 + 2 * max(len(text) for text in column))


def csv_bytes(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Write sheets one after the other as CSV in UTF-8, each named on a line of its own."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    for name, rows in sheets.items():
        writer.writerow([f"{MARK}{name}"])
        writer.writerows([[f"'{text}" if text.startswith(_ACTIVE) else text for text in row] for row in rows])
    return stream.getvalue().encode("utf-8-sig")


def csv_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write one table as a platform reads it: headings, then the cells exactly as they are, in UTF-8 with its mark."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(headings)
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8-sig")
