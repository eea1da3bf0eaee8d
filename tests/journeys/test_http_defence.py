"""A party argues at the counter; officers find it on their desks, take it over untyped, reply, and he reads it."""

import re

import pytest
from django.urls import reverse

from mingjing.cases.audit import audit_acts
from mingjing.cases.rebuild import rebuild
from mingjing.documents.services import issue
from mingjing.translog.services import seal_log
from tests.counter.conftest import Visitor
from tests.journeys.conftest import NewJourney
from tests.journeys.office import Desk, Journey

SAID = "占用面积没有那么大，请重新测量。"
REPLY = "经重新测量，面积属实，不予采纳。"


@pytest.fixture
def argued(journey: NewJourney) -> tuple[Journey, Visitor]:
    """A notice served, and one argument sent by its party from a phone."""
    case = journey().told_until("document_served")
    visitor = Visitor()
    visitor.reads("")
    code = issue(case.last("prior_notice_issued")).code
    visitor.sends("enter/", code=code, last=case.case.party_code[-6:])
    visitor.writes(SAID, "请求从轻处罚")
    visitor.sends("case/statement/send/", once=visitor.hidden("once"))
    return case, visitor


def press(desk: Desk, case: Journey, kind: str) -> None:
    """Take over what came in: the form opens with the party's own words in it, and is sent as it stands."""
    page = desk.reads(f"{case.home}defence/")
    sheet = page.sheet(f"{case.home}defence/take")
    opened = desk.sends(sheet, kind=kind)
    form = opened.sheet(opened.answer.request["PATH_INFO"])
    assert SAID in " ".join(one for held in form.values.values() for one in held)
    if kind == "statement_answered":
        form.fill(defence_handling="当事人提出一条意见，已逐条复核。")
        form.put(**{"f.arguments.0.argument_answer": REPLY, "f.arguments.0.argument_accepted": "false"})
    assert form.typed.keys() <= {"defence_handling"}
    form.put(performers=["officer", "officer2"])
    recorded = desk.sends(form)
    assert "已记录" in recorded, recorded


def test_it_is_taken_over_and_answered_without_typing_his_words_again(
    argued: tuple[Journey, Visitor],
) -> None:
    """On the workbench, on the case page, in the form; then the reply on his page."""
    case, visitor = argued
    desk = Desk("officer")
    assert "当事人在线提交，等待办理" in desk.reads("/")
    assert "1 项等待办理" in desk.reads(case.home)
    assert SAID in desk.reads(f"{case.home}defence/")
    assert "等待承办人员接收" in visitor.reads("case/")

    case.clock.pass_by(minutes=10)
    press(desk, case, "statement_recorded")
    assert "正在复核" in visitor.reads("case/")
    case.clock.pass_by(minutes=10)
    press(desk, case, "statement_answered")

    page = visitor.reads("case/")
    assert REPLY in page
    assert "不采纳" in page
    assert "当事人在线提交，等待办理" not in desk.reads("/")


def test_a_reviewer_reads_it_and_takes_nothing_over(argued: tuple[Journey, Visitor]) -> None:
    """Whose office it is not to answer sees what was said, without the buttons; sent by force it is refused."""
    case, _ = argued
    desk = Desk("reviewer")
    page = desk.reads(f"{case.home}defence/")
    assert SAID in page
    assert "defence/take" not in page.source
    assert desk.client.post(f"{case.home}defence/take", {"kind": "statement_recorded"}).status_code == 403


def test_who_came_and_looked_stands_on_the_case_and_on_the_trail_of_the_auditor(
    argued: tuple[Journey, Visitor],
) -> None:
    """Officers see it at the case, the audit administrator in the list of all; nobody else's bureau does."""
    case, visitor = argued
    stranger = Visitor("198.51.100.8")
    stranger.reads("")
    code = issue(case.last("prior_notice_issued")).code
    stranger.sends("enter/", 422, code=code, last="000000")

    trail = Desk("officer").reads(f"{case.home}defence/")
    for words in ("核对不符", "198.51.100.8", "案件进展", "203.0.113.5"):
        assert words in trail
    assert "198.51.100.8" in Desk("audit").reads(reverse("accesses"))
    assert re.search("没有找到|没有权限", Desk("outsider").reads(f"{case.home}defence/").source)
    assert visitor.client.get(f"{case.home}defence/").status_code == 302


def test_the_file_with_his_act_is_whole_everywhere(argued: tuple[Journey, Visitor]) -> None:
    """An act without an officer: the case file, its proofs, the spreadsheet and the audit take it like any other."""
    case, _ = argued
    while seal_log(at=case.clock.now):
        pass
    desk = Desk("officer")

    assert desk.downloads(f"{case.home}bundle/")[0].startswith("application/json")
    assert "收到当事人在线陈述、申辩" in desk.reads(case.home)
    assert desk.reads(f"{case.home}file/").status == 200
    assert list(audit_acts()) == []
    assert not rebuild(dry_run=True).differences
