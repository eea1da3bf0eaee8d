"""Discretion and flexible enforcement as officers meet them: the form proposes, the law refuses, an argument passes."""

from datetime import timedelta
from typing import Any

from mingjing.cases.models import Case
from mingjing.cases.selectors import acts_of
from tests.cast import Cast
from tests.journeys.conftest import NewJourney
from tests.journeys.office import Clock, Desk, Journey
from tests.journeys.paper import Page, Sheet
from tests.stories import told

PARTY = {"party_name": "舞钢市金穗农资有限公司", "party_uscc": "91410481MA40D3CC81"}


def test_the_form_proposes_a_range_and_a_fine_above_it_waits_for_the_head(journey: NewJourney) -> None:
    """The officer picks the line and answers; 9,000 is refused with its article, approved it goes into the notice."""
    case = journey().told_until("evidence_collected")
    desk, sheet = the_officer_finds_the_line_picked_and_its_questions_asked(case)
    the_range_stands_beside_the_form_before_anything_is_sent(case, desk, sheet)
    assert "已记录" in case.takes("discretion_assessed", proposed_fine_yuan="9000")
    assert "已记录" in case.takes("investigation_reported")

    refused = case.takes("prior_notice_issued")
    assert refused.status == 422
    assert "9000" in refused
    assert "裁量幅度为 2000" in refused
    assert "国办发〔2022〕27号" in refused
    the_head_approves_the_departure(case)
    assert "已记录" in case.takes("prior_notice_issued")
    facts = case.last("prior_notice_issued").facts
    assert "discretion_benchmark" not in facts  # said once, in the assessment


def the_officer_finds_the_line_picked_and_its_questions_asked(case: Journey) -> tuple[Desk, Sheet]:
    desk, sheet = case.opens("discretion_assessed")
    assert sheet.values["f.discretion_item"] == ["urban_penalties#road_occupied"]
    page = desk.reads(sheet.action)
    assert "占用面积" in page
    assert "是否及时改正" not in page.text.replace(
        "是否及时改正必填", ""
    )  # asked once, by the fact of the case
    for computed in ("benchmark_low_yuan", "earlier_violations", "list_hits"):
        assert not sheet.asks(computed)
    # Without a script: another line is searched for, and the page comes back with it and what was typed.
    found = desk.sends(sheet, next="1", item_q="建筑垃圾")
    assert found.status == 200
    assert "未经核准擅自处置建筑垃圾" in found
    assert "未经批准擅自占用城市道路" in found  # the picked one stays
    assert not [act for act in acts_of(case.case) if act.kind == "discretion_assessed"]
    return desk, desk.reads(sheet.action).sheet(sheet.action)


def the_range_stands_beside_the_form_before_anything_is_sent(case: Journey, desk: Desk, sheet: Sheet) -> None:
    case.writes(sheet, case.step("discretion_assessed"))
    sheet.put(performers=["officer", "officer2"])
    beside = desk.sends(sheet, to=f"{case.form('discretion_assessed')}check")
    assert "2,000元 至 8,000元" in beside
    assert "占用面积：60平方米" in beside
    assert "符合从轻处罚情形" in beside
    assert "此前被查处：0 次" in beside
    assert "还没有同类案件" in beside


def the_head_approves_the_departure(case: Journey) -> None:
    case.at(case.step("prior_notice_issued"))
    head = Desk("head")
    form = case.form("benchmark_departure_approved")
    sheet = head.reads(form).sheet(form)
    sheet.fill(
        departure_approved_by="head",
        departure_reason="占用主干道长达半年，适用基准明显不当。",
        approval_opinion="同意调整适用。",
    )
    sheet.put(performers=["head"])
    at = case.tale.moment(case.step("prior_notice_issued")) - timedelta(minutes=30)
    sheet.put(done_at=at.strftime("%Y-%m-%dT%H:%M"))
    assert "已记录" in head.sends(sheet)


def test_a_case_that_the_list_exempts_goes_no_further_without_an_argument(journey: NewJourney) -> None:
    """Slight, mended, first: the form says so at once, the notice is refused, and argued it passes."""
    case = journey().told_until("evidence_collected")
    assert "已记录" in case.takes("discretion_assessed", harm_degree="slight")
    assert "已记录" in case.takes("investigation_reported")
    refused = case.takes("prior_notice_issued")
    assert refused.status == 422
    assert "符合免罚情形的，没有充分理由不得处罚" in refused
    assert "第三十三条" in refused

    at = case.at(case.step("prior_notice_issued")) - timedelta(minutes=30)
    desk, form = Desk("officer"), case.form("discretion_assessed")
    sheet = desk.reads(form).sheet(form)
    # The form begins with what was assessed before: only the argument is new.
    sheet.fill(exempt_not_applied_reason="清除次日又占用同一地点，没有真正改正。")
    sheet.put(performers=["officer", "officer2"], done_at=at.strftime("%Y-%m-%dT%H:%M"))
    assert "已记录" in desk.sends(sheet)
    assert "已记录" in case.takes("prior_notice_issued")


def test_after_a_prompt_sheet_the_next_violation_is_no_longer_the_first(
    cast: Cast, clock: Clock, journey: NewJourney
) -> None:
    """Prompted, mended, concluded without a case being filed; a month later the form knows."""
    prompted = a_prompt_sheet_is_given(clock)
    assert "行政执法提示单" in prompted
    code = Case.objects.get(procedure="prompt").code
    it_is_rechecked_and_concluded(clock, code)

    case = journey(**PARTY).told_until("evidence_collected")
    desk, sheet = case.opens("discretion_assessed")
    assert "当事人此前被查处" in desk.reads(case.home)
    case.writes(sheet, case.step("discretion_assessed"), harm_degree="slight")
    sheet.put(performers=["officer", "officer2"])
    beside = desk.sends(sheet, to=f"{case.form('discretion_assessed')}check")
    assert "此前被查处：1 次" in beside
    assert "提示、告诫" in beside
    assert "符合免罚情形" not in beside
    assert "已记录" in case.takes("discretion_assessed")
    assert case.last("discretion_assessed").facts["first_violation"] is False


def a_prompt_sheet_is_given(clock: Clock) -> Page:
    clock.go_to(clock.now - timedelta(days=28))
    desk = Desk("officer")
    assert "提示" in desk.reads("/cases/new/")
    form = "/cases/new/prompt_issued/"
    sheet = desk.reads(form).sheet(form)
    day = clock.now.date()
    facts: dict[str, Any] = {
        "matter": "涉嫌占用城市道路",
        "party_kind": "organization",
        **PARTY,
        "place": "建设路",
        "violation_kind": "未经批准擅自占用城市道路",
        "violation_facts": "当事人在建设路人行道堆放货物两平方米，初次发生，没有造成后果。",
        "violated": [{"law": "城市道路管理条例", "article": "第二十七条第一项"}],
        "harm_degree": "none",
        "prompt_text": "占用城市道路须经批准，未经批准占用的可以处罚款。",
        "correction_demand": "当场清除货物",
        "correction_until": (day + timedelta(days=3)).isoformat(),
        "recheck_on": (day + timedelta(days=4)).isoformat(),
        "credential_shown": True,
        "party_signed": True,
    }
    sheet.fill(**facts)
    sheet.put(performers=["officer", "officer2"], done_at=clock.now.strftime("%Y-%m-%dT%H:%M"))
    return desk.sends(sheet)


def it_is_rechecked_and_concluded(clock: Clock, code: str) -> None:
    clock.pass_by(days=4)
    desk = Desk("officer")
    steps: list[tuple[str, dict[str, Any]]] = [
        ("correction_rechecked", {"correction_finding": "货物已清除。", "corrected": True}),
        ("prompt_concluded", {"prompt_result": "corrected", "prompt_result_note": "已改正，不再处理。"}),
    ]
    for kind, facts in steps:
        form = f"/cases/{code}/acts/{kind}/"
        sheet = desk.reads(form).sheet(form)
        sheet.fill(**facts)
        sheet.put(performers=["officer", "officer2"], done_at=clock.now.strftime("%Y-%m-%dT%H:%M"))
        assert "已记录" in desk.sends(sheet)
        clock.pass_by(minutes=5)
    assert Case.objects.get(code=code).ended


def test_a_supervisor_opens_the_groups_and_the_cases_behind_them(cast: Cast) -> None:
    """The page states how it counts, ranks nobody by fines, and leads to the cases; an officer has no such page."""
    told(cast, until="penalty_decided")
    desk = Desk("supervisor")
    board = desk.reads("/supervision/")
    page = desk.reads(board.link("同案同罚"))
    assert "未经批准擅自占用城市道路" in page
    assert "四分位距" in page
    assert "不按罚款高低排名" in page
    group = desk.reads(page.link("未经批准擅自占用城市道路"))
    assert "6,000元" in group
    assert "舞钢市恒远建材有限公司" in desk.reads(group.link("罚决"))
    assert Desk("officer").reads("/supervision/likeness/").status == 403
