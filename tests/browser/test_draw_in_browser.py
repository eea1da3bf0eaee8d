"""A citizen runs a bureau's draw again in his own browser, to the same names, and sees a forged one fail."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mingjing.inspections.ceremony import close_draw, run_draw
from mingjing.publicity.draws import draw_bundle, publish_draws
from mingjing.publicity.register import publish_registers
from tests.inspections.conftest import bind, campaign, declared, later, seal, show
from tests.inspections.visited import all_struck_off

if TYPE_CHECKING:
    from mingjing.inspections.models import Draw
    from tests.cast import Cast

__all__ = ["campaign", "declared"]

SHOTS = os.environ.get("MINGJING_TEST_SHOTS")


@pytest.fixture
def drawn(transactional_db: Any, declared: Callable[..., "Draw"], cast: "Cast") -> "Draw":
    """A draw that was held, announced to the public while its names are closed."""
    publish_registers(at=later(0))
    draw = declared()
    seal(1)
    bind(draw, 2)
    seal(3)
    show(draw, 4)
    run_draw(draw=draw, number="", by=cast.clerk, at=later(5))
    seal(6)
    publish_draws()
    return draw


def _shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def test_a_draw_is_announced_closed_and_run_again_by_a_citizen(
    drawn: "Draw", cast: "Cast", page: Any, live_server: Any, tmp_path: Path
) -> None:
    """Terms at once, no name before the end; then the same names in the browser, and no for a changed file."""
    code = f"{drawn.campaign.code}-1"
    page.goto(f"{live_server.url}/portal/draws/")
    page.get_by_role("link", name="2026 年餐饮油烟双随机抽查").click()
    _shot(page, "draw-closed-names")
    text = page.locator("main").inner_text()
    assert "名单在检查开始之前封存" in text
    assert drawn.lines.first().object not in page.content()
    assert page.goto(f"{live_server.url}/portal/draws/{code}/bundle.json").status == 404

    all_struck_off(drawn, later(7))
    close_draw(draw=drawn, by=cast.clerk, at=later(7))
    seal(8)
    publish_draws()
    asked: list[str] = []
    page.goto(f"{live_server.url}/portal/draws/{code}/?later")  # the page of before may be kept for a minute
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="重新抽取并比对").click()
    page.get_by_text("✓ 重新抽取 10 个，与公布的名单完全一致").wait_for()
    assert drawn.lines.first().object in page.locator("[data-result]").inner_text()
    assert not [
        url
        for url in asked
        if not url.startswith((f"{live_server.url}/portal/draws/", f"{live_server.url}/static/"))
    ]
    _shot(page, "draw-rerun")

    forged = json.loads(draw_bundle(code))
    forged["lines"].pop(2)
    path = tmp_path / "forged.json"
    path.write_text(json.dumps(forged, ensure_ascii=False))
    page.goto(f"{live_server.url}/portal/draws/check/")
    page.get_by_label("选择抽取包文件").set_input_files(path)
    page.get_by_text("漏掉了").wait_for()
    assert "✗ 核验不通过" in page.locator("[data-result]").inner_text()
    _shot(page, "draw-forged")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/portal/draws/{code}/?later")
    page.get_by_role("button", name="重新抽取并比对").click()
    page.get_by_text("✓ 重新抽取 10 个").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    _shot(page, "draw-phone")
    page.goto(f"{live_server.url}/portal/draws/")
    _shot(page, "draws-phone")
