"""Tables and books on paper: the same bytes for the same data, all words on the page, bookmarks for the chapters."""

from datetime import datetime
from io import BytesIO

import pikepdf
import pytest

from mingjing.kit.clock import BEIJING
from mingjing.kit.parts import NARROW, Column, boxes, bullets, chart, grid, heading, prose, quote
from mingjing.typeset.printing import print_book, print_table
from mingjing.typeset.render import DocumentNotDrawn
from tests.documents.story import pages, pdf_text

AT = datetime(2026, 3, 5, 9, 0, tzinfo=BEIJING)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 4000"><rect width="40" height="4000"/></svg>'


def table(rows: list[list[str] | str]) -> bytes:
    """A recording list with these rows."""
    return print_table(
        title="音像记录事项清单",
        agency="舞钢市城市管理局",
        at=AT,
        columns=[Column("序号", NARROW), Column("记录内容", 4)],
        rows=rows,
        lines=["编制机关：舞钢市城市管理局"],
        notes=["依据规则生成"],
        signs=["审核人："],
    )


def test_a_table_shows_every_cell_and_repeats_its_head_on_every_page() -> None:
    """A hundred rows run over pages; the titles of the columns stand on each."""
    rows: list[list[str] | str] = ["行政处罚", *([str(number), f"第{number}项内容"] for number in range(100))]
    paper = table(rows)

    text = pdf_text(paper)
    assert all(f"第{number}项内容" in text for number in range(100))
    assert pages(paper) > 1
    assert text.count("记录内容") == pages(paper)
    assert paper == table(rows)


def test_a_row_with_too_few_cells_is_refused_and_a_full_one_printed() -> None:
    """A table is never drawn with its cells in the wrong columns."""
    with pytest.raises(ValueError, match="2 列的表有一行 1 格"):
        table([["1"]])
    assert table([["1", "检查"]])


def test_a_character_without_a_font_is_named() -> None:
    """A list with a character nobody can draw is refused with the character, not printed with a box."""
    with pytest.raises(DocumentNotDrawn, match="U\\+E000"):
        table([["1", "\ue000"]])


def test_a_book_has_a_cover_contents_and_bookmarks() -> None:
    """The chapters are in the outline of the file; a drawing taller than a page stays on one."""
    parts = [
        heading("第一章　行政处罚"),
        prose("违法事实确凿。"),
        heading("立案", 2),
        bullets(["核查线索"]),
        boxes(["着装整齐"]),
        quote("应当及时立案。"),
        grid([Column("步骤"), Column("期限")], [["立案", "15个工作日"]]),
        chart(SVG, "流程图"),
        heading("第二章　行政许可"),
    ]
    book = print_book(title="执法手册", agency="舞钢市城市管理局", at=AT, parts=parts, lines=["2026年3月"])

    text = pdf_text(book)
    assert all(
        word in text
        for word in ("执法手册", "2026年3月", "核查线索", "着装整齐", "应当及时立案", "15个工作日")
    )
    with pikepdf.open(BytesIO(book)) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["第一章　行政处罚", "第二章　行政许可"]
        assert [item.title for item in outline.root[0].children] == ["立案"]
    assert pages(book) == 5
