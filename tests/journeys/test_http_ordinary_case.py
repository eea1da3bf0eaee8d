"""One ordinary case from clue to archive, told by what each person reads and sends in the browser."""

import hashlib
import re

from mingjing.cases.models import Draft
from mingjing.documents.models import IssuedDocument
from mingjing.publicity.models import Preparation
from mingjing.translog.services import seal_log
from tests.journeys.conftest import NewJourney
from tests.journeys.office import Desk, Journey

PARTY = "舞钢市恒远建材有限公司"


def test_a_case_goes_from_the_clue_to_the_archive_through_the_hands_of_everybody(journey: NewJourney) -> None:
    """Each person finds the step at their own desk, sees what others did, and types nothing that is known."""
    case = journey()
    the_clerk_registers_a_clue_and_an_officer_verifies_it(case)
    an_officer_prepares_the_filing_and_the_head_approves_it(case)
    two_officers_investigate(case)
    the_party_is_told_and_answers(case)
    the_head_decides_and_the_decision_is_served(case)
    two_people_publish_and_a_citizen_reads(case)
    the_fine_is_paid_the_case_closed_and_archived(case)
    assert [name for name, times in case.typed.items() if times > 1] == []


def the_clerk_registers_a_clue_and_an_officer_verifies_it(case: Journey) -> None:
    clerk = Desk("clerk")
    assert "新办案件" in clerk.reads("/")
    assert "线索登记" in clerk.reads("/cases/new/")
    page = case.takes("clue_registered")
    assert "已记录“线索登记”" in page
    assert PARTY in page
    assert case.last("clue_registered").facts["document_no"] in page

    case.at(case.step("clue_accepted"))
    officer = Desk("officer")
    assert PARTY in officer.reads("/")  # nobody handles it yet, so every officer sees it run out
    assert "线索核查" in officer.reads(case.home)
    assert "已记录" in case.takes("clue_accepted")


def an_officer_prepares_the_filing_and_the_head_approves_it(case: Journey) -> None:
    handed = case.prepares("filing_approved", approval_opinion="")
    assert "已交负责人办理" in handed
    assert "等负责人办理" in handed
    assert case.case.act_count == 2

    head = Desk("head")
    waiting = head.reads("/home/waiting/")
    assert "甲" in waiting
    assert PARTY in waiting
    desk, sheet = case.opens("filing_approved")
    shown = desk.reads(case.form("filing_approved"))
    assert "已准备好本表" in shown
    assert sheet.values["f.officer_opinion"] == ["符合立案条件，建议立案调查。"]
    page = case.takes("filing_approved")
    assert "已记录" in page
    assert not Draft.objects.filter(case_code=case.code).exists()
    assert "准备好" not in Desk("head").reads("/home/waiting/")
    assert re.search(r"已用 \d+ / \d+ 日", page.text)


def two_officers_investigate(case: Journey) -> None:
    case.at(case.step("inspection_recorded"))
    assert PARTY in Desk("officer").reads("/home/waiting/")
    page = case.takes("inspection_recorded")
    assert "现场照片" in page
    digest = case.last("inspection_recorded").evidence[0]["digest"]
    kind, photo = Desk("officer2").downloads(f"{case.home}evidence/{digest}/file")
    assert (kind, hashlib.sha256(photo).hexdigest()) == ("image/jpeg", digest)
    for kind in ("correction_ordered", "inquiry_recorded", "correction_rechecked", "evidence_collected"):
        assert "已记录" in case.takes(kind), kind
    _, paper = Desk("officer").downloads(f"/documents/{case.last('inquiry_recorded').code}/pdf")
    assert paper.startswith(b"%PDF")
    assessed = case.takes("discretion_assessed")
    assert "已记录" in assessed
    assert "2,000" in assessed  # the range that the bureau's benchmark gives
    report = case.takes("investigation_reported")
    assert "已记录" in report
    assert "6,000元" in report


def the_party_is_told_and_answers(case: Journey) -> None:
    barred = Desk("officer").reads(case.home)
    assert "现在不能做的" in barred
    notice = case.takes("prior_notice_issued")
    assert case.last("prior_notice_issued").facts["document_no"] in notice
    assert "已记录" in case.takes("document_served")
    assert "已记录" in case.takes("statement_recorded")
    page = case.takes("statement_answered")
    assert "本公司已经及时清理" in page  # said once by the party, answered beside it


def the_head_decides_and_the_decision_is_served(case: Journey) -> None:
    _, sheet = case.opens("decision_approved", by="officer")
    assert sheet.values["f.approved_outcome"] == ["penalty"]  # as the report proposed
    assert "已交负责人办理" in case.prepares("decision_approved", approval_opinion="")
    case.at(case.step("decision_approved"))
    assert "核对" in Desk("head").reads("/home/waiting/")
    assert "已记录" in case.takes("decision_approved")
    page = case.takes("penalty_decided")
    number = case.last("penalty_decided").facts["document_no"]
    assert f"决定书 {number}" in page
    _, decided = Desk("officer").downloads(f"/documents/{case.last('penalty_decided').code}/pdf")
    assert decided.startswith(b"%PDF")
    assert "已记录" in case.takes("document_served", nth=1)


def two_people_publish_and_a_citizen_reads(case: Journey) -> None:
    step = case.step("decision_published")
    case.at(step)
    first, second = Desk("publicity"), Desk("publicity2")
    assert PARTY in first.reads("/publicity/")
    page = first.reads(f"/publicity/cases/{case.code}/")
    assert "410481198506121014" not in page
    sheet = page.sheet("")
    case.writes(sheet, step)
    assert "已交另一人确认" in first.sends(sheet, to=f"/publicity/cases/{case.code}/")
    paper = Preparation.objects.get(case_code=case.code)
    own = Desk("publicity").reads(f"/publicity/papers/{paper.pk}/")
    assert "须由另一人确认" in own
    assert "确认无误，公示" not in own
    assert "核对并确认" in second.reads("/publicity/")
    checked = second.reads(f"/publicity/papers/{paper.pk}/")
    assert "确认无误，公示" in checked
    assert "已公示" in second.sends(checked.sheet(""), to=f"/publicity/papers/{paper.pk}/")
    while seal_log(at=case.clock.now):
        pass
    a_citizen_finds_it(case)


def a_citizen_finds_it(case: Journey) -> None:
    number = case.last("penalty_decided").facts["document_no"]
    citizen = Desk("nobody")
    found = citizen.reads("/portal/search/", q=number)
    decision = citizen.reads(found.link("恒远建材"))
    assert number in decision
    assert "6,000元" in decision
    for secret in ("王建民", "13700000018", "410481198506121014"):
        assert secret not in decision
    assert "已写入公开存证日志" in decision
    printed = IssuedDocument.objects.get(act=case.last("penalty_decided"))
    verified = citizen.reads("/portal/verify/", code=printed.code)
    assert "这份文书由本系统发出，并已写入公开存证日志" in verified
    assert "恒远建材" not in verified  # whoever finds a code learns nothing of the case


def the_fine_is_paid_the_case_closed_and_archived(case: Journey) -> None:
    page = case.takes("fine_paid")
    assert "6,000元" in page
    assert "已交负责人办理" in case.prepares("case_closed", approval_opinion="")
    assert "已记录" in case.takes("case_closed")
    page = case.takes("file_archived")
    assert "已办结" in page
    assert "没有查出不合法的事项" in page
    assert "100 分" in page
