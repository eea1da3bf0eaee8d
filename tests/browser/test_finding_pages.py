"""Finding and following in a real browser: the search with its filters, a firm, feeds, open data, the form for mail."""

from datetime import date, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

from mingjing.publicity.open_data import write_open_data
from tests.browser.test_portal_pages import shoot, watched
from tests.publicity.rows import FIRM, OTHER_FIRM, publish, take_down

LAW = "《城市道路管理条例》第二十七条、第四十二条"


@pytest.fixture
def site(transactional_db, cast, live_server, settings, tmp_path):
    """A firm with five years of history, another with a withdrawal, and the day's files; gives pages by name."""
    settings.MINGJING_HOME, settings.MINGJING_SMTP_URL = tmp_path, "smtp://127.0.0.1:2525"
    kinds = (("penalty_decided", "行政处罚决定", "罚款"), ("licence_granted", "行政许可决定", ""))
    for number in range(25):
        kind, title, penalty = kinds[number % 3 == 0]
        publish(
            cast.bureau if number % 4 else cast.elsewhere,
            "舞钢市宏发建材有限公司",
            uscc=FIRM,
            law=LAW,
            penalty=penalty,
            kind=kind,
            kind_title=title,
            result=f"{penalty} {number + 1},000元" if penalty else "准予许可",
            decided_on=date(2022, 1, 5) + timedelta(days=number * 60),
        )
    take_down(publish(cast.bureau, "舞钢市顺达货运有限公司", uscc=OTHER_FIRM))
    write_open_data()
    addresses = {
        "search-narrow": "portal/search/?q=宏发&law=城市道路管理条例+第27条&region=41&kind=penalty_decided",
        "search-code": f"portal/search/?q={FIRM}",
        "search-nothing": "portal/search/?q=没有的&kind=licence_granted",
        "firm": f"portal/firms/{FIRM}/",
        "firm-taken": f"portal/firms/{OTHER_FIRM}/",
        "feeds": "portal/feeds/?kind=penalty_decided",
        "open-data": "portal/open-data/",
        "subscribe": "counter/subscribe/?q=宏发",
    }
    return {name: f"{live_server.url}/{address}" for name, address in addresses.items()}


def test_no_page_has_a_serious_barrier_an_error_or_a_foreign_request(site, page, phone):
    """At a desk and on a phone; nothing is wider than the phone."""
    faults: list[str] = []
    page.set_viewport_size({"width": 1440, "height": 900})
    for name, address in site.items():
        watched(page, faults).goto(address)
        shoot(page, f"{name}-desk")
        found = Axe().run(page).response["violations"]
        faults += [f"{name}: {one['id']}" for one in found if one["impact"] in {"serious", "critical"}]
        watched(phone, faults).goto(address)
        shoot(phone, f"{name}-phone")
        if phone.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{name}: wider than the phone")

    assert sorted(set(faults)) == []


def test_a_reader_narrows_a_search_and_reaches_the_firm_without_script(site, new_context):
    """A count is a link: the reader clicks a kind, then the firm by its code."""
    page = new_context(java_script_enabled=False).new_page()
    page.goto(site["search-code"])
    page.get_by_text("按种类、结果、机关、年份分开看").click()
    page.locator(".facets").get_by_role("link", name="行政许可决定").click()

    assert page.locator(".entries li").count() == 9
    page.get_by_role("link", name="查看这家单位的全部公示记录").click()
    assert page.get_by_role("heading", level=1).inner_text() == "舞钢市宏发建材有限公司"
    assert page.locator(".timeline tbody tr").count() == 25
