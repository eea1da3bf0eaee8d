"""A bureau's day in real browsers: fined on the street, approved at a desk, published, read and checked."""

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from mingjing.cases.models import Act, Case
from mingjing.cli.demo.bureau import BUREAU, make_bureau
from mingjing.cli.demo.live import make_live_cases, newcomer_case
from mingjing.cli.worker import Worker
from mingjing.documents.models import IssuedDocument, WaitingDocument
from mingjing.kit.clock import BEIJING
from mingjing.personnel.selectors import agency
from mingjing.publicity.models import Publication
from mingjing.publicity.register import publish_register
from tests.cast import PASSWORD
from tests.journeys.office import Clock

DAY = date(2026, 6, 10)
NOON = datetime(2026, 6, 10, 12, tzinfo=BEIJING)
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "img"
WRITES_PICTURES = os.environ.get("MINGJING_WRITE_SCREENSHOTS") == "1"
LIGHT = 150_000  # bytes of a page of the portal with everything it fetches
ANSWERS = ("422", "404")  # of ours, which Chromium notes in the console by itself


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A Wednesday in June."""
    return Clock(monkeypatch, NOON)


@pytest.fixture
def bureau(transactional_db: Any, clock: Clock) -> str:
    """The bureau of the demo with its people; gives its code."""
    make_bureau(DAY)
    return BUREAU


@pytest.fixture
def cases(bureau: str, clock: Clock) -> None:
    """Its live cases, its public register, everything sealed."""
    make_live_cases(DAY)
    publish_register(agency(bureau), at=clock.now)
    the_worker_catches_up()


@pytest.fixture
def faults() -> list[str]:
    """What no page may do: an error, a request to another host, something that the policy forbids."""
    return []


@pytest.fixture
def at(browser: Any, browser_context_args: Any, live_server: Any, faults: list[str]) -> Iterator[Any]:
    """Somebody at a browser of their own, signed in: `at("officer")`, `at("", width=390)` for the public."""

    contexts: list[Any] = []

    def sit(username: str, width: int = 1440) -> Page:
        small = {"is_mobile": True, "has_touch": True, "device_scale_factor": 2} if width < 500 else {}
        screen = {"viewport": {"width": width, "height": 900}, **small}
        contexts.append(browser.new_context(**{**browser_context_args, **screen}))
        context = contexts[-1]
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('CSP ' + e.violatedDirective))"
        )
        page: Page = context.new_page()
        watch(page, faults)
        if username:
            page.goto(f"{live_server.url}/login/")
            page.get_by_label("用户名").fill(username)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.wait_for_url(f"{live_server.url}/")
        return page

    yield sit
    for context in contexts:
        context.close()


def watch(page: Page, faults: list[str]) -> None:
    """Note what goes wrong in a page."""
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda note: (
            faults.append(f"{page.url}: {note.text}")
            if note.type == "error" and not any(status in note.text for status in ANSWERS)
            else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            None
            if "//localhost" in request.url or request.url.startswith(("data:", "blob:"))
            else faults.append(f"{page.url}: asks {request.url}")
        ),
    )


def test_an_officer_fines_on_the_street_with_a_phone(
    bureau: str, live_server: Any, at: Any, faults: list[str]
) -> None:
    """The law answers on the small screen while the form is filled in; a reload and the back button lose nothing."""
    phone = at("officer", width=390)
    phone.get_by_role("link", name="新办案件").first.click()
    phone.get_by_role("link", name="当场行政处罚决定").click()
    fill_in_the_penalty(phone)
    expect(phone.locator("#check-summary")).to_contain_text("不合法")
    phone.locator("#check-summary a").click()
    expect(phone.locator("#check")).to_contain_text("200元")
    expect(phone.locator("#draft-state")).to_contain_text("草稿已保存")
    phone.reload()
    assert phone.get_by_label("当事人姓名或者名称").input_value() == "刘大勇"
    phone.goto(f"{live_server.url}/cases/")
    phone.go_back()
    assert phone.get_by_label("罚款金额").input_value() == "201"
    phone.get_by_label("罚款金额").fill("200")
    expect(phone.locator("#check-summary")).to_contain_text("核对合法，可以记录")
    phone.get_by_role("button", name="记录“当场行政处罚决定”").click()
    phone.wait_for_url("**/cases/*/#act-1")
    expect(phone.locator("#main")).to_contain_text("舞城管当罚〔2026〕1号")
    assert Act.objects.get().facts["fine_yuan"] == "200"
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert faults == []


def fill_in_the_penalty(page: Page) -> None:
    """As an officer types it on the pavement; one yuan too many."""
    page.get_by_label("实施人员 2").select_option("officer2")
    page.get_by_label("自然人").check()
    page.locator("[name='f.penalty_kinds'][value=fine]").check()
    words = {
        "当事人姓名或者名称": "刘大勇",
        "公民身份号码": "410481198506121014",
        "案由": "在街道两侧擅自堆放物料，影响市容",
        "违法行为发生地点": "舞钢市健康路农贸市场西门外人行道",
        "违法事实": "当事人在人行道上堆放水果筐和货架，占用公共场地约2平方米，影响市容。",
        "罚款金额": "201",
        "责令改正要求": "立即清理堆放物。",
        "适用的裁量基准": "堆放物料5平方米以下、当场改正的，处20元以上200元以下罚款",
        "陈述、申辩和听证意见的采纳情况": "当事人未提出陈述申辩。",
        "缴款期限": "15",
    }
    choose(page, party_id_kind="resident_id", discretion_tier="ordinary")
    for label, text in words.items():
        page.get_by_label(label, exact=False).first.fill(text)
    for name, law, article in (
        ("violated", "城市市容和环境卫生管理条例", "第十四条"),
        ("penalty_basis", "城市市容和环境卫生管理条例", "第三十六条第二项"),
    ):
        page.locator(f"[name='f.{name}.0.law']").fill(law)
        page.locator(f"[name='f.{name}.0.article']").fill(article)
    ticks = page.locator("fieldset:not([disabled]) input[type=radio][value=true]:visible")
    for number in range(ticks.count()):
        ticks.nth(number).check()


def test_the_newcomers_case_is_decided_published_read_and_verified(
    cases: None, live_server: Any, at: Any, clock: Clock, faults: list[str]
) -> None:
    """Officer prepares, head approves, officers decide and serve, two people publish; a citizen reads and verifies."""
    case = newcomer_case()
    home = f"{live_server.url}/cases/{case.code}/"
    officer, head = at("officer"), at("head")
    the_officer_prepares_and_the_head_approves(officer, head, home)
    the_officers_decide_and_serve(officer, home)
    two_people_publish(at("publicity"), at("publicity2"), live_server.url, case)
    the_worker_catches_up()
    decided = Act.objects.get(case=case, kind="penalty_decided")
    a_citizen_reads_and_verifies(at("", width=390), live_server.url, decided)
    assert faults == []


def the_worker_catches_up() -> None:
    worker = Worker()
    worker.turn()
    while WaitingDocument.objects.exists():
        worker.turn()


def the_officer_prepares_and_the_head_approves(officer: Page, head: Page, home: str) -> None:
    officer.goto(home)
    officer.get_by_role("link", name="准备：处罚决定审批").click()
    officer.get_by_label("给予行政处罚", exact=True).check()
    officer.locator("[name='f.officer_opinion']").fill("陈述申辩期已过，意见已复核，建议按告知内容处罚。")
    officer.get_by_role("button", name="交负责人办理").click()
    expect(officer.locator("#main")).to_contain_text("等负责人办理")
    head.reload()
    head.locator("#waiting").get_by_role("link", name="核对处罚决定审批").click()
    expect(head.locator("#main")).to_contain_text("已准备好本表")
    head.locator("[name='f.approval_opinion']").fill("同意。")
    head.get_by_role("button", name="记录“处罚决定审批”").click()
    expect(head.locator("#main")).to_contain_text("已记录“处罚决定审批”")


def the_officers_decide_and_serve(officer: Page, home: str) -> None:
    officer.goto(home)
    officer.locator("#next").get_by_role("link", name="行政处罚决定", exact=True).click()
    officer.locator("[name='f.payment_days']").fill("15")
    ticks = officer.locator("input[type=radio][value=true]:visible")
    for number in range(ticks.count()):
        ticks.nth(number).check()
    officer.get_by_role("button", name="记录“行政处罚决定”").click()
    expect(officer.locator("#main")).to_contain_text("已记录“行政处罚决定”")
    officer.locator("#next").get_by_role("link", name="送达", exact=True).first.click()
    choose(officer, service_document="penalty_decided", service_method="direct")
    officer.locator("[name='f.service_place']").fill("河南省平顶山市舞钢市建设路中段18号")
    officer.locator("[name='f.receiver_name']").fill("郭长河")
    choose(officer, receiver_relation="representative")
    officer.get_by_role("button", name="记录“送达”").click()
    expect(officer.locator("#main")).to_contain_text("已记录“送达”")


def choose(page: Page, **choices: str) -> None:
    """Choose by code, in a list box or among buttons."""
    for name, code in choices.items():
        lists = page.locator(f"select[name='f.{name}']")
        if lists.count():
            lists.select_option(code)
        else:
            page.locator(f"[name='f.{name}'][value={code}]").check()


def two_people_publish(first: Page, second: Page, site: str, case: Case) -> None:
    before = Publication.objects.count()
    first.goto(f"{site}/publicity/cases/{case.code}/")
    choose(
        first, publication_reason="double_publicity", secrecy_checked="true", non_publication_ground="none"
    )
    first.locator("[name='f.credit_reason']").fill("占用主要道路，群众多次反映，确有必要公示")
    first.locator("[name='f.publication_until']").fill("2026-08-10")
    first.get_by_role("button", name="交另一人确认").click()
    expect(first.locator("#main")).to_contain_text("本人准备，须由另一人确认")
    second.goto(f"{site}/publicity/")
    second.get_by_role("link", name="核对并确认").click()
    second.get_by_role("button", name="确认无误，公示").click()
    expect(second.locator("#main")).to_contain_text("已公示。")
    assert Publication.objects.count() == before + 1


def a_citizen_reads_and_verifies(phone: Page, site: str, decided: Act) -> None:
    number = decided.facts["document_no"]
    phone.goto(f"{site}/portal/")
    phone.get_by_label("查询内容").fill(number)
    phone.keyboard.press("Enter")
    phone.get_by_role("link", name="舞钢市金穗农资有限公司").click()
    expect(phone.locator("main")).to_contain_text(number)
    expect(phone.locator("main")).not_to_contain_text("郭长河")
    phone.goto(f"{site}/portal/verify/")
    phone.get_by_label("查验码").fill(IssuedDocument.objects.get(act=decided).code)
    phone.keyboard.press("Enter")
    expect(phone.locator("main")).to_contain_text("这份文书由本系统发出，并已写入公开存证日志")


def test_a_clue_is_registered_without_touching_the_mouse(
    bureau: str, live_server: Any, at: Any, faults: list[str]
) -> None:
    """Sign in, skip to the form, fill it in and send it, all by the keys."""
    page = at("")
    page.goto(f"{live_server.url}/login/?next=/cases/new/clue_registered/")
    expect(page.locator("#username")).to_be_focused()
    for words in ("clerk", PASSWORD):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("[name='f.case_source']").wait_for()
    by_keys(page, "f.case_source", "ArrowDown")
    by_keys(page, "f.clue_received_on", "06092026", "2026-06-09")
    by_keys(page, "f.clue_text", "巡查发现占用道路堆放材料。")
    by_keys(page, "f.matter", "涉嫌擅自占用城市道路")
    tab_to(page, "button[type=submit]:not(.mj-plain)", within="main form")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/*/#act-1")
    assert Case.objects.get().title == "涉嫌擅自占用城市道路"
    nothing_is_left_after_signing_out(page)
    assert faults == []


def nothing_is_left_after_signing_out(page: Page) -> None:
    """The next person at this desk presses "back"."""
    page.locator("header details summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.get_by_label("密码").wait_for()
    page.go_back()
    page.get_by_label("密码").wait_for()
    expect(page.locator("body")).not_to_contain_text("涉嫌擅自占用城市道路")


def by_keys(page: Page, name: str, keys: str, value: str = "") -> None:
    """Tab to a box and type."""
    tab_to(page, f"[name='{name}']")
    page.keyboard.press(keys) if keys.startswith("Arrow") else page.keyboard.type(keys)
    if value and page.locator(f"[name='{name}']").input_value() != value:
        page.locator(f"[name='{name}']").fill(value)  # the order of day and month is the browser's, not ours


def tab_to(page: Page, selector: str, within: str = "body") -> None:
    """Press tab until the focus is there."""
    for _ in range(80):
        if page.evaluate("([s, w]) => document.activeElement.matches(`${w} ${s}`)", [selector, within]):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {selector}")


def test_the_desks_have_no_barrier_and_the_portal_is_light(
    cases: None, live_server: Any, at: Any, faults: list[str]
) -> None:
    """Review, publicity and supervision desks by axe; the weight of each page of the portal; the README's pictures."""
    site, review = live_server.url, Case.objects.filter(acts__kind="legal_review_requested").first()
    assert review is not None
    desks = {
        "reviewer": ["/review/", f"/review/cases/{review.code}/"],
        "supervisor": ["/supervision/", "/supervision/findings/", f"/supervision/cases/{review.code}/score/"],
        "publicity": [f"/publicity/published/{Publication.objects.earliest('pk').code}/"],
        "officer": [f"/cases/{newcomer_case().code}/", "/law/", "/cases/"],
    }
    for who, paths in desks.items():
        page = at(who)
        for path in paths:
            page.goto(site + path)
            page.wait_for_load_state("networkidle")
            faults += barriers(page)
    decision = f"decisions/{Publication.objects.earliest('pk').code}/"
    weights = {
        path: weight(at("", width=390), f"{site}/portal/{path}")
        for path in ("", "search/", decision, "verify/")
    }
    assert {path: size for path, size in weights.items() if size > LIGHT} == {}
    assert faults == []
    if WRITES_PICTURES:
        picture("case", at("officer"), at("officer", width=390), f"{site}/cases/{newcomer_case().code}/")
        picture("portal", at(""), at("", width=390), f"{site}/portal/")


def barriers(page: Page) -> list[str]:
    """What axe calls serious or critical."""
    found = Axe().run(page).response["violations"]
    serious = [one for one in found if one["impact"] in {"serious", "critical"}]
    return [f"{page.url}: {one['id']} {[node['html'] for node in one['nodes']][:3]}" for one in serious]


def weight(page: Page, address: str) -> int:
    """How many bytes a page and everything it fetches weigh."""
    sizes: list[int] = []
    page.on("response", lambda answer: sizes.append(len(answer.body())))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return sum(sizes)


def picture(name: str, desk: Page, phone: Page, address: str) -> None:
    """Desk and phone side by side, as the README shows them."""
    PICTURES.mkdir(exist_ok=True)
    shots = []
    for page in (desk, phone):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.activeElement.blur()")
        shot = PICTURES / f".{name}.png"
        page.screenshot(path=shot)
        with Image.open(shot) as taken:
            shots.append(taken.convert("RGB"))
        shot.unlink()
    left, right = shots
    right = right.resize((right.width * left.height // right.height, left.height))
    both = Image.new("RGB", (left.width + 24 + right.width, left.height), (203, 213, 225))
    both.paste(left, (0, 0))
    both.paste(right, (left.width + 24, 0))
    both.quantize(128).save(PICTURES / f"{name}.png", optimize=True)
