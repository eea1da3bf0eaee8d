"""Receipts in a real browser: the officer hands one out, the party checks it alone and offline, a forged one fails."""

import base64
import json
import os
import random
from pathlib import Path

import pytest
from django.utils import timezone

from mingjing.documents.selectors import pdf
from mingjing.documents.services import issue
from mingjing.publicity.receipts import publication_receipt
from mingjing.publicity.register import publish_registers
from mingjing.publicity.services import confirm, prepare
from mingjing.translog.receipt import Receipt, ReceiptRefused
from mingjing.translog.receipt_check import check_receipt
from mingjing.translog.receipt_compact import compact, from_compact
from mingjing.translog.receipts import slip_of
from mingjing.translog.services import seal_log
from tests.browser.leaving import leave
from tests.browser.test_officer_pages import enter
from tests.browser.vectors import ED25519, LEAF, LEAF_EMPTY, NODE, SHA256, SHA512
from tests.publicity.conftest import AT, FACTS, decided
from tests.translog.receipts_made import Maker, many, national_key
from tests.translog.receipts_mutated import spoiled

__all__ = ["decided"]

SHOTS = os.environ.get("MINGJING_TEST_SHOTS")
OPEN_FOR_LONG = {**FACTS, "publication_until": "2029-03-01"}


@pytest.fixture
def case(transactional_db, cast, decided):
    """A decided and published case, everything sealed and the log's key published."""
    publish_registers(at=AT)
    found = decided()
    confirm(preparation=prepare(case=found, by=cast.publicity, facts=OPEN_FOR_LONG), by=cast.publicity2)
    issue(found.acts.get(kind="on_the_spot_decided"))
    while seal_log(at=timezone.now()):
        pass
    return found


@pytest.fixture
def handed_out(case, page, live_server):
    """What the officer downloads for the party: the document and its receipt."""
    act = case.acts.get(kind="on_the_spot_decided")
    enter(page, live_server.url, "officer")
    page.goto(f"{live_server.url}/documents/{act.code}/")
    shoot(page, "document-officer-desk")
    with page.expect_download() as download:
        page.get_by_role("link", name="回执文件").click()
    receipt = Path(download.value.path()).read_bytes()
    paper = page.request.get(f"{live_server.url}/documents/{act.code}/receipt.pdf")
    assert paper.body().startswith(b"%PDF")
    leave(page)
    return receipt, pdf(issue(act))


def chosen(name: str, data: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def opened(page, address: str, fragment: str = "") -> list[str]:
    """Open a page, then cut the line; give the list of requests tried from then on."""
    page.goto(address + fragment)
    page.wait_for_load_state("networkidle")
    tried: list[str] = []
    page.on("request", lambda request: tried.append(request.url))
    page.context.set_offline(True)
    return tried


def verdict(page) -> str:
    page.wait_for_selector("[data-result] .notice, #compared .notice")
    return page.get_by_role("status").last.inner_text()


def shoot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def test_the_party_checks_the_document_alone_and_offline(handed_out, page, phone, live_server):
    """The receipt alone, then with the PDF, then with a changed PDF: three answers, and no request."""
    receipt, document = handed_out
    for where, width in ((page, "desk"), (phone, "phone")):
        tried = opened(where, f"{live_server.url}/portal/verify/receipt/")
        shoot(where, f"receipt-empty-{width}")
        where.get_by_label("回执文件").set_input_files(chosen("r.json", receipt))
        assert "还没有核对您手里的文件" in verdict(where)
        shoot(where, f"receipt-alone-{width}")
        where.get_by_label("原件").set_input_files(chosen("a.pdf", document))
        where.wait_for_selector(".notice.green")
        assert "已经存证，此后没有被改动" in verdict(where)
        shoot(where, f"receipt-good-{width}")
        where.get_by_label("原件").set_input_files(chosen("a.pdf", document + b" "))
        where.wait_for_selector(".notice.red")
        assert "不是存证的那一份" in verdict(where)
        shoot(where, f"receipt-other-file-{width}")
        assert tried == []
        where.context.set_offline(False)
        assert not where.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_a_tampered_receipt_is_refused_with_the_reason(handed_out, page, live_server):
    """The step that fails is marked, whatever was touched; untouched again, it holds."""
    receipt, _ = handed_out
    changes = {
        "receipt": (b'"kind": "document"', b'"kind": "evidence"'),
        "path": (b"\\nindex ", b"\\nindex 9"),
        "signature": (b"mingjing.local/log\\n1", b"mingjing.local/log\\n2"),
    }
    opened(page, f"{live_server.url}/portal/verify/receipt/")
    spoiled_ones = {step: receipt.replace(old, new, 1) for step, (old, new) in changes.items()}
    for step, spoiled_one in [*spoiled_ones.items(), ("content", with_other_code(receipt))]:
        assert spoiled_one != receipt
        page.get_by_label("回执文件").set_input_files(chosen("r.json", spoiled_one))
        page.wait_for_selector(".notice.red")
        assert "核验不通过" in verdict(page)
        assert page.locator(f".rc-fault[data-step={step}]").count() or step == "receipt"
        page.get_by_label("回执文件").set_input_files(chosen("r.json", receipt))
        page.wait_for_selector(".notice.amber")


def with_other_code(receipt: bytes) -> bytes:
    """The receipt with the verification code of another document."""
    whole = json.loads(receipt)
    whole["reveal"]["code"] = "A" * 26
    return json.dumps(whole).encode()


def test_the_code_on_the_slip_opens_the_page_with_the_receipt(case, page, live_server):
    """Behind the # stands all that is needed; the server is told nothing of it."""
    code = case_publication(case)
    page.goto(f"{live_server.url}/portal/decisions/{code}/receipt/")
    shoot(page, "slip-desk")
    receipt = publication_receipt(code, on=AT.date())
    fragment = slip_of(receipt).address.partition("#")[1:]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    opened(
        page,
        f"{live_server.url}/portal/verify/receipt/",
        "".join(fragment) or f"#{compact(receipt, most=9999)}",
    )

    assert "这条公示" in verdict(page)
    assert "核验通过" in verdict(page)
    assert all("#" not in url and len(url) < 200 for url in asked)
    shoot(page, "receipt-publication-desk")


def case_publication(case) -> str:
    from mingjing.publicity.models import Publication  # noqa: PLC0415

    return Publication.objects.get(case_code=case.code).code


def test_the_saved_page_works_from_a_disk_without_any_line(
    handed_out, page, live_server, tmp_path, new_context
):
    """One file, its own policy, no server: the same verdicts."""
    receipt, document = handed_out
    page.goto(f"{live_server.url}/portal/verify/receipt/")
    with page.expect_download() as download:
        page.get_by_role("link", name="保存此核验页").click()
    kept = tmp_path / "kept.html"
    download.value.save_as(kept)
    alone = new_context(offline=True).new_page()
    faults: list[str] = []
    alone.on("console", lambda note: faults.append(note.text) if note.type == "error" else None)
    alone.on("pageerror", lambda error: faults.append(str(error)))
    alone.goto(kept.as_uri())
    alone.get_by_label("回执文件").set_input_files(chosen("r.json", receipt))
    alone.get_by_label("原件").set_input_files(chosen("a.pdf", document))
    alone.wait_for_selector(".notice.green")
    assert "此后没有被改动" in verdict(alone)
    shoot(alone, "receipt-saved-desk")
    alone.get_by_label("回执文件").set_input_files(
        chosen("r.json", receipt.replace(b'"document"', b'"draw"', 1))
    )
    alone.wait_for_selector(".notice.red")

    assert faults == []


# --- the modules against the standards and against the command line -----------------------------------

RUN = """async ([base, keys, policy, cases]) => {
  const { checkReceipt } = await import(base + "check.js");
  const { fromCompact } = await import(base + "receipt.js");
  const bytes = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  return cases.map(([data, packed, fileDigest]) => {
    try {
      return checkReceipt(packed ? fromCompact(data) : bytes(data), { keys, policy, fileDigest }).codes;
    } catch (error) { return error.name === "Refused" ? ["format"] : [String(error)]; }
  });
}"""
VECTORS = """async ([base, sha256, sha512, ed25519, [empty, leaf, node]]) => {
  const { fromHex, toHex } = await import(base + "bytes.js");
  const one = await import(base + "sha256.js"), two = await import(base + "sha512.js");
  const { verify } = await import(base + "ed25519.js");
  const { leafHash, nodeHash } = await import(base + "tlog.js");
  const wrong = [];
  if (toHex(leafHash(fromHex(""))) !== empty) wrong.push("empty leaf");
  if (toHex(leafHash(fromHex(leaf[0]))) !== leaf[1]) wrong.push("leaf");
  if (toHex(nodeHash(fromHex(node[0]), fromHex(node[1]))) !== node[2]) wrong.push("node");
  for (const [message, times, digest] of sha256) {
    const hash = new one.Sha256();
    for (let left = times; left; left -= 1) hash.update(fromHex(message));
    if (toHex(hash.digest()) !== digest) wrong.push(["sha256", message, times]);
  }
  for (const [message, digest] of sha512) {
    if (toHex(two.sha512(fromHex(message))) !== digest) wrong.push(["sha512", message]);
  }
  for (const [key, message, signature, good] of ed25519) {
    if (verify(fromHex(key), fromHex(message), fromHex(signature)) !== good) wrong.push(["ed25519", signature, good]);
  }
  return wrong;
}"""


def test_hashes_and_signatures_are_those_of_the_standards(page, live_server, db):
    """FIPS 180-4, RFC 8032, RFC 6962; signatures that are no canonical ones are refused."""
    page.goto(f"{live_server.url}/portal/verify/receipt/")
    vectors = [base_of(live_server), SHA256, SHA512, ED25519, [LEAF_EMPTY, LEAF, NODE]]

    assert page.evaluate(VECTORS, vectors) == []


def base_of(live_server) -> str:
    return f"{live_server.url}/static/portal/verify/"


def test_browser_and_command_line_give_the_same_verdict(page, live_server, db):
    """Two hundred receipts, two hundred spoiled ones, two hundred codes of which most are spoiled."""
    maker = Maker(random.Random(20260305), national_key())
    made = many(maker, 200)
    given: list[tuple[str, bytes | str, str]] = [("good", one.data, one.file_digest) for one in made]
    given += [(way, data, "") for way, data in spoiled(maker, many(maker, 200))]
    given += [("code", scratched(maker, one), "0" * 64) for one in made]
    ours = [python_codes(maker, data, digest) for _, data, digest in given]
    cases = [
        [data if isinstance(data, str) else base64.b64encode(data).decode(), isinstance(data, str), digest]
        for _, data, digest in given
    ]
    page.goto(f"{live_server.url}/portal/verify/receipt/")
    theirs = page.evaluate(RUN, [base_of(live_server), maker.vkeys, policy_data(maker), cases])

    different = [
        (way, mine, its) for (way, _, _), mine, its in zip(given, ours, theirs, strict=True) if mine != its
    ]
    assert different == []
    assert len({tuple(one) for one in ours}) > 12  # the table really holds every kind of answer


def scratched(maker: Maker, receipt: Receipt) -> str:
    text = compact(receipt, most=99_999)
    if maker.dice.random() < 0.3:
        return text
    at = maker.dice.randrange(len(text))
    return text[:at] + maker.dice.choice("abcXYZ019-_=+") + text[at + 1 :]


def python_codes(maker: Maker, data: bytes | str, digest: str) -> list[str]:
    try:
        given = from_compact(data) if isinstance(data, str) else data
        return check_receipt(given, maker.vkeys, policy=maker.policy, file_digest=digest).codes
    except ReceiptRefused:
        return ["format"]


def policy_data(maker: Maker) -> dict[str, object]:
    policy = maker.policy
    groups = [
        {"name": one.name, "least": one.least, "members": one.members} for one in policy.groups.values()
    ]
    keys = [{"name": one.name, "vkey": one.key.vkey} for one in policy.witnesses.values()]
    return {"witnesses": keys, "groups": groups, "quorum": policy.quorum, "words": policy.in_words}
