"""The officer's card on one phone, checked by another: with a line and without, true, tampered, too old."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import segno
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from mingjing.publicity import card
from mingjing.publicity.register import publish_registers
from tests.cast import PASSWORD, Cast, make_cast

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def bureau(transactional_db: Any, live_server: Any, settings: Any) -> Cast:
    """A bureau whose register is published, at an address that phones reach."""
    settings.MINGJING_ORIGIN = str(live_server.url)
    cast = make_cast()
    publish_registers(at=timezone.now())
    return cast


@pytest.fixture
def other_phone(browser: Any) -> Any:
    """The party's phone."""
    context = browser.new_context(**PHONE, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context.new_page()
    context.close()


def statement(cast: Cast, at: datetime) -> str:
    """The address that the officer's phone shows at a moment."""
    return next(card.statements(card.officer_of(cast.officer, at), at)).address


def accessible(page: Page) -> list[str]:
    """What a page has against people who see or hear badly."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def test_the_card_opens_on_the_phone_and_stays_without_a_line(
    bureau: Cast, live_server: Any, phone: Page
) -> None:
    """Fetched once; the line gone and the page loaded again, the code is there and is the signed address."""
    phone.goto(f"{live_server.url}/login/?next=/card/")
    phone.get_by_label("用户名").fill("officer")
    phone.get_by_label("密码").fill(PASSWORD)
    phone.get_by_role("button", name="登录", exact=True).click()
    expect(phone.get_by_text("本码有效至")).to_be_visible()
    assert accessible(phone) == []
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.context.set_offline(True)
    phone.reload()
    expect(phone.get_by_role("heading", name="甲")).to_be_visible()
    expect(phone.get_by_text("本码有效至")).to_be_visible()
    address = phone.locator("#qr").get_attribute("data-address")
    assert address
    assert address.startswith(f"{live_server.url}/portal/card/#1.")
    squares = len(segno.make(address, error="l", micro=False).matrix)
    assert phone.locator("#qr").get_attribute("width") == str((squares + 8) * 6)


def test_another_phone_checks_it_without_a_line(bureau: Cast, other_phone: Page) -> None:
    """Opened once with a line; then true, tampered and old ones are told apart without any."""
    now = timezone.now()
    good = statement(bureau, now)
    other_phone.goto(good)
    expect(other_phone.get_by_text("核验通过")).to_be_visible()
    expect(other_phone.get_by_text("舞钢市城市管理局", exact=True)).to_be_visible()
    assert accessible(other_phone) == []
    other_phone.evaluate("navigator.serviceWorker.ready.then(() => true)")

    sent: list[str] = []
    other_phone.context.set_offline(True)
    other_phone.reload()
    other_phone.on("request", lambda request: sent.append(request.url))
    expect(other_phone.get_by_text("核验通过")).to_be_visible()

    def scanned(address: str) -> None:
        other_phone.evaluate("address => { location.hash = address.split('#')[1]; }", address)

    scanned(statement(bureau, now - timedelta(hours=1)))
    expect(other_phone.get_by_text("已过期")).to_be_visible()
    scanned(statement(bureau, now + timedelta(hours=1)))
    expect(other_phone.get_by_text("还没有生效")).to_be_visible()
    head, body, mark = good.partition("#")[2].split(".")
    other = statement(bureau, now + timedelta(minutes=1)).split(".")[-1]
    scanned(f"#{head}.{body}.{other}")
    expect(other_phone.get_by_text("签名不对")).to_be_visible()
    expect(other_phone.get_by_text("舞钢市城市管理局", exact=True)).to_be_hidden()
    scanned(f"#{head}.{body[:-2]}{'AA' if body[-2:] != 'AA' else 'BB'}.{mark}")
    expect(other_phone.get_by_text("签名不对")).to_be_visible()
    scanned("#1.short")
    expect(other_phone.get_by_text("没有扫描完整")).to_be_visible()
    scanned(good)
    expect(other_phone.get_by_text("核验通过")).to_be_visible()
    assert [url for url in sent if "/static/" not in url and not url.endswith("worker.js")] == []


def test_the_register_shows_the_officer_by_himself(bureau: Cast, live_server: Any, other_phone: Page) -> None:
    """The link of a checked card leads to his own page; a number that nobody has is not found."""
    other_phone.goto(statement(bureau, timezone.now()))
    other_phone.get_by_role("link", name="在公布的名册中查看").click()
    expect(other_phone.get_by_role("heading", name="甲")).to_be_visible()
    expect(other_phone.get_by_text("证件有效")).to_be_visible()
    assert accessible(other_phone) == []
    answer = other_phone.goto(f"{live_server.url}/portal/officers/nobody/")
    assert answer
    assert answer.status == 404
