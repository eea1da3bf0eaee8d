"""Tables of millions of rows read as a stream: CSV, XLSX, Parquet; a row in memory at a time, nothing judged."""

import codecs
import csv
import hashlib
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mingjing.exchange.tables import head_of
from mingjing.exchange.unreadable import Unreadable
from mingjing.exchange.workbooks import rows_of_workbook

MAX_BYTES: Final = 8 * 1024 * 1024 * 1024
MAX_LINE: Final = 1024 * 1024
PIECE: Final = 1024 * 1024
FETCHED: Final = 10_000
_TITLE_ROWS: Final = 8  # of a title over the whole width, before the headings
_PARQUET: Final = b"PAR1"

Line = tuple[int, list[str], str]  # line, cells, what is wrong with them


@dataclass(frozen=True, slots=True)
class LongTable:
    """The headings of a table, and its rows while it is open."""

    headings: list[str]
    rows: Iterator[Line]


@contextmanager
def long_table(path: Path, *, sheet: str = "") -> Iterator[LongTable]:
    """Open a table of any length. Raises Unreadable, here or while its rows are read."""
    head = head_of(path, most=MAX_BYTES)
    lines: Generator[Line, None, None]
    if head.startswith(_PARQUET):
        lines = _rows_of_parquet(path)
    elif head.startswith(b"PK\x03\x04"):
        lines = rows_of_workbook(path, sheet=sheet)
    else:
        lines = _rows_of_csv(path)
    with closing(lines):
        headings = _headings(lines)
        yield LongTable(headings, _complete(lines, len(headings)))


def digest_of(path: Path) -> str:
    """Give the digest of a file, a piece at a time."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _headings(lines: Iterator[Line]) -> list[str]:
    for number, (_, cells, _) in enumerate(lines):
        names = [cell.strip() for cell in cells]
        if sum(map(bool, names)) > 1:
            while not names[-1]:
                names.pop()
            return names
        if number >= _TITLE_ROWS:
            break
    raise Unreadable("没有找到表头：前几行里没有一行有两个以上的列名。请把列名放在同一行，不要合并单元格")


def _complete(lines: Iterator[Line], width: int) -> Iterator[Line]:
    for line, cells, fault in lines:
        extra = [cell for cell in cells[width:] if cell.strip()]
        more = (
            f"比表头多出 {len(extra)} 个单元格（“{extra[0][:20]}”…），可能多了分隔符，各列已经错开"
            if extra
            else ""
        )
        yield line, cells, fault or more


def _rows_of_csv(path: Path) -> Generator[Line, None, None]:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="", errors="strict") as file:
        head = file.read(PIECE).splitlines()
        file.seek(0)
        title = next((line for line in head if any(line.count(mark) for mark in ",\t;|")), "")
        reader = csv.reader(file, delimiter=max(",\t;|", key=title.count), strict=False)
        csv.field_size_limit(MAX_LINE)
        start = 1
        try:
            for cells in reader:
                yield start, cells, ""
                start = reader.line_num + 1
        except csv.Error:
            raise Unreadable(
                f"第 {start} 行起的引号没有成对（或者一格超过 {MAX_LINE:,} 字），后面的行无法读出。请补上引号后重新导入"
            ) from None


def _encoding(path: Path) -> str:
    """Find out in one pass how a text is encoded: what is not UTF-8 cannot pass for it. Raises Unreadable."""
    with path.open("rb") as file:
        wide = file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for name in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            _decode(path, name)
        except UnicodeDecodeError:
            continue
        return name
    raise Unreadable("文字编码无法识别，既不是 UTF-8 也不是 GB18030。请另存为“CSV UTF-8”后重新导入")


def _decode(path: Path, encoding: str) -> None:
    decoder, lines = codecs.getincrementaldecoder(encoding)(), 1
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if (nul := piece.find(b"\0")) >= 0:
                line = lines + piece.count(b"\n", 0, nul)
                raise Unreadable(f"第 {line} 行含有空字符（NUL），不是文本表格。请重新导出")
            decoder.decode(piece)
            lines += piece.count(b"\n")
    decoder.decode(b"", final=True)


def _rows_of_parquet(path: Path) -> Generator[Line, None, None]:
    """Give the records of a Parquet file, its column names as the line of headings; a record's number is its line."""
    try:
        import duckdb  # noqa: PLC0415 - an extra: CSV and XLSX need nothing of it
    except ImportError:
        raise Unreadable(
            "这台机器没有安装读 Parquet 的组件（uv sync --extra parquet）。请安装，或者另存为 CSV 后导入"
        ) from None
    base = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": "512MB"})
    try:
        found = base.execute("SELECT * FROM read_parquet(?)", [str(path)])
        yield 0, [str(one[0]) for one in found.description or ()], ""
        number = 0
        while records := found.fetchmany(FETCHED):
            for record in records:
                number += 1
                yield number, [_text(value) for value in record], ""
    except duckdb.Error:
        raise Unreadable("Parquet 文件已损坏或者版本不能识别。请重新导出，或者另存为 CSV 后导入") from None
    finally:
        base.close()


def _text(value: Any) -> str:
    return "" if value is None else str(value)
