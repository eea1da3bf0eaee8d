"""The handbook and the official lists: read on the screen, printed as a book and as tables."""

import pytest

from tests.cast import Cast
from tests.documents.story import pdf_text
from tests.web.conftest import SignIn


def test_the_handbook_opens_chapter_by_chapter(cast: Cast, at_desk: SignIn) -> None:
    """Each chapter has its page; an address that somebody edited opens the first."""
    client = at_desk(cast.officer)
    first = client.get("/handbook/")
    assert first.context["title"] == "第一章　行政处罚"
    assert "行政处罚普通程序" in first.content.decode()
    for number, title in first.context["chapters"]:
        page = client.get("/handbook/", {"chapter": number})
        assert page.status_code == 200
        assert page.context["title"] == title
    for wrong in ("0", "999", "x", "²", "-1"):
        assert client.get("/handbook/", {"chapter": wrong}).context["title"] == "第一章　行政处罚"


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/handbook/book.pdf", ["行政执法手册", "行政许可", "亮证", "待核实的依据"]),
        ("/handbook/recording.pdf", ["音像记录事项清单", "记录环节", "存储期限"]),
        ("/handbook/reviews.pdf", ["重大执法决定法制审核目录清单", "审核事项"]),
    ],
)
def test_book_and_lists_are_printed(cast: Cast, at_desk: SignIn, address: str, words: list[str]) -> None:
    """PDFs with the name of the agency, made of the rules that bind it."""
    answer = at_desk(cast.officer).get(address)
    assert answer["Content-Type"] == "application/pdf"
    told = pdf_text(bytes(answer.content))
    assert all(word in told for word in [*words, cast.bureau.name])


def test_an_agency_that_only_inspects_has_a_handbook_of_inspections(cast: Cast, at_desk: SignIn) -> None:
    """What it has no power to do is not in its book, and no new case of it is offered."""
    cast.bureau.enforcements = ["inspection"]
    cast.bureau.save()
    client = at_desk(cast.officer)
    assert client.get("/handbook/").context["title"] == "第一章　行政检查"
    offered = {
        way["procedure"].code
        for group in client.get("/cases/new/").context["groups"]
        for way in group["ways"]
    }
    assert offered == {"inspection"}


def test_a_chart_is_shown_on_one_sheet_and_in_full(cast: Cast, at_desk: SignIn) -> None:
    """Both are drawings without anything active; a procedure nobody knows is not found."""
    client = at_desk(cast.officer)
    for address in ("/law/chart/ordinary.svg", "/law/chart/ordinary/all.svg"):
        answer = client.get(address)
        assert answer["Content-Type"] == "image/svg+xml"
        assert "行政处罚决定" in answer.content.decode()
    assert client.get("/law/chart/nowhere/all.svg").status_code == 404
