"""The officers' face in a real browser: no serious barrier, no error, no other host, nothing typed is ever lost."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from axe_playwright_python.sync_playwright import Axe

from mingjing.cases.models import Act
from tests.cast import PASSWORD
from tests.stories import told

SHOTS = os.environ.get("MINGJING_TEST_SHOTS")
# Chromium notes an answer of 4xx in the console by itself; a refusal is one of our answers, not a fault.
OURS = ("status of 422", "status of 401", "status of 403", "status of 404")


@pytest.fixture
def cases(transactional_db: Any, cast: Any) -> dict[str, Any]:
    """A case under investigation, one on the review desk, one closed, and a decision waiting to be published."""
    return {
        "open": told(cast, until="evidence_collected", mark="a")[1],
        "done": told(cast, mark="b")[1],
        "decided": told(cast, until="penalty_decided", mark="c")[1],
    }


@pytest.fixture
def site(cases: dict[str, Any], live_server: Any) -> dict[str, list[str]]:
    """The pages of each person, by username."""
    live, decided = cases["open"], cases["decided"]
    photo = live.acts.get(kind="inspection_recorded").evidence[0]["digest"]
    pages = {
        "officer": [
            "/",
            "/cases/",
            "/cases/?q=没有这一家",
            "/cases/new/",
            "/cases/new/clue_registered/",
            "/cases/new/on_the_spot_decided/",
            f"/cases/{live.code}/",
            f"/cases/{cases['done'].code}/",
            f"/cases/{live.code}/acts/inquiry_recorded/",
            f"/cases/{live.code}/acts/discretion_assessed/",
            f"/cases/{live.code}/acts/investigation_reported/",
            f"/cases/{live.code}/evidence/{photo}/",
            "/people/",
            "/people/officer/",
            "/law/",
            "/law/cn.penalty.on_the_spot_fine_ceiling/",
            "/law/chart/ordinary/",
            "/nowhere/",
            "/system/",
        ],
        "publicity": ["/", "/publicity/", f"/publicity/cases/{decided.code}/"],
        "head": ["/", f"/cases/{live.code}/", f"/cases/{decided.code}/acts/case_closed/"],
        "supervisor": ["/", "/supervision/", "/supervision/likeness/", f"/cases/{live.code}/"],
        "reviewer": ["/", "/review/", "/law/replay/"],
        "admin": [
            "/",
            "/system/",
            "/people/",
            "/people/new/",
            "/people/officer/",
            "/people/agencies/",
            "/people/agencies/new/",
            "/account/password/",
        ],
    }
    return {who: [live_server.url + path for path in paths] for who, paths in pages.items()}


def enter(page: Any, base: str, username: str) -> Any:
    """Sign in as a person does."""
    page.goto(f"{base}/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{base}/")
    return page


def watched(page: Any, faults: list[str]) -> Any:
    """Note every error of a page and every request that leaves the site."""

    def on_console(note: Any) -> None:
        if note.type == "error" and not any(status in note.text for status in OURS):
            faults.append(f"{page.url}: {note.text}")

    def on_request(request: Any) -> None:
        if "//localhost" not in request.url and not request.url.startswith(("data:", "blob:")):
            faults.append(f"{page.url}: asks {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on("request", on_request)
    return page


def barriers(page: Any) -> list[str]:
    """What axe calls serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {one['id']} {[node['html'] for node in one['nodes']][:3]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize("who", ["officer", "publicity", "head", "supervisor", "reviewer", "admin"])
def test_no_page_has_a_serious_barrier_an_error_or_a_foreign_request(
    site: dict[str, list[str]], live_server: Any, page: Any, phone: Any, who: str
) -> None:
    """At a desk and on a phone; nothing is wider than the phone."""
    faults: list[str] = []
    page.set_viewport_size({"width": 1440, "height": 900})
    for screen in (page, phone):
        enter(watched(screen, faults), live_server.url, who)
    for number, address in enumerate(site[who]):
        for screen, name in ((page, "desk"), (phone, "phone")):
            screen.goto(address)
            if screen is page or SHOTS:  # what asks for more once it stands is seen on one of the two
                screen.wait_for_load_state("networkidle")
            if SHOTS:
                screen.screenshot(path=Path(SHOTS) / f"{who}-{number}-{name}.png", full_page=True)
        faults += barriers(page)
        if phone.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{address}: wider than the phone")
    assert sorted(set(faults)) == []


def test_the_sign_in_page_has_no_barrier_and_leads_on_by_keyboard(
    cases: Any, live_server: Any, page: Any
) -> None:
    """The cursor stands in the first box; tab and enter are enough."""
    page.goto(f"{live_server.url}/login/")
    assert barriers(page) == []
    page.keyboard.type("officer")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live_server.url}/")
    assert page.get_by_role("heading", level=1).inner_text() == "工作台"


def test_a_form_is_checked_saved_and_restored_while_it_is_filled_in(
    cases: Any, live_server: Any, page: Any
) -> None:
    """The law answers before anything is sent; a reload loses nothing; mended, it is recorded once."""
    enter(page, live_server.url, "officer")
    page.goto(f"{live_server.url}/cases/new/clue_registered/")
    page.get_by_label("案由").fill("涉嫌擅自占用城市道路案")
    page.get_by_label("发现或收到线索日期").fill("2099-01-01")
    page.locator("#errors-f-clue_received_on", has_text="晚于").wait_for()
    page.locator("#draft-state", has_text="草稿已保存").wait_for()

    page.reload()
    assert page.get_by_label("案由").input_value() == "涉嫌擅自占用城市道路案"
    page.get_by_label("案件来源").select_option("inspection")
    page.get_by_label("线索内容").fill("巡查发现占用道路堆放材料。")
    page.get_by_role("button", name="记录").click()
    page.locator("#refusal").wait_for()
    assert page.evaluate("document.activeElement.id") == "refusal"
    assert page.get_by_label("线索内容").input_value() == "巡查发现占用道路堆放材料。"

    before = Act.objects.count()
    page.get_by_label("发现或收到线索日期").fill("2026-03-02")
    page.get_by_role("button", name="记录").dblclick()
    page.wait_for_url("**/cases/*/#act-1")
    assert Act.objects.count() == before + 1

    page.go_back()
    assert page.get_by_label("线索内容").input_value() == ""


def test_leaving_a_page_at_once_keeps_what_was_typed(cases: Any, live_server: Any, page: Any) -> None:
    """Typed and gone before the usual saving: the browser's last word is the draft."""
    enter(page, live_server.url, "officer")
    form = f"{live_server.url}/cases/new/clue_registered/"
    page.goto(form)
    page.get_by_label("线索内容").fill("刚写完就离开")
    page.goto(f"{live_server.url}/people/")
    page.goto(form)
    assert page.get_by_label("线索内容").input_value() == "刚写完就离开"


def test_rows_are_added_and_removed_and_arrive_in_order(cases: Any, live_server: Any, page: Any) -> None:
    """Questions and answers of an inquiry: three rows typed, the second taken out, two recorded in the draft."""
    enter(page, live_server.url, "officer")
    form = f"{live_server.url}/cases/{cases['open'].code}/acts/inquiry_recorded/"
    page.goto(form)
    for number, text in enumerate(("一问", "二问", "三问")):
        if number:
            page.get_by_role("button", name="增加一行").click()
        page.locator(f"[name='f.answers.{number}.question']").fill(text)

    def kept(answer: Any) -> bool:
        sent = unquote_plus(answer.request.post_data or "")
        return "/draft" in answer.url and "三问" in sent and "二问" not in sent

    with page.expect_response(kept):
        page.get_by_role("button", name="删去第 2 行").click()
    page.reload()
    typed = [page.locator(f"[name='f.answers.{number}.question']").input_value() for number in range(3)]
    assert typed == ["一问", "三问", ""]


def test_an_ended_session_is_said_and_nothing_typed_is_lost(
    cases: Any, live_server: Any, page: Any, context: Any
) -> None:
    """The notice appears in place; signed in again in a second window, the form goes on."""
    enter(page, live_server.url, "officer")
    page.goto(f"{live_server.url}/cases/new/clue_registered/")
    context.clear_cookies(name="sessionid")
    page.get_by_label("线索内容").fill("会话结束后写的")
    page.get_by_text("登录已超时").wait_for()
    assert page.get_by_label("线索内容").input_value() == "会话结束后写的"

    with context.expect_page() as second:
        page.get_by_role("link", name="在新窗口登录").click()
    window = second.value
    window.get_by_label("用户名").fill("officer")
    window.get_by_label("密码").fill(PASSWORD)
    window.get_by_role("button", name="登录").click()
    window.get_by_text("可以关闭本页").wait_for()
    page.get_by_role("button", name="我已登录，继续").click()
    page.locator("#session-notice").wait_for(state="hidden")
    page.get_by_label("案由").fill("继续填写")
    page.locator("#draft-state", has_text="草稿已保存").wait_for()


def test_a_photo_is_taken_into_the_case_from_a_phone(
    cases: Any, live_server: Any, phone: Any, tmp_path: Path
) -> None:
    """Choose, label, send: it stands in the gallery and plays in place."""
    from PIL import Image  # noqa: PLC0415 -- only here a picture is made

    picture = tmp_path / "现场.jpg"
    Image.new("RGB", (800, 600), "teal").save(picture)
    enter(phone, live_server.url, "officer")
    phone.goto(f"{live_server.url}/cases/{cases['open'].code}/")
    phone.get_by_text("上传证据").click()
    phone.locator("#files").set_input_files(picture)
    phone.get_by_text("现场.jpg").wait_for()
    phone.get_by_label("证据种类").select_option("audiovisual")
    phone.get_by_role("button", name="上传").click()
    phone.locator("#arrivals li", has_text="已收入：现场").wait_for()
    phone.locator("#evidence").get_by_role("link", name="现场", exact=True).last.click()
    phone.wait_for_load_state("networkidle")
    assert phone.locator("img.mj-media").evaluate("picture => picture.naturalWidth") == 800


def test_the_preview_stands_beside_the_form(cases: Any, live_server: Any, page: Any) -> None:
    """A page as it would be printed, drawn from what is typed."""
    enter(page, live_server.url, "officer")
    page.goto(f"{live_server.url}/cases/{cases['open'].code}/acts/inquiry_recorded/")
    page.get_by_role("button", name="预览文书").click()
    page.locator("#preview img").first.wait_for()
    assert page.locator("#preview img").first.evaluate("picture => picture.naturalWidth") > 500
