"""WCAG 2.2 AA on the public faces, by test: axe on every page, and what axe cannot see (docs/accessibility.md)."""

import pytest

from mingjing.documents.services import issue
from tests.browser.barriers import barriers, walk
from tests.browser.test_portal_pages import shoot, site, watched
from tests.defence.conftest import live
from tests.publicity.conftest import decided

__all__ = ["decided", "live", "site"]

MORE = ("laws/", "lists/", "lists/recording/", "draws/", "draws/check/", "draws/methods/", "feeds/", "open-data/",
        "statistics/", "interference/", "card/", "verify/?code=x", "search/?since=x", "officers/?q=x",
        "firms/91410481000000086C/")  # fmt: skip
COUNTER = ("", "entry/", "complaints/", "complaints/follow/", "nowhere/")


def test_the_instruments_see_what_is_wrong(page):
    """A page with one fault of each kind: every one is told, so that an empty list means something."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.set_content(
        "<main><p style='width:900px'>wide</p><div style='overflow:hidden;height:20px;width:90px'>cut off text</div>"
        "<button style='width:10px;height:10px;padding:0'>x</button><img src='data:,'>"
        "<table><tr><th>head</th></tr></table>"
        "<a href='#' style='outline:none'>no outline</a><a href='#' style='position:absolute;top:0;left:0'>covered</a>"
        "<div style='position:fixed;top:0;left:0;width:300px;height:60px'>over it</div></main>"
    )
    found = " ".join([*barriers(page), *walk(page)])

    for fault in ("image-alt", "html-has-lang", "small target", "cut off", "without caption", "wider than"):
        assert fault in found
    for fault in ("no language", "no outline", "covered"):
        assert fault in found


def test_no_page_of_the_portal_has_a_barrier_an_error_or_a_foreign_request(site, page, live_server):
    """Every route: axe without a finding, targets large enough, text spaced and narrow as the reader likes it."""
    faults: list[str] = []
    addresses = {**site, **{address: f"{live_server.url}/portal/{address}" for address in MORE}}
    page.set_viewport_size({"width": 1280, "height": 900})
    watched(page, faults)
    for name, address in addresses.items():
        page.goto(address)
        shoot(page, f"{name.replace('/', '-')}-desk")
        faults += [f"{name}: {fault}" for fault in barriers(page)]

    assert sorted(set(faults)) == []


def test_the_english_pages_have_none_either(site, page):
    """Longer words, other faces, elements in another language: the pages that differ most."""
    faults: list[str] = []
    page.set_viewport_size({"width": 1280, "height": 900})
    watched(page, faults)
    for name in ("home", "search", "decision", "list", "officers", "guide", "receipt", "about-log"):
        page.goto(site[name].replace("/portal/", "/portal/en/"))
        shoot(page, f"{name}-english")
        faults += [f"{name}: {fault}" for fault in barriers(page)]

    assert sorted(set(faults)) == []


@pytest.mark.parametrize("colours", ["none", "active"])
def test_the_keyboard_leads_everywhere_and_shows_where_it_is(site, page, colours):
    """The first step offers to skip to the content; every step is outlined and uncovered, in forced colours too."""
    page.emulate_media(forced_colors=colours)
    page.goto(site["home"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q"

    faults = []
    for name in ("home", "search", "receipt"):
        page.goto(site[name])
        faults += [f"{name}: {fault}" for fault in walk(page)]
    assert faults == []


def test_the_language_is_switched_by_keyboard_and_without_script(site, new_context):
    """The page is the same one, in the other language, and says so to a screen reader."""
    page = new_context(java_script_enabled=False).new_page()
    page.goto(site["search"])
    switch = page.get_by_role("link", name="English")
    assert switch.get_attribute("lang") == "en"
    switch.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/portal/en/search/?q=*")

    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("searchbox").input_value() == "舞钢"


def test_receipt_and_draw_are_checked_in_english_by_keyboard(site, page):
    """What the scripts say is English on an English page: a wrong receipt is refused in words, and announced."""
    page.goto(site["receipt"].replace("/portal/", "/portal/en/"))
    page.get_by_text("No receipt file, only a QR code").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Address in the QR code").focus()
    page.keyboard.type("nothing like it")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-result] .notice")

    told = page.locator("[data-result]")
    assert told.get_attribute("aria-live") == "polite"
    assert "Not confirmed" in told.inner_text()
    assert not any("\u4e00" <= char <= "\u9fff" for char in told.inner_text())


def test_no_page_of_the_counter_has_a_barrier(transactional_db, live, live_server, page):
    """The open pages, the door with its fault, and a party's own page and form."""
    case, faults = live(), []
    code = issue(case.act("prior_notice_issued")).code
    page.set_viewport_size({"width": 1280, "height": 900})
    watched(page, faults)
    for address in COUNTER:
        page.goto(f"{live_server.url}/counter/{address}")
        faults += [f"{address}: {fault}" for fault in barriers(page)]
    page.goto(f"{live_server.url}/counter/?code={code}")
    # Nothing need be remembered or copied by hand: the code came along, the rest may be pasted (3.3.8).
    assert page.input_value("#code") == code
    page.fill("#last", "000000")
    page.press("#last", "Enter")
    page.wait_for_selector("#fault")
    assert "fault" in (page.get_attribute("#last", "aria-describedby") or "")
    faults = [one for one in faults if "422" not in one] + [f"fault: {one}" for one in barriers(page)]
    page.fill("#last", case.last)
    page.press("#last", "Enter")
    page.wait_for_url("**/counter/case/")
    faults += [f"case: {one}" for one in barriers(page)]
    page.goto(f"{live_server.url}/counter/case/statement/")
    faults += [f"statement: {one}" for one in [*barriers(page), *walk(page)]]

    assert sorted({one for one in faults if "422" not in one}) == []
