"""Handing out receipts: file and paper for document, act and evidence, once they are sealed, checked outside."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from mingjing.documents.selectors import pdf
from mingjing.documents.services import issue
from mingjing.evidence.selectors import evidence_of
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.receipt import Receipt
from mingjing.translog.receipt_check import check_receipt
from mingjing.translog.services import seal_log
from mingjing.typeset.printing import print_slip
from tests.archive.filed import add_evidence
from tests.documents.story import pdf_text
from tests.stories import told

MINGJING = Path(sys.executable).with_name("mingjing")


@pytest.fixture
def case(db, cast):
    """A case with a decision, its document and a piece of evidence, nothing sealed yet."""
    found = told(cast, "summary", until="on_the_spot_decided")[1]
    add_evidence(
        cast,
        found,
        print_slip(title="甲", agency="甲", at=timezone.now(), address="", pairs=[]),
        "a.pdf",
        "收据",
    )
    issue(decision(found))
    return found


def decision(case):
    return case.acts.get(kind="on_the_spot_decided")


def addresses(case) -> dict[str, str]:
    act = decision(case).code
    digest = evidence_of(case.code)[0].digest
    return {
        "document": f"/documents/{act}/receipt",
        "act": f"/acts/{act}/receipt",
        "evidence": f"/cases/{case.code}/evidence/{digest}/receipt",
    }


def officer(cast) -> Client:
    client = Client()
    client.force_login(cast.officer)
    return client


def seal() -> None:
    while seal_log(at=timezone.now()):
        pass


def test_nothing_is_handed_out_before_it_is_sealed(case, cast):
    """The officer is told to come back, and then gets file and paper."""
    for address in addresses(case).values():
        answer = officer(cast).get(f"{address}.json", follow=True)
        assert "现在还不能出具存证回执" in answer.content.decode()
    seal()
    for address in addresses(case).values():
        assert officer(cast).get(f"{address}.json")["Content-Disposition"].startswith("attachment")
        assert officer(cast).get(f"{address}.pdf").content.startswith(b"%PDF")


def test_each_receipt_holds_outside_and_says_what_it_is_of(case, cast):
    """Document with its file, act with its content, evidence with its catalogue entry: complete without us."""
    seal()
    vkey = ensure_log_key().public.vkey
    for kind, address in addresses(case).items():
        receipt = Receipt.parse(officer(cast).get(f"{address}.json").content)
        assert receipt.kind == kind
        assert check_receipt(receipt, [vkey]).complete
        assert len(receipt.data) < 16_000

    document = Receipt.parse(officer(cast).get(f"{addresses(case)['document']}.json").content)
    assert document.file_digest == hashlib.sha256(pdf(issue(decision(case)))).hexdigest()


def test_the_paper_tells_what_it_proves_and_what_not(case, cast):
    """In plain words, with the case, the time and the place in the log."""
    seal()
    text = pdf_text(officer(cast).get(f"{addresses(case)['document']}.pdf").content)

    for words in ("存证回执", "它能证明", "它不能证明", "舞城管当罚", "公开存证日志"):
        assert words in text


def test_the_command_line_checks_what_the_officer_handed_out(case, cast, tmp_path):
    """With the right PDF it passes, with another, or a receipt that was touched, it says what is wrong."""
    seal()
    receipt, document = tmp_path / "r.json", tmp_path / "a.pdf"
    receipt.write_bytes(officer(cast).get(f"{addresses(case)['document']}.json").content)
    document.write_bytes(pdf(issue(decision(case))))
    vkey = ensure_log_key().public.vkey

    def run(*more: str) -> tuple[int, str]:
        done = subprocess.run(
            [MINGJING, "verify", "receipt", str(receipt), "--vkey", vkey, *more],
            check=False,
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    assert run("--file", str(document))[0] == 0
    other = tmp_path / "other.pdf"
    other.write_bytes(document.read_bytes() + b" ")
    code, told_text = run("--file", str(other))
    assert (code, "不是存证的那一份" in told_text) == (1, True)
    whole = json.loads(receipt.read_bytes())
    whole["reveal"]["code"] = "A" * 26
    receipt.write_text(json.dumps(whole))
    code, told_text = run()
    assert (code, "与存证不符" in told_text) == (1, True)


def test_who_may_not_see_the_case_gets_no_receipt_of_it(case, cast):
    """To an officer of another bureau there is no such document; to nobody signed in, the way to sign in."""
    seal()
    stranger = Client()
    stranger.force_login(cast.outsider)
    for address in addresses(case).values():
        assert stranger.get(f"{address}.json").status_code in {403, 404}
        assert Client().get(f"{address}.json").status_code == 302
        assert officer(cast).get(f"{address}.json").status_code == 200
