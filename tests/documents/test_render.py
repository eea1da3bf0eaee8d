"""Pages: the same bytes for the same data, hostile words as words, rare characters drawn, missing ones named."""

import re
import threading
from io import BytesIO

import pikepdf
import pytest

from mingjing.typeset.render import DocumentNotDrawn, fonts, preview_png, render
from tests.documents.story import FILING, data_of, decided, pages, pdf_text, story, text_of, told

LONG = "当事人在其经营场所门前人行道上摆放方桌、塑料凳、烧烤炉等物品从事餐饮经营活动，占用城市道路。" * 100


def test_the_same_data_give_the_same_bytes():
    """A document can be drawn again years later and compared by its digest."""
    assert render(data_of(story())) == render(data_of(story()))
    assert render(data_of(story())) != render(data_of(decided(fine_yuan="3001")))


def test_another_thread_gives_the_same_bytes():
    """Each thread has its own compiler; what they draw does not depend on who draws."""
    drawn: list[bytes] = []
    threads = [threading.Thread(target=lambda: drawn.append(render(data_of(story())))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(drawn) == 4
    assert set(drawn) == {render(data_of(story()))}


def test_a_document_declares_the_archive_format_and_embeds_its_fonts():
    """PDF/A-2b in its metadata, dated by the act, with no font left outside."""
    with pikepdf.open(BytesIO(render(data_of(story())))) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
        assert metadata["xmp:CreateDate"].startswith("2026-04-01")
        descriptors = [
            font.DescendantFonts[0].FontDescriptor
            for page in pdf.pages
            for font in page.Resources.get("/Font", {}).values()
        ]
        assert descriptors
        assert all(one.get("/FontFile3") is not None for one in descriptors)


@pytest.mark.parametrize(
    "words",
    [
        '#read("/etc/passwd")',
        "#sys.inputs",
        "*粗* _斜_ $x^2$ <标签> @引用 // 注释 \\ `原文`",
        "{party_name} {fine_yuan|upper}",
        "]; #panic() [",
        "https://example.com/a_b",
        "-- --- ... ~ ' \"",
    ],
)
def test_hostile_words_are_printed_as_they_stand(words):
    """Nothing that a person types is read as markup, as a placeholder or as a path."""
    assert "".join(words.split()) in text_of(decided(violation_facts=words))


@pytest.mark.parametrize("name", ["喆犇龑堃", "昇珺玥翀", "𬭎䶮", "阿卜杜热合曼·买买提", "Anna-Łucja Müller"])
def test_rare_names_are_drawn(name):
    """Characters the body font lacks come from the next font."""
    filing = {**FILING, "party_name": name}

    assert "".join(name.split()) in text_of([told("filing_approved", filing)])


@pytest.mark.parametrize(("character", "named"), [("𠮷", "U+20BB7"), ("\ue000", "U+E000"), ("👍", "U+1F44D")])
def test_a_character_without_a_font_is_named(character, named):
    """No box is printed in a name: drawing is refused, in Chinese, with the character and the remedy."""
    data = data_of([told("filing_approved", {**FILING, "party_name": f"张{character}"})])

    with pytest.raises(DocumentNotDrawn, match=f"{re.escape(named)}.*MINGJING_FONT_DIRS"):
        render(data)
    with pytest.raises(DocumentNotDrawn, match=re.escape(named)):
        preview_png(data)


def test_after_a_refusal_the_next_document_is_drawn():
    """A failed page leaves the compiler fit for use."""
    with pytest.raises(DocumentNotDrawn):
        render(data_of([told("filing_approved", {**FILING, "party_name": "𠮷"})]))

    assert pages(render(data_of(story()))) == 3


@pytest.mark.parametrize(
    ("acts", "at_least"),
    [
        (decided(violation_facts=LONG), 9),
        ([told("filing_approved", {**FILING, "filing_reason": LONG, "officer_opinion": LONG})], 6),
        ([told("inspection_recorded", {"inspection_finding": LONG})], 8),
        ([told("inquiry_recorded", {"answers": [{"question": "经过？", "answer": LONG}]})], 8),
    ],
)
def test_long_words_run_over_pages_and_none_is_lost(acts, at_least):
    """Three pages of facts and more: every character is in the file, in each layout."""
    pdf = render(data_of(acts))

    assert pages(pdf) >= at_least
    # A page's foot stands between the halves of a sentence that runs over, so sentences are counted by their core.
    assert pdf_text(pdf).count("占用城市道路。") + at_least >= 100


def test_a_word_without_an_end_stays_on_the_page():
    """Two thousand letters without a blank are broken, not lost."""
    pdf = render(data_of(decided(violation_facts="A" * 2000)))

    assert pdf_text(pdf).count("A") >= 2000
    assert pages(pdf) >= 3


def test_a_long_name_and_matter_keep_approval_tables_whole():
    """A name of sixty characters widens its row, not the table."""
    name = (
        "舞钢市喆犇龑堃（河南省平顶山市城乡融合发展示范区）餐饮服务管理与食品供应链科技集团有限责任公司分公司"
    )
    text = text_of([told("filing_approved", {**FILING, "party_name": name, "matter": name})])

    assert text.count(name) == 2


def test_a_preview_says_what_it_is_and_carries_no_code():
    """Nobody can take a draft for a document."""
    text = text_of(story(), preview=True, verify=None)

    assert "预览稿，不具有法律效力" in text
    assert "查验码" not in text
    assert "预览" not in text_of(story())
    assert "查验码" in text_of(story())


def test_a_preview_can_be_seen_as_pictures():
    """One PNG a page."""
    pictures = preview_png(data_of(story()), ppi=40)

    assert len(pictures) == 3
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


def test_pages_use_the_font_folders_only():
    """No font of this machine changes a page on that machine."""
    assert {font.path.rsplit("/", 1)[1] for font in fonts().fonts() if font.path} <= {
        "FandolFang-Regular.otf",
        "FandolSong-Regular.otf",
        "FandolSong-Bold.otf",
        "FandolHei-Regular.otf",
        "FandolKai-Regular.otf",
        "NotoSansSC-Regular.otf",
        "NotoSerifSC-Regular.otf",
    }
