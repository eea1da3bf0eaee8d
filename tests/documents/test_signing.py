"""Signatures: of the agency's certificate, with a time stamp, found out when a byte is changed, never pretended."""

import io
from pathlib import Path

import pytest

from mingjing.documents import selectors
from mingjing.documents.models import IssuedDocument, WaitingDocument
from mingjing.documents.services import issue
from mingjing.documents.signing import DocumentNotSigned, signature_of
from mingjing.evidence import store
from tests.cast import BUREAU, Cast
from tests.documents.authority import Authority, time_stamps
from tests.documents.story import pages, pdf_text
from tests.stories import told
from tests.web.conftest import BACKEND


@pytest.fixture(scope="module")
def authority() -> Authority:
    """An authority that this installation trusts."""
    return Authority("测试根证书")


@pytest.fixture
def folder(tmp_path: Path, settings, authority: Authority) -> Path:
    """An installation with the certificate of the bureau, and no time stamps."""
    authority.agency(tmp_path, BUREAU, "舞钢市城市管理局（测试）")
    authority.trusted_in(tmp_path)
    settings.MINGJING_SIGNING_DIR = tmp_path
    return tmp_path


def decision(cast: Cast, **more):
    """The act of an on-the-spot decision."""
    return told(cast, "summary", until="on_the_spot_decided", **more)[1].acts.get(kind="on_the_spot_decided")


def test_a_document_of_the_agency_is_signed_and_the_signature_holds(cast, folder, settings, authority):
    """With a certificate and a time stamping authority: intact, trusted, stamped, by the bureau, the words as ever."""
    with time_stamps(authority) as address:
        settings.MINGJING_SIGNING_TSA = address
        document = issue(decision(cast))
    pdf = selectors.pdf(document)
    found = signature_of(pdf, document)

    assert found is not None
    assert (found.good, found.stamped, found.signer) == (True, True, "舞钢市城市管理局（测试）")
    assert "可信时间戳" in found.told
    assert document.number in pdf_text(pdf)
    assert pages(pdf) >= 1
    assert document.digest == store.digest_stored(document.digest)


def test_a_changed_byte_breaks_the_signature(cast, folder):
    """One byte of what was signed, and it no longer holds; the file as signed does."""
    document = issue(decision(cast))
    pdf = selectors.pdf(document)
    good = signature_of(pdf, document)
    assert good is not None
    assert good.good
    assert not good.stamped

    broken = bytearray(pdf)
    broken[pdf.index(b"stream") + 40] ^= 1
    bad = signature_of(bytes(broken), document)
    assert bad is not None
    assert not bad.good
    assert "改动" in bad.told


def test_what_is_put_behind_a_signature_is_told(cast, folder):
    """A later revision hung on the signed file leaves the signed bytes alone, and is still no longer the document."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - one use

    document = issue(decision(cast))
    writer, more = IncrementalPdfFileWriter(io.BytesIO(selectors.pdf(document))), io.BytesIO()
    writer.update_root()
    writer.write(more)
    found = signature_of(more.getvalue(), document)
    assert found is not None
    assert not found.good


def test_a_signature_of_a_stranger_is_not_trusted(cast, folder):
    """A certificate of an authority nobody here trusts: the file is whole and the signature worth nothing."""
    Authority("别处的根证书").agency(folder, BUREAU, "舞钢市城市管理局")
    document = issue(decision(cast))
    found = signature_of(selectors.pdf(document), document)
    assert found is not None
    assert found.intact
    assert not found.trusted
    assert "不是由已信任的机构" in found.told


def test_without_a_certificate_nothing_is_signed_and_the_page_says_so(cast, client):
    """The document is issued as ever; its page tells how a certificate is configured."""
    act = decision(cast)
    document = issue(act)
    assert signature_of(selectors.pdf(document), document) is None
    client.force_login(cast.officer, backend=BACKEND)
    page = client.get(f"/documents/{act.code}/").content.decode()
    assert "没有配置签名证书" in page
    assert "MINGJING_SIGNING_DIR" in page


def test_the_page_of_a_signed_document_shows_the_result(cast, folder, client):
    """Who signed and that it holds; of a form that is signed by hand, that it is."""
    act = decision(cast)
    issue(act)
    client.force_login(cast.officer, backend=BACKEND)
    page = client.get(f"/documents/{act.code}/").content.decode()
    assert "签名有效" in page
    assert "舞钢市城市管理局（测试）" in page

    _, case = told(cast, until="filing_approved", mark="form")
    filing = case.acts.get(kind="filing_approved")
    issue(filing)
    assert "手写签名" in client.get(f"/documents/{filing.code}/").content.decode()


def test_a_wrong_passphrase_or_an_authority_away_issues_nothing(cast, folder, settings):
    """The reason is said and nothing is stored; once it is mended the document is issued."""
    act = decision(cast)
    (folder / f"{BUREAU}.pass").write_text("wrong")
    with pytest.raises(DocumentNotSigned, match="口令"):
        issue(act)
    Authority("又一个").agency(folder, BUREAU, "舞钢市城市管理局")
    settings.MINGJING_SIGNING_TSA = "http://127.0.0.1:9/"
    with pytest.raises(DocumentNotSigned, match="时间戳"):
        issue(act)
    assert not IssuedDocument.objects.exists()
    assert not WaitingDocument.objects.exists()

    settings.MINGJING_SIGNING_TSA = ""
    assert issue(act).size > 0
