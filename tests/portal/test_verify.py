"""Verification: is the document in the log, are these its bytes, and never what is in it."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.utils import timezone

from mingjing.portal.views import verify as view
from mingjing.publicity.verification import document_ref, normal, verification, verify_upload
from mingjing.translog.leaf import document_commitment
from mingjing.translog.note import Checkpoint, open_checkpoint
from mingjing.translog.proof import InclusionProof
from mingjing.translog.services import enqueue, ensure_log_key, seal_log
from tests.publicity.conftest import AT

CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PDF = b"%PDF-1.7 made up"
DIGEST = hashlib.sha256(PDF).hexdigest()
ADDRESS = f"/portal/verify/{CODE}/"


@pytest.fixture
def queued(db):
    """A document whose leaf is written and not sealed yet."""
    leaf = {
        "h": document_commitment(CODE, bytes.fromhex(DIGEST)),
        "at": AT.isoformat(),
        "c": "case-in-the-log",
    }
    with transaction.atomic():
        enqueue(kind="document", data=leaf, ref=document_ref(CODE))


@pytest.fixture
def logged(queued):
    """A document under a signed checkpoint."""
    assert seal_log(at=timezone.now()) == 1


def page(client, query: str = "") -> str:
    return client.get(ADDRESS + query).content.decode()


def test_an_unknown_code_is_said_to_be_unknown(client, db):
    """There is no document, so there is nothing to compare and nothing to download."""
    assert verification(CODE).state == "unknown"
    assert "没有这份文书" in page(client)
    assert "比对文件" not in page(client)
    assert client.get(f"{ADDRESS}proof").status_code == 404


def test_a_document_on_its_way_into_the_log_is_known_already(client, queued):
    """It is said to be on its way; a comparison has to wait."""
    assert verification(CODE).state == "queued"
    assert "正在写入公开存证日志" in page(client)
    assert verify_upload(CODE, DIGEST) is None


def test_a_logged_document_is_confirmed_with_time_and_place(client, logged):
    """State, index and time are told in plain words; published it is not."""
    found = verification(CODE)

    assert (found.state, found.index, found.logged_at) == ("checkpointed", 0, AT)
    assert "已写入公开存证日志" in page(client)
    assert "2026年3月10日 10:00" in page(client)
    assert "未公示" in page(client)


@pytest.mark.parametrize(
    "typed", [CODE, CODE.lower(), "ABCD EFGH IJKL MNOP QRST UVWX YZ", "abcd-efgh-ijkl-mnop-qrst-uvwx-yz"]
)
def test_a_code_is_taken_however_it_is_typed(typed):
    """Groups of four, small letters and dashes are the same code."""
    assert normal(typed) == CODE


@pytest.mark.parametrize(
    "typed", ["", "ABCD", CODE + "A", "行政处罚", "ABCDEFGHIJKLMNOPQRSTUVWXY1", "../" + CODE]
)
def test_what_cannot_be_a_code_is_none(client, db, typed):
    """The form says what a code looks like."""
    assert normal(typed) == ""
    if typed:
        assert "不是查验码" in client.get("/portal/verify/", {"code": typed}).content.decode()


def test_the_same_bytes_are_the_same_document(client, logged):
    """Computed in the browser or by the server, the answer is the same."""
    assert verify_upload(CODE, DIGEST) is True
    assert "一个字节都不差" in page(client, f"?sha256={DIGEST}")
    answer = client.post(ADDRESS, {"file": SimpleUploadedFile("a.pdf", PDF)})
    assert "一个字节都不差" in answer.content.decode()


def test_one_changed_byte_is_another_document(client, logged):
    """The refusal says what may have happened."""
    other = hashlib.sha256(PDF + b" ").hexdigest()

    assert verify_upload(CODE, other) is False
    assert "不是发出的那一份" in page(client, f"?sha256={other}")
    answer = client.post(ADDRESS, {"file": SimpleUploadedFile("a.pdf", PDF + b" ")})
    assert "不是发出的那一份" in answer.content.decode()


@pytest.mark.parametrize("digest", ["x", "0" * 63, "g" * 64, "%00"])
def test_a_broken_digest_is_not_compared(client, logged, digest):
    """It is neither the document nor another one."""
    assert "暂时不能比对" in page(client, f"?sha256={digest}")


def test_a_form_without_a_file_is_sent_back(client, logged):
    """The page says what is missing."""
    answer = client.post(ADDRESS)

    assert answer.status_code == 422
    assert "没有收到文件" in answer.content.decode()


def test_too_large_a_file_is_refused_unread(client, logged, monkeypatch):
    """The limit is told; a file within it is compared."""
    monkeypatch.setattr(view, "LARGEST", 1000)
    answer = client.post(ADDRESS, {"file": SimpleUploadedFile("a.pdf", PDF * 100)})
    assert answer.status_code == 413
    assert "30 MB" in answer.content.decode()

    assert client.post(ADDRESS, {"file": SimpleUploadedFile("a.pdf", PDF)}).status_code == 200


def test_a_comparison_sets_no_cookie_and_needs_no_token(logged):
    """Nothing is changed by it, so there is nothing to forge; strict checking of tokens does not stop it."""
    answer = Client(enforce_csrf_checks=True).post(ADDRESS, {"file": SimpleUploadedFile("a.pdf", PDF)})

    assert answer.status_code == 200
    assert not answer.cookies


def test_the_proof_can_be_checked_without_us(client, logged):
    """The downloaded file proves the leaf under a checkpoint signed by the log's key."""
    key = ensure_log_key().public
    proof = InclusionProof.parse(client.get(f"{ADDRESS}proof").content)
    checkpoint = proof.verify(proof.extra, key)

    assert isinstance(checkpoint, Checkpoint)
    assert checkpoint == open_checkpoint(proof.note, key)
    assert document_commitment(CODE, bytes.fromhex(DIGEST)).encode() in proof.extra


def test_the_log_page_shows_the_checkpoint_that_can_be_kept(client, logged):
    """The note on the page is the note in the log."""
    shown = client.get("/portal/about-log/").content.decode()

    assert client.get("/log/checkpoint").content.decode().split("\n")[2] in shown
    assert "1 条" in shown
