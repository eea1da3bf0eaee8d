"""A major case: the hearing, then a legal review that is returned, sent again, disputed and settled by the head."""

import pytest

from tests.journeys.conftest import NewJourney
from tests.journeys.office import Desk, Journey

POINTS = 8


@pytest.fixture
def case(journey: NewJourney, reviewer2: object) -> Journey:
    """A building without a permit; the notice with the right to a hearing is served."""
    return journey("hearing").told_until("document_served")


def test_a_hearing_is_held_and_the_review_follows_it(case: Journey) -> None:
    """The request, the notice seven working days ahead, the record, the report, the review, the discussion, the end."""
    the_party_is_heard(case)
    assert "已记录" in case.takes("legal_review_requested")
    the_reviewer_agrees(case)
    the_heads_discuss_and_decide(case)
    assert [name for name, times in case.typed.items() if times > 1] == []


def test_a_returned_review_is_mended_and_sent_again(case: Journey) -> None:
    """The officer reads what is wrong, says what was done about it, and the second opinion agrees."""
    the_party_is_heard(case)
    case.takes("legal_review_requested")
    the_reviewer_objects(case)
    officer = Desk("officer")
    assert "宏图置业" in officer.reads("/review/")
    page = officer.reads(f"/review/cases/{case.code}/")
    assert "没有说明为什么取上限" in page
    assert "审核意见没有同意，等承办机构处理" in page
    again = case.takes("legal_review_requested", resubmission_note="已补充裁量说明。")
    assert "已记录" in again
    reread = Desk("reviewer2").reads(f"/review/cases/{case.code}/")
    assert "第 2 次送审" in reread
    assert "已补充裁量说明。" in reread
    the_reviewer_agrees(case)
    assert "法制审核已经同意" in Desk("reviewer2").reads(f"/review/cases/{case.code}/")


def test_a_disagreement_goes_to_the_head_who_settles_it(case: Journey) -> None:
    """The officers do not accept the opinion: they write why, the head reads both sides and decides."""
    the_party_is_heard(case)
    case.takes("legal_review_requested")
    the_reviewer_objects(case)
    officer = Desk("officer")
    address = officer.reads(f"/review/cases/{case.code}/").link("提请负责人协调")
    sheet = officer.reads(address).sheet(address)
    sheet.fill(disagreement="裁量基准的上限与本案情节相符，理由已在报告中载明。")
    assert "已交负责人办理" in officer.sends(sheet)
    head = Desk("head")
    assert "宏图置业" in head.reads("/review/")
    both = head.reads(f"/review/cases/{case.code}/")
    assert "没有说明为什么取上限" in both
    assert "理由已在报告中载明" in both
    sheet = head.reads(both.link("协调决定")).sheet(address)
    assert sheet.values["f.disagreement"] == ["裁量基准的上限与本案情节相符，理由已在报告中载明。"]
    sheet.fill(coordination_result="承办机构意见有据。", coordination_conclusion="follow_officers")
    assert "已记录" in head.sends(sheet)
    assert "没有等待协调的分歧" in Desk("head").reads("/review/")
    assert "待审核1 件" in Desk("reviewer2").reads("/review/")
    the_reviewer_agrees(case)  # a settled dispute needs a written opinion all the same


def the_party_is_heard(case: Journey) -> None:
    assert "已记录" in case.takes("hearing_requested")
    notice = case.takes("hearing_notified")
    assert case.last("hearing_notified").facts["document_no"] in notice
    assert "已记录" in case.takes("document_served", nth=1)
    assert "听证全程录音" in case.takes("hearing_held")
    assert "已记录" in case.takes("hearing_reported")


def the_reviewer_agrees(case: Journey) -> None:
    case.at(case.step("legal_review_opined"))
    desk = Desk("reviewer2")
    assert "宏图置业" in desk.reads("/review/")
    assert "第五十八条" in desk.reads(f"/review/cases/{case.code}/")
    page = case.takes("legal_review_opined", by="reviewer2")
    assert case.last("legal_review_opined").facts["document_no"] in page


def the_reviewer_objects(case: Journey) -> None:
    rows = [{"finding": "已核对。", "opinion": "problem" if no == 4 else "sound"} for no in range(POINTS)]
    page = case.takes(
        "legal_review_opined",
        by="reviewer2",
        review_points=rows,
        review_opinion="没有说明为什么取上限。",
        review_conclusion="correct",
    )
    assert "已记录" in page


def the_heads_discuss_and_decide(case: Journey) -> None:
    page = case.takes("collective_discussion_held")
    assert "周局长" in page
    case.prepares("decision_approved", approval_opinion="")
    assert "已记录" in case.takes("decision_approved")
    decided = case.takes("penalty_decided")
    assert str(case.last("penalty_decided").facts["document_no"]) in decided
    assert "已记录" in case.takes("document_served", nth=2)
