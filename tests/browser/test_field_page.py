"""The phone page in a real browser, the network off and on: written, sealed, sent once, refused, signed out."""

import os
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import TimeoutError as TooLate

from mingjing.cases.models import Act, Case
from mingjing.kit.clock import BEIJING
from mingjing.onsite.models import OnSiteRecord
from mingjing.onsite.selectors import onsite_of
from tests.browser.test_officer_pages import enter
from tests.stories import told

SHOTS = os.environ.get("MINGJING_TEST_SHOTS")
CODE = "szx-8812"
FINDING = "现场在人行道堆放水果筐和货架约2平方米"


@pytest.fixture
def case(transactional_db: Any, cast: Any) -> Case:
    """A case under investigation, of 甲 and 乙."""
    return told(cast, until="inspection_recorded")[1]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photo as a camera leaves it."""
    path = tmp_path / "IMG_0001.jpg"
    Image.effect_noise((640, 480), 60).convert("RGB").save(path)
    return path


def shot(page: Any, name: str) -> None:
    """A picture of the page for people to look at."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"field-{name}.png", full_page=True)


def barriers(page: Any) -> list[str]:
    """What axe calls serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} {[node['html'] for node in one['nodes']][:3]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


def prepared(phone: Any, base: str, who: str = "officer") -> Any:
    """Signed in, the pass code chosen, the page kept by the phone."""
    enter(phone, base, who)
    phone.goto(f"{base}/field/")
    phone.get_by_label("现场口令").fill(CODE)
    phone.get_by_label("再输一次").fill(CODE)
    phone.get_by_role("button", name="设置并进入").click()
    phone.get_by_role("heading", name="现场", exact=True).wait_for()
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.wait_for_function("navigator.serviceWorker.controller !== null")
    return phone


def unlocked(phone: Any) -> None:
    """The pass code typed."""
    phone.get_by_label("现场口令").fill(CODE)
    phone.get_by_role("button", name="打开").click()
    phone.get_by_role("heading", name="现场", exact=True).wait_for()


def minute(ago: int) -> str:
    """A moment so many minutes ago, as an input takes it."""
    return (datetime.now(BEIJING) - timedelta(minutes=ago)).strftime("%Y-%m-%dT%H:%M")


def begins_inspection(phone: Any) -> None:
    """From the page's home into the form of the case."""
    phone.get_by_role("button", name="现场检查（勘验）").click()
    phone.get_by_role("heading", level=1, name="现场检查（勘验）").wait_for()


def fills_inspection(phone: Any, finding: str = FINDING) -> None:
    """Everything that the form asks for."""
    phone.locator("#who-1").select_option("officer2")
    phone.locator("#done-at").fill(minute(2))
    phone.locator("#f-started_at").fill(minute(30))
    phone.locator("#f-ended_at").fill(minute(3))
    phone.locator("#f-act_place").fill("舞钢市垭口街道健康路22号")
    for name in ("credential_shown", "rights_told", "recusal_told", "party_present", "party_signed"):
        phone.locator(f"#f-{name}-0").check()
    phone.locator("#f-inspection_finding").fill(finding)
    phone.locator("#f-party_opinion").fill("属实，马上清理。")


def signs(phone: Any, role: str, name: str) -> None:
    """A signature drawn with the finger."""
    phone.get_by_role("button", name=f"{role}签名", exact=True).click()
    phone.get_by_label("签名人姓名").fill(name)
    box = phone.locator("canvas").bounding_box()
    phone.mouse.move(box["x"] + 40, box["y"] + 60)
    phone.mouse.down()
    for step in range(12):
        phone.mouse.move(box["x"] + 40 + 18 * step, box["y"] + 60 + (step % 3) * 40)
    phone.mouse.up()
    if SHOTS:
        phone.screenshot(path=Path(SHOTS) / f"field-signing-{role}.png")
    phone.get_by_role("button", name="签好了").click()
    phone.locator("li[data-sound]", has_text=name).wait_for()


READ_STORE = """async () => {
  const asked = (request) => new Promise((done) => { request.onsuccess = () => done(request.result); });
  const words = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return new TextDecoder().decode(value);
    if (value && typeof value === 'object') return Object.values(value).map(words).join(' ');
    return String(value);
  };
  const opened = await asked(indexedDB.open('mingjing-field'));
  const counts = {}, found = [];
  for (const name of opened.objectStoreNames) {
    const rows = await asked(opened.transaction(name).objectStore(name).getAll());
    counts[name] = rows.length;
    found.push(...rows.map(words));
  }
  opened.close();
  for (const name of await caches.keys()) {
    const kept = await (await caches.open(name)).matchAll();
    found.push(...await Promise.all(kept.map((one) => one.clone().text())));
  }
  found.push(JSON.stringify(localStorage), JSON.stringify(sessionStorage));
  return { counts, text: found.join(' ') };
}"""


def kept_on_phone(phone: Any) -> dict[str, Any]:
    """How many rows each store has, and everything kept as text, as a thief of the phone would read it."""
    kept: dict[str, Any] = phone.evaluate(READ_STORE)
    return kept


def test_an_inspection_is_written_without_a_network_and_arrives_once(
    case: Case, live_server: Any, phone: Any, picture: Path
) -> None:
    """Offline: reload, form, photo, two signatures, a change that voids one; online: one act with its evidence."""
    faults: list[str] = []
    phone.on("pageerror", lambda fault: faults.append(str(fault)))
    prepared(phone, live_server.url)
    shot(phone, "home")
    found = barriers(phone)
    phone.context.set_offline(True)
    phone.reload()
    found += barriers(phone)
    shot(phone, "locked")
    unlocked(phone)
    begins_inspection(phone)
    nothing_is_finished_that_lacks_something(phone)
    fills_inspection(phone)
    phone.locator("#photo").set_input_files(picture)
    phone.locator("img.fd-photo").wait_for()
    a_change_voids_what_was_signed(phone)
    signs(phone, "当事人", "刘大勇")
    signs(phone, "执法人员", "甲")
    found += barriers(phone)
    shot(phone, "form")
    phone.get_by_role("button", name="完成，待同步").click()
    phone.get_by_text("待同步 1 条").wait_for()
    shot(phone, "waiting")
    nobody_reads_it_without_the_pass_code(phone, case)

    before = case.acts.count()
    phone.reload()
    unlocked(phone)
    phone.context.set_offline(False)
    phone.get_by_text("已入案").wait_for()
    shot(phone, "synced")
    it_is_one_act_with_its_evidence(phone, case, before)
    assert (found, faults) == ([], [])


def nothing_is_finished_that_lacks_something(phone: Any) -> None:
    phone.get_by_role("button", name="完成，待同步").click()
    phone.get_by_text("还没有填写：").wait_for()
    shot(phone, "lacking")
    assert phone.locator("#f-witness_name").is_hidden()
    phone.locator("#f-party_signed-1").check()
    assert phone.locator("#f-witness_name").is_visible()


def a_change_voids_what_was_signed(phone: Any) -> None:
    signs(phone, "当事人", "刘大勇")
    phone.locator("#f-party_opinion").fill("有异议。")
    phone.get_by_text("签名已失效").wait_for()
    phone.get_by_role("button", name="完成，待同步").click()
    phone.get_by_text("有签名已失效").wait_for()
    phone.locator("li[data-sound='false']").get_by_role("button", name="删去").click()
    phone.locator("li[data-sound]").wait_for(state="detached")


def nobody_reads_it_without_the_pass_code(phone: Any, case: Case) -> None:
    kept = kept_on_phone(phone)
    assert (kept["counts"]["records"], kept["counts"]["pictures"]) == (1, 3)
    for secret in (FINDING, "刘大勇", case.party_name, "健康路", CODE):
        assert secret not in kept["text"]


def it_is_one_act_with_its_evidence(phone: Any, case: Case, before: int) -> None:
    assert case.acts.count() == before + 1
    act = case.acts.last()
    assert act is not None
    assert act.facts["inspection_finding"] == FINDING
    assert len(act.evidence) == 1
    assert [one.sound for one in onsite_of(case.code)[act.code].marks] == [True, True]
    assert kept_on_phone(phone)["counts"]["pictures"] == 0
    phone.locator("li[data-state=done] a").click()
    phone.wait_for_url(re.compile(rf"/cases/{case.code}/"))
    entry = phone.locator(f"#act-{act.seq}")
    assert sum(FINDING in one for one in phone.locator("li.mj-act").all_text_contents()) == 1
    assert FINDING in entry.text_content()
    assert "当事人 刘大勇" in entry.inner_text()
    assert "签名与内容相符" in entry.inner_text()
    shot(phone, "case")


def test_a_refusal_after_sync_is_shown_mended_and_sent_again(
    case: Case, live_server: Any, phone: Any
) -> None:
    """A fine too high for a summary procedure comes back with the article; lowered, the decision gets its number."""
    prepared(phone, live_server.url)
    phone.context.set_offline(True)
    phone.get_by_role("button", name="当场行政处罚决定").click()
    phone.locator("#who-1").select_option("officer2")
    fills_on_the_spot(phone, fine="5000")
    phone.get_by_role("button", name="完成，待同步").click()
    phone.get_by_text("待同步 1 条").wait_for()
    opened = Case.objects.count()
    phone.context.set_offline(False)
    phone.get_by_text("1 条被退回").first.wait_for()
    assert Case.objects.count() == opened

    phone.get_by_role("button", name="继续填写").click()
    phone.get_by_text("法律不允许").wait_for()
    shot(phone, "refused")
    assert "行政处罚法" in phone.locator("#answer").inner_text()
    assert barriers(phone) == []
    assert phone.locator("#f-violation_facts").input_value() == "占用公共场地约2平方米，影响市容。"
    phone.locator("#f-fine_yuan").fill("50")
    phone.get_by_role("button", name="完成，待同步").click()
    phone.get_by_text("已入案").wait_for()
    assert Case.objects.count() == opened + 1
    number = Act.objects.get(kind="on_the_spot_decided").facts["document_no"]
    assert phone.get_by_role("link", name=number).is_visible()


def fills_on_the_spot(phone: Any, fine: str) -> None:
    """A decision on the spot against a citizen."""
    phone.locator("[name=f-party_kind][value=citizen]").check()
    typed = {
        "party_name": "刘大勇",
        "party_id_number": "410481198506121014",
        "party_address": "健康路22号",
        "matter": "在街道两侧擅自堆放物料，影响市容",
        "place": "健康路22号门前",
        "violation_facts": "占用公共场地约2平方米，影响市容。",
        "violated-1-law": "城市市容和环境卫生管理条例",
        "violated-1-article": "第十四条",
        "penalty_basis-1-law": "城市市容和环境卫生管理条例",
        "penalty_basis-1-article": "第三十六条第二项",
        "correction_demand": "立即清理堆放物。",
        "discretion_benchmark": "堆放物料5平方米以下、当场改正的，处20元以上100元以下罚款",
        "discretion_reason": "占用面积小，当场改正。",
        "defence_handling": "当事人未提出陈述申辩。",
    }
    for name, text in typed.items():
        phone.locator(f"#f-{name}").fill(text)
    phone.locator("[name=f-penalty_kinds][value=fine]").check()
    phone.locator("#f-fine_yuan").fill(fine)
    phone.locator("#f-payment_days").fill("15")
    chosen = {"discretion_tier": "lighter", "party_id_kind": "resident_id"}
    for name, code in chosen.items():
        listed = phone.locator(f"select#f-{name}")
        if listed.count():
            listed.select_option(code)
        else:
            phone.locator(f"[name=f-{name}][value={code}]").check()
    told_all = ("credential_shown", "rights_told", "added_fine_told", "review_first_told", "remedy_told")
    for name in (*told_all, "publicity_told", "party_signed"):
        phone.locator(f"#f-{name}-0").check()


def test_signing_out_clears_the_phone_and_keeps_sealed_what_was_not_sent(
    case: Case, live_server: Any, phone: Any
) -> None:
    """With nothing left to send no row remains; with a draft left only that, sealed, and it opens again later."""
    prepared(phone, live_server.url)
    phone.get_by_role("button", name="退出登录").click()
    phone.get_by_role("link", name="去登录").wait_for()
    kept = kept_on_phone(phone)
    assert kept["counts"] == {"keys": 0, "packs": 0, "records": 0, "pictures": 0}
    assert case.party_name not in kept["text"]
    phone.goto(f"{live_server.url}/cases/")
    assert "/login/" in phone.url

    prepared(phone, live_server.url)
    begins_inspection(phone)
    phone.locator("#f-inspection_finding").fill(FINDING)
    phone.get_by_text("已存在手机里", exact=True).wait_for()
    phone.get_by_role("button", name="‹ 返回").click()
    phone.on("dialog", lambda dialog: dialog.accept())
    phone.get_by_role("button", name="退出登录").click()
    phone.get_by_text("您没有登录").wait_for()
    kept = kept_on_phone(phone)
    assert kept["counts"] == {"keys": 1, "packs": 0, "records": 1, "pictures": 0}
    assert FINDING not in kept["text"]

    phone.get_by_label("现场口令").fill("不是这个口令")
    phone.get_by_role("button", name="打开").click()
    phone.get_by_text("口令不对").wait_for()
    unlocked(phone)
    phone.get_by_role("button", name="继续填写").click()
    assert phone.locator("#f-inspection_finding").input_value() == FINDING


def test_a_lost_session_keeps_everything_until_one_signs_in_again(
    case: Case, live_server: Any, phone: Any
) -> None:
    """The page says so; after signing in the record is sent without being typed again."""
    prepared(phone, live_server.url)
    phone.context.clear_cookies(name="sessionid")
    begins_inspection(phone)
    fills_inspection(phone)
    phone.get_by_role("button", name="完成，待同步").click()
    phone.get_by_text("登录已结束").wait_for()
    assert OnSiteRecord.objects.count() == 0
    phone.get_by_role("link", name="去登录").click()
    phone.get_by_label("用户名").fill("officer")
    phone.get_by_label("密码").fill("mingjing-demo")
    phone.get_by_role("button", name="登录", exact=True).click()
    unlocked(phone)
    phone.get_by_text("已入案").wait_for()
    assert OnSiteRecord.objects.count() == 1


def test_records_survive_cut_lines_server_errors_and_reloads_in_the_browser(
    case: Case, live_server: Any, phone: Any
) -> None:
    """Six records; answers are lost after they were given, refused with 500, cut off; the page is reloaded twice."""
    prepared(phone, live_server.url)
    phone.context.set_offline(True)
    wanted = [f"第{number}次检查，现场无异常" for number in range(6)]
    for finding in wanted:
        begins_inspection(phone)
        fills_inspection(phone, finding)
        phone.get_by_role("button", name="完成，待同步").click()
        phone.get_by_role("heading", name="现场", exact=True).wait_for()
    phone.get_by_text("待同步 6 条").wait_for()
    phone.context.route("**/field/records", unreliable())
    phone.context.set_offline(False)
    for _ in range(400):
        if phone.get_by_text("没有待同步的").count():
            break
        phone.wait_for_timeout(150)
        press = phone.get_by_role("button", name="现在同步")
        if press.count():
            with suppress(TooLate):  # it may just have gone, for it is tried again by itself as well
                press.click(timeout=1000)
        elif phone.get_by_label("现场口令").count():
            unlocked(phone)
    phone.reload()
    unlocked(phone)
    phone.get_by_text("没有待同步的").wait_for()
    arrived = [row.facts.get("inspection_finding") for row in Act.objects.filter(case=case).order_by("seq")]
    assert [one for one in arrived if one in wanted] == wanted


def unreliable() -> Callable[[Any], None]:
    """A line that fails in a fixed round: cut before, an error of the server, the answer lost after it was recorded."""
    turn = iter(range(10**6))

    def through(route: Any) -> None:
        number = next(turn) % 4
        if number == 0:
            route.abort()
        elif number == 1:
            route.fulfill(status=503, body="")
        elif number == 2:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    return through
