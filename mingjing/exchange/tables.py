"""A published table read from a file that may be anything: rows of text with their lines, or why it is refused."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mingjing.exchange.unreadable import Unreadable
from mingjing.exchange.workbooks import rows_of_workbook
from mingjing.kit.canonical import digest

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 200
MAX_CELL: Final = 20_000

# First bytes -> what the file really is, and what to do about it.
_STRANGERS: Final = {
    b"\xd0\xcf\x11\xe0": "这是旧版 Excel 文件（.xls）或者加密的文件。请用办公软件打开，另存为 .xlsx 后再导入",
    b"%PDF": "这是 PDF，不是表格。请向制表单位索取 Excel 或者 CSV 文件",
    b"Rar!": "这是压缩包。请先解压，再导入其中的表格",
    b"7z\xbc\xaf": "这是压缩包。请先解压，再导入其中的表格",
    b"\x1f\x8b": "这是压缩包。请先解压，再导入其中的表格",
    b"\x89PNG": "这是图片，不是表格。请向制表单位索取 Excel 或者 CSV 文件",
    b"\xff\xd8\xff": "这是图片，不是表格。请向制表单位索取 Excel 或者 CSV 文件",
}
_MARKUP: Final = re.compile(rb"\s*<(!doctype|html|table|\?xml|meta)", re.IGNORECASE)
# What GB18030 makes of bytes that were never Chinese text.
_NOT_TEXT: Final = re.compile(r"[\ue000-\uf8ff\ufffd\x01-\x08\x0e-\x1f\x7f-\x9f]")
# Before the headings there may be a title over the whole width; it is sought this far down.
_TITLE_ROWS: Final = 8


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table below the headings. `fault` says why its cells cannot be trusted."""

    line: int
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stands in the file."""

    name: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    digest: str  # of headings and cells, so that a report names exactly what was read


def read_table(path: Path, *, sheet: str = "") -> Table:
    """Read a CSV (UTF-8 or GB18030) or XLSX file. Raises Unreadable, saying in Chinese what is wrong and what to do."""
    workbook = is_workbook(path)
    return _table(path.name, rows_of_workbook(path, sheet=sheet) if workbook else rows_of_text(path))


def is_workbook(path: Path) -> bool:
    """Say whether the file is an XLSX workbook; else it is text. Raises Unreadable for anything else."""
    return head_of(path).startswith(b"PK\x03\x04")


def head_of(path: Path, *, most: int = MAX_BYTES) -> bytes:
    """Give the first bytes of a file that may hold a table; raises Unreadable for what is none or too large."""
    if not path.exists():
        raise Unreadable(f"没有文件“{path}”。请核对路径")
    if not path.is_file():
        raise Unreadable(f"“{path}”不是文件")
    size = path.stat().st_size
    if size == 0:
        raise Unreadable("文件是空的（0 字节）。请重新导出")
    if size > most:
        raise Unreadable(
            f"文件有 {size // 1024 // 1024:,} MB，最大 {most // 1024 // 1024} MB。请按年份分成几个文件导入"
        )
    with path.open("rb") as file:
        head = file.read(512)
    for magic, message in _STRANGERS.items():
        if head.startswith(magic):
            raise Unreadable(message)
    if _MARKUP.match(head):
        raise Unreadable("这是网页或者 XML，扩展名不说明内容。请用办公软件打开，另存为 .xlsx 后再导入")
    return head


def rows_of_text(path: Path) -> Iterator[tuple[int, list[str], str]]:
    """Give line number, cells and fault of every row of a CSV. Raises Unreadable."""
    text = _decoded(path.read_bytes())
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False)
    csv.field_size_limit(MAX_BYTES)
    start = 1
    for cells in reader:
        swallowed = next((cell for cell in cells if cell.count("\n") > 50 or len(cell) > MAX_CELL), None)
        if swallowed is not None:
            raise Unreadable(
                f"第 {start} 行的引号没有成对（或者单元格超过 {MAX_CELL:,} 字），后面的行无法读出。请补上引号后重新导入"
            )
        yield start, cells, ""
        start = reader.line_num + 1


def _decoded(content: bytes) -> str:
    """Give the text of a CSV. UTF-8 is tried first: text that is not UTF-8 cannot pass for it."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = content.decode("utf-16", errors="replace").encode()
    if (nul := content.find(b"\0")) >= 0:
        line = content.count(b"\n", 0, nul) + 1
        raise Unreadable(f"第 {line} 行含有空字符（NUL），文件可能已损坏，或者不是文本表格。请重新导出")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as first:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            text = "\ufffd"
        if _NOT_TEXT.search(text):
            line = content.count(b"\n", 0, first.start) + 1
            raise Unreadable(
                f"第 {line} 行的文字编码无法识别，既不是 UTF-8 也不是 GB18030。请另存为“CSV UTF-8”后重新导入"
            ) from None
        return text


def _delimiter(text: str) -> str:
    line = next((line for line in text.splitlines() if line.strip()), "")
    return max(",\t;|", key=line.count)


def _table(name: str, lines: Iterable[tuple[int, list[str], str]]) -> Table:
    above: list[tuple[int, list[str], str]] = []
    headers: tuple[str, ...] = ()
    rows: list[Row] = []
    for line, raw, fault in lines:
        cells = [clean(cell) for cell in raw]
        if not any(cells):
            continue
        if not headers:
            headers = _headings(cells, above)
            above.append((line, cells, fault))
            continue
        rows.append(_row(line, cells, fault, len(headers)))
        if len(rows) > MAX_ROWS:
            raise Unreadable(f"表格超过 {MAX_ROWS:,} 行。请按年份分成几个文件导入")
    if not headers:
        raise Unreadable("没有找到表头：前几行里没有一行有两个以上的列名。请把列名放在同一行，不要合并单元格")
    if not rows:
        raise Unreadable("表格只有表头，没有数据行")
    return Table(name, headers, tuple(rows), digest([list(headers), [list(row.cells) for row in rows]]))


def _headings(cells: list[str], above: list[tuple[int, list[str], str]]) -> tuple[str, ...]:
    """Give the headings if this line holds them; a title over the whole width has one cell only."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len([cell for cell in cells if cell]) < 2:
        if len(above) >= _TITLE_ROWS:
            raise Unreadable(f"前 {_TITLE_ROWS} 行里没有表头。请删去表头上面的说明，把列名放在同一行")
        return ()
    if len(cells) > MAX_COLUMNS:
        raise Unreadable(f"表头有 {len(cells)} 列，最多 {MAX_COLUMNS} 列。请删去无关的列")
    if blank := [str(number) for number, cell in enumerate(cells, 1) if not cell]:
        raise Unreadable(
            f"表头第 {'、'.join(blank[:5])} 列没有列名，可能是合并单元格或者两层表头。请取消合并，每列写一个列名"
        )
    return tuple(cells)


def _row(line: int, cells: list[str], fault: str, width: int) -> Row:
    extra = [cell for cell in cells[width:] if cell]
    if extra and not fault:
        fault = f"比表头多出 {len(extra)} 个单元格（“{extra[0][:20]}”…），可能多了分隔符，各列已经错开。请核对本行"
    if len(cells) < width and not fault:
        fault = f"只有 {len(cells)} 个单元格，表头有 {width} 列，本行可能被截断。请补齐"
    padded = (cells + [""] * width)[:width]
    return Row(line, tuple(padded), fault)


def clean(cell: str) -> str:
    """Give a cell without the blanks and invisible marks around it; inside, runs of blanks are one blank."""
    return re.sub(r"[\s\u3000\u200b\ufeff]+", " ", cell).strip().removeprefix("'")


__all__ = ["Row", "Table", "Unreadable", "read_table"]
