"""The grid is drawn in a real browser: corners by clicks, moved by the arrow keys, the box typed into; then saved."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from mingjing.governance import grids
from mingjing.governance.grids import Area
from mingjing.governance.models import Matter
from tests.cast import PASSWORD, Cast
from tests.governance.conftest import AT

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OUTLINE = "113.40,33.20\n113.60,33.20\n113.60,33.40\n113.40,33.40"
AREA = "113.42,33.22\n113.50,33.22\n113.50,33.38\n113.42,33.38"
CORNERS = ((0.54, 0.2), (0.74, 0.2), (0.74, 0.8), (0.54, 0.8))


def _points(page: Page) -> list[list[float]]:
    return [list(map(float, line.split(","))) for line in page.input_value("#points").splitlines()]


@pytest.mark.parametrize("width", [1440, 390])
def test_an_area_is_drawn_by_hand_and_saved(
    page: Page, live_server: LiveServer, cast: Cast, width: int
) -> None:
    """Four clicks make four corners within the outline; a key moves one east; Delete takes one; typing draws too."""
    for name, points, outline in (("辖区", OUTLINE, True), ("一格", AREA, False)):
        area = Area(name=name, points=points, charge=cast.officer.username, outline=outline)
        grids.draw(area=area, by=cast.clerk, at=AT, once=name)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/login/?next=/governance/grids/new/")
    page.fill("[name=username]", cast.clerk.username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    corners = page.locator("#drawing circle")

    frame = page.locator("#map").bounding_box()
    assert frame is not None
    for number, (across, down) in enumerate(CORNERS, 1):
        page.mouse.click(frame["x"] + frame["width"] * across, frame["y"] + frame["height"] * down)
        expect(corners).to_have_count(number)
    drawn = _points(page)
    assert all(113.4 < east < 113.6 and 33.2 < north < 33.4 for east, north in drawn)

    corners.nth(1).focus()
    page.keyboard.press("ArrowRight")
    moved = _points(page)
    assert moved[1][0] > drawn[1][0]
    assert moved[0] == drawn[0]
    page.keyboard.press("Delete")
    expect(corners).to_have_count(3)
    page.locator("#points").fill("\n".join(f"{east},{north}" for east, north in drawn))
    expect(corners).to_have_count(4)

    page.fill("#name", "二格")
    page.select_option("#charge", cast.officer2.username)
    page.get_by_role("button", name="保存").click()
    expect(page.locator("svg polygon.mj-map-area")).to_have_count(2)
    expect(page.get_by_role("link", name="二格")).to_be_visible()
    expect(page.get_by_text("有重叠")).to_have_count(0)
    assert len(grids.stand(Matter.objects.get(subject="二格")).points) == 4
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
