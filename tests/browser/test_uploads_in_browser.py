"""Uploads by the real client in a real browser: several files, a reload, a lost line; nothing is sent twice."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from mingjing.cli.drills.upload import make_file
from mingjing.evidence import uploads
from mingjing.evidence.selectors import evidence_of
from tests.cast import PASSWORD, Cast
from tests.stories import told

MEBIBYTE = 1024 * 1024
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case_page(cast: Cast, live_server: Any, page: Page) -> Any:
    """An officer at the page of a case."""
    _, case = told(cast, until="filing_approved")
    sign_in(page, live_server.url, cast.officer.username)
    address = f"{live_server.url}/cases/{case.code}/"
    page.goto(address)
    return page, case, address


def sign_in(page: Page, url: str, username: str) -> None:
    """By the form, as everybody does."""
    page.goto(f"{url}/login/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit], form button[type=submit]")


def choose(page: Page, *paths: Path) -> None:
    """Fill in the form and send it."""
    if not page.locator("#legal_kind").is_visible():
        page.locator("#evidence summary", has_text="上传证据").click()
    page.set_input_files("#files", [str(path) for path in paths])
    page.select_option("#legal_kind", "audiovisual")
    page.locator("form[data-tus] button[type=submit]").click()


def test_several_files_go_up_with_their_progress(case_page: Any, tmp_path: Path) -> None:
    """Two films arrive one after the other; a program is refused without a byte of it being sent."""
    page, case, _ = case_page
    digests = [make_file(tmp_path / f"{number}.mp4", 9 * MEBIBYTE) for number in range(2)]
    (tmp_path / "x.exe").write_bytes(b"MZ" + bytes(100))
    choose(page, tmp_path / "0.mp4", tmp_path / "x.exe", tmp_path / "1.mp4")
    expect(page.locator("#arrivals li", has_text="已收入")).to_have_count(2)
    expect(page.locator("#arrivals li", has_text="不接收exe")).to_have_count(1)
    expect(page.locator("#evidence .mj-gallery li")).to_have_count(2)
    assert [item.digest for item in evidence_of(case.code)] == digests


def test_it_goes_on_after_a_reload_and_a_lost_line(case_page: Any, tmp_path: Path) -> None:
    """The line is lost after two pieces, the page is loaded anew, the file chosen again: it goes on from there."""
    page, case, address = case_page
    path = tmp_path / "现场录像.mp4"
    digest = make_file(path, 33 * MEBIBYTE)
    sent: list[int] = []

    def line(route: Any) -> None:
        if route.request.method != "PATCH":
            route.continue_()
        elif len(sent) >= 2 and not lost[0]:
            route.abort("connectionreset")
        else:
            sent.append(int(route.request.headers["upload-offset"]))
            route.continue_()

    lost = [False]
    page.route("**/uploads/*", line)
    choose(page, path)
    expect(page.locator("#arrivals [data-state]")).to_contain_text("16.0 MB")
    page.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('tus::'))")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address)
    expect(page.locator(".mj-unfinished")).to_contain_text("现场录像.mp4")
    assert uploads.unfinished_of(case.code, "officer")[0]["here"] == 16 * MEBIBYTE
    lost[0] = True
    choose(page, path)
    expect(page.locator("#arrivals li", has_text="已收入")).to_have_count(1)
    assert [item.digest for item in evidence_of(case.code)] == [digest]
    assert sent == sorted(set(sent)), "no piece was sent twice"
    assert digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_it_goes_on_by_itself_when_the_line_is_back(case_page: Any, tmp_path: Path) -> None:
    """Offline in the middle: the line of the file says so, and on coming back it ends without anybody's doing."""
    page, case, _ = case_page
    digest = make_file(tmp_path / "a.mp4", 33 * MEBIBYTE)
    patches = [0]

    def line(route: Any) -> None:
        if route.request.method == "PATCH":
            patches[0] += 1
            if patches[0] == 2:
                page.context.set_offline(True)
        route.continue_()

    page.route("**/uploads/*", line)
    choose(page, tmp_path / "a.mp4")
    expect(page.locator("#arrivals [data-state]")).to_contain_text("网络中断")
    page.context.set_offline(False)
    expect(page.locator("#arrivals li", has_text="已收入")).to_have_count(1)
    assert [item.digest for item in evidence_of(case.code)] == [digest]
