"""Inspection, licence, seizure, performance by others: handled in the browser, each with what is refused."""

from datetime import datetime
from typing import Any

import pytest

from mingjing.cases.models import Case
from mingjing.kit.clock import BEIJING
from mingjing.publicity.models import Preparation
from mingjing.translog.services import seal_log
from tests.journeys.conftest import NewJourney
from tests.journeys.office import Desk, Journey
from tests.journeys.paper import Page

GAS = "舞钢市宏图液化气有限公司"


def refused(page: Page) -> bool:
    """Whether the page says, at its top, that nothing was recorded."""
    return page.status == 422 and "没有记录" in page


# --- inspection ---------------------------------------------------------------------------------


def test_an_officer_registers_an_inspection_and_the_head_approves_what_he_prepared(
    journey: NewJourney,
) -> None:
    """The officer cannot approve; he registers what a complaint asks for, writes the approval, the head records it."""
    case = journey("cn/inspection/individual")
    case.at(case.step("inspection_approved"))
    assert Desk("officer").reads("/cases/new/inspection_approved/").status == 403
    officer = Desk("officer")
    ways = officer.reads("/cases/new/")
    assert "行政检查" in ways
    address = ways.link("检查事项登记")
    form = officer.reads(address)
    assert "检查对象姓名或者名称" in form
    assert "当事人姓名" not in form
    sheet = form.sheet("/cases/new/clue_registered/")
    sheet.fill(
        case_source="complaint",
        clue_received_on="2026-03-02",
        clue_text="用户举报充装间围护网破损。",
        matter="瓶装液化石油气经营检查",
    )
    sheet.put(performers=["officer"], done_at="2026-03-02T09:30")
    page = officer.sends(sheet)
    assert "已记录“检查事项登记”" in page
    case.code = page.answer.request["PATH_INFO"].split("/")[2]
    assert "准备：行政检查审批（交负责人）" in page
    assert "已交负责人办理" in case.prepares("inspection_approved", approval_opinion="")
    assert "已记录" in case.takes("inspection_approved")
    assert case.case.handlers == ["officer", "officer2"]


def test_an_inspection_finds_a_violation_and_a_penalty_case_is_opened(journey: NewJourney) -> None:
    """Alone nobody enters; found and told, the violation becomes a clue whose number the referral names."""
    case = journey("cn/inspection/individual").told_until("document_served")
    alone, sheet = case.opens("inspection_entered")
    case.writes(sheet, case.step("inspection_entered"))
    sheet.put(performers=["officer", ""], done_at="2026-03-03T09:05")
    assert refused(alone.sends(sheet))
    assert "已记录" in case.takes("inspection_entered")

    case = journey("cn/inspection/individual", mark="told").told_until("correction_ordered")
    clue = a_clue_is_registered(case)
    for kind in ("document_served", "inspection_violation_referred"):
        nth = 2 if kind == "document_served" else 0
        more = {} if nth else {"referred_case_no": clue.number}
        assert "已记录" in case.takes(kind, nth=nth, **more)
    assert clue.number in Desk("officer").reads(case.home)
    assert "检查对象此前被查处" in Desk("officer").reads(case.home)
    assert Desk("officer").reads(f"/cases/{clue.code}/").status == 200


def a_clue_is_registered(case: Journey) -> Case:
    case.at(case.step("inspection_violation_referred"))
    desk, form = Desk("officer"), "/cases/new/clue_registered/"
    sheet = desk.reads(f"{form}?procedure=ordinary").sheet(form)
    sheet.fill(
        case_source="inspection",
        clue_received_on="2026-03-17",
        clue_text="检查发现没有入户安全检查记录。",
        matter="涉嫌未按规定进行燃气安全检查",
        party_name=GAS,
    )
    sheet.put(performers=["officer"], done_at="2026-03-18T08:30")
    assert "已记录" in desk.sends(sheet)
    return Case.objects.get(procedure="ordinary")


@pytest.mark.parametrize(("cap", "recorded"), [(0, False), (2, True)], ids=["over the cap", "within"])
def test_a_routine_inspection_over_the_yearly_cap_is_refused(
    journey: NewJourney, cap: int, recorded: bool
) -> None:
    """Without a reason that lifts the cap, no head can approve another visit; within the cap he can."""
    case = journey("cn/inspection/routine")
    page = case.takes("inspection_approved", inspected_before=2 if cap == 0 else 1, inspection_cap=cap)
    assert ("已记录" in page) is recorded
    assert refused(page) is not recorded


# --- licence ------------------------------------------------------------------------------------


def test_a_licence_goes_from_the_application_to_the_public(journey: NewJourney) -> None:
    """Granted before anybody has examined it: refused; approved, granted, served, published without a private name."""
    case = journey("licence")
    page = case.takes("licence_applied")
    assert "申请人" in page
    assert "处罚" not in page.text.partition("现在可以做")[2].partition("期限")[0]
    for kind in ("licence_accepted", "document_served", "licence_site_checked"):
        assert "已记录" in case.takes(kind)
    assert refused(case.takes("licence_granted"))
    assert "已记录" in case.takes("licence_examined")
    assert "已交负责人办理" in case.prepares("licence_approved", approval_opinion="")
    assert "已记录" in case.takes("licence_approved")
    assert case.takes("licence_granted").status == 200
    assert "已记录" in case.takes("document_served", nth=1)
    decision = it_is_published(case, "准予许可")
    assert "申请燃气经营许可" in decision
    assert "舞钢市万合燃气有限公司" in decision
    assert "林万合" not in decision
    for kind in ("licence_issued", "case_closed", "file_archived"):
        assert "已记录" in case.takes(kind)
    assert case.case.ended


def test_a_licence_is_refused_with_reasons_and_remedies(journey: NewJourney) -> None:
    """A refusal without telling the remedies is itself refused; told, it is recorded."""
    case = journey("cn/licence/renewal_refused").told_until("licence_approved")
    assert refused(case.takes("licence_refused", remedy_told=False))
    page = case.takes("licence_refused")
    assert page.status == 200
    assert case.last("licence_refused").facts["document_no"] in page


def it_is_published(case: Journey, words: str) -> Page:
    """Two people publish, everything is sealed, and somebody without an account reads it."""
    step = case.step("decision_published")
    case.at(step)
    first, second = Desk("publicity"), Desk("publicity2")
    assert words in first.reads("/publicity/")
    address = f"/publicity/cases/{case.code}/"
    sheet = first.reads(address).sheet("")
    case.writes(sheet, step)
    assert "已交另一人确认" in first.sends(sheet, to=address)
    paper = f"/publicity/papers/{Preparation.objects.get(case_code=case.code).pk}/"
    assert "已公示" in second.sends(second.reads(paper).sheet(""), to=paper)
    while seal_log(at=case.clock.now):
        pass
    citizen = Desk("nobody")
    found = citizen.reads("/portal/search/", q=case.case.decision_no)
    return citizen.reads(found.link(case.case.party_name))


# --- seizure ------------------------------------------------------------------------------------


@pytest.fixture
def seized(journey: NewJourney) -> Journey:
    """A cart detained for thirty days, tested meanwhile, the measure published."""
    return journey("cn/coercion/seizure").told_until("decision_published")


def test_a_detention_is_extended_once_within_its_term_and_released(seized: Journey) -> None:
    """Thirty-one days more: refused; twenty: recorded, served, and the cart given back before the new end."""
    assert "查封、扣押" in Desk("officer").reads(seized.home)
    assert refused(seized.takes("coercion_extended", extension_days=31))
    assert "已记录" in seized.takes("coercion_extended")
    assert refused(again(seized))
    assert "已记录" in seized.takes("document_served", nth=1)
    assert "已记录" in seized.takes("sealing_lifted")
    for kind, nth in (("document_served", 2), ("case_closed", 0), ("file_archived", 0)):
        assert "已记录" in seized.takes(kind, nth=nth)
    assert seized.case.ended


def again(case: Journey) -> Page:
    """A second extension, a few minutes after the first."""
    desk, sheet = case.opens("coercion_extended")
    case.writes(sheet, case.step("coercion_extended"))
    sheet.put(performers=["head"], done_at=case.clock.now.strftime("%Y-%m-%dT%H:%M"))
    return desk.sends(sheet)


def test_what_is_detained_beyond_its_term_can_no_longer_be_extended(journey: NewJourney) -> None:
    """On the last day of the thirty the head may still extend; the day after nobody may, and the page says so."""
    for day, recorded in ((2, True), (3, False)):
        case = journey("cn/coercion/seizure", mark=f"day {day}").told_until("sealing_imposed")
        case.clock.go_to(datetime(2026, 4, day, 10, 30, tzinfo=BEIJING))
        head, form = Desk("head"), f"{case.home}acts/coercion_extended/"
        sheet = head.reads(form).sheet(form)
        case.writes(sheet, case.step("coercion_extended"), sealing_extended_until="2026-04-22")
        sheet.put(performers=["head"], done_at=f"2026-04-{day:02d}T10:20")
        page = head.sends(sheet)
        assert refused(page) is not recorded
        assert ("届满" in page.text.partition("依法核对")[0]) is not recorded


# --- performance by others ----------------------------------------------------------------------


def test_a_heap_is_cleared_by_others_after_two_demands(journey: NewJourney) -> None:
    """Decided before the demand has run out: refused; cleared without the second demand: refused; in order: done."""
    case = journey("cn/execution/substitution").told_until("legal_review_opined")
    assert refused(too_early(case))
    assert "已记录" in case.takes("substitution_decided")
    case = journey("cn/execution/substitution", mark="later").told_until("decision_published")
    assert refused(case.takes("substitution_carried_out"))
    assert "已记录" in case.takes("substitution_demanded")
    assert "已记录" in case.takes("document_served", nth=2)
    assert "已记录" in case.takes("substitution_carried_out")
    assert "代履行" in Desk("officer").reads(case.home)


def too_early(case: Journey) -> Page:
    """The decision on a day when the party may still clear the heap itself."""
    desk, sheet = case.opens("substitution_decided")
    case.writes(sheet, case.step("substitution_decided"))
    sheet.put(performers=["head"], done_at="2026-02-04T09:00")
    return desk.sends(sheet)


def test_the_demand_asks_for_days_enough(journey: NewJourney, reviewer2: Any) -> None:
    """A statement of the party must be answered before anybody else clears its heap."""
    case = journey("cn/execution/substitution").told_until("statement_recorded")
    case.at(case.step("substitution_decided"))
    assert refused(case.takes("substitution_decided"))
    case = journey("cn/execution/substitution", mark="answered").told_until("legal_review_opined")
    assert "已记录" in case.takes("substitution_decided")
