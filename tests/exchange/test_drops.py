"""Files dropped by other systems: taken in once, each ending beside its report; a bad file says why."""

import os
import time

import pytest
from django.utils import timezone

from mingjing.complaints.models import Complaint
from mingjing.exchange.drops import take_drops
from mingjing.inspections.models import InspectedObject
from mingjing.inspections.register.files import template
from tests.cast import BUREAU

pytestmark = pytest.mark.django_db
ORDERS = "工单编号,诉求类型,涉及单位,诉求内容\nG-1,举报,舞钢市城市管理局,占道经营\nG-2,举报,没有的局,占道\n"


@pytest.fixture
def drops(tmp_path, settings, cast):
    """The folder, and `drop` that puts a file there as old as it takes to be whole."""
    settings.MINGJING_DROP_DIR = tmp_path

    def drop(name, content, kind="orders", agency=BUREAU, age=60):
        place = tmp_path / agency / kind
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(content, encoding="utf-8")
        os.utime(place / name, (time.time() - age,) * 2)
        return place

    return drop


def test_orders_are_registered_once_and_the_report_lies_beside_the_file(drops):
    """The refused row is told with its reason; the same file dropped again registers nothing more."""
    place = drops("12345.csv", ORDERS)
    [done] = take_drops(at=timezone.now())
    assert done.told == "12345 工单：共 2 行，登记 1，不能导入 1"
    assert "没有登记名为" in (place / "done" / "12345.csv.rows.csv").read_text(encoding="utf-8-sig")
    drops("12345.csv", ORDERS)
    [again] = take_drops(at=timezone.now())
    assert (again.path.name, "登记 0" in again.told) == ("12345-2.csv", True)
    assert Complaint.objects.count() == 1


def test_firms_go_into_the_register_and_refused_rows_come_back_to_be_mended(drops):
    """A wrong code is told in the file of rows; the sound firm is in."""
    headings, shown = template()
    code = next(one for one in shown if one.startswith("91"))
    firms = [",".join(shown).replace(code, f"91410481MA40D3CC8{end}") for end in (1, 2)]
    rows = "\n".join([",".join(headings), *firms, ""])
    place = drops("firms.csv", rows, kind="register")
    [done] = take_drops(at=timezone.now())
    assert "新增 1" in done.told
    assert "MA40D3CC82" in (place / "done" / "firms.csv.rows.csv").read_text(encoding="utf-8-sig")
    assert InspectedObject.objects.get().name == shown[0]


@pytest.mark.parametrize(
    ("content", "agency", "words"),
    [("甲,乙\n1,2\n", BUREAU, "表头缺少"), ("", BUREAU, "空的"), (ORDERS, "nowhere", "没有代码为")],
)
def test_a_file_that_cannot_be_taken_is_laid_aside_with_the_reason(drops, content, agency, words):
    """It does not come up again; the sound file above is the allowed twin."""
    place = drops("bad.csv", content, agency=agency)
    assert [one.whole for one in take_drops(at=timezone.now())] == [False]
    assert words in (place / "refused" / "bad.csv.txt").read_text(encoding="utf-8")
    assert take_drops(at=timezone.now()) == []


def test_a_file_still_being_written_waits_and_one_left_by_a_killed_worker_goes_on(drops):
    """Fresh files and those of other kinds are left alone; what lay in `taking` is taken in."""
    place = drops("fresh.csv", ORDERS, age=0)
    drops("notes.txt", "x")
    assert take_drops(at=timezone.now()) == []
    (place / "taking").mkdir()
    (place / "fresh.csv").rename(place / "taking" / "fresh.csv")
    assert [one.whole for one in take_drops(at=timezone.now())] == [True]
    assert Complaint.objects.count() == 1
