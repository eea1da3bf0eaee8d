"""An inspector's round on a phone: the closed task, the firm's code scanned without a network, sent when it is back."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import segno
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from mingjing.cases.selectors import case_by_own_code, facts_of
from mingjing.cases.services import Deed, record_act
from mingjing.cli.demo.firms import credit_code
from mingjing.inspections.models import VisitStart
from mingjing.inspections.visiting.visits import approve_scheme, assign
from mingjing.kit.clock import BEIJING, legal_day
from tests.browser.test_field_page import minute, prepared
from tests.inspections.planning import stocked
from tests.inspections.test_visits import SCHEME
from tests.journeys.office import Clock

if TYPE_CHECKING:
    from mingjing.inspections.models import VisitTask
    from tests.cast import Cast

SHOTS = os.environ.get("MINGJING_TEST_SHOTS")
FIRM, OTHER = credit_code(3), credit_code(4)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Ten minutes ago: phones write whole minutes, and the visit begins before them."""
    return Clock(monkeypatch, datetime.now(BEIJING) - timedelta(minutes=10))


@pytest.fixture
def task(transactional_db: Any, cast: "Cast", clock: Clock) -> "VisitTask":
    """A visit because of a complaint, for 甲 and 乙."""
    stocked(5)
    now = clock.now
    scheme = approve_scheme(agency=cast.bureau, campaign=None, raw=SCHEME, by=cast.head, at=now)
    return assign(
        scheme=scheme, object_id=FIRM, trigger="complaint", reason="举报编号 12345-0001", inspectors=cast.two,
        due=legal_day(now) + timedelta(days=5), by=cast.clerk, at=now,
    )  # fmt: skip


def _square(folder: Path, code: str) -> Path:
    """A photo of a firm's sheet."""
    path = folder / f"{code}.png"
    segno.make(f"https://example.gov.cn/counter/entry/{code}/", error="m", micro=False).save(
        path, scale=9, border=6
    )
    return path


def _shot(page: Any, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/visit-{name}.png", full_page=True)


def _fits(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def _notified(cast: "Cast", case: Any) -> None:
    told = {"discipline_told": True, "recusal_told": True, "rights_told": True}
    deed = Deed(
        kind="inspection_notice_issued", facts=told, performers=cast.two, by=cast.officer, done_at=timezone.now()
    )  # fmt: skip
    record_act(case=case, deed=deed, once="notified")


def test_a_visit_begins_on_the_phone_and_the_code_is_scanned_without_a_network(
    task: "VisitTask",
    cast: "Cast",
    clock: Clock,
    live_server: Any,
    new_context: Callable[..., Any],
    tmp_path: Path,
) -> None:
    """The neighbour's code is refused on the spot, a photo without one too; the firm's own goes in when it is back."""
    context = new_context()
    phone, base = context.new_page(), live_server.url
    phone.set_viewport_size({"width": 390, "height": 844})
    prepared(phone, base)
    _begins(phone, base)
    case = case_by_own_code(VisitStart.objects.get(task=task).case_code)
    _notified(cast, case)
    clock.pass_by(minutes=10)
    phone.goto(f"{base}/field/")
    phone.get_by_label("现场口令").fill("szx-8812")
    phone.get_by_role("button", name="打开").click()
    phone.get_by_role("button", name="入企亮证").wait_for()
    context.set_offline(True)
    phone.get_by_role("button", name="入企亮证").click()
    phone.locator("#f-entry_scan-0").check()
    _refused(phone, _square(tmp_path, OTHER), f"扫到的是 {OTHER} 的码")
    _refused(phone, _nothing(tmp_path), "没有找到二维码")
    _shot(phone, "another-code")
    phone.locator("#f-entry_code-scan").set_input_files(_square(tmp_path, FIRM))
    expect(phone.locator("#f-entry_code")).to_have_value(f"https://example.gov.cn/counter/entry/{FIRM}/")
    _fills(phone)
    assert "entry_code" not in facts_of(case)
    # The phone's own clock ran on meanwhile: what it wrote must not lie ahead of the server.
    clock.pass_by(minutes=5)
    context.set_offline(False)
    phone.get_by_text("已入案").wait_for()
    assert FIRM in facts_of(case)["entry_code"]
    phone.goto(f"{base}/visits/tasks/{task.code}/")
    phone.get_by_text("与对象相符").wait_for()
    for name, address in (
        ("sheet", f"/visits/tasks/{task.code}/sheet/"),
        ("code", f"/counter/entry/{FIRM}/"),
    ):
        phone.goto(f"{base}{address}")
        _shot(phone, name)
        assert _fits(phone)


def _begins(phone: Any, base: str) -> None:
    phone.goto(f"{base}/visits/")
    _shot(phone, "tasks")
    assert _fits(phone)
    phone.get_by_role("link", name="查看任务").click()
    phone.get_by_role("button", name="开始检查").click()
    phone.get_by_text("检查步骤").wait_for()
    _shot(phone, "begun")
    assert _fits(phone)


def _refused(phone: Any, picture: Path, said: str) -> None:
    phone.locator("#f-entry_code-scan").set_input_files(picture)
    phone.get_by_text(said).wait_for()
    assert phone.locator("#f-entry_code").input_value() == ""


def _fills(phone: Any) -> None:
    """The rest of the form, and finishing it."""
    phone.locator("#who-1").select_option("officer2")
    for box, words in (
        ("done-at", minute(0)),
        ("f-entered_at", minute(0)),
        ("f-act_place", "舞钢市温州路9号"),
    ):
        phone.locator(f"#{box}").fill(words)
    for name in (
        "credential_shown",
        "credential_confirmed",
        "discipline_told",
        "recusal_told",
        "party_present",
    ):
        phone.locator(f"#f-{name}-0").check()
    for name in ("assistants_inspected", "representative_demanded"):
        phone.locator(f"#f-{name}-1").check()
    phone.locator("#f-assistants_on_site").fill("0")
    phone.locator("#f-no_recording_reason").fill("记录仪充电")
    _shot(phone, "own-code")
    assert _fits(phone)
    phone.get_by_role("button", name="完成，待同步").click()


def _nothing(folder: Path) -> Path:
    """A photo of a wall."""
    path = folder / "wall.png"
    Image.new("RGB", (300, 300), "white").save(path)
    return path
