"""Analysis in a real browser: charts drawn from the tables and leading where they lead, without colour, on a phone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.analysis.town import build
from tests.browser.test_officer_pages import watched
from tests.browser.test_portal_pages import shoot
from tests.browser.test_statistics_pages import signed_in
from tests.cast import JUSTICE, Cast, make_agency

PERIOD = "from=2026-02&to=2026-04&origin=all"
PAGES = ("caseload", "waiting", "discretion", "places")
# What the charts show, as their tables have it: the values of the cells that are drawn, row by row.
AS_IN_THE_TABLE = """() => [...document.querySelectorAll(".mj-chart[data-drawn]")].map((place) => {
  const shown = echarts.getInstanceByDom(place).getOption();
  const rows = [...document.getElementById(place.dataset.table).tBodies[0].rows];
  const drawn = rows.map((row) => [...row.querySelectorAll("[data-value]")].map((cell) => Number(cell.dataset.value)));
  const kind = document.getElementById(place.dataset.table).dataset.chart;
  const plain = (point) => (point && point.value !== undefined ? point.value : point);
  const series = shown.series.map((one) => one.data.map(plain));
  const charted = kind === "box" ? series[0] : series[0].map((_, n) => series.map((one) => one[n]));
  // Columns that are nothing everywhere are not drawn.
  const kept = kind === "box" ? drawn : drawn.map((row) => row.filter((_, n) => drawn.some((other) => other[n])));
  const told = [charted, kept.slice(0, charted.length)].map((one) => JSON.stringify(one));
  return told[0] === told[1] ? "" : `${place.dataset.table}: ${told}`;
})"""

OPTION = """(place) => {
  const option = echarts.getInstanceByDom(place).getOption();
  return [[].concat(option.aria)[0].decal.show, option.animation];
}"""


@pytest.fixture
def town(transactional_db: Any, cast: Cast) -> Cast:
    """Cases of two bureaus under one supervisor."""
    other = make_agency(
        "410499-market", "舞钢市市场监督管理局", parent=JUSTICE, region="410499", field="market"
    )
    build([cast.bureau, other], 40)
    return cast


def test_charts_say_what_their_tables_say(town: Cast, page: Any, phone: Any, live_server: Any) -> None:
    """Drawn from the table, patterned, open to the cases; nothing moves; nothing too wide; no serious barrier."""
    faults: list[str] = []
    page.set_viewport_size({"width": 1440, "height": 900})
    for screen, where in ((page, "desk"), (phone, "phone")):
        signed_in(screen, live_server, town.supervisor)
        watched(screen, faults)
        for subject in PAGES if where == "desk" else PAGES[:1]:
            screen.goto(f"{live_server.url}/analysis/{subject}/?{PERIOD}")
            screen.wait_for_selector(".mj-chart[data-drawn] canvas")
            different = screen.evaluate(AS_IN_THE_TABLE)
            assert different
            faults += [one for one in different if one]
            shoot(screen, f"analysis-{subject}-{where}")
            if screen.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                faults.append(f"{subject}: wider than the {where}")
            if where == "desk":
                found = Axe().run(screen).response["violations"]
                faults += [
                    f"{subject}: {one['id']}" for one in found if one["impact"] in {"serious", "critical"}
                ]
    assert not faults, faults

    page.goto(f"{live_server.url}/analysis/caseload/?{PERIOD}")
    chart = page.locator(".mj-chart[data-table=table-opened]")
    option = chart.evaluate(OPTION)
    assert option == [True, False]
    assert chart.get_attribute("role") == "img"
    assert "下面的表格" in (chart.get_attribute("aria-label") or "")
    _press_a_mark(page)
    assert "/analysis/caseload/cases/?" in page.url
    assert (
        int(page.locator("[data-count]").get_attribute("data-count")) == page.locator("tbody tr").count() > 0
    )


def _press_a_mark(page: Any) -> None:
    """Press the first bar of the chart of opened cases where it is drawn."""
    chart = page.locator(".mj-chart[data-table=table-opened]")
    chart.scroll_into_view_if_needed()
    x, y = chart.evaluate(
        "(place) => { const c = echarts.getInstanceByDom(place); const v = c.getOption().series[0].data[0].value;"
        " return c.convertToPixel({ seriesIndex: 0 }, [0, v / 2]); }"
    )
    with page.expect_navigation():
        chart.click(position={"x": x, "y": y})
