"""A file-review campaign through the real pages: planned, drawn, read, told, objected to; hidden from others."""

import io
import re

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from mingjing.appraisal import planning
from mingjing.appraisal.drawing import declaration_of
from mingjing.appraisal.models import Campaign, File
from mingjing.inspections.drawing.seed import commitment
from mingjing.inspections.drawing.verify import verify_draw
from mingjing.personnel.selectors import person
from mingjing.supervision.models import CaseAccess
from mingjing.translog.services import ensure_log_key, seal_log
from tests.appraisal.campaigns import NONCES, PLAN, make_readers, opened
from tests.cast import BUREAU, ELSEWHERE, make_person
from tests.stories import told

pytestmark = pytest.mark.django_db
FORM = {
    **PLAN,
    "begins": "2026-01-01",
    "ends": "2026-06-30",
    "take": "2",
    "share": "50",
    "once": "a" * 32,
}
FAULT = {"item": "V6", "words": "认定的事实与笔录相反", "text": "当事人没有占道经营"}


class Desk:
    """A person at his browser."""

    def __init__(self, one):
        self.client = Client()
        self.client.force_login(one, backend="django.contrib.auth.backends.ModelBackend")

    def reads(self, path, status=200):
        answer = self.client.get(path)
        assert answer.status_code == status, answer.content.decode()[:500]
        return answer.content.decode() if status == 200 else ""

    def sends(self, path, status=302, **typed):
        answer = self.client.post(path, typed)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer.content.decode()


@pytest.fixture
def county(cast):
    for mark in "abcd":
        told(cast, "summary", mark=mark)
    make_readers()
    return cast


def readings(row):
    from_keys = row.files.values_list("key", flat=True)
    found = []
    for name in row.content["readers"]:
        desk = Desk(person(name))
        page = desk.reads(f"/file-reviews/{row.code}/")
        found += [(desk, key) for key in from_keys if f"/files/{key}/" in page and "待评查" in page]
    return found


def test_a_campaign_from_plan_to_result(county):
    """Planned with what is missing told, drawn by two, a test file put in, read, told, objected to, exported."""
    office, unit = Desk(county.supervisor), Desk(county.head)
    page = office.sends("/file-reviews/new/", 422, **{**FORM, "party": ""})
    assert "共同产生抽样的随机数" in page
    assert "2026 年度案卷评查" in page
    office.sends("/file-reviews/new/", **FORM)
    row = Campaign.objects.get()
    at = f"/file-reviews/{row.code}/"
    for desk, one in ((office, county.justice), (unit, county.bureau)):
        seal_log(at=timezone.now())
        commits = commitment(declaration_of(row).terms, one.name, NONCES[one.name])
        desk.sends(f"{at}step", step="pledged", commitment=commits)
    seal_log(at=timezone.now())
    assert "与承诺不符" in unit.sends(f"{at}step", 422, step="revealed", nonce="0" * 64)
    for desk, one in ((office, county.justice), (unit, county.bureau)):
        desk.sends(f"{at}step", step="revealed", nonce=NONCES[one.name])
    assert row.files.count() == 2

    source = next(code for code in row.frame[BUREAU] if not row.files.filter(case_code=code).exists())
    page = office.reads(f"{at}plant/?source={source}")
    place = re.findall(r'<option value="(\d+/\w+)"', page)[0]
    assert "写得与原来不同" in office.sends(f"{at}plant/", 422, source=source, place="9/x", **FAULT)
    office.sends(f"{at}plant/", source=source, place=place, **FAULT)
    planted = File.objects.get(case_code="")
    unit.reads(f"{at}plant/", 403)
    office.sends(f"{at}step", step="opened")

    for desk, key in readings(row):
        page = desk.reads(f"{at}files/{key}/")
        assert "测试卷" not in page
        assert "写了问题" in desk.sends(f"{at}files/{key}/", 422, step="opined", **{"w-18": "没有捺印"})
        desk.sends(f"{at}files/{key}/", step="opined", **{"p-18": "1", "w-18": "第 3 页没有捺印"})
    assert CaseAccess.objects.filter(why__startswith="案卷评查").exists()
    assert planted.key in office.reads(at)
    unit.reads(f"{at}result.pdf", 404)
    office.sends(f"{at}step", step="announced")

    page = office.reads(at)
    assert "漏查率" in page
    assert FAULT["words"] in Desk(person("beside1")).reads("/file-reviews/mine/")
    assert "没有漏查" in unit.reads("/file-reviews/mine/")
    drawn = row.files.exclude(case_code="").first()
    page = unit.reads(f"{at}files/{drawn.key}/")
    assert "第 3 页没有捺印" in page
    unit.reads(f"{at}files/{planted.key}/", 404)
    unit.sends(f"{at}files/{drawn.key}/", step="objected", text="第 3 页没有涂改")
    assert re.search("已申请复核.*前复核", office.reads(at))
    assert "还没有过" in office.sends(f"{at}step", 422, step="closed")

    assert office.client.get(f"{at}result.pdf").content.startswith(b"%PDF")
    book = load_workbook(io.BytesIO(office.client.get(f"{at}result.xlsx").content))
    assert book["单位"]["B2"].value == county.bureau.name
    assert planted.key not in {cell.value for line in book["逐份扣分"].rows for cell in line}
    seal_log(at=timezone.now())
    report = verify_draw(unit.client.get(f"{at}bundle.json").content, ensure_log_key().public.vkey)
    assert report.ok, report.text


def test_nobody_else_sees_it(county):
    """A bureau elsewhere finds no page of it; an officer of the unit has no door; a reader no file but his own."""
    row = opened(county)
    at = f"/file-reviews/{row.code}/"
    key = row.files.first().key
    beyond = Desk(make_person("far.head", "远", "head", agency=ELSEWHERE))
    assert row.title not in beyond.reads("/file-reviews/")
    for path in ("", f"files/{key}/", "bundle.json", "result.pdf", "result.xlsx"):
        beyond.reads(at + path, 404)
    beyond.sends(f"{at}step", 404, step="opened")
    Desk(county.officer).reads(at, 403)
    Desk(county.head).reads(f"{at}files/{key}/", 404)
    assert row.title in Desk(county.head).reads("/file-reviews/")
    drawn = {one for desk, one in readings(row)}
    assert key in drawn


def test_the_form_says_whom_it_can_choose(county):
    """Reviewers of the bureaus below; not the organiser himself, nobody from elsewhere; the source of the limits."""
    page = Desk(county.supervisor).reads("/file-reviews/new/")
    assert 'value="beside1"' in page
    assert 'value="supervisor"' not in page
    assert "待核对" in page
    assert {one.username for one in planning.candidates(county.supervisor)} == {
        "reviewer", "beside1", "beside2", "beside3"
    }  # fmt: skip
    Desk(county.head).reads("/file-reviews/new/", 403)
