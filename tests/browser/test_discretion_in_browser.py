"""The assessment form with its script: another line brings other questions, and an answer brings the range."""

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.browser.test_officer_pages import enter
from tests.stories import told

if TYPE_CHECKING:
    from playwright.sync_api import Page

ITEM = "input[name='f.discretion_item'][value='urban_penalties#{}']"


def test_picking_another_line_asks_its_questions_and_an_answer_brings_the_range(
    page: "Page", transactional_db: Any, cast: Any, live_server: Any
) -> None:
    """The line that fits is picked; searching finds others; what was typed elsewhere on the form stays."""
    case = told(cast, until="evidence_collected")[1]
    enter(page, live_server.url, "officer")
    page.goto(f"{live_server.url}/cases/{case.code}/acts/discretion_assessed/")
    expect(page.locator(ITEM.format("road_occupied"))).to_be_checked()
    page.get_by_label("裁量理由").fill("清除及时。")

    page.get_by_label("查找裁量基准条目").fill("建筑垃圾")
    page.get_by_role("button", name="查找").click()
    page.locator(ITEM.format("waste_unapproved")).check()
    expect(page.get_by_text("违法主体", exact=True)).to_be_visible()
    expect(page.get_by_label("占用面积")).to_have_count(0)

    page.get_by_label("查找裁量基准条目").fill("占用城市道路")
    page.get_by_role("button", name="查找").click()
    page.locator(ITEM.format("road_occupied")).check()
    page.get_by_label("占用面积").fill("60")
    page.locator("input[name='f.promptly_corrected'][value=true]").check()
    expect(page.locator("#check")).to_contain_text("2,000元 至 8,000元")
    expect(page.get_by_label("裁量理由")).to_have_value("清除及时。")
    assert case.acts.filter(kind="discretion_assessed").count() == 0


def test_the_page_of_like_cases_fits_a_phone(
    phone: "Page", transactional_db: Any, cast: Any, live_server: Any
) -> None:
    """A supervisor reads the groups on the way: nothing runs out of the screen."""
    told(cast, until="penalty_decided")
    enter(phone, live_server.url, "supervisor")
    phone.goto(f"{live_server.url}/supervision/likeness/")
    expect(phone.get_by_text("不按罚款高低排名")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
