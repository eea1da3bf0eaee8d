"""Receipts from the public side: of what was published and withdrawn, of a document by its code, of nothing else."""

import json
import random

import pytest
from django.utils import timezone

from mingjing.portal import saved_page
from mingjing.publicity.register import publish_registers
from mingjing.publicity.services import confirm, prepare, withdraw
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.receipt import Receipt
from mingjing.translog.receipt_check import check_receipt
from mingjing.translog.services import seal_log
from tests.portal.test_verify import CODE, DIGEST, logged, queued
from tests.publicity.conftest import AT, FACTS, decided
from tests.translog.receipts_made import Maker

__all__ = ["decided", "logged", "queued"]


@pytest.fixture
def published(cast, decided):
    """A decision that is shown for years to come."""
    facts = {**FACTS, "publication_until": "2029-03-01"}
    return confirm(preparation=prepare(case=decided(), by=cast.publicity, facts=facts), by=cast.publicity2)


def seal() -> None:
    while seal_log(at=timezone.now()):
        pass


def checked(data: bytes, digest: str = "") -> tuple[Receipt, bool]:
    verdict = check_receipt(data, [ensure_log_key().public.vkey], file_digest=digest)
    assert verdict.receipt is not None
    return verdict.receipt, verdict.complete


def test_a_publication_has_its_receipt_and_after_withdrawal_that_of_the_withdrawal(client, cast, published):
    """The receipt kept by a reader stays true; the public side then gives only that it was withdrawn, and why."""
    address = f"/portal/decisions/{published.code}/receipt"
    assert client.get(f"{address}.json").status_code == 404  # not sealed yet
    seal()
    kept = client.get(f"{address}.json").content
    receipt, whole = checked(kept)
    assert (receipt.kind, whole) == ("publication", True)
    assert receipt.reveal["content"]["body"] == published.body

    withdraw(
        publication=published,
        by=cast.publicity,
        ground="inaccurate",
        reason="公示的罚款金额有误，更正后重新公示。",
        performers=["publicity2"],
    )
    seal()
    receipt, whole = checked(client.get(f"{address}.json").content)
    assert (receipt.kind, whole) == ("withdrawal", True)
    assert "罚款金额有误" in receipt.reveal["content"]["reason"]
    assert checked(kept)[1]
    assert "公示撤回" in client.get(f"{address}/").content.decode()


def test_a_document_is_proved_by_its_code_without_telling_its_digest(client, logged):
    """Whoever has only the code learns nothing; with the PDF the receipt is complete."""
    data = client.get(f"/portal/verify/{CODE}/receipt.json").content

    assert checked(data)[0].reveal == {"code": CODE}
    assert not checked(data)[1]
    assert checked(data, DIGEST)[1]
    assert DIGEST not in data.decode()


@pytest.mark.parametrize("part", ["receipt.json", "receipt/"])
def test_what_is_not_in_the_log_has_no_receipt(client, queued, part):
    """Queued, it has none yet; of an unknown code there is never one."""
    assert client.get(f"/portal/verify/{CODE}/{part}").status_code == 404
    assert client.get(f"/portal/verify/{'A' * 26}/{part}").status_code == 404
    seal()
    assert client.get(f"/portal/verify/{CODE}/{part}").status_code == 200


def test_the_slip_carries_the_code_and_the_page_the_published_key(client, logged):
    """What is behind the # is the receipt; the page that opens it knows the key and asks nobody."""
    publish_registers(at=AT)
    slip = client.get(f"/portal/verify/{CODE}/receipt/").content.decode()
    page = client.get("/portal/verify/receipt/").content.decode()

    assert "<svg" in slip
    assert "/portal/verify/receipt/#AQ" in slip
    trust = json.loads(page.partition('type="application/json">')[2].partition("</script>")[0])
    assert trust == {"keys": [ensure_log_key().public.vkey], "policy": None}


def test_the_saved_page_holds_every_module_and_loads_nothing(client, db):
    """Its own policy lets its script and style run, and nothing be loaded or sent."""
    answer = client.get("/portal/verify/receipt/saved.html")
    text = answer.content.decode()

    assert answer["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in text
    assert saved_page.policy_hash(saved_page.script()) in text
    for sign in (
        "import {",
        "export ",
        "fetch(",
        "XMLHttpRequest",
        "sendBeacon",
        "WebSocket",
        "src=",
        "//cdn",
    ):
        assert sign not in text.replace("default-src='", "")


def test_the_page_knows_the_witnesses_in_force(client, db, settings, tmp_path):
    """The policy of the settings is what the reader's browser judges by, in the form that its check reads."""
    maker = Maker(random.Random(4))
    lines = [
        f"witness 司法局 {maker.witnesses[0].public.vkey}",
        f"witness 审计局 {maker.witnesses[1].public.vkey}",
    ]
    settings.MINGJING_WITNESS_POLICY = tmp_path / "policy"
    settings.MINGJING_WITNESS_POLICY.write_text(
        "\n".join([*lines, "group both all 司法局 审计局", "quorum both", ""])
    )
    page = client.get("/portal/verify/receipt/").content.decode()
    policy = json.loads(page.partition('type="application/json">')[2].partition("</script>")[0])["policy"]

    assert [one["name"] for one in policy["witnesses"]] == ["司法局", "审计局"]
    assert policy["groups"] == [{"name": "both", "least": 2, "members": ["司法局", "审计局"]}]
    assert (policy["quorum"], policy["words"]) == ("both", "（“司法局”、“审计局”）全部")
