"""A penalty on the spot, from the pavement to the bank and the public, through the browser."""

from mingjing.publicity.models import Preparation
from tests.cast import make_officer
from tests.journeys.conftest import NewJourney
from tests.journeys.office import Desk, Journey


def test_a_small_fine_is_decided_collected_handed_over_and_published(journey: NewJourney) -> None:
    """Two officers on the street, the report, the bank, the portal; the citizen's name is hidden there."""
    case = journey("summary")
    make_officer("officer3", "寅")
    two_officers_decide_on_the_pavement(case)
    they_collect_and_the_bureau_is_told(case)
    it_is_published_without_the_name(case)
    it_is_closed_and_archived(case)
    assert [name for name, times in case.typed.items() if times > 1] == []


def two_officers_decide_on_the_pavement(case: Journey) -> None:
    desk, sheet = case.opens("on_the_spot_decided")
    page = desk.reads("/cases/new/on_the_spot_decided/")
    assert "舞钢市人民政府" in page  # the review body is the register's, nobody types it
    assert not sheet.asks("review_body")
    assert not sheet.asks("document_no")
    recorded = case.takes("on_the_spot_decided")
    act = case.last("on_the_spot_decided")
    assert str(act.facts["document_no"]) in recorded
    assert (act.facts["party_birth_on"], act.facts["party_gender"]) == ("1985-06-12", "male")
    assert desk.downloads(f"/documents/{act.code}/pdf")[1].startswith(b"%PDF")


def they_collect_and_the_bureau_is_told(case: Journey) -> None:
    for kind in ("document_served", "fine_collected_on_the_spot"):
        assert "已记录" in case.takes(kind)
    case.at(case.step("fine_handed_over"))
    assert "刘大勇" in Desk("officer").reads("/")  # two days for handing over and for the report
    assert "刘大勇" not in Desk("officer3").reads("/")  # whose case it is not
    for kind in ("fine_handed_over", "on_the_spot_reported", "fine_deposited"):
        assert "已记录" in case.takes(kind)


def it_is_published_without_the_name(case: Journey) -> None:
    step = case.step("decision_published")
    case.at(step)
    address = f"/publicity/cases/{case.code}/"
    first = Desk("publicity")
    sheet = first.reads(address).sheet("")
    case.writes(sheet, step)
    assert "已交另一人确认" in first.sends(sheet, to=address)
    paper = f"/publicity/papers/{Preparation.objects.get(case_code=case.code).pk}/"
    second = Desk("publicity2")
    assert "已公示" in second.sends(second.reads(paper).sheet(""), to=paper)
    citizen = Desk("nobody")
    decision = citizen.reads(citizen.reads("/portal/").link("刘某某"))
    assert "50元" in decision
    for secret in ("刘大勇", "410481198506121014", "健康路22号", "13700000042"):
        assert secret not in decision
    assert "没有找到符合条件的决定" in citizen.reads("/portal/search/", q="刘大勇")


def it_is_closed_and_archived(case: Journey) -> None:
    assert "已交负责人办理" in case.prepares("case_closed", approval_opinion="")
    assert "已记录" in case.takes("case_closed")
    page = case.takes("file_archived")
    assert "已办结" in page
    assert "没有查出不合法的事项" in page
