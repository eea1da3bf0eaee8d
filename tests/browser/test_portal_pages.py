"""The portal in a real browser: the main errands by keyboard and without script; its barriers: test_accessibility."""

import hashlib
import os
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone

from mingjing.publicity.register import publish_registers
from mingjing.publicity.services import confirm, prepare, withdraw
from mingjing.publicity.verification import document_ref
from mingjing.translog.leaf import document_commitment
from mingjing.translog.services import enqueue, seal_log
from tests.portal.test_before import WINDOWS
from tests.publicity.conftest import AT, FACTS, decided
from tests.publicity.lists import CAPS
from tests.publicity.lists import published as published_list

__all__ = ["decided"]

CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
PDF = b"%PDF-1.7 made up"
SHOTS = os.environ.get("MINGJING_TEST_SHOTS")
OPEN_FOR_LONG = {**FACTS, "publication_until": "2029-03-01"}
GRADED = {"credit_grade": "general", "credit_reason": "群众多次反映", "publication_until": "2028-03-01"}


@pytest.fixture
def site(transactional_db, cast, decided, live_server):
    """A portal with registers, two open decisions, a withdrawn one and a logged document; gives its pages by name."""
    publish_registers(at=AT)
    shown = [
        _published(cast, decided("ordinary"), **GRADED),
        _published(cast, decided(place="舞钢市石漫滩大道")),
    ]
    gone = _published(cast, decided(place="舞钢市温州路"))
    withdraw(
        publication=gone,
        by=cast.publicity,
        ground="inaccurate",
        reason="公示的罚款金额有误，更正后重新公示。",
        performers=["publicity2"],
    )
    published_list(cast, "frequency_caps", CAPS)
    published_list(cast, "frequency_caps", [CAPS[1], (*CAPS[0][:3], "3", *CAPS[0][4:])])
    published_list(cast, "windows", WINDOWS)
    leaf = {"h": document_commitment(CODE, hashlib.sha256(PDF).digest()), "at": AT.isoformat()}
    with transaction.atomic():
        enqueue(kind="document", data=leaf, ref=document_ref(CODE))
    while seal_log(at=timezone.now()):
        pass
    addresses = {
        "home": "",
        "search": "search/?q=舞钢",
        "nothing": "search/?q=没有的",
        "decision": f"decisions/{shown[0].code}/",
        "masked": f"decisions/{shown[1].code}/",
        "withdrawn": f"decisions/{gone.code}/",
        "before": "before/",
        "before-agency": f"before/?agency={cast.bureau.code}",
        "list": f"lists/catalogue/?agency={cast.bureau.code}&slug=frequency_caps",
        "compare": f"items/catalogue/compare/?agency={cast.bureau.code}&slug=frequency_caps",
        "changes": f"changes/?on={AT.date().isoformat()}",
        "windows": "windows/",
        "agencies": "agencies/",
        "officers": "officers/",
        "guides": "guides/",
        "guide": "guides/ordinary/",
        "chart": "charts/ordinary/",
        "channels": "channels/",
        "verify": "verify/",
        "document": f"verify/{CODE}/",
        "unknown": "verify/AAAAAAAAAAAAAAAAAAAAAAAAAA/",
        "receipt": "verify/receipt/",
        "slip": f"verify/{CODE}/receipt/",
        "about-log": "about-log/",
        "not-found": "nowhere/",
    }
    return {name: f"{live_server.url}/portal/{address}" for name, address in addresses.items()}


def _published(cast, case, **more):
    prepared = prepare(case=case, by=cast.publicity, facts=OPEN_FOR_LONG | more)
    return confirm(preparation=prepared, by=cast.publicity2)


def watched(page, faults):
    """Note every error of a page and every request that leaves the site."""
    page.on(
        "console",
        lambda note: faults.append(note.text) if note.type == "error" and "404" not in note.text else None,
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if "//localhost" in request.url or request.url.startswith("data:")
            else faults.append(request.url)
        ),
    )
    return page


def shoot(page, name):
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def test_a_reader_finds_a_decision_by_keyboard_and_without_script(site, new_context):
    """Type, enter, tab to the first result, enter: the decision is there, and no script was needed."""
    page = new_context(java_script_enabled=False).new_page()
    page.goto(site["home"])
    page.get_by_label("查询内容").focus()
    page.keyboard.type("堆放物料")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="刘某某").first.focus()
    page.keyboard.press("Enter")

    assert "在街道两侧擅自堆放物料" in page.get_by_role("heading", level=1).inner_text()
    assert page.get_by_text("刘大勇").count() == 0


@pytest.mark.parametrize(("content", "words"), [(PDF, "此后没有被改动"), (PDF + b".", "文书与存证不符")])
def test_a_file_is_compared_without_leaving_the_machine(site, page, content, words):
    """The page brings the receipt along; file and fingerprint stay where they are, and no line is needed."""
    tried = []
    page.goto(site["document"])
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.on("request", lambda request: tried.append(request.url))
    page.get_by_label("收到的 PDF 文书").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    page.get_by_role("button", name="比对").click()
    page.wait_for_selector("#compared .notice")

    assert words in page.locator("#compared").get_by_role("status").inner_text()
    assert tried == []


def test_a_file_is_compared_without_script_too(site, new_context):
    """Then it is sent, compared and forgotten."""
    page = new_context(java_script_enabled=False).new_page()
    page.goto(site["document"])
    page.get_by_label("收到的 PDF 文书").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="比对").click()

    assert "一个字节都不差" in page.get_by_role("status").last.inner_text()


def test_a_guide_leads_to_its_chart_and_back(site, page):
    """Words and picture of one procedure are one click apart."""
    page.goto(site["guide"])
    title = page.get_by_role("heading", level=1).inner_text()
    page.get_by_role("link", name="看流程图").click()
    assert page.locator(".chart svg").count() == 1
    page.get_by_role("link", name="文字版：服务指南").click()

    assert page.get_by_role("heading", level=1).inner_text() == title
