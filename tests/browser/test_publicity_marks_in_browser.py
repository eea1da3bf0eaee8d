"""The publicity desk in a real browser: a mark says why, words are hidden and cleared with the mouse or by typing."""

from pathlib import Path
from typing import Any

import pytest

from tests.browser.test_officer_pages import SHOTS, barriers, enter, watched
from tests.cast import Cast
from tests.web.test_publicity_marks import decided

__all__ = ["decided"]

SELECT = """() => {
  const cell = [...document.querySelectorAll('td[data-label="原文"]')].find((one) => one.textContent.includes('龙井'));
  const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const at = walker.currentNode.data.indexOf('龙井');
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(walker.currentNode, at);
    range.setEnd(walker.currentNode, at + 2);
    document.getSelection().removeAllRanges();
    document.getSelection().addRange(range);
    return;
  }
}"""
WHY = "(mark) => getComputedStyle(mark, '::after').content"


@pytest.fixture
def desk(transactional_db: Any, decided: Any, live_server: Any) -> str:
    """The address at which one person prepares the publication of a decision."""
    return f"{live_server.url}/publicity/cases/{decided.code}/"


@pytest.mark.parametrize("width", [1440, 390])
def test_a_mark_says_why_and_words_are_hidden_and_cleared(
    page: Any, desk: str, cast: Cast, live_server: Any, tmp_path: Path, width: int
) -> None:
    """Pressing a mark shows the reason; a selection is hidden by a button; a mark is cleared with a typed reason."""
    faults: list[str] = []
    watched(page, faults)
    page.set_viewport_size({"width": width, "height": 900})
    enter(page, live_server.url, cast.publicity.username)
    page.goto(desk)
    found = page.locator("mark[data-clear='张小泉']").first
    found.click()
    assert "由系统从正文中识别" in found.evaluate(WHY)
    page.screenshot(path=Path(SHOTS or tmp_path) / f"publicity-marks-{width}.png", full_page=True)

    page.locator("#marks-tool").click()
    assert page.locator("#cleared").input_value() == "张小泉："
    page.keyboard.type("商标名称")
    page.locator("td[data-label=公示]", has_text="张小泉").first.wait_for()

    page.evaluate(SELECT)
    page.locator("#marks-tool", has_text="隐去“龙井”").click()
    page.locator("mark.mj-k-all", has_text="龙井").first.wait_for()

    assert page.locator("#marks").input_value() == "龙井"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert barriers(page) == []
    assert faults == []
