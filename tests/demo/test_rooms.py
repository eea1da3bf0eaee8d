"""The rooms around the demo's cases: each page shows something of the demo bureau, and a second start adds nothing."""

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from mingjing.cli.demo.bureau import make_bureau
from mingjing.cli.demo.complaints import complain
from mingjing.cli.demo.counter import hand_in
from mingjing.cli.demo.disputes import contest, lean_on
from mingjing.cli.demo.live import make_live_cases, named_case
from mingjing.cli.demo.rectification import rectify
from mingjing.cli.demo.rooms import furnish
from mingjing.cli.demo.shelves import ARCHIVED, SEIZED, STORE, fill_shelves
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import person
from mingjing.property.selectors import items_of_cases
from mingjing.training.selectors import exams_set

pytestmark = pytest.mark.django_db

# Who looks -> the page -> what must stand there.
SHOWN = [
    ("clerk", "/devices/", ["WG-01", "WG-03", "故障未修复", "张建国"]),
    ("officer", "/training/", ["行政执法基础知识测试（演示）"]),
    ("clerk", "/receipts/", ["豫财0420000001", "已发放", "城市道路占用挖掘修复费"]),
    ("officer", "/people/agreements/", ["舞城管委〔演示〕1号", "舞钢市环境卫生服务站", "有效"]),
    ("officer", "/people/responsibilities/", ["中队长", "张建国", "对法制审核意见和听证的主持负责。"]),
    ("clerk", "/custody/", [STORE]),
    ("publicity", "/publicity/", ["王建军", "已撤回", "受理"]),
    ("publicity", "/publicity/repairs/", ["王建军", "尚未对照原文核对"]),
    ("supervisor", "/complaints/", ["已超期 1", "工单 YS-0001", "按期答复"]),
    ("reviewer", "/disputes/", ["舞钢市人民法院", "待履行", "负责人出庭 1 次"]),
    ("supervisor", "/wrong-cases/", ["没有证明事先告知书"]),
    ("officer", "/interference/", ["演示：纪检监察机关"]),
    ("head", "/rectification/", ["整改方案（演示）", "已销号 1/5", "超期 1", "待审核销号"]),
    ("head", "/", ["当事人在线提交，等待办理", "陈述、申辩 2 项"]),
]


def _demo() -> None:
    today = legal_day(timezone.now())
    make_bureau(today)
    make_live_cases(today)
    furnish(today)
    hand_in()
    complain()
    contest()
    lean_on()
    rectify()
    fill_shelves()


def _page(username: str, path: str) -> str:
    client = Client()
    client.force_login(person(username), backend="django.contrib.auth.backends.ModelBackend")
    return client.get(path).content.decode()


def _rows() -> dict[str, int]:
    return {table._meta.label: table._default_manager.count() for table in apps.get_models()}


def test_every_room_shows_something_and_a_second_start_adds_nothing() -> None:
    """Devices, training, receipts, agreements, duties, custody and a package are there; run again, no row is added."""
    _demo()
    rows = _rows()
    _demo()
    assert _rows() == rows
    for username, path, texts in SHOWN:
        page = _page(username, path)
        assert [text for text in texts if text not in page] == [], path
    (exam,) = exams_set()
    assert "83" in _page("officer2", f"/training/exams/{exam.pk}/")  # five of six questions are right
    assert "package/1.zip" in _page("clerk", f"/cases/{named_case(ARCHIVED).code}/file/")
    assert items_of_cases(person("clerk"), [named_case(SEIZED).code])[0].now.moves == 1
