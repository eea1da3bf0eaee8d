"""法规推演 in a real browser: upload a changed rule, read what it changes, open the case; on a phone too."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from mingjing.packs.load import library
from tests.browser.test_officer_pages import enter
from tests.stories import told

SHOTS = os.environ.get("MINGJING_TEST_SHOTS")
FILE = "cn/penalty/on_the_spot_fine_ceiling.toml"

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_changed_rule_is_tried_on_one_s_own_cases(
    cast: Any, live_server: Any, page: Any, phone: Any, tmp_path: Path
) -> None:
    """The change in words, the case, and from it the act."""
    _, case = told(cast, "summary")
    changed = tmp_path / "on_the_spot_fine_ceiling.toml"
    changed.write_text(library().file(FILE).text.replace("citizen = 200, ", "citizen = 20, "))
    for name, screen in (("wide", page), ("phone", phone)):
        enter(screen, live_server.url, "reviewer")
        screen.goto(f"{live_server.url}/law/replay/")
        screen.get_by_label("改过的规则文件").set_input_files(changed)
        screen.get_by_role("button", name="推演").click()
        screen.get_by_text("件的结论不同：").wait_for()
        if SHOTS:
            screen.screenshot(path=f"{SHOTS}/replay-{name}.png", full_page=True)
        found = Axe().run(screen).response["violations"]
        assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
        assert screen.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")
    page.locator(f'a[href*="{case.code}"]').first.click()
    page.wait_for_url(f"{live_server.url}/cases/{case.code}/#act-1")
