"""Complaints through the real pages: told and followed at the counter, handled at the desk, hidden from the unit."""

import logging
import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook

from mingjing.cli.main import main
from mingjing.complaints import handling
from mingjing.complaints.models import ComplainantLook, Complaint
from mingjing.complaints.services import Told, receive
from mingjing.web.urls import urlpatterns
from tests.cast import JUSTICE, make_person

pytestmark = pytest.mark.django_db
NAME, PHONE, HOME = "欧阳清芷", "13912345678", "朝阳路88号院3号楼"
CANARIES = (NAME, PHONE, HOME, "139 1234 5678")
SAID = f"我叫{NAME}，电话139 1234 5678，住在{HOME}。执法人员没有出示证件。"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002"
    "000001e221bc330000000049454e44ae426082"
)


def signed(person) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def told(cast, **more):
    """A complaint about the bureau."""
    fields = {
        "kind": "conduct",
        "about": cast.bureau,
        "text": SAID,
        "name": NAME,
        "phone": PHONE,
        "address": HOME,
    }
    return receive(told=Told(**{**fields, **more}), channel="online", at=timezone.now()).complaint


class Citizen:
    """Somebody with a phone; tokens are checked as on a real server."""

    def __init__(self) -> None:
        self.client, self.page = Client(enforce_csrf_checks=True), ""

    def reads(self, path: str) -> str:
        self.page = self.client.get(f"/counter/complaints/{path}").content.decode()
        return self.page

    def sends(self, path: str, status: int, **fields) -> str:
        found = dict(re.findall(r'name="(csrfmiddlewaretoken|once)" value="([^"]+)"', self.page))
        answer = self.client.post(f"/counter/complaints/{path}", {**found, **fields})
        assert answer.status_code == status, answer.content.decode()[:2000]
        self.page = answer.content.decode()
        return self.page


@pytest.fixture
def citizen() -> Citizen:
    return Citizen()


def complains(citizen, cast, status: int = 200, **more) -> str:
    citizen.reads("")
    fields = {
        "kind": "conduct",
        "about": cast.bureau.code,
        "text": SAID,
        "name": NAME,
        "phone": PHONE,
        "address": HOME,
    }
    return citizen.sends("", status, **{**fields, **more})


def test_the_same_form_sent_twice_at_once_gives_its_code_in_one_answer(citizen, cast):
    """The other answer says by which number it was registered: no page shows a receipt without its code."""
    citizen.reads("")
    other = Citizen()
    other.client, other.page = citizen.client, citizen.page
    sent = {"kind": "conduct", "about": cast.bureau.code, "text": SAID}
    begun = []

    def twin_first(execute, sql, params, many, context):
        found = execute(sql, params, many, context)
        if not begun and sql.startswith("SELECT") and "complaints_complaint" in sql:
            begun.append(sql)
            other.sends("", 200, **sent)
        return found

    with connection.execute_wrapper(twin_first):
        citizen.sends("", 200, **sent)
    no, code = Complaint.objects.get().no, r"<code[^>]*>(\w{10})</code>"
    assert (no in other.page, bool(re.search(code, other.page))) == (True, True)
    assert (no in citizen.page, bool(re.search(code, citizen.page))) == (True, False)
    assert "这份表已经提交过" in citizen.page


def test_a_citizen_complains_follows_adds_and_rates_without_an_account(citizen, cast):
    """Number and code at once; the limit, the reply and the steps; nothing of who handles it."""
    got = complains(citizen, cast, files=SimpleUploadedFile("欧阳清芷.png", PNG))
    no, code = re.search(r"TS\d{8}-\w{6}", got)[0], re.search(r"<code[^>]*>(\w{10})</code>", got)[1]
    assert "舞钢市司法局" in got
    row, who = Complaint.objects.get(no=no), cast.supervisor
    assert [one["name"] for one in row.files] == ["附件1.png"]

    citizen.reads("follow/")
    assert "登记编号或者查询码不对" in citizen.sends("follow/", 422, no=no, code="WRONG")
    citizen.sends("follow/", 302, no=no, code=code)
    assert "受理期限" in citizen.reads("mine/")
    handling.accept(complaint=row, by=who, at=timezone.now())
    handling.note(complaint=row, text="内部核查情况", by=who, at=timezone.now())
    handling.reply(complaint=row, text="已经责令改正", ways=["page"], by=who, at=timezone.now())
    page = citizen.reads("mine/")
    assert "已经责令改正" in page
    assert "内部核查情况" not in page
    assert who.name not in re.sub(r"<[^>]+>", "", page).replace("验证", "")

    citizen.sends("mine/step/", 302, step="material", text="补充：有两名证人")
    citizen.reads("mine/")
    assert "请选择是否满意" in citizen.sends("mine/step/", 422, step="rate", satisfaction="?")
    citizen.sends("mine/step/", 302, step="rate", satisfaction="no", text="没有道歉")
    assert "评价：不满意" in citizen.reads("mine/")
    assert (
        citizen.client.get("/counter/complaints/mine/receipt-registered.json").status_code == 409
    )  # not sealed yet


def test_what_cannot_be_taken_is_told_and_nothing_is_kept(citizen, cast):
    """No words, a program for a photo, a unit that is none: what was typed stays in the form."""
    assert "请写明情况" in complains(citizen, cast, 422, text=" ")
    fault = complains(citizen, cast, 422, files=SimpleUploadedFile("a.png", b"MZ\x90\x00 program"))
    assert SAID.split("。")[1] in fault
    assert "请选择涉及的单位" in complains(citizen, cast, 422, about="nobody")
    assert not Complaint.objects.exists()


def test_the_same_form_twice_is_one_and_too_many_are_stopped(citizen, cast):
    """Ten a day from one address; the eleventh is told so."""
    complains(citizen, cast)
    token = {"once": "a" * 32}
    first = complains(citizen, cast, **token)
    assert "已经登记" in first
    assert "没有重复登记" in complains(citizen, cast, **token)
    assert Complaint.objects.count() == 2
    for _ in range(8):
        complains(citizen, cast)
    assert "太多了" in complains(citizen, cast, 429)


def test_no_page_of_the_unit_shows_who_complained(cast, caplog, client):
    """Every page without a number in its address, the complaint's own pages and the log, by everybody of the unit."""
    caplog.set_level(logging.DEBUG)
    row = told(cast)
    handling.accept(complaint=row, by=cast.supervisor, at=timezone.now())
    handling.release(complaint=row, text="没有出示证件。", files=[], by=cast.supervisor, at=timezone.now())
    report = told(cast, kind="violation", party="某店")
    handling.accept(complaint=report, by=cast.clerk, at=timezone.now())
    assert signed(cast.clerk).post(reverse("complaint-clue", args=[report.no])).status_code == 302
    names = [one.name for one in urlpatterns if one.name and not one.pattern.converters]
    names = [
        one for one in names if not one.startswith(("law", "norm", "statutes", "handbook", "factor", "login"))
    ]
    paths = [reverse(name) for name in names] + [
        f"/cases/?q={NAME}",
        f"/dossiers/?q={PHONE}",
        f"/complaints/?q={NAME}",
    ]
    paths += [reverse("complaint", args=[one.no]) for one in (row, report)]
    seen = 0
    for person in (
        cast.officer,
        cast.head,
        cast.clerk,
        cast.reviewer,
        cast.publicity,
        cast.admin,
        cast.audit,
    ):
        desk = signed(person)
        desk.raise_request_exception = False  # that no page breaks is shown elsewhere
        for path in paths:
            answer = desk.get(path)
            body = b"".join(answer) if answer.streaming else answer.content
            text = re.sub(r'(value="[^"]*"|q=[^"&]*)', "", body.decode(errors="replace"))
            assert [one for one in CANARIES if one in text] == [], (person.username, path)
            seen += answer.status_code == 200
    assert seen > 50
    for path in ("/portal/", "/portal/channels/", "/log/checkpoint"):
        assert NAME not in client.get(path).content.decode(errors="replace")
    assert [one for one in CANARIES if one in caplog.text] == []


def test_identity_opens_for_the_handler_with_a_reason_and_the_look_is_kept(cast):
    """The unit's people and another supervisor's desk do not open it; the page after it does not show it again."""
    row = told(cast)
    path, why = reverse("complaint-identity", args=[row.no]), {"why": "回电核实"}
    assert signed(cast.head).post(path, why).status_code == 403
    assert signed(cast.clerk).post(path, why).status_code == 404
    assert signed(cast.outsider).post(path, why).status_code == 403
    desk = signed(cast.supervisor)
    assert "请写明为什么" in desk.post(path, {"why": ""}).content.decode()
    assert ComplainantLook.objects.count() == 0
    shown = desk.post(path, why).content.decode()
    assert NAME in shown
    assert PHONE in shown
    again = desk.get(reverse("complaint", args=[row.no])).content.decode()
    assert NAME not in again
    assert "回电核实" in again


def test_an_officer_handles_it_on_the_pages_and_the_unit_explains(cast):
    """Accept, release, explain, reply, call back by another, close: each a form of the page; refusals are told."""
    row = told(cast)
    desk, other = signed(cast.supervisor), signed(make_person("second", "子", "supervisor", agency=JUSTICE))
    step, page = reverse("complaint-step", args=[row.no]), reverse("complaint", args=[row.no])
    assert desk.post(step, {"step": "nothing"}).status_code == 404
    for name, status in (("note", 422), ("accept", 302), ("close", 422)):
        assert desk.post(step, {"step": name, "text": "写一笔"}).status_code == status, name
    assert signed(cast.head).get(page).status_code == 404
    assert desk.post(step, {"step": "release", "text": "没有出示证件。"}).status_code == 302
    unit = signed(cast.head)
    assert "没有出示证件。" in unit.get(page).content.decode()
    assert unit.post(step, {"step": "explain", "text": "已经出示。"}).status_code == 302
    assert (
        desk.post(step, {"step": "reply", "text": "已经核查。", "ways": ["page", "phone"]}).status_code == 302
    )
    called = {"step": "call_back", "satisfaction": "yes", "text": ""}
    assert desk.post(step, called).status_code == 422
    assert other.post(step, called).status_code == 302
    assert desk.post(step, {"step": "close", "text": "办结"}).status_code == 302
    assert "已办结" in desk.get("/complaints/?state=closed").content.decode()
    assert "舞钢市城市管理局" in desk.get("/complaints/figures/").content.decode()


def test_what_is_told_at_the_window_is_entered_and_a_unit_does_not_enter_its_own(cast):
    """The supervisor enters it and hands over number and code; the bureau is told who does."""
    body = {
        "channel": "phone",
        "kind": "conduct",
        "about": cast.bureau.code,
        "text": "来电反映态度差",
        "name": NAME,
    }
    assert "不能由本单位人员登记" in signed(cast.officer).post("/complaints/new/", body).content.decode()
    done = signed(cast.supervisor).post("/complaints/new/", {**body, "once": "1"}).content.decode()
    assert re.search(r"查询码 <b[^>]*>\w{10}</b>", done)
    assert NAME not in done
    assert signed(cast.supervisor).post("/complaints/new/", {**body, "once": "1"}).status_code == 302
    assert Complaint.objects.count() == 1


def orders_file() -> bytes:
    book = Workbook()
    book.active.append(["工单编号", "诉求类型", "承办单位", "诉求内容", "办理期限"])
    day = (timezone.localdate() + timedelta(days=5)).isoformat()
    book.active.append(["D1", "举报", "舞钢市城市管理局", "占道经营", day])
    book.active.append(["D2", "举报", "没有的局", "占道", day])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def test_orders_are_looked_at_first_and_taken_once(cast, tmp_path, capsys):
    """On the page and by the command: a dry run writes nothing, a second run finds all there."""
    desk = signed(cast.clerk)
    data = orders_file()
    looked = desk.post("/complaints/import/", {"file": SimpleUploadedFile("o.xlsx", data)}).content.decode()
    assert "可以导入 1" in looked
    assert not Complaint.objects.exists()
    path = tmp_path / "o.xlsx"
    path.write_bytes(data)
    assert main(["complaints", "import", str(path), "--by", "clerk", "--dry-run"]) == 1
    assert not Complaint.objects.exists()
    taken = desk.post("/complaints/import/", {"file": SimpleUploadedFile("o.xlsx", data), "take": "1"})
    assert "已导入 1 件" in taken.content.decode()
    assert main(["complaints", "import", str(path), "--by", "clerk"]) == 1
    assert "已有" in capsys.readouterr().out
    assert Complaint.objects.count() == 1
    assert main(["complaints", "import", str(path), "--by", "officer"]) == 2
