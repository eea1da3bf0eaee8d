"""A document as a Word file to be worked on outside: the words of the same data as the PDF, marked as a draft."""

import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

MARK: Final = "编辑稿——不具有法律效力，正式文书以系统生成的 PDF 为准"
BODY, HEAD, TITLE, KAI = "仿宋", "黑体", "宋体", "楷体"
SIZE: Final = 16
SMALL: Final = 12
LINE: Final = Pt(29)  # exact spacing and no grid: other programs misread a character grid

Block = Mapping[str, Any]


def word_copy(data: Mapping[str, Any]) -> bytes:
    """Give the document as DOCX. The same data always give the same words as the PDF, and the same bytes."""
    document = Document()
    _page(document, data)
    _title(document, data["agency"], data["title"], data["number"])
    for block in data["blocks"]:
        DRAWERS[block["kind"]](document, block)
    if data["copies"]:
        _paragraph(document, data["copies"], size=SMALL)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _page(document: DocumentType, data: Mapping[str, Any]) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin, section.bottom_margin = Cm(3.7), Cm(3.5)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    mark = section.header.paragraphs[0]
    mark.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(mark, MARK, size=10.5, font=HEAD)
    strips = data["strips"]
    if strips:
        _run(section.footer.paragraphs[0], "　　　　　".join(strips), size=SMALL)
    properties, at = document.core_properties, datetime.fromisoformat(data["at"])
    properties.title, properties.author, properties.comments = data["title"], data["agency"], MARK
    properties.created = properties.modified = at.replace(tzinfo=None)


def _title(document: DocumentType, agency: str, title: str, number: str) -> None:
    for line in (agency, title):
        paragraph = _paragraph(document, line, size=22, font=TITLE, bold=True, align="center")
        paragraph.paragraph_format.line_spacing = Pt(34)
    if number:
        _paragraph(document, number, align="right")


def _run(paragraph: Paragraph, text: str, *, size: float = SIZE, font: str = BODY, bold: bool = False) -> Run:
    run = paragraph.add_run(text)
    run.font.size, run.font.name, run.bold = Pt(size), "Times New Roman", bold
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    return run


def _paragraph(
    document: DocumentType,
    text: str,
    *,
    size: float = SIZE,
    font: str = BODY,
    bold: bool = False,
    align: str = "justify",
    indent: bool = False,
) -> Paragraph:
    paragraph = document.add_paragraph()
    _run(paragraph, text, size=size, font=font, bold=bold)
    style = paragraph.paragraph_format
    style.alignment = {
        "center": WD_ALIGN_PARAGRAPH.CENTER,
        "right": WD_ALIGN_PARAGRAPH.RIGHT,
    }.get(align, WD_ALIGN_PARAGRAPH.JUSTIFY)
    style.space_before = style.space_after = Pt(0)
    style.line_spacing_rule, style.line_spacing = WD_LINE_SPACING.EXACTLY, LINE if size >= SIZE else Pt(20)
    if indent:
        style.first_line_indent = Pt(size * 2)
    return paragraph


def _text(document: DocumentType, block: Block) -> None:
    styles: dict[str, dict[str, Any]] = {
        "h1": {"font": HEAD, "indent": True},
        "h2": {"font": KAI, "indent": True},
        "plain": {},
        "center": {"align": "center"},
        "note": {"size": SMALL},
    }
    for line in block["text"]:
        _paragraph(document, line, **styles.get(block["style"], {"indent": True}))


def _pairs(document: DocumentType, block: Block) -> None:
    for one in block["items"]:
        _paragraph(document, f"{one['label']}：{one['value']}")


def _qa(document: DocumentType, block: Block) -> None:
    for question, answers in block["items"]:
        _paragraph(document, f"问：{question}", indent=True)
        for number, answer in enumerate(answers):
            _paragraph(document, answer if number else f"答：{answer}", indent=True)


def _signs(document: DocumentType, block: Block) -> None:
    for line in block["items"]:
        _paragraph(document, f"{line}　　　　　　　　　　年　　月　　日")


def _signoff(document: DocumentType, block: Block) -> None:
    for line in (block["agency"], block["date"]):
        _paragraph(document, f"{line}　　　　", align="right")
    _paragraph(document, "（印章）　　　　", size=SMALL, align="right")


def _attachment(document: DocumentType, block: Block) -> None:
    document.add_page_break()  # type: ignore[no-untyped-call]
    _paragraph(document, block["title"], size=18, font=TITLE, bold=True, align="center")
    _paragraph(document, block["number"], align="right")


def _listing(document: DocumentType, block: Block) -> None:
    if block["title"]:
        _paragraph(document, block["title"], font=HEAD, align="center")
    heads = [column["title"] for column in block["columns"]]
    _table(document, [heads, *block["rows"]])


def _rows(document: DocumentType, block: Block) -> None:
    """The rows of an official table: names and contents in turn; short rows take the rest of the line."""
    _table(document, [line for row in block["items"] for line in _lines(row)])


def _lines(row: Block) -> list[list[str]]:
    if row["kind"] == "cells":
        return [[part for cell in row["cells"] for part in (cell["label"], cell["value"])]]
    if row["kind"] == "group":
        rows = ([part for cell in cells for part in (cell["label"], cell["value"])] for cells in row["rows"])
        return [[row["label"], *cells] for cells in rows]
    said = "\n".join(row["text"])
    return [[row["label"], f"{said}\n\n{row['signature']}" if row["kind"] == "opinion" else said]]


def _table(document: DocumentType, lines: Sequence[Sequence[str]]) -> None:
    width = max(len(line) for line in lines)
    table = document.add_table(rows=0, cols=width)
    table.style, table.alignment = "Table Grid", WD_TABLE_ALIGNMENT.CENTER
    for line in lines:
        cells = table.add_row().cells
        for at, text in enumerate(line):
            cell = cells[at]
            if at == len(line) - 1 and at < width - 1:
                cell = cell.merge(cells[width - 1])
            _run(cell.paragraphs[0], text, size=SMALL)
    document.add_paragraph()


DRAWERS: Final[Mapping[str, Callable[[DocumentType, Block], None]]] = {
    "text": _text,
    "pairs": _pairs,
    "qa": _qa,
    "signs": _signs,
    "signoff": _signoff,
    "attachment": _attachment,
    "table": _listing,
    "rows": _rows,
}
