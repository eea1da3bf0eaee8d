"""Files (XLSX, CSV) of the lists that must be public beforehand, read and written; what they mean is known in packs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from mingjing.exchange.sheets import csv_bytes, read_sheets, workbook_bytes
from mingjing.packs.catalogue_import import CatalogueImport, Checking, Row, read_catalogue
from mingjing.packs.catalogue_kinds import CatalogueKind

_SHEET_NAME: Final = 31  # characters a spreadsheet allows


def read_catalogue_file(
    path: Path, *, name: str, kind: CatalogueKind, checking: Checking, present: Sequence[Row]
) -> CatalogueImport:
    """Read a file as a list of this kind, with a report of every row. Raises Unreadable where it is no table."""
    return read_catalogue(name, read_sheets(path), kind, checking, present)


def catalogue_file(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, suffix: str
) -> bytes:
    """Write a list as `.xlsx` or `.csv`; reading the file gives the same rows. Without rows it is the template."""
    table = [["序号", *columns], *([str(nth), *row] for nth, row in enumerate(rows, 1))]
    sheets = {title[:_SHEET_NAME]: table}
    return csv_bytes(sheets) if suffix == ".csv" else workbook_bytes(sheets)
