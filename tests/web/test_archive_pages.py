"""The pages of case files: what lies in one, what is due, the packages and the transfer list."""

import html
import io
import re
import shlex
from pathlib import Path

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone
from docx import Document

from mingjing.archive.services import seal_pending
from mingjing.archive.verify import verify_package
from mingjing.cases.services import Deed, record_act
from mingjing.cli.main import main
from mingjing.documents.models import IssuedDocument
from mingjing.translog.keys import ensure_log_key
from tests.archive.filed import finished, seal_all
from tests.cast import Cast
from tests.documents.story import pages, pdf_text
from tests.stories import told
from tests.web.conftest import SignIn


def read(client: Client, address: str) -> str:
    """The page as text."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def streamed(client: Client, address: str) -> bytes:
    """A file as it is sent."""
    return b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined, arg-type]


def test_the_page_of_a_file_shows_its_order_and_opens_it(cast: Cast, at_desk: SignIn) -> None:
    """From the case page to the file: volumes, groups, pieces in order, and the PDF of it."""
    case = finished(cast)
    desk = at_desk(cast.officer)
    assert f"/cases/{case.code}/file/" in read(desk, f"/cases/{case.code}/")

    page = read(desk, f"/cases/{case.code}/file/")
    assert page.index("案源材料、立案审批表") < page.index("证据材料") < page.index("其他有关材料")
    assert "第四十条" in page
    assert "已归档" in page
    answer = desk.get(f"/cases/{case.code}/file.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert pages(answer.content) > 20
    assert desk.get(f"/cases/{case.code}/file.pdf?volume=副卷").status_code == 404


def test_other_agencies_find_nothing_and_supervisors_leave_a_trace(cast: Cast, at_desk: SignIn) -> None:
    """An officer from elsewhere gets 404 on every address of the file; the supervisor gets it and is noted."""
    case = finished(cast, "summary")
    seal_pending()
    for part in ("file/", "file.pdf", "documents.pdf"):
        assert at_desk(cast.outsider).get(f"/cases/{case.code}/{part}").status_code == 404
        assert at_desk(cast.supervisor).get(f"/cases/{case.code}/{part}").status_code == 200
    assert at_desk(cast.outsider).get(f"/cases/{case.code}/package/1.zip").status_code == 403
    assert "调阅案卷" in read(at_desk(cast.officer), f"/cases/{case.code}/")


def test_a_package_is_taken_by_the_clerk_and_proves_itself(
    cast: Cast, at_desk: SignIn, tmp_path: Path
) -> None:
    """The very bytes that were sealed come out, and hold; an officer may not take them, nor is there another."""
    case = finished(cast, "summary")
    assert at_desk(cast.clerk).get(f"/cases/{case.code}/package/1.zip").status_code == 404
    seal_pending()
    assert "第 1 版" in read(at_desk(cast.officer), f"/cases/{case.code}/file/")
    assert at_desk(cast.officer).get(f"/cases/{case.code}/package/1.zip").status_code == 403

    path = tmp_path / "taken.zip"
    path.write_bytes(streamed(at_desk(cast.clerk), f"/cases/{case.code}/package/1.zip"))
    assert verify_package(path, ensure_log_key().public.vkey).ok


def test_what_is_downloaded_is_checked_offline_by_the_commands_that_the_page_prints(
    cast: Cast, at_desk: SignIn, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Package and bundle hold as they are; with one byte changed the very same command says so."""
    case = finished(cast, "summary")
    seal_pending()
    assert f"/cases/{case.code}/package/1.zip" in read(
        at_desk(cast.clerk), "/archive/?first=2026-01-01&last=2026-12-31"
    )
    assert "下载第" not in read(at_desk(cast.officer), "/archive/?first=2026-01-01&last=2026-12-31")
    clerk = at_desk(cast.clerk)
    page = html.unescape(read(clerk, f"/cases/{case.code}/file/"))
    taken = {
        "archive": streamed(clerk, f"/cases/{case.code}/package/1.zip"),
        "bundle": clerk.get(f"/cases/{case.code}/bundle/").content,
    }
    for action, content in taken.items():
        [printed] = re.findall(rf"<code>mingjing (verify {action} [^<]+)</code>", page)
        words = shlex.split(printed)
        for altered in (False, True):
            before, word, after = content.rpartition(case.party_name.encode())
            path = tmp_path / f"{action}-{altered}"
            path.write_bytes(before + (case.party_name[::-1].encode() if altered else word) + after)
            assert main([*words[:2], str(path), *words[3:]]) == int(altered), capsys.readouterr().out


def test_the_list_shows_what_is_due_and_what_is_archived(cast: Cast, at_desk: SignIn) -> None:
    """A closed case is due until it is archived; a running one is not, nor is one of another agency."""
    _, closed = told(cast, "summary", until="case_closed", mark="closed")
    done = finished(cast, "summary", mark="done")
    _, running = told(cast, until="filing_approved", mark="running")
    year = {"first": "2026-01-01", "last": "2026-12-31"}
    page = at_desk(cast.clerk).get("/archive/", year).content.decode()
    due, _, archived = page.partition("已归档")

    assert f"/cases/{closed.code}/file/" in due
    assert f"/cases/{done.code}/" not in due
    assert f"/cases/{done.code}/file/" in archived
    assert running.code not in page
    assert "等待封装" in archived
    assert done.code not in read(at_desk(cast.outsider), "/archive/")

    record_act(case=done, deed=reopening(cast), once="again")
    page = at_desk(cast.clerk).get("/archive/", year).content.decode()
    assert f"/cases/{done.code}/file/" in page.partition("已归档")[0]


def reopening(cast: Cast) -> Deed:
    """A file is opened again by the head."""
    facts = {
        "reopen_ground": "remedy",
        "reopen_reason": "当事人申请行政复议。",
        "officer_opinion": "建议重启。",
        "approval_opinion": "同意。",
    }
    return Deed(kind="case_reopened", facts=facts, performers=["head"], by=cast.head, done_at=timezone.now())


def test_the_transfer_list_names_every_file_and_its_package(cast: Cast, at_desk: SignIn) -> None:
    """On paper: number, title, retention, the digest of the package, lines to sign; nothing of other days."""
    case = finished(cast, "summary")
    seal_pending()
    desk = at_desk(cast.clerk)
    text = pdf_text(desk.get("/archive/transfer.pdf?first=2026-01-01&last=2026-12-31").content)
    for word in ("案卷移交清单", case.number, case.party_name, "第1版", "接收人"):
        assert "".join(word.split()) in text
    empty = pdf_text(desk.get("/archive/transfer.pdf?first=2020-01-01&last=2020-12-31").content)
    assert case.party_name not in empty
    assert at_desk(cast.officer).get("/archive/transfer.pdf").status_code == 403


def test_the_form_of_archiving_counts_the_pages_itself(cast: Cast, at_desk: SignIn) -> None:
    """Nobody leafs through a file to count it: the number is there when the form opens, as the bound file has it."""
    _, case = told(cast, "summary", until="case_closed")
    seal_all()
    from mingjing.archive.binding import bind  # noqa: PLC0415 - one use

    counted = bind(case, at=timezone.now()).pages
    page = read(at_desk(cast.clerk), f"/cases/{case.code}/acts/file_archived/")
    assert counted > 2
    assert f'value="{counted}"' in page


def test_documents_are_printed_together_or_only_those_chosen(cast: Cast, at_desk: SignIn) -> None:
    """All documents of a case with a bookmark each, or the chosen ones, each on a fresh sheet if so wanted."""
    case = finished(cast)
    documents = list(IssuedDocument.objects.filter(case_code=case.code).select_related("act"))
    desk = at_desk(cast.officer)
    whole = desk.get(f"/cases/{case.code}/documents.pdf").content
    with pikepdf.open(io.BytesIO(whole)) as made:
        assert len(made.open_outline().root) == len(documents)

    chosen = [one.act.code for one in documents[:2]]
    two = desk.get(f"/cases/{case.code}/documents.pdf", {"act": chosen}).content
    text = pdf_text(two)
    assert "".join(documents[0].title.split()) in text
    assert "".join(documents[5].title.split()) not in text
    assert (
        pages(desk.get(f"/cases/{case.code}/documents.pdf", {"act": chosen, "sheets": ""}).content) % 2 == 0
    )
    assert desk.get(f"/cases/{case.code}/documents.pdf", {"act": "none"}).status_code == 404


def test_a_document_can_be_had_as_a_marked_word_file(cast: Cast, at_desk: SignIn) -> None:
    """The same words as the PDF, marked as a draft, without code; an act that gives no document has none."""
    case = finished(cast)
    decided = case.acts.get(kind="penalty_decided")
    desk = at_desk(cast.officer)
    page = read(desk, f"/documents/{decided.code}/")
    assert f"/documents/{decided.code}/docx" in page

    word = Document(io.BytesIO(desk.get(f"/documents/{decided.code}/docx").content))
    words = "".join("".join(paragraph.text for paragraph in word.paragraphs).split())
    text = pdf_text(desk.get(f"/documents/{decided.code}/pdf").content)
    for paragraph in word.paragraphs:
        line = "".join(paragraph.text.split())
        # A paragraph that runs over a page has the foot of the page in its midst: its beginning and its end are there.
        assert line[:12] in text
        assert line[-12:] in text
    assert decided.facts["document_no"] in words
    assert "不具有法律效力" in word.sections[0].header.paragraphs[0].text
    assert at_desk(cast.outsider).get(f"/documents/{decided.code}/docx").status_code == 404
    archived = case.acts.get(kind="file_archived")
    assert desk.get(f"/documents/{archived.code}/docx").status_code == 404
