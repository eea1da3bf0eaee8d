"""What is public beforehand, as anybody reads it: by agency and kind, every version, what changed, the windows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from mingjing.publicity import catalogues
from mingjing.publicity.items import end_item, row_mark
from mingjing.publicity.models import PublicItem
from mingjing.publicity.register import publish_register, publish_registers
from tests.cast import BUREAU
from tests.publicity.conftest import AT
from tests.publicity.lists import BASIS, CAPS, later, published

LIST = f"lists/catalogue/?agency={BUREAU}&slug=frequency_caps"
WINDOWS = [
    ("1 号窗口", "接待岗", "甲、庚", "接待", "陈述申辩", "工作日", "一楼大厅", "0375-8100035", "", "", ""),
    ("1 号窗口", "投诉岗", "辛", "登记", "投诉", "工作日", "一楼大厅", "0375-8100036", "", "", "12345"),
]


@pytest.fixture
def two_versions(cast, monkeypatch):
    """The registers and a list in two versions, read on the day of the second."""
    monkeypatch.setattr(timezone, "now", lambda: later(1))
    publish_registers(at=AT)
    published(cast, "frequency_caps", CAPS)
    altered = (*CAPS[0][:3], "3", *CAPS[0][4:])
    return published(
        cast, "frequency_caps", [altered, ("新事项", "企业", "局", "1", BASIS, "", "")], at=later(1)
    )


def text(client, address, status=200):
    response = client.get(f"/portal/{address}")
    assert response.status_code == status, address
    assert not response.cookies
    return response.content.decode()


def test_everything_of_an_agency_and_of_a_kind_is_found_from_one_page(client, two_versions):
    """And nothing of an agency that has nothing."""
    whole = text(client, "before/")
    assert "涉企行政检查年度频次上限" in whole
    assert "执法依据" in whole
    of_agency = text(client, f"before/?agency={BUREAU}")
    assert f"/portal/{LIST}".replace("&", "&amp;") in of_agency
    assert "服务指南" in of_agency
    of_kind = text(client, "before/?kind=frequency_caps")
    assert "频次上限" in of_kind.split("<form")[1]
    assert "没有符合条件的内容" in text(client, "before/?agency=nobody&kind=powers")


def test_the_front_door_names_the_guides_of_one_agency_and_leads_to_those_of_several(client, cast):
    """Nobody reads the titles of hundreds of agencies there."""
    publish_register(cast.bureau, at=AT)
    assert "/portal/guides/ordinary/" in text(client, "")
    publish_registers(at=AT)
    several = text(client, "")
    assert "/portal/guides/ordinary/" not in several
    assert "服务指南与流程图" in several.split('class="door"')[1]


def test_an_old_version_is_read_as_such_and_compared_cell_by_cell(client, two_versions):
    """Marked in words and signs, not by colour alone."""
    assert "第 2 版" in text(client, LIST)
    old = text(client, f"{LIST}&version=1")
    assert "已有新版本" in old
    assert "建筑垃圾运输检查" in old
    assert text(client, f"{LIST}&version=9", 404)
    page = text(client, f"items/catalogue/compare/?agency={BUREAU}&slug=frequency_caps")
    assert "增加 1 行，删去 1 行，改动 1 行" in page
    assert "<del>2</del>" in page
    assert "<ins>3</ins>" in page
    for sign in ("＋ 增加", "－ 删去", "△ 改动"):
        assert sign in page
    assert "首次公布" in text(
        client, f"items/catalogue/compare/?agency={BUREAU}&slug=frequency_caps&version=1"
    )
    assert "增加" in text(client, f"items/officers/compare/?agency={BUREAU}")
    assert text(client, "items/log/compare/", 404)


def test_the_changes_of_a_day_are_those_of_that_day(client, two_versions):
    """An impossible day is told and not searched by."""
    day = later(1).date().isoformat()
    page = text(client, f"changes/?on={day}")
    assert "公布第 2 版：增加 1 行，删去 1 行，改动 1 行" in page
    assert "1 处变更" in page
    assert "没有变更" in text(client, f"changes/?on={later(-9).date().isoformat()}")
    assert "没有变更" in text(client, f"changes/?on={day}&agency=nobody")
    assert "不是日期" in text(client, "changes/?on=2026-02-30")
    assert "一次最多看一年" in text(client, "changes/?since=2020-01-01&until=2026-12-31")


def test_what_no_longer_applies_says_so_with_its_day_and_reason(client, cast, two_versions):
    """First one row, then the whole list by withdrawal; the content stays to be read."""
    row = two_versions.body["rows"][1]
    end_item(
        two_versions, row=row_mark(row), ground="basis", since=later(1).date(), reason="《某法》不再施行", by="",
        at=later(1),
    )  # fmt: skip
    page = text(client, LIST)
    assert page.count("依据已失效，自 2026年3月11日起停止适用") == 1
    assert "《某法》不再施行" in page

    catalogues.withdraw(agency=BUREAU, slug="frequency_caps", reason="上限有误", by=cast.head, at=later(1))
    page = text(client, LIST)
    assert "撤回，自 2026年3月11日起停止适用" in page
    assert "上限有误" in page
    assert "撤回，自" in text(client, f"before/?agency={BUREAU}")


def test_a_list_is_taken_away_as_a_table(client, two_versions):
    """One version, with its headings, readable by a spreadsheet."""
    found = text(client, f"lists/catalogue/table.csv?agency={BUREAU}&slug=frequency_caps&version=1")
    assert found.startswith("\ufeff检查事项,检查对象")
    assert found.count("\r\n") == 3


def test_a_window_shows_who_sits_there_and_the_certificate_only_of_officers(client, cast, two_versions):
    """甲 has a certificate to look up, 庚 none; a withdrawn list of windows is not shown."""
    assert "还没有公布办事窗口" in text(client, "windows/")
    published(cast, "windows", WINDOWS, at=later(1))
    page = text(client, "windows/")
    number = next(
        one["certificate"]
        for one in PublicItem.objects.get(kind="officers", agency_code=BUREAU).body["officers"]
        if one["name"] == "甲"
    )
    assert page.count("<h3>1 号窗口</h3>") == 1
    assert f"/portal/officers/{number}/" in page
    assert 'href="tel:0375-8100036"' in page
    assert "庚" in page
    catalogues.withdraw(
        agency=BUREAU, slug="windows", reason="大厅搬迁", by=cast.head, at=later(1) + timedelta(1)
    )
    assert "还没有公布办事窗口" in text(client, "windows/")
