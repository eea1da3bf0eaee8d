"""What the law forbids is refused on the page, with the article and the way out; its lawful twin goes through."""

from typing import Any

import pytest

from mingjing.cases.models import Act
from mingjing.publicity.models import Preparation, Publication
from tests.journeys.conftest import NewJourney
from tests.journeys.office import Desk, Journey
from tests.journeys.paper import Page

CONFESSED = "我是公司法定代表人，负责现场材料堆放。"


def refused(page: Page) -> bool:
    """Whether the page says, at its top, that nothing was recorded."""
    return page.status == 422 and "没有记录" in page


def test_a_major_decision_without_legal_review_shows_article_58(journey: NewJourney) -> None:
    """The hearing is over, the review was never asked for: refused with the article; reviewed, it is decided."""
    case = journey("hearing").told_until("hearing_reported")
    case.at(case.step("penalty_decided"))
    page = case.takes("penalty_decided")
    assert refused(page)
    assert "《行政处罚法（2021）》第五十八条" in page
    assert "怎样才合法" in page
    on_the_page = Desk("officer").reads(case.home)
    assert "第五十八条" in on_the_page
    assert not Act.objects.filter(kind="penalty_decided").exists()


def test_the_same_decision_after_the_review_is_recorded(journey: NewJourney, reviewer2: Any) -> None:
    """Reviewed, discussed and approved, nothing stands against it."""
    case = journey("hearing").told_until("decision_approved")
    assert "已记录" in case.takes("penalty_decided")


@pytest.fixture
def asked(journey: NewJourney) -> Journey:
    """A case in which the party is about to be questioned."""
    return journey().told_until("correction_ordered")


@pytest.mark.parametrize(
    ("people", "says"),
    [
        (["officer"], "应当不少于 2 人，实际 1 人"),
        (["officer", "lapsed"], "执法证件在行为当日已经过期"),
        (["officer", "clerk"], "庚没有执法证件"),
    ],
    ids=["alone", "with an expired certificate", "with somebody without one"],
)
def test_an_inquiry_by_the_wrong_people_is_refused_and_the_draft_kept(
    asked: Journey, people: list[str], says: str
) -> None:
    """The live check says so before sending, the refusal after; nothing typed is lost, not even by a reload."""
    desk, sheet = filled_in(asked)
    sheet.values["performers"] = people
    live = desk.sends(sheet, to=f"{sheet.action}check")
    assert "第四十二条" in live
    page = desk.sends(sheet)
    assert refused(page)
    assert "第四十二条" in page
    assert says in page
    assert asked.case.act_count == 5
    again = desk.reads(sheet.action)
    assert "已恢复" in again
    kept = again.sheet(sheet.action).values
    assert [one for one in kept["performers"] if one] == people
    assert kept["f.answers.0.answer"] == [CONFESSED]


def test_an_inquiry_by_two_certified_officers_is_recorded_and_leaves_no_draft(asked: Journey) -> None:
    """The twin: the same words, two valid certificates."""
    desk, sheet = filled_in(asked)
    sheet.values["performers"] = ["officer", "officer2"]
    assert "已记录" in desk.sends(sheet)
    assert "已恢复" not in desk.reads(sheet.action)


def filled_in(case: Journey) -> tuple[Desk, Any]:
    """The form of the inquiry as the officer has filled it in."""
    step = case.step("inquiry_recorded")
    desk, sheet = case.opens("inquiry_recorded")
    case.writes(sheet, step)
    sheet.put(evidence=[])
    sheet.fill(answers=[{"question": "请说明你的身份。", "answer": CONFESSED}])
    sheet.put(done_at=case.tale.moment(step).strftime("%Y-%m-%dT%H:%M"))
    recording = case.evidence(desk, "询问同步录音", case.tale.moment(step))
    sheet.offered.setdefault("evidence", set()).add(recording)
    sheet.put(evidence=[recording])
    return desk, sheet


@pytest.mark.parametrize(("fine", "lawful"), [("200", True), ("200.01", False), ("201", False)])
def test_a_citizen_is_fined_on_the_spot_up_to_two_hundred_yuan(
    journey: NewJourney, fine: str, lawful: bool
) -> None:
    """One yuan more needs the ordinary procedure, and the page says under which article."""
    case = journey("summary", fine=fine)
    page = case.takes("on_the_spot_decided")
    if lawful:
        assert "已记录" in page
        return
    assert refused(page)
    assert "第五十一条" in page
    assert "200元" in page
    assert not Act.objects.exists()
    assert case.opens("on_the_spot_decided")[1].values["f.fine_yuan"] == [fine]


def test_a_decision_before_the_defence_period_is_over_is_refused(journey: NewJourney) -> None:
    """Told today, decided tomorrow: the limit and its end are on the page, and the decision is not in the case."""
    case = journey().told_until("document_served")
    case.clock.pass_by(days=1)
    desk = Desk("officer")
    address = case.form("penalty_decided")
    sheet = desk.reads(address).sheet(address)
    case.writes(sheet, case.step("penalty_decided"))
    sheet.put(performers=["officer", "officer2"], done_at=case.clock.now.strftime("%Y-%m-%dT%H:%M"))
    page = desk.sends(sheet)
    assert refused(page)
    assert "应当在2026年3月26日（周四）期满之后" in page
    assert case.case.decision_no == ""


def test_whoever_prepares_a_publication_does_not_confirm_it(journey: NewJourney) -> None:
    """The button is not there; pressed all the same, the rule is shown and nothing is public. The twin confirms."""
    case = journey().told_until("document_served", nth=1)
    case.at(case.step("decision_published"))
    address = f"/publicity/cases/{case.code}/"
    first = Desk("publicity")
    sheet = first.reads(address).sheet("")
    case.writes(sheet, case.step("decision_published"))
    first.sends(sheet, to=address)
    paper = f"/publicity/papers/{Preparation.objects.get().pk}/"
    page = first.sends(first.reads(paper).sheet(""), to=paper)
    assert refused(page)
    assert "公示：一人准备、一人复核" in page
    assert not Publication.objects.exists()
    second = Desk("publicity2")
    assert "已公示" in second.sends(second.reads(paper).sheet(""), to=paper)


@pytest.mark.parametrize(
    ("law", "article", "says"),
    [
        ("城市道路管理规则", "第二十七条", "法规目录没有收录《城市道路管理规则》"),
        ("城市道路管理条例", "第一百二十七条", "没有第127条"),
    ],
    ids=["a law nobody made", "an article it has not"],
)
def test_a_citation_that_leads_nowhere_is_refused_at_its_field(
    journey: NewJourney, law: str, article: str, says: str
) -> None:
    """The filing names no law in force: refused with what is wrong; with the right article it is approved."""
    case = journey().told_until("clue_accepted")
    case.at(case.step("filing_approved"))
    page = case.takes("filing_approved", violated=[{"law": law, "article": article}])
    assert refused(page)
    assert says in page
    assert "已记录" in case.takes("filing_approved")
