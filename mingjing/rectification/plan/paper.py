"""A plan document as text: TXT, DOCX and PDF, from files that may be hostile; what the words mean is not known here."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

import docx
import pypdfium2
from docx.table import Table
from docx.text.paragraph import Paragraph

LARGEST: Final = 20 * 1024 * 1024
MAX_EXPANDED: Final = 64 * 1024 * 1024
MAX_TEXT: Final = 2_000_000
SUFFIXES: Final = (".txt", ".docx", ".pdf")
DAMAGED: Final = "文件已损坏或者设有密码，无法读出。请用办公软件打开后另存，再导入"


class PaperUnreadable(Exception):
    """A file that cannot be read as a plan, and in Chinese why and what mends it."""


def text_of(content: bytes, name: str) -> str:
    """Give the text of a file by its name's ending. Raises PaperUnreadable."""
    suffix = name[name.rfind(".") :].lower() if "." in name else ""
    if suffix not in SUFFIXES:
        raise PaperUnreadable(
            f"“{name}”不是能读的格式。请使用 TXT、DOCX 或者 PDF 文件（旧的 DOC 请另存为 DOCX）"
        )
    if len(content) > LARGEST:
        raise PaperUnreadable(f"文件超过 {LARGEST // 1024 // 1024} MB。请去掉图片，或者只留下方案正文")
    text = {".txt": _plain, ".docx": _docx, ".pdf": _pdf}[suffix](content)
    if not text.strip():
        hint = "它可能是扫描件，请先做文字识别（OCR）" if suffix == ".pdf" else "请核对选择的文件"
        raise PaperUnreadable(f"“{name}”里没有文字。{hint}")
    if len(text) > MAX_TEXT:
        raise PaperUnreadable("文字过多，不像一份方案。请只留下方案正文再导入")
    return text


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
    except pypdfium2.PdfiumError:
        raise PaperUnreadable(f"PDF {DAMAGED}") from None
    try:
        return "\n".join(_page(document, number) for number in range(len(document)))
    except pypdfium2.PdfiumError:
        raise PaperUnreadable(f"PDF {DAMAGED}") from None
    finally:
        document.close()


def _page(document: Any, number: int) -> str:
    page = document[number]
    words = page.get_textpage()
    try:
        return str(words.get_text_range()).replace("\r\n", "\n").replace("\ufffe", "")
    finally:
        words.close()
        page.close()


def _docx(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_EXPANDED:
                raise PaperUnreadable("压缩比异常，展开后过大，可能是恶意文件。请核对来源")
        body = docx.Document(io.BytesIO(content))
        return "\n".join(line for part in body.iter_inner_content() for line in _lines(part))
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, NotImplementedError, RuntimeError):
        raise PaperUnreadable(f"DOCX {DAMAGED}") from None


def _lines(part: Paragraph | Table) -> Iterator[str]:
    """A paragraph as its line; a table row by row, each cell under the name of its column."""
    if isinstance(part, Paragraph):
        yield part.text
        return
    rows = [[" ".join(cell.text.split()) for cell in row.cells] for row in part.rows]
    for row in rows[1:]:
        for heading, cell in zip(rows[0], row, strict=False):
            if cell and cell != heading:
                yield f"{heading}：{cell}"
