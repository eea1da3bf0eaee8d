"""The ledger in a real browser: uploaded at a desk, reported on from a phone, closed by another; no barrier."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from mingjing.rectification.models import Plan, Standing
from tests.browser.leaving import leave
from tests.browser.test_officer_pages import barriers, enter, watched
from tests.cast import Cast
from tests.rectification.conftest import TEXT


@pytest.fixture
def document(transactional_db: Any, cast: Cast, tmp_path: Path) -> Path:
    """The document, on the clerk's disk."""
    file = tmp_path / "整改方案.txt"
    file.write_text(TEXT, encoding="utf-8")
    return file


def test_a_plan_is_read_confirmed_worked_off_and_closed(
    document: Path, live_server: Any, page: Any, phone: Any
) -> None:
    """The clerk confirms beside the source; the officer reports and hands in a file; the head closes."""
    base, faults = live_server.url, list[str]()
    page.set_viewport_size({"width": 1440, "height": 900})
    enter(watched(page, faults), base, "clerk")
    page.goto(f"{base}/rectification/")
    expect(page.get_by_text("没有符合条件的整改事项")).to_be_visible()
    page.get_by_role("link", name="导入整改方案").click()
    page.set_input_files("#file", str(document))
    faults += barriers(page)
    page.get_by_role("button", name="读出整改事项").click()
    expect(page.locator("blockquote").first).to_contain_text("持证上岗制度")
    faults += barriers(page)
    row = page.locator("section.mj-panel", has=page.locator("blockquote", has_text="权责清单"))
    row.get_by_label("单位名称").nth(1).fill("政策法规科")
    row.locator("[name=check]").select_option("")
    row.get_by_role("button", name="确认，列入台账").click()
    expect(page.get_by_text("已列入台账。")).to_be_visible()
    page.get_by_role("button", name="按原文全部确认").click()
    expect(page.get_by_text("整改完成率 0%")).to_be_visible()
    code = f"{Plan.objects.get().code}-3"

    enter(watched(phone, faults), base, "officer")
    phone.goto(f"{base}/rectification/items/{code}/")
    phone.get_by_label("做了什么，有什么成效").fill("清单已经起草")
    phone.get_by_role("button", name="填报进展").click()
    phone.locator("summary", has_text="提交佐证").click()
    phone.get_by_label("佐证说明").fill("印发的清单")
    phone.set_input_files("#files", {"name": "清单.txt", "mimeType": "text/plain", "buffer": "清单".encode()})
    phone.locator("button[value=hand_in]").click()
    phone.locator("summary", has_text="申请销号").click()
    phone.get_by_label("完成情况").fill("已经公布")
    phone.locator("button[value=submit]").click()
    expect(phone.get_by_text("已申请销号，等待牵头单位审核")).to_be_visible()
    faults += barriers(phone)
    for address in ("/rectification/", f"/rectification/items/{code}/", f"/rectification/plans/{code[:-2]}/"):
        phone.goto(base + address)
        if phone.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{address}: wider than the phone")

    leave(page)
    enter(page, base, "head")
    page.locator("#rectification").get_by_role("link", name="建立行政执法权责清单").click()
    faults += barriers(page)
    page.get_by_label("审核意见").fill("核对属实")
    page.locator("button[value=close]").click()
    expect(page.get_by_text("审核销号").first).to_be_visible()
    assert Standing.objects.get(item__code=code).state == "closed"
    for address in ("/rectification/board/", "/rectification/?state=closed"):
        page.goto(base + address)
        faults += barriers(page)
    assert sorted(set(faults)) == []
