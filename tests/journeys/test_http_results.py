"""A campaign from its last visit to what a citizen reads and checks again, told by what people press and open."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from mingjing.cases.selectors import case_by_own_code
from mingjing.cli.main import main
from mingjing.inspections.ceremony import DrawRefused
from mingjing.inspections.models import InspectedObject
from mingjing.inspections.visiting.sheets import fill_sheet
from mingjing.inspections.visiting.visits import begin_visit, visit_law
from mingjing.publicity.corrections import confirm_correction, prepare_correction
from mingjing.publicity.draws import publish_draws
from mingjing.publicity.models import Preparation, Publication
from mingjing.publicity.open_data import write_open_data
from mingjing.publicity.register import publish_registers
from mingjing.publicity.results import publish_results
from mingjing.publicity.services import withdraw
from mingjing.translog.services import ensure_log_key
from tests.cast import ELSEWHERE, make_person
from tests.inspections.finished import FINE, Finished, drawn_campaign
from tests.journeys.office import Clock, Desk
from tests.journeys.paper import Page

if TYPE_CHECKING:
    from tests.cast import Cast

PORTAL = "/portal/draws/"
# What a correction of no great weight says, so that no legal review is asked for.
QUIET = dict.fromkeys(("major_public_interest", "major_rights", "social_risk", "complex_case"), False)


@pytest.fixture
def campaign(cast: "Cast", clock: Clock, settings: Any, tmp_path: Path) -> Finished:
    """Two firms of three are drawn; nobody has been visited."""
    settings.MINGJING_HOME = tmp_path
    publish_registers(at=clock.now)
    return drawn_campaign(cast, clock=clock.go_to)


def worker(clock: Clock, made: Finished) -> None:
    """What the worker does between two requests."""
    clock.go_to(made.now + timedelta(minutes=2))
    publish_draws()
    publish_results(at=clock.now)


def reads(path: str) -> Page:
    """What a citizen sees."""
    return Page(Client().get(path))


def prepares(code: str) -> Page:
    """One person prepares the result for the public."""
    desk = Desk("publicity")
    sheet = desk.reads(f"/publicity/cases/{code}/").sheet("")
    sheet.fill(publication_reason="inspection_result", secrecy_checked="true", non_publication_ground="none")
    sheet.fill(publication_until="2027-03-10")
    return desk.sends(sheet, to=f"/publicity/cases/{code}/")


def confirms(by: str, case_code: str) -> Page:
    """Another person looks at it and lets it out."""
    paper = Preparation.objects.get(case_code=case_code, confirmed_by=None)
    desk, path = Desk(by), f"/publicity/papers/{paper.pk}/"
    return desk.sends(desk.reads(path).sheet(""), to=path)


def rows_of(code: str) -> list[dict[str, str]]:
    """The open data of a draw."""
    answer = Client().get(f"{PORTAL}{code}/results.csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_results_go_from_the_visit_through_two_people_to_a_page_that_anybody_checks(
    campaign: Finished, clock: Clock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Closed, prepared, confirmed, published; the rows are those of the bundle, and the bundle verifies."""
    clean, broken = campaign.tasks
    first, second = campaign.visits(clean), campaign.visits(broken, "A")
    campaign.tells(first)
    campaign.tells(second, "correction", **QUIET)
    campaign.closes()
    worker(clock, campaign)
    page = reads(f"{PORTAL}{campaign.code}/")
    assert "应当检查 2 个对象，已经公布 0 个" in page
    assert "结果应于2026年4月7日前公布" in page  # the twentieth working day, as the rule counts it
    assert "未发现问题" not in page

    assert "已交另一人确认" in prepares(first.case_code)
    assert "须由另一人确认" in Desk("publicity").reads(f"/publicity/papers/{Preparation.objects.get().pk}/")
    assert "已公示" in confirms("publicity2", first.case_code)
    worker(clock, campaign)
    page = reads(f"{PORTAL}{campaign.code}/")
    assert "1 未发现问题" in page
    assert "已经公布 1 个" in page

    bundle = Client().get(f"{PORTAL}{campaign.code}/bundle.json").content
    lines = [line.split("\t") for line in json.loads(bundle)["lines"]]
    told = rows_of(campaign.code)
    assert [(one["层"], one["对象代码"], one["检查人员证件号"].split()) for one in told] == [
        (line[0], line[3], line[5].split(",")) for line in lines
    ]
    assert [(one["结果代码"], one["公布情况"]) for one in told if one["结果"]] == [("1", "已公布")]
    (tmp_path / "draw.json").write_bytes(bundle)
    key = ensure_log_key().public.vkey
    assert main(["draw", "verify", str(tmp_path / "draw.json"), "--vkey", key]) == 0
    assert "2" in capsys.readouterr().out
    firm = reads(f"/portal/firms/{clean.object}/")
    assert "2026 年燃气安全双随机抽查" in firm
    assert "未发现问题" in firm


def test_a_result_that_is_taken_down_is_gone_from_the_draw_and_the_firm_at_once(
    campaign: Finished, clock: Clock
) -> None:
    """Name and result go, the object of the bundle stays with the trace; the other row is untouched."""
    starts = [campaign.visits(one) for one in campaign.tasks]
    for start in starts:
        campaign.tells(start)
    campaign.closes()
    for start in starts:
        clock.go_to(campaign.now + timedelta(minutes=5))
        prepares(start.case_code)
        confirms("publicity2", start.case_code)
    worker(clock, campaign)
    wrong = Publication.objects.get(case_code=starts[0].case_code)
    clock.pass_by(hours=1)
    withdraw(
        publication=wrong, by=campaign.cast.publicity2, ground="inaccurate", reason="对象有误",
        performers=["publicity"],
    )  # fmt: skip
    write_open_data(at=clock.now)
    data = Desk("nobody").downloads("/portal/open-data/inspections.jsonl")[1].decode().splitlines()
    assert [json.loads(line)["object"] for line in data] == [starts[1].object]
    gone, kept = rows_of(campaign.code)
    assert (gone["公布情况"], gone["名称"], gone["结果"]) == ("结果已撤回", "", "")
    assert gone["对象代码"] == starts[0].object
    assert kept["结果"] == "未发现问题"
    assert "未发现问题" not in reads(f"/portal/firms/{starts[0].object}/")
    assert "未发现问题" in reads(f"/portal/firms/{starts[1].object}/")


def test_nothing_is_published_of_a_firm_that_was_not_told(campaign: Finished, clock: Clock) -> None:
    """The law stands against it, at the desk and in the service; told, it is taken."""
    start = campaign.visits(campaign.tasks[0])
    clock.go_to(campaign.now + timedelta(minutes=5))
    address = f"/publicity/cases/{start.case_code}/"
    assert Desk("publicity").reads(address).status == 404
    campaign.tells(start)
    clock.go_to(campaign.now + timedelta(minutes=5))
    assert "已交另一人确认" in prepares(start.case_code)


def test_a_firm_that_was_closed_is_told_of_as_such_and_is_not_waited_for(
    campaign: Finished, clock: Clock
) -> None:
    """Nobody is there to be told: the row says why nothing came of it; the other still waits for its publication."""
    clean, closed = campaign.tasks
    campaign.tells(campaign.visits(clean))
    start = begin_visit(task=closed, by=campaign.cast.officer, at=campaign.now)
    fill_sheet(task=closed, answers=FINE, result="7", by=campaign.cast.officer, at=campaign.now)
    campaign.closes()
    worker(clock, campaign)
    page = reads(f"{PORTAL}{campaign.code}/")
    assert f"未能检查：{visit_law().results['7'].title}" in page
    assert "结果尚未公布" not in page
    assert "结果应于2026年4月7日前公布" in page
    assert start.object in page


def test_no_name_and_no_result_is_out_before_the_draw_is_closed(campaign: Finished, clock: Clock) -> None:
    """Neither page, table nor firm tells who was drawn while visits go on; afterwards all do."""
    task = campaign.tasks[0]
    campaign.tells(campaign.visits(task))
    worker(clock, campaign)
    assert "名单在检查开始之前封存" in reads(f"{PORTAL}{campaign.code}/")
    assert task.object not in reads(f"{PORTAL}{campaign.code}/").text
    for path in ("results.csv", "results/1/", "bundle.json"):
        assert Client().get(f"{PORTAL}{campaign.code}/{path}").status_code == 404
    assert "双随机抽查" not in reads(f"/portal/firms/{task.object}/")
    with pytest.raises(DrawRefused, match="还没有检查"):
        campaign.closes()
    campaign.tells(campaign.visits(campaign.tasks[1]))
    campaign.closes()
    worker(clock, campaign)
    assert task.object in reads(f"{PORTAL}{campaign.code}/").text
    assert Client().get(f"{PORTAL}{campaign.code}/results/1/").status_code == 200
    assert Client().get(f"{PORTAL}{campaign.code}/results/2/").status_code == 404


def test_what_is_to_be_published_stands_on_the_board_reminds_and_turns_red(
    campaign: Finished, clock: Clock
) -> None:
    """Whoever publishes finds it with its last day, the second person sees it wait; a day late everybody sees red."""
    start = campaign.visits(campaign.tasks[0])
    clock.go_to(campaign.now + timedelta(minutes=5))
    board = "/visits/results/"
    assert "没有等待公布的检查结果" in Desk("publicity").reads(board)
    campaign.tells(start)
    clock.go_to(campaign.now + timedelta(minutes=5))
    name = case_by_own_code(start.case_code).party_name
    for somebody in ("publicity", "clerk", "head", "supervisor"):
        page = Desk(somebody).reads(board)
        assert name in page
        assert "2026年4月7日" in page
    assert name in Desk("publicity").reads("/")  # nobody has to look for it
    assert "准备公布" in Desk("publicity").reads(board)
    assert "准备公布" not in Desk("supervisor").reads(board)
    prepares(start.case_code)
    assert "等另一人确认" in Desk("publicity2").reads(board)
    clock.go_to(clock.now.replace(month=4, day=7))
    assert "已超期" not in Desk("supervisor").reads(board)
    clock.pass_by(days=1)
    assert "已超期" in Desk("supervisor").reads(board)
    confirms("publicity2", start.case_code)
    assert name not in Desk("supervisor").reads(board)
    make_person("far.head", "远", "head publicity", agency=ELSEWHERE)
    assert "燃气安全" not in Desk("far.head").reads(board)
    assert Desk("officer").reads(board).status == 403


def test_a_corrected_result_and_what_followed_show_in_the_row(campaign: Finished, clock: Clock) -> None:
    """A code that no longer agrees with the publication is left out; a re-check later on is added by itself."""
    first, second = (campaign.visits(one, "A") for one in campaign.tasks)
    for start in (first, second):
        campaign.tells(start, "correction", **QUIET)
    campaign.closes()
    for start in (first, second):
        prepares(start.case_code)
        confirms("publicity2", start.case_code)
    worker(clock, campaign)
    assert [one["结果代码"] for one in rows_of(campaign.code)] == ["A", "A"]
    wrong = Publication.objects.get(case_code=first.case_code)
    clock.pass_by(hours=1)
    paper = prepare_correction(
        publication=wrong, by=campaign.cast.publicity, reason="结论录入有误",
        amended={"inspection_conclusion": "guided"},
    )  # fmt: skip
    confirm_correction(preparation=paper, by=campaign.cast.publicity2)
    corrected, untouched = rows_of(campaign.code)
    assert (corrected["结果代码"], corrected["结果"]) == ("", "")
    assert corrected["结论"] != untouched["结论"]
    assert corrected["公示编号"] == Publication.objects.get(case_code=first.case_code, version=2).code

    campaign.goes_to(clock.now)
    campaign.act(
        second, "correction_ordered", violation_facts="报警装置已断电。", correction_until="2026-03-20",
        violated=[{"law": "城镇燃气管理条例", "article": "第二十八条第一款"}], correction_demand="恢复供电。",
    )  # fmt: skip
    clock.pass_by(minutes=10)
    publish_results(at=clock.now)
    assert [one["后续处理"] for one in rows_of(campaign.code)] == ["", "已责令改正"]


def test_only_firms_have_a_name_before_their_result_is_published(campaign: Finished, clock: Clock) -> None:
    """Of a person the row has the salted digest of the bundle and nothing else; of a firm its name."""
    firm, person = (one.object for one in campaign.tasks)
    for task in campaign.tasks:
        campaign.tells(campaign.visits(task))
    InspectedObject.objects.filter(public_id=person).update(kind=InspectedObject.Kind.PERSON)
    campaign.closes()
    worker(clock, campaign)
    names = {one["对象代码"]: one["名称"] for one in rows_of(campaign.code)}
    assert names[person] == ""
    assert names[firm].startswith("舞钢市第")
