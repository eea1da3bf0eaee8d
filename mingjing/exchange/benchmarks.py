"""Files of benchmarks (XLSX, CSV, TOML) read and written; what the tables mean is known in packs."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mingjing.exchange.sheets import csv_bytes, read_sheets, workbook_bytes
from mingjing.exchange.unreadable import Unreadable
from mingjing.lawengine.benchmark import Benchmark
from mingjing.packs.benchmark_body import body_of
from mingjing.packs.benchmark_import import Import, read_import, read_toml
from mingjing.packs.benchmark_layout import sheets_of

MAX_TOML: Final = 4 * 1024 * 1024
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read_benchmark_file(path: Path, *, name: str, head: Mapping[str, Any]) -> Import:
    """Read a file as a benchmark, with a report of all that is wrong. Raises Unreadable where it is no table.

    `name` is what the file is called to people; `head` states what a flat table does not say of itself.
    """
    if name.lower().endswith(".toml"):
        return read_toml(name, toml_text(path))
    return read_import(name, read_sheets(path), head)


def benchmark_file(benchmark: Benchmark, *, suffix: str) -> bytes:
    """Write a benchmark as `.xlsx` or `.csv`; reading the file gives the same benchmark."""
    sheets = sheets_of(body_of(benchmark))
    return csv_bytes(sheets) if suffix == ".csv" else workbook_bytes(sheets)


def file_digest(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def toml_text(path: Path) -> str:
    """Give the text of a TOML file. Raises Unreadable."""
    if not path.is_file():
        raise Unreadable(f"没有文件“{path}”。请核对路径")
    if path.stat().st_size > MAX_TOML:
        raise Unreadable(f"文件超过 {MAX_TOML // 1024 // 1024} MB。请核对是否选错了文件")
    try:
        return path.read_bytes().decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Unreadable("文件不是 UTF-8 编码，请另存为 UTF-8") from None
