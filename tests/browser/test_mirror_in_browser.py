"""The mirror as any web server carries it: a reader finds, reads and checks everything, and nothing asks elsewhere."""

import os
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.utils import timezone

from mingjing.cli.mirror.export import write_portal
from mingjing.cli.mirror.runs import Mirror
from mingjing.publicity.register import publish_registers
from mingjing.publicity.services import confirm, prepare
from mingjing.translog.keys import ensure_log_key
from mingjing.translog.services import seal_log
from tests.browser.test_portal_pages import GRADED, OPEN_FOR_LONG, watched
from tests.publicity.conftest import AT, decided
from tests.publicity.rows import FIRM, publish

__all__ = ["decided"]

SHOTS = os.environ.get("MINGJING_TEST_SHOTS")


class Quiet(SimpleHTTPRequestHandler):
    """Python's own server of plain files, which knows nothing of us."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def carried(transactional_db, cast, decided, tmp_path) -> Iterator[str]:
    """A mirror of a bureau with one real decision and some of a firm, behind a plain server; gives its address."""
    publish_registers(at=AT)
    told = {**OPEN_FOR_LONG, **GRADED}
    confirm(preparation=prepare(case=decided("ordinary"), by=cast.publicity, facts=told), by=cast.publicity2)
    for number in range(25):
        publish(
            cast.bureau,
            f"舞钢市第{number}建材有限公司",
            uscc=FIRM if number == 3 else "",
            law="违反《城市道路管理条例》第二十七条",
            salt=bytes(range(32)),
        )
    publish(cast.elsewhere, "宝丰县第3建材有限公司", salt=bytes(range(32)))
    while seal_log(at=timezone.now()):
        pass
    at = timezone.now()
    mirror = Mirror(tmp_path / "site")
    mirror.export(lambda output: write_portal(output, at=at), at=at, signer=ensure_log_key())
    server = ThreadingHTTPServer(("localhost", 0), partial(Quiet, directory=mirror.folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def shoot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"mirror-{name}.png", full_page=True)


def search(page, words: str) -> list[str]:
    """Search from the front page; give the names found, in their order."""
    page.get_by_label("查询内容").fill(words)
    page.get_by_label("查询内容").press("Enter")
    page.wait_for_selector("#found [role=status]:not(:text('正在查询'))")
    return page.locator("#found .party").all_inner_texts()


def test_a_reader_does_all_errands_on_the_mirror(carried, page, phone, tmp_path):
    """Front page, search by name, code, number and law, decision, paper, guide, receipt checked without a line."""
    faults: list[str] = []
    watched(page, faults).goto(f"{carried}/")
    page.wait_for_url("**/portal/index.html")
    shoot(page, "home")
    assert search(page, "第3建材") == ["宝丰县第3建材有限公司", "舞钢市第3建材有限公司"]
    shoot(page, "search")
    page.goto(f"{carried}/portal/search/index.html?agency=410481-urban&q=第3建材")
    page.wait_for_selector("#found .party")
    assert page.locator("#found .party").all_inner_texts() == ["舞钢市第3建材有限公司"]
    assert search(page, FIRM.lower()) == ["舞钢市第3建材有限公司"]
    assert search(page, "舞城管罚决[2026]5号")[-1:] == ["舞钢市第3建材有限公司"]
    assert search(page, "没有的名称") == []
    assert len(search(page, "建材")) == 20
    page.get_by_role("button", name="再列出一些").click()
    page.wait_for_function("document.querySelectorAll('#found .party').length === 26")
    page.goto(f"{carried}/portal/search/index.html?law=城市道路管理条例 第27条&q=第24建材")
    page.wait_for_selector("#found .party")
    assert page.locator("#found .party").count() == 1

    page.goto(f"{carried}/portal/search/410481-urban/index.html")
    page.locator(".tiles a").last.click()
    page.get_by_role("link", name="第24建材").click()
    page.get_by_role("link", name="下载公示文本（PDF）")
    paper = page.request.get(page.url.replace("index.html", "document.pdf"))
    assert paper.body().startswith(b"%PDF")

    page.goto(f"{carried}/portal/index.html")
    page.get_by_role("link", name="服务指南与流程图").first.click()
    page.get_by_role("link", name="服务指南", exact=True).first.click()
    page.get_by_role("link", name="看流程图").click()
    assert page.locator(".chart svg").count() == 1

    receipt = downloaded_receipt(page, carried, tmp_path)
    page.goto(f"{carried}/portal/verify/receipt/index.html")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.get_by_label("回执文件").set_input_files(receipt)
    page.wait_for_selector("[data-result] .notice")
    assert "核验通过" in page.locator("[data-result]").get_by_role("status").inner_text()
    shoot(page, "receipt")
    page.context.set_offline(False)

    watched(phone, faults).goto(f"{carried}/portal/search/index.html?q=建材")
    phone.wait_for_selector("#found .party")
    shoot(phone, "search-phone")
    assert not phone.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    assert faults == []


def downloaded_receipt(page, carried: str, place: Path) -> Path:
    """Find the real decision, take its receipt from its slip, keep it."""
    page.goto(f"{carried}/portal/index.html")
    page.goto(f"{carried}/portal/search/410481-urban/index.html")
    page.locator(".tiles a").first.click()
    page.locator(".entry").first.click()
    page.get_by_role("link", name="存证回执").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载回执文件").click()
    path = place / "receipt.json"
    download.value.save_as(path)
    return path


def test_a_reader_without_script_browses_by_agency_and_month(carried, new_context):
    """And is told what the search would need."""
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{carried}/portal/index.html")
    page.get_by_label("查询内容").fill("建材")
    page.get_by_label("查询内容").press("Enter")
    assert "查询需要浏览器的脚本功能" in page.locator("main").inner_text()
    page.locator("#main .tiles a").last.click()
    page.locator("#main .tiles a").last.click()

    assert page.locator(".entry").count() > 0
