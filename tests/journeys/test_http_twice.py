"""The same form sent twice, and two tabs with different words: never two acts, never a lost one, never a silent one."""

from mingjing.cases.models import Act, Case
from mingjing.publicity.models import Preparation, Publication
from tests.journeys.conftest import NewJourney
from tests.journeys.office import Desk, made_up


def test_a_clue_sent_twice_opens_one_case_and_says_so(journey: NewJourney) -> None:
    """Two clicks: both lead to the same case, the second says that it was recorded before."""
    case = journey()
    desk, sheet = case.opens("clue_registered")
    case.writes(sheet, case.step("clue_registered"))
    sheet.put(
        performers=["clerk"],
        done_at=case.tale.moment(case.step("clue_registered")).strftime("%Y-%m-%dT%H:%M"),
    )
    first = desk.sends(sheet)
    case.clock.pass_by(seconds=2)
    second = desk.sends(sheet)
    assert first.answer.request["PATH_INFO"] == second.answer.request["PATH_INFO"]
    assert "没有重复记录" in second
    assert Case.objects.count() == Act.objects.count() == 1


def test_two_tabs_with_different_words_make_one_act_and_the_second_is_told(journey: NewJourney) -> None:
    """The first tab's words stand; the second tab is told that its words were not recorded."""
    case = journey().told_until("clue_registered")
    step = case.step("clue_accepted")
    desk, sheet = case.opens("clue_accepted")
    case.writes(sheet, step)
    sheet.put(performers=["officer", "officer2"], done_at=case.tale.moment(step).strftime("%Y-%m-%dT%H:%M"))
    _, other = case.opens("clue_accepted")
    case.writes(other, step, clue_finding="另一个窗口里写的不同的话。")
    other.put(performers=["officer", "officer2"], done_at=case.tale.moment(step).strftime("%Y-%m-%dT%H:%M"))
    assert "已记录" in desk.sends(sheet)
    case.clock.pass_by(seconds=2)
    second = Desk("officer").sends(other)
    assert "没有重复记录" in second
    assert [act.kind for act in Act.objects.order_by("seq")] == ["clue_registered", "clue_accepted"]
    assert "另一个窗口里写的不同的话。" not in second


def test_a_second_form_opened_after_the_first_was_sent_is_judged_anew(journey: NewJourney) -> None:
    """A fresh form has a fresh token: the law, not the token, says whether the act may come again."""
    case = journey().told_until("correction_ordered")
    for found in ("第一次复查：还没有清完。", "第二次复查：已经清完。"):
        assert "已记录" in case.takes("correction_rechecked", correction_finding=found)
    again = Act.objects.filter(kind="correction_rechecked").order_by("seq")
    assert [act.facts["correction_finding"] for act in again] == [
        "第一次复查：还没有清完。",
        "第二次复查：已经清完。",
    ]


def test_an_act_of_a_colleague_in_between_does_not_lose_mine(journey: NewJourney) -> None:
    """Two officers with different forms open at once: both are recorded, one after the other."""
    case = journey().told_until("correction_ordered")
    mine, sheet = case.opens("inquiry_recorded")
    case.writes(sheet, case.step("inquiry_recorded"))
    step = case.step("inquiry_recorded")
    recording = case.evidence(mine, "询问同步录音", case.tale.moment(step))
    sheet.offered.setdefault("evidence", set()).add(recording)
    sheet.put(evidence=[recording], performers=["officer", "officer2"])
    sheet.put(done_at=case.tale.moment(step).strftime("%Y-%m-%dT%H:%M"))
    assert "已记录" in case.takes("correction_rechecked")
    assert "已记录" in Desk("officer").sends(sheet)
    assert [act.seq for act in Act.objects.order_by("seq")] == [1, 2, 3, 4, 5, 6, 7]


def test_a_publication_confirmed_twice_is_one_publication(journey: NewJourney) -> None:
    """Two clicks of the second person."""
    case = journey().told_until("document_served", nth=1)
    case.at(case.step("decision_published"))
    address = f"/publicity/cases/{case.code}/"
    first = Desk("publicity")
    sheet = first.reads(address).sheet("")
    case.writes(sheet, case.step("decision_published"))
    first.sends(sheet, to=address)
    paper = f"/publicity/papers/{Preparation.objects.get().pk}/"
    second = Desk("publicity2")
    confirming = second.reads(paper).sheet("")
    for _ in range(2):
        assert second.sends(confirming, to=paper).status in {200, 404}
    assert Publication.objects.count() == 1
    assert Act.objects.filter(kind="decision_published").count() == 1


def test_an_upload_sent_twice_is_one_piece_of_evidence(journey: NewJourney) -> None:
    """The second is told that the file is there already."""
    case = journey().told_until("filing_approved")
    desk = Desk("officer")
    sheet = desk.reads(case.home).sheet(f"{case.home}evidence/")
    sheet.put(title="现场照片", legal_kind="audiovisual", side="against")
    for _ in range(2):
        page = desk.sends(sheet, files=made_up("现场照片", case.code))
        assert page.status == 200
    assert "证据1 件" in desk.reads(case.home)


def test_what_the_case_knows_is_not_asked_again_and_can_be_changed(journey: NewJourney) -> None:
    """The clue named the wrong street and only suspected: the report states both anew, and only what was changed."""
    case = journey().told_until("discretion_assessed")
    desk, sheet = case.opens("investigation_reported")
    page = desk.reads(sheet.action)
    assert "有变化或者有误的，在这里改" in page
    assert not sheet.blank("violation_facts")
    case.writes(sheet, case.step("investigation_reported"))
    sheet.put(performers=["officer", "officer2"])
    sheet.put(done_at=case.tale.moment(case.step("investigation_reported")).strftime("%Y-%m-%dT%H:%M"))
    assert "经责令已改正" in desk.sends(sheet)
    facts = case.last("investigation_reported").facts
    assert "经责令已改正" in facts["violation_facts"]
    assert "violated" not in facts  # sent back as it was, so nobody has stated it anew
    assert "violation_facts" in sheet.changed
