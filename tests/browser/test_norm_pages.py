"""The pages of benchmarks in a real browser: no serious barrier, no error, nothing wider than a phone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from mingjing.exchange.benchmarks import benchmark_file
from mingjing.norms import services
from mingjing.norms.models import NormTable
from mingjing.norms.services import law_code
from mingjing.packs.list_import import read_list_toml
from mingjing.personnel.selectors import person
from tests.browser.test_officer_pages import SHOTS, barriers, enter, watched
from tests.cast import BUREAU
from tests.norms.lists import PUBLISHED
from tests.norms.lists import TOML as LIST
from tests.norms.tables import SMALL, benchmark, body

LATER = SMALL.replace('version = "1"', 'version = "4"').replace("2026-01-01", "2026-12-01")
AT = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def drafted(**head: Any) -> int:
    """A draft of the small benchmark, by the reviewer."""
    return services.prepare_draft(
        agency=BUREAU,
        kind="benchmark",
        code="small",
        body=body(**head),
        by=person("reviewer"),
        at=AT,
        source_name="表.xlsx",
    ).pk


def lists_and_laws() -> list[str]:
    """A list and a law, each published; gives their pages."""
    law = {
        "name": "舞钢市城区犬只管理条例",
        "level": "地方性法规",
        "in_force": "2024-05-01",
        "edition": [
            {"year": 2024, "number": "舞钢市人大公告第1号", "in_force": "2024-05-01", "articles": 30}
        ],
    }
    found = read_list_toml("清单.toml", LIST, {"list": "mild"}).body
    rows = []
    for kind, code, held in (("list", "mild", found), ("law", law_code(str(law["name"])), law)):
        pk = services.prepare_draft(
            agency=BUREAU, kind=kind, code=code, body=held, by=person("reviewer"), at=AT
        ).pk
        services.check_draft(draft=pk, agency=BUREAU, by=person("head"), at=AT)
        rows.append(services.publish_draft(draft=pk, agency=BUREAU, by=person("head"), at=AT))
    return [f"/norms/tables/{row.pk}/" for row in rows]


@pytest.fixture
def addresses(transactional_db: Any, cast: Any) -> dict[str, list[str]]:
    """Two published versions and a third one on its way."""
    for version in ("1", "2"):
        pk = drafted(version=version, in_force=f"2026-0{version}-01")
        services.check_draft(draft=pk, agency=BUREAU, by=person("head"), at=AT)
        services.publish_draft(draft=pk, agency=BUREAU, by=person("head"), at=AT)
    old, new = NormTable.objects.order_by("pk").values_list("pk", flat=True)
    more = lists_and_laws()
    draft = drafted(version="3", title="试验裁量基准（修订）", in_force="2026-12-01")
    reading = ["/norms/", "/norms/packs/urban_penalties/", f"/norms/tables/{new}/"]
    return {
        "officer": [
            *reading,
            *more,
            "/norms/packs/urban_penalties/?q=没有这个词",
            "/norms/lists/urban_exempt/",
        ],
        "reviewer": [
            *("/norms/", "/norms/upload/", "/norms/lists/upload/", "/norms/laws/new/", *more),
            f"/norms/drafts/{draft}/",
        ],
        "head": [f"/norms/tables/{new}/", f"/norms/tables/{new}/changes/{old}/", f"/norms/drafts/{draft}/"],
    }


@pytest.mark.parametrize("who", ["officer", "reviewer", "head"])
def test_no_page_of_benchmarks_has_a_serious_barrier(
    addresses: dict[str, list[str]], live_server: Any, page: Any, phone: Any, who: str
) -> None:
    """At a desk and on a phone."""
    faults: list[str] = []
    page.set_viewport_size({"width": 1440, "height": 900})
    for screen in (page, phone):
        enter(watched(screen, faults), live_server.url, who)
    for number, address in enumerate(addresses[who]):
        for screen, name in ((page, "desk"), (phone, "phone")):
            screen.goto(live_server.url + address)
            screen.wait_for_load_state("networkidle")
            if SHOTS:
                screen.screenshot(path=Path(SHOTS) / f"norms-{who}-{number}-{name}.png", full_page=True)
        faults += barriers(page)
        if phone.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{address}: wider than the phone")
    assert sorted(set(faults)) == []


def test_a_file_is_brought_checked_and_published_in_the_browser(
    addresses: Any, live_server: Any, page: Any, new_context: Any, tmp_path: Path
) -> None:
    """The reviewer sees what is wrong, mends it and saves; the head checks and publishes."""
    enter(page, live_server.url, "reviewer")
    page.goto(f"{live_server.url}/norms/upload/")
    bad = tmp_path / "坏.toml"
    bad.write_text(SMALL.replace("10以下", "十以下"), encoding="utf-8")
    page.locator("#file").set_input_files(bad)
    page.get_by_role("button", name="存为草稿").click()
    page.get_by_text("看不懂“十以下”").wait_for()
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / "norms-refused-desk.png", full_page=True)
    good = tmp_path / "好.xlsx"
    good.write_bytes(benchmark_file(benchmark(LATER), suffix=".xlsx"))
    page.locator("#file").set_input_files(good)
    page.get_by_role("button", name="存为草稿").click()
    page.wait_for_url("**/norms/drafts/*/")
    address = page.url
    head = new_context().new_page()
    enter(head, live_server.url, "head")
    head.goto(address)
    head.get_by_role("button", name="审核通过").click()
    head.goto(address)
    head.get_by_role("button", name="发布").click()
    head.get_by_text("已发布“试验裁量基准”4 版").wait_for()


def test_a_published_table_of_a_list_is_read_line_by_line_in_the_browser(
    addresses: Any, live_server: Any, page: Any, phone: Any, tmp_path: Path
) -> None:
    """The report of every line stands above the form, on a phone as well; saved, it is a draft."""
    file = tmp_path / "公布的清单.csv"
    file.write_text(PUBLISHED, encoding="utf-8")
    for screen, name in ((page, "desk"), (phone, "phone")):
        enter(screen, live_server.url, "reviewer")
        screen.goto(f"{live_server.url}/norms/lists/upload/")
        for field, value in (
            ("list", "street"),
            ("version", "1"),
            ("in_force", "2026-03-01"),
            ("source", "公告"),
        ):
            screen.locator(f"#{field}").fill(value)
        screen.locator("#file").set_input_files(file)
        screen.get_by_role("button", name="只核对").click()
        screen.get_by_text("逐行核对").wait_for()
        if SHOTS:
            screen.screenshot(path=Path(SHOTS) / f"norms-lines-{name}.png", full_page=True)
    page.locator("#file").set_input_files(file)
    page.get_by_role("button", name="存为草稿").click()
    page.wait_for_url("**/norms/drafts/*/")
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / "norms-list-draft-desk.png", full_page=True)
