"""Rows of an XLSX workbook as text, from a file that may be hostile; formulas and lost digits are told, not guessed."""

import re
import warnings
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from mingjing.exchange.unreadable import Unreadable

MAX_EXPANDED: Final = 256 * 1024 * 1024
MAX_ENTRIES: Final = 2_000
HARMLESS: Final = 32 * 1024 * 1024
MAX_RATIO: Final = 200
MAX_WIDTH: Final = 256
# A spreadsheet keeps 15 digits of a number: a longer code has lost its end.
KEPT_DIGITS: Final = 15

# What openpyxl raises on a file that is no sound workbook.
DAMAGED: Final = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    OSError,
    EOFError,
    LookupError,
    ValueError,
    SyntaxError,
    TypeError,
    AttributeError,
)
_MERGED: Final = re.compile(rb'<(?:\w+:)?mergeCell\s+ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_DECLARATION: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def rows_of_workbook(path: Path, *, sheet: str) -> Generator[tuple[int, list[str], str], None, None]:
    """Give line number, cells and fault of every row. Raises Unreadable."""
    _check_archive(path)
    with _opened(path) as book:
        yield from _rows(_sheet(book, sheet))


def sheet_names(path: Path) -> list[str]:
    """Give the names of the visible sheets that hold anything. Raises Unreadable."""
    _check_archive(path)
    with _opened(path) as book:
        return [one.title for one in book.worksheets if one.sheet_state == "visible" and _has_rows(one)]


def merged_cells(path: Path, sheet: str) -> list[str]:
    """Give the merged ranges of a sheet, as A2:A5: in them only the first cell holds the words. Raises Unreadable."""
    with _opened(path) as book, zipfile.ZipFile(path) as archive:
        return [found.decode() for found in _MERGED.findall(archive.read(book[sheet]._worksheet_path))]


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open a workbook for reading its rows; whatever is found broken in it is told as such."""
    try:
        # openpyxl leaves the file open where it stumbles over what is inside.
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which we do not read
            yield load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except DAMAGED:
        raise Unreadable("Excel 文件已损坏，无法读出。请用办公软件打开，另存为新的 .xlsx 后再导入") from None


def _check_archive(path: Path) -> None:
    """Refuse what is no workbook, is encrypted or would burst, before anything is unpacked whole."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if "xl/workbook.xml" not in names:
                raise Unreadable("这是压缩包或者其他文档，不是 Excel 表格。请先解压，再导入其中的表格")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise Unreadable("表格含有宏程序。请另存为不含宏的 .xlsx 后再导入")
            expanded = sum(entry.file_size for entry in entries)
            dense = expanded > HARMLESS and expanded > MAX_RATIO * path.stat().st_size
            if len(entries) > MAX_ENTRIES or expanded > MAX_EXPANDED or dense:
                raise Unreadable(
                    "压缩比异常，展开后过大，可能是恶意文件。请核对来源，或者另存为 CSV 后再导入"
                )
            for entry in entries:
                _check_entry(archive, entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise Unreadable(
            "Excel 文件已损坏或者设有密码，无法读出。请解除密码，另存为新的 .xlsx 后再导入"
        ) from None


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    if entry.filename.endswith((".xml", ".rels")):
        with archive.open(entry) as content:
            if _DECLARATION.search(content.read(4096)):
                raise Unreadable("表格内含有自定义的 XML 实体，可能是恶意文件。请核对来源")


def _sheet(book: Any, wanted: str) -> Any:
    names = [sheet.title for sheet in book.worksheets]
    if wanted:
        if wanted not in names:
            raise Unreadable(f"没有工作表“{wanted}”。文件里有：{'、'.join(names)}")
        return book[wanted]
    filled = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible" and _has_rows(sheet)]
    if not filled:
        raise Unreadable("工作簿里没有数据")
    if len(filled) > 1:
        told = "、".join(sheet.title for sheet in filled)
        raise Unreadable(f"有几张工作表都有数据：{told}。请只留要导入的一张；用命令导入的，用 --sheet 指明")
    return filled[0]


def _has_rows(sheet: Any) -> bool:
    sheet.reset_dimensions()
    return any(
        cell is not None
        for row in sheet.iter_rows(max_row=20, max_col=MAX_WIDTH, values_only=True)
        for cell in row
    )


def _rows(sheet: Any) -> Iterator[tuple[int, list[str], str]]:
    # The stated size of a sheet may be a million empty rows: it is not believed.
    sheet.reset_dimensions()
    empty = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_WIDTH), 1):
        cells, faults = _cells(row)
        empty = 0 if any(cells) else empty + 1
        if empty > 10_000:
            return
        yield number, cells, "；".join(faults)


def _cells(row: Iterable[Any]) -> tuple[list[str], list[str]]:
    cells: list[str] = []
    faults: list[str] = []
    for place, cell in enumerate(row, 1):
        text, fault = _text(cell.value, cell.data_type)
        cells.append(text)
        if fault:
            faults.append(f"第 {place} 列{fault}")
    while cells and not cells[-1]:
        cells.pop()
    return cells, faults


def _text(value: Any, kind: str) -> tuple[str, str]:
    """Give a cell as text, and what is wrong with it."""
    if kind == "f":
        return str(value), "是公式，公式的结果不能作为依据。请复制后“选择性粘贴为数值”"
    if kind == "e":
        return str(value), f"是错误值 {value}。请改正后重新导入"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    return _words(value), ""


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value).replace("_x0000_", "\0")


def _number(value: int | float) -> tuple[str, str]:
    if abs(value) >= 10**KEPT_DIGITS:
        return str(value), "的长号码被存成了数字，末几位已经丢失。请把该列设为“文本”后重新录入"
    if isinstance(value, float) and value.is_integer():
        return str(int(value)), ""
    return (format(value, ".10f").rstrip("0").rstrip(".") if isinstance(value, float) else str(value)), ""
