"""The receipt: it proves what it is of, and one that was touched is refused for the right reason."""

import json
import random
from collections import defaultdict
from dataclasses import replace

import pytest

from mingjing.translog.note import SigningKey, from_base64, to_base64
from mingjing.translog.receipt import KINDS, MAX_BYTES, Receipt, ReceiptRefused, document_receipt
from mingjing.translog.receipt_check import Verdict, check_receipt, receipt_report
from mingjing.translog.receipt_compact import MAX_TEXT, NotCompact, compact, from_compact
from tests.translog.receipts_made import Maker, many, national_key
from tests.translog.receipts_mutated import ITEMS, TEXTS, flipped_base64, spoiled

HARMLESS = {"blank"}
REASONS = {
    "reveal": {"content"},
    "kind": {"format", "kind"},
    "items": {"format"},
    "leaf": {"format", "leaf", "kind", "content", "path"},
    "index": {"format", "index"},
    "path": {"format", "path"},
    "hash": {"path", "signature", "cosignature"},
    "size": {"format", "path", "index", "signature", "cosignature"},
    "origin": {"origin", "cosignature"},
    "signature": {"signature", "cosignature", "unsigned", "quorum"},
    "signatures": {"format", "unsigned", "quorum"},
}


@pytest.fixture
def maker():
    """A log with a key and two witnesses."""
    return Maker(random.Random(5))


def codes(maker: Maker, receipt: Receipt | bytes, digest: str = "") -> list[str]:
    data = receipt if isinstance(receipt, bytes) else receipt.data
    return check_receipt(data, [maker.vkey], policy=maker.policy, file_digest=digest).codes


@pytest.mark.parametrize("kind", KINDS)
def test_an_untouched_receipt_of_every_kind_holds_as_file_and_as_code(maker, kind):
    """What is packed for the QR code is the same receipt."""
    receipt = maker.receipt(kind)
    packed = from_compact(compact(receipt))

    assert Receipt.parse(receipt.data) == receipt
    assert (packed.kind, packed.reveal, packed.proof) == (receipt.kind, receipt.reveal, receipt.proof)
    assert check_receipt(receipt.data, [maker.vkey], policy=maker.policy).complete
    assert codes(maker, packed) == []


def test_every_class_of_change_is_refused_and_named(maker):
    """Each item spoiled in turn: refused, and never for a reason that has nothing to do with it."""
    found = defaultdict(set)
    receipts = [one for one in many(maker, 360) if codes(maker, one) == []]
    for (way, data), original in zip(spoiled(maker, receipts), receipts, strict=True):
        if (
            way in HARMLESS
            or data == original.data
            or (way in ITEMS and json.loads(data) == json.loads(original.data))
        ):
            assert codes(maker, data) == []
            continue
        reasons = codes(maker, data)
        if way in {"signatures", "byte"} and not reasons:
            # A stranger's line below the others, a blank, a key that nobody trusts: what is proved is the same.
            assert proved(data) == proved(original.data)
            continue
        assert reasons, way
        found[way] |= set(reasons)

    assert set(found) == {*ITEMS, *TEXTS} - HARMLESS
    assert {way: found[way] - allowed for way, allowed in REASONS.items() if found[way] - allowed} == {}


def proved(data: bytes):
    receipt = Receipt.parse(data)
    return receipt.kind, receipt.reveal, receipt.proof.extra, receipt.proof.index, receipt.proof.path


def test_the_file_in_hand_is_held_against_the_receipt(maker):
    """The right file settles it, another one is refused, and none at all is said to be open."""
    receipt = maker.receipt("document")

    def file_step(digest: str) -> str:
        verdict = check_receipt(receipt, [maker.vkey], file_digest=digest)
        return next(step.state for step in verdict.steps if step.name == "file")

    assert file_step(receipt.file_digest) == "ok"
    assert file_step("") == "open"
    assert codes(maker, receipt, "0" * 64) == ["file"]


def test_without_the_digest_the_file_itself_settles_the_content(maker):
    """The receipt from the public page does not tell the digest: complete only with the PDF."""
    whole = maker.receipt("document")
    bare = document_receipt(whole.reveal["code"], "", whole.proof, [])

    assert check_receipt(bare, [maker.vkey]).ok
    assert not check_receipt(bare, [maker.vkey]).complete
    assert check_receipt(bare, [maker.vkey], file_digest=whole.file_digest).complete
    assert codes(maker, bare, "0" * 64) == ["content"]
    assert from_compact(compact(bare)).proof == whole.proof


def test_another_log_an_unknown_key_and_a_retired_one_are_told_apart(maker):
    """A receipt holds under the key that its checker trusts, for as long as that key was in use."""
    receipt = maker.receipt("act", size=11)
    elsewhere = SigningKey("other.example/log", b"\1" * 32).public.vkey
    stranger = SigningKey(maker.key.name, b"\1" * 32).public.vkey

    assert check_receipt(receipt, [elsewhere]).codes == ["origin"]
    assert check_receipt(receipt, [stranger]).codes == ["unsigned"]
    assert check_receipt(receipt, [f"{maker.vkey} until=10"]).codes == ["expired"]
    assert check_receipt(receipt, [f"{maker.vkey} until=11"]).codes == []
    assert check_receipt(receipt, [stranger, maker.vkey]).codes == []


def test_a_forged_cosignature_and_a_missing_quorum_are_told_apart(maker):
    """Without a policy witnesses are not asked, and the report says so."""
    receipt = maker.receipt("publication", cosigned=1)
    bare = maker.receipt("publication", cosigned=0)
    head, line = receipt.proof.note[:-1].rsplit(b" ", 1)
    forged = replace(receipt.proof, note=head + f" {flipped_base64(maker.dice, line.decode())}\n".encode())

    assert codes(maker, receipt) == []
    assert codes(maker, bare) == ["quorum"]
    assert codes(maker, replace(receipt, proof=forged)) in (
        ["cosignature"],
        ["quorum"],
    )  # the key's id may be hit
    assert "没有核对见证" in receipt_report(check_receipt(bare, [maker.vkey])).text


def test_a_changed_index_is_named_with_the_true_one(maker):
    """A digit that slipped is found again."""
    receipt = maker.receipt("act", size=100, index=42)
    verdict = check_receipt(replace(receipt, proof=replace(receipt.proof, index=43)), [maker.vkey])

    assert verdict.codes == ["index"]
    assert "证明的是第 42 条" in receipt_report(verdict).text


def test_a_code_for_a_log_of_ten_million_with_a_witness_fits_on_paper(maker):
    """Twenty-four hashes, two signatures and the document: within what a phone reads."""
    receipt = maker.receipt("document")
    path = tuple(bytes([number]) * 32 for number in range(24))
    proof = replace(receipt.proof, index=9_999_999, path=path, note=maker.note(10**7, b"r" * 32, 1))

    assert len(compact(replace(receipt, proof=proof))) <= MAX_TEXT
    with pytest.raises(NotCompact):
        compact(replace(receipt, proof=proof), most=1000)


@pytest.mark.parametrize("text", ["", "AA", "?", "AQ==", "AQA", "/w", "中"])
def test_a_text_that_is_no_code_is_refused(text):
    """Half a scan is not half a receipt."""
    with pytest.raises(ReceiptRefused):
        from_compact(text)


def test_a_file_that_is_too_long_is_not_read(maker):
    """The same file without the padding is."""
    data = maker.receipt("act").data
    with pytest.raises(ReceiptRefused, match="不会超过"):
        Receipt.parse(data + b" " * MAX_BYTES)
    assert Receipt.parse(data + b" ")


def test_the_sm2_line_is_checked_beside_the_other_and_passed_over_without_its_key():
    """True, it is told; touched, the receipt is refused; unknown, it is counted and not relied on."""
    key = national_key()
    if key is None:
        pytest.skip("本机的 OpenSSL 没有 SM2，不核对国密签名")
    maker = Maker(random.Random(8), key)
    receipt = maker.receipt("document")
    lines = receipt.proof.note.split(b"\n")
    at = next(
        number for number, line in enumerate(lines) if to_base64(key.public.key_id)[:5].encode() in line
    )
    head, line = lines[at].rsplit(b" ", 1)
    data = bytearray(from_base64(line.decode(), ""))
    data[-1] ^= 1
    lines[at] = head + b" " + to_base64(bytes(data)).encode()
    touched = replace(receipt, proof=replace(receipt.proof, note=b"\n".join(lines)))

    assert "国密签名（SM2、SM3）也有效" in step_text(check_receipt(receipt, maker.vkeys), "signature")
    assert check_receipt(touched, maker.vkeys).codes == ["sm2"]
    assert check_receipt(touched, [maker.vkey]).codes == []
    unknown = check_receipt(receipt, [maker.vkey], policy=maker.policy)
    assert "另有 1 行不认识的签名" in step_text(unknown, "witness")
    assert check_receipt(receipt, [key.public.vkey]).codes == ["origin"]  # beside, never in the place of


def step_text(verdict: Verdict, name: str) -> str:
    return next(step.text for step in verdict.steps if step.name == name)
