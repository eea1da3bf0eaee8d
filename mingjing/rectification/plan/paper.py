"""A plan document as text: TXT, DOCX and PDF, from files that may be hostile; what the words mean is not known here."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final

import docx
import pypdfium2
from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError
from docx.oxml.exceptions import XmlchemyError
from docx.table import Table
from docx.text.paragraph import Paragraph
from pypdfium2.raw import FPDF_ERR_PASSWORD

from mingjing.rectification.plan.numbering import Numbering
from mingjing.rectification.plan.ruled import Piece, ruled
from mingjing.rectification.plan.tables import Tables

LARGEST: Final = 20 * 1024 * 1024
MAX_EXPANDED: Final = 64 * 1024 * 1024
MAX_TEXT: Final = 500_000
MOST_PAGES: Final = 500
MOST_PIECES: Final = 20_000
MOST_COLUMNS: Final = 100
_PAGE_NUMBER: Final = re.compile(r"(?:第\s*\d+\s*页[\s　]*(?:共\s*\d+\s*页)?|[-—]?\s*\d{1,3}\s*[-—]?)")
SUFFIXES: Final = (".txt", ".docx", ".pdf")
DAMAGED: Final = "文件已损坏，无法读出。请用办公软件打开后另存，再导入"
LOCKED: Final = "文件设有密码，无法读出。请取消密码后另存，再导入"
# What python-docx and zipfile run into in a file whose parts are not what they should be.
_MALFORMED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    XmlchemyError,
    PythonDocxError,
    OpcError,
    AttributeError,
    TypeError,
    LookupError,
    ValueError,
    SyntaxError,
    RuntimeError,
    EOFError,
    OverflowError,
)
_OLD_OR_LOCKED: Final = b"\xd0\xcf\x11\xe0"  # a compound file: the old DOC, or a DOCX with a password


class PaperUnreadable(Exception):
    """A file that cannot be read as a plan, and in Chinese why and what mends it."""


def text_of(content: bytes, name: str) -> str:
    """Give the text of a file by its name's ending. Raises PaperUnreadable."""
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    if suffix not in SUFFIXES:
        raise PaperUnreadable(
            f"“{name}”不是能读的格式。请使用 TXT、DOCX 或者 PDF 文件（旧的 DOC 请另存为 DOCX）"
        )
    if not content:
        raise PaperUnreadable(f"“{name}”是空文件。请核对选择的文件")
    if len(content) > LARGEST:
        raise PaperUnreadable(too_large())
    text = {".txt": _plain, ".docx": _docx, ".pdf": _pdf}[suffix](content)
    if not text.strip():
        hint = "它可能是扫描件，请先做文字识别（OCR）" if suffix == ".pdf" else "请核对选择的文件"
        raise PaperUnreadable(f"“{name}”里没有文字。{hint}")
    if len(text) > MAX_TEXT:
        raise PaperUnreadable("文字过多，不像一份方案。请只留下方案正文再导入")
    return text


def too_large() -> str:
    """What is said of a file that is larger than a plan can be."""
    return f"文件超过 {LARGEST // 1024 // 1024} MB。请去掉图片，或者只留下方案正文"


def _plain(content: bytes) -> str:
    if b"\0" in content[:4096] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PaperUnreadable("这不是文本文件。请使用 TXT、DOCX 或者 PDF 文件")
    for encoding in (
        ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    ):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise PaperUnreadable("文字编码无法识别，既不是 UTF-8 也不是 GB18030。请另存为 UTF-8 后再导入")


def _pdf(content: bytes) -> str:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise PaperUnreadable(f"PDF {LOCKED if error.err_code == FPDF_ERR_PASSWORD else DAMAGED}") from None
    try:
        tables = Tables()
        pages = range(min(len(document), MOST_PAGES))
        return "\n".join(line for number in pages for line in _page(document, number, tables))
    except pypdfium2.PdfiumError:
        raise PaperUnreadable(f"PDF {DAMAGED}") from None
    finally:
        document.close()


def _page(document: Any, number: int, tables: Tables) -> Iterator[str]:
    """The lines of a page; a table between its rules row by row, and the rest above and below it."""
    page = document[number]
    words = page.get_textpage()
    try:
        pieces = _pieces(words)
        grid = ruled(page, pieces)
        if grid is None:
            yield from _unnumbered(str(words.get_text_range()).replace("\ufffe", "").splitlines())
            return
        yield _running(one for one in pieces if one.y > grid.top)
        yield from tables.lines(grid.rows)
        yield _running(one for one in pieces if one.y <= grid.top and not grid.holds(one))
    finally:
        words.close()
        page.close()


def _unnumbered(lines: list[str]) -> list[str]:
    """The lines of a page without its number, which would stand in the middle of a sentence."""
    for end in (0, -1):
        if lines and _PAGE_NUMBER.fullmatch(lines[end].strip()):
            lines.pop(end)
    return lines


def _pieces(words: Any) -> list[Piece]:
    count = min(words.count_rects(), MOST_PIECES)
    places = [words.get_rect(at) for at in range(count)]
    return [
        Piece(
            (left + right) / 2, (bottom + top) / 2, words.get_text_bounded(left, bottom, right, top).strip()
        )
        for left, bottom, right, top in places
    ]


def _running(pieces: Iterable[Piece]) -> str:
    return "\n".join(one.text for one in pieces if one.text and not _PAGE_NUMBER.fullmatch(one.text))


def _docx(content: bytes) -> str:
    if content.startswith(_OLD_OR_LOCKED):
        raise PaperUnreadable("这是旧的 DOC 文件或者设有密码的 DOCX。请取消密码，另存为 DOCX，再导入")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_EXPANDED:
                raise PaperUnreadable("压缩比异常，展开后过大，可能是恶意文件。请核对来源")
        body = docx.Document(io.BytesIO(content))
        tables, numbers = Tables(), Numbering(body)
        return "\n".join(line for part in body.iter_inner_content() for line in _lines(part, tables, numbers))
    except _MALFORMED:
        raise PaperUnreadable(f"DOCX {DAMAGED}") from None


def _lines(part: Paragraph | Table, tables: Tables, numbers: Numbering) -> Iterator[str]:
    """A paragraph as its line, with the number that Word shows before it; a table row by row."""
    if isinstance(part, Paragraph):
        yield numbers.before(part) + part.text
    else:
        yield from tables.lines(list(_rows(part)))


def _rows(table: Table) -> Iterator[list[str]]:
    """The rows of a table; a merged cell is repeated in each row and column it spans."""
    above: list[str] = []
    for row in table._tbl.tr_lst:
        cells: list[str] = [""] * _width(row.grid_before)
        for cell in row.tc_lst:
            at = len(cells)
            goes_on = cell.vMerge == "continue" and at < len(above)
            text = above[at] if goes_on else "\n".join(one.text for one in cell.p_lst)
            cells += [text] * _width(cell.grid_span)
        above = cells
        yield cells


def _width(columns: int) -> int:
    """How many columns a cell says it spans; a made-up number must not fill the memory."""
    if columns > MOST_COLUMNS:
        raise PaperUnreadable("表格的列数异常。请核对文件来源")
    return columns
