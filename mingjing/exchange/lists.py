"""Files of lists (XLSX, CSV, TOML) read and written; what the tables mean is known in packs."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mingjing.exchange.benchmarks import toml_text
from mingjing.exchange.sheets import csv_bytes, read_sheets, workbook_bytes
from mingjing.packs.list_body import body_of
from mingjing.packs.list_import import ListImport, read_list_sheets, read_list_toml
from mingjing.packs.list_layout import sheets_of
from mingjing.packs.lists import NormList


def read_list_file(path: Path, *, name: str, head: Mapping[str, Any]) -> ListImport:
    """Read a file as a list, with a report of every line. Raises Unreadable where it is no table.

    `name` is what the file is called to people; `head` states what a flat table does not say of itself.
    """
    if name.lower().endswith(".toml"):
        return read_list_toml(name, toml_text(path), head)
    return read_list_sheets(name, read_sheets(path), head)


def list_file(found: NormList, *, suffix: str) -> bytes:
    """Write a list as `.xlsx` or `.csv`; reading the file gives the same list."""
    sheets = sheets_of(found.code, body_of(found))
    return csv_bytes(sheets) if suffix == ".csv" else workbook_bytes(sheets)
