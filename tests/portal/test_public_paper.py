"""The public PDF of a decision: set anew from the public view, with nothing of the original in text or around it."""

import io

import pikepdf
import pypdfium2
import pytest
from django.test import Client
from django.utils import timezone

from mingjing.publicity.services import withdraw
from tests.publicity.conftest import AT

SECRETS = ("刘大勇", "410481198506121014", "13700000042", "健康路", "41001234567890123456")


@pytest.fixture
def today(monkeypatch):
    """Let the portal believe it is the day of the publication."""
    monkeypatch.setattr(timezone, "now", lambda: AT)


BLANKS = dict.fromkeys(map(ord, " \r\n\u3000"))


def pdf_text(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as pdf:
        return "".join(page.get_textpage().get_text_bounded() for page in pdf).translate(BLANKS)


@pytest.mark.usefixtures("today")
def test_the_paper_shows_what_the_page_shows_and_hides_what_it_hides(published):
    """Every published value is in it, in an archive format; nothing that was kept back is in its text or its bytes."""
    response = Client().get(f"/portal/decisions/{published.code}/document.pdf")
    content, shown = response.content, pdf_text(response.content)

    assert response["Content-Type"] == "application/pdf"
    assert published.document_no in shown
    assert published.code in shown
    assert all(line["value"].translate(BLANKS)[:12] in shown for line in published.body)
    assert [secret for secret in SECRETS if secret in shown or secret.encode() in content] == []


@pytest.mark.usefixtures("today")
def test_a_reader_program_knows_title_language_and_structure_of_the_paper(published):
    """The PDF states its title, to be shown in place of the file's name, its language, and it is tagged."""
    content = Client().get(f"/portal/decisions/{published.code}/document.pdf").content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert "公示文本" in str(pdf.docinfo["/Title"])
        assert str(pdf.Root.Lang).startswith("zh")
        assert bool(pdf.Root.MarkInfo.Marked)
        assert "/StructTreeRoot" in pdf.Root


@pytest.mark.usefixtures("today")
def test_nothing_hangs_on_the_paper(published):
    """No attachment and no script; its metadata name the kind of decision and the agency, nobody else."""
    content = Client().get(f"/portal/decisions/{published.code}/document.pdf").content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        about = f"{dict(pdf.docinfo)}{pdf.open_metadata()}"

        assert not pdf.attachments
        assert "/OpenAction" not in pdf.Root
        assert published.agency_name in about
        assert [secret for secret in SECRETS if secret in about] == []


@pytest.mark.usefixtures("today")
def test_the_same_publication_gives_the_same_bytes_and_a_withdrawn_one_none(cast, published):
    """A cache may keep it by its digest; withdrawn, it is gone like the page's content."""
    client, address = Client(), f"/portal/decisions/{published.code}/document.pdf"
    first = client.get(address)

    assert client.get(address).content == first.content
    assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304

    withdraw(
        publication=published,
        by=cast.publicity,
        ground="inaccurate",
        reason="公示内容有误",
        performers=["publicity2"],
        at=AT,
    )
    assert client.get(address).status_code == 404
