"""An inspection on the phone: what is seen on the spot is written on the spot, and the law answers while it is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mingjing.cases.models import Act
from mingjing.kit.clock import BEIJING
from tests.cast import PASSWORD
from tests.journeys.office import Clock
from tests.stories import told

NOW = datetime(2026, 3, 5, 10, 30, tzinfo=BEIJING)


@pytest.fixture
def inspection(transactional_db: Any, cast: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The officers have been in and have recorded what they saw; it is half an hour later."""
    Clock(monkeypatch, NOW)
    return told(cast, "cn/inspection/routine", until="inspection_recorded")[1]


@pytest.fixture
def phone(browser: Any, browser_context_args: Any, live_server: Any) -> Any:
    """An officer signed in on a screen of 390 pixels."""
    small = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    context = browser.new_context(**{**browser_context_args, **small})
    page: Page = context.new_page()
    page.goto(f"{live_server.url}/login/")
    page.get_by_label("用户名").fill("officer")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{live_server.url}/")
    yield page
    context.close()


def fits(page: Page) -> bool:
    """Whether nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_the_result_of_an_inspection_is_told_from_the_phone(
    inspection: Any, phone: Any, live_server: Any
) -> None:
    """Costs laid on the inspected are refused before anything is sent; without them the result is recorded."""
    phone.goto(f"{live_server.url}/cases/new/")
    expect(phone.locator("#main")).to_contain_text("检查事项登记")
    assert fits(phone)
    phone.goto(f"{live_server.url}/cases/{inspection.code}/")
    expect(phone.locator("#main")).to_contain_text("检查对象此前被查处")
    assert fits(phone)
    phone.locator("#next").get_by_role("link", name="告知检查结果").click()
    phone.get_by_label("检查结论").select_option("clean")
    phone.get_by_label("发现的问题").fill("未发现问题。")
    phone.get_by_label("处理意见").fill("无需处理。")
    answer(phone, within_scope="true", party_charged="true", objection_told="true", party_signed="true")
    phone.get_by_label("行为时间").fill((NOW - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M"))
    expect(phone.locator("#check-summary")).to_contain_text("不合法")
    assert fits(phone)
    answer(phone, party_charged="false")
    expect(phone.locator("#check-summary")).to_contain_text("核对合法，可以记录")
    phone.get_by_role("button", name="记录“告知检查结果”").click()
    phone.wait_for_url(f"**/cases/{inspection.code}/#act-*")
    expect(phone.locator("#main")).to_contain_text("已记录“告知检查结果”")
    assert Act.objects.get(kind="inspection_result_told").facts["party_charged"] is False
    assert fits(phone)


def answer(page: Page, **facts: str) -> None:
    """Tap yes or no."""
    for name, value in facts.items():
        box = page.locator(f"[name='f.{name}'][value={value}]")
        if box.count():
            box.check()
