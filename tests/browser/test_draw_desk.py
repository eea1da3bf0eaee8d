"""A draw held through the pages: the bureau, the office above and an invited citizen, each with his own number."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.test_officer_pages import enter
from tests.inspections.conftest import NONCES, PARTIES, bind, campaign, declared, seal

if TYPE_CHECKING:
    from mingjing.inspections.models import Draw
    from tests.cast import Cast

__all__ = ["campaign", "declared"]

SHOTS = os.environ.get("MINGJING_TEST_SHOTS")


def _shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def _bind(page: Any, slips: Path, name: str) -> Path:
    """Make a number in the browser, keep the slip, send the fingerprint."""
    with page.expect_download() as download:
        page.get_by_role("button", name="生成随机数并保存凭条").click()
    path = slips / f"{name}.txt"
    download.value.save_as(path)
    page.get_by_role("button", name="提交承诺").click()
    return path


def _show(page: Any, slip: Path) -> None:
    page.get_by_label("凭条文件").set_input_files(slip)
    page.wait_for_function("document.querySelector('[name=nonce]').value.length === 64")
    page.get_by_role("button", name="公开随机数").click()


@pytest.fixture
def draw(transactional_db: Any, declared: Callable[..., "Draw"]) -> "Draw":
    made = declared(parties=[*PARTIES, "人大代表 赵明"])
    seal(1)
    return made


def test_three_parties_hold_a_draw_and_nobody_sees_a_name(
    draw: "Draw", cast: "Cast", live_server: Any, new_context: Any, tmp_path: Path
) -> None:
    """Each makes, keeps and shows a number of its own; then the draw runs, and all names stay closed."""
    address = f"{live_server.url}/draws/{draw.campaign.code}/1/"
    head, above, citizen = (new_context().new_page() for _ in range(3))
    enter(head, live_server.url, "head")
    head.goto(address)
    _shot(head, "desk-declared")
    head.get_by_role("button", name="生成邀请链接").click()
    link = head.locator("code", has_text="/counter/draws/").inner_text()
    head.goto(address)
    slips = {"head": _bind(head, tmp_path, "head")}
    enter(above, live_server.url, "supervisor")
    above.goto(f"{live_server.url}/draws/")
    above.get_by_role("link", name="2026 年餐饮油烟双随机抽查").click()
    slips["above"] = _bind(above, tmp_path, "above")
    citizen.set_viewport_size({"width": 390, "height": 844})
    citizen.goto(link)
    _shot(citizen, "invited-phone")
    slips["citizen"] = _bind(citizen, tmp_path, "citizen")
    citizen.get_by_text("承诺已经提交").wait_for()
    seal(2)
    for page, slip in ((head, slips["head"]), (above, slips["above"]), (citizen, slips["citizen"])):
        page.reload()
        _show(page, slip)
    citizen.get_by_text("谢谢参与").wait_for()
    head.goto(address)
    head.get_by_role("button", name="抽取", exact=True).click()
    head.get_by_text("已经抽出。名单封存").wait_for()
    assert draw.lines.count() == 10
    for page in (head, above):
        page.goto(address)
        assert not any(one.object in page.content() for one in draw.lines.all())
    _shot(head, "desk-drawn")
    head.set_viewport_size({"width": 390, "height": 844})
    head.goto(address)
    assert head.evaluate("document.documentElement.scrollWidth") <= 390
    _shot(head, "desk-phone")


def test_another_numbers_slip_is_refused_and_the_right_one_taken(
    draw: "Draw", cast: "Cast", live_server: Any, page: Any
) -> None:
    """Who shows a number that he was not bound to is told so, and may try again."""
    bind(draw, 2)
    seal(3)
    enter(page, live_server.url, "head")
    page.goto(f"{live_server.url}/draws/{draw.campaign.code}/1/")
    page.get_by_label("随机数", exact=True).fill("0" * 64)
    page.get_by_role("button", name="公开随机数").click()
    page.get_by_text("与承诺不符").wait_for()
    page.get_by_label("随机数", exact=True).fill(NONCES[PARTIES[0]])
    page.get_by_role("button", name="公开随机数").click()
    page.get_by_text("随机数已经公开").wait_for()
