"""A drawn firm is visited: closed names, the visit step by step, its ends, and what the firm says of it afterwards."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from mingjing.cases.models import Case
from mingjing.cases.selectors import acts_of, case_by_own_code, facts_of
from mingjing.cli.demo.firms import credit_code
from mingjing.complaints.models import Complaint
from mingjing.documents.codes import verification_code
from mingjing.documents.services import issue
from mingjing.evidence.selectors import evidence_of
from mingjing.inspections.ceremony import begin_campaign, declare, run_draw
from mingjing.inspections.models import FirmVoice, InspectedObject, VisitStart, VisitTask
from mingjing.inspections.planning.caps import Visits, visits_this_year
from mingjing.inspections.register.lists import commit_list
from mingjing.inspections.visiting.visits import approve_scheme, lay_out
from mingjing.kit.clock import BEIJING
from mingjing.personnel.holders import latest_numbers
from tests.counter.conftest import Visitor
from tests.inspections.conftest import PARTIES, bind, later, seal, show
from tests.inspections.planning import stocked
from tests.inspections.test_visits import SCHEME
from tests.journeys.office import Desk, made_up
from tests.journeys.paper import Page

if TYPE_CHECKING:
    from mingjing.inspections.models import Draw
    from tests.cast import Cast
    from tests.journeys.office import Clock

MORNING = datetime(2026, 3, 10, 9, 0, tzinfo=BEIJING)


@pytest.fixture
def draw(cast: "Cast", clock: "Clock", settings: Any, tmp_path: Any) -> "Draw":
    """Two firms of eight drawn, for 甲 and 乙; the morning of the first visit."""
    settings.MINGJING_HOME = tmp_path
    stocked(8)
    clock.go_to(later(0))
    campaign = begin_campaign(
        agency=cast.bureau, title="燃气安全双随机抽查", begins=date(2026, 3, 9), ends=date(2026, 4, 30),
        by=cast.clerk, at=later(0),
    )  # fmt: skip
    listed = commit_list(
        agency=cast.bureau, register="餐饮单位", strata={"C类": [credit_code(one) for one in range(1, 9)]},
        conditions=["状态：存续"], by=cast.clerk, at=later(0),
    )  # fmt: skip
    numbers = sorted(latest_numbers(cast.two, cast.bureau).values())
    made = declare(campaign=campaign, listed=listed, by=cast.clerk, at=later(0), terms={
        "strata": [{"name": "C类", "take": 2, "fields": ["urban"], "region": "410481"}],
        "inspectors": [{"number": one, "fields": ["urban"], "regions": [], "most": 5} for one in numbers],
        "staffing": {"each": 2, "together": 0, "avoid": []}, "parties": PARTIES, "silence": "void",
        "number": None, "reasons": ["closed", "moved"],
    })  # fmt: skip
    for at, step in enumerate((lambda: bind(made, 2), lambda: show(made, 4))):
        seal(1 + 2 * at)
        step()
    run_draw(draw=made, number="", by=cast.clerk, at=later(5))
    lay_out(made, at=later(6))
    approve_scheme(agency=cast.bureau, campaign=campaign, raw=SCHEME, by=cast.head, at=later(7))
    clock.go_to(MORNING)
    return made


class Round:
    """甲 on his round with a phone."""

    def __init__(self, clock: "Clock", task: VisitTask) -> None:
        self.clock, self.task, self.desk = clock, task, Desk("officer")
        self.address = f"/visits/tasks/{task.code}/"

    @property
    def case(self) -> Case:
        return case_by_own_code(VisitStart.objects.get(task=self.task).case_code)

    def reads(self) -> Page:
        return self.desk.reads(self.address)

    def begins(self) -> Page:
        return self.desk.sends(self.reads().sheet(f"{self.address}begin"))

    def checks(self, result: str, *answers: str) -> Page:
        """Fill in the check form: "yes", or what was seen where something is not met."""
        sheet = self.desk.reads(f"{self.address}sheet/").sheet("")
        for at, answer in enumerate(answers):
            met = answer == "yes"
            sheet.put(**{f"answer.{at}": "yes" if met else "no", f"note.{at}": "" if met else answer})
        sheet.put(result=result)
        return self.desk.sends(sheet, to=f"{self.address}sheet/")

    def opens(self, step: str) -> Any:
        """Press the button of a step: its form, filled in with what the visit knows."""
        self.clock.pass_by(minutes=4)
        page = self.desk.sends(self.reads().sheet(f"{self.address}step"), step=step)
        return page.sheet(page.answer.request["PATH_INFO"]), page.answer.request["PATH_INFO"]

    def takes(self, step: str, **facts: Any) -> Page:
        """Take a step: type what the form still asks for, and record it."""
        sheet, address = self.opens(step)
        sheet.fill(**{name: value for name, value in facts.items() if sheet.asks(name)})
        sheet.put(done_at=self.clock.now.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M"))
        if evidence := facts.get("evidence"):
            sheet.put(evidence=evidence)
        return self.desk.sends(sheet, to=address)

    def photographs(self) -> list[str]:
        """Upload a photo into the case."""
        home = f"/cases/{self.case.code}/"
        sheet = self.desk.reads(home).sheet(f"{home}evidence/")
        sheet.put(title="现场照片", legal_kind="audiovisual", side="against")
        sheet.put(taken_at=self.clock.now.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M"))
        assert "已收入 1 件证据" in self.desk.sends(sheet, files=made_up("现场照片", self.case.code))
        return [one.digest for one in evidence_of(self.case.code)]

    def served(self, paper: str) -> Page:
        return self.takes(
            f"document_served:{paper}", receiver_name="赵国强", receiver_relation="representative"
        )

    def arrives(self, **changes: Any) -> Page:
        """Notice, service, entry with the firm's code."""
        moment = self.clock.now.astimezone(BEIJING).isoformat(timespec="minutes")
        told = {"discipline_told": True, "recusal_told": True, "rights_told": True}
        page = self.takes("inspection_notice_issued", **told)
        assert "已记录" in page
        assert page.answer.redirect_chain[-1][0] == self.address  # the next step, not the file
        assert "已记录" in self.served("inspection_notice_issued")
        return self.takes("inspection_entered", **entering(self.task.object, moment) | changes)


def entering(code: str, moment: str) -> dict[str, Any]:
    return {
        "entered_at": moment, "entry_code": f"https://example.gov.cn/counter/entry/{code}/",
        "credential_shown": True, "credential_confirmed": True, "discipline_told": True, "recusal_told": True,
        "party_present": True, "no_recording_reason": "记录仪充电",
    }  # fmt: skip


def recording(clock: "Clock") -> dict[str, Any]:
    moment = clock.now.astimezone(BEIJING).isoformat(timespec="minutes")
    return {
        "started_at": moment, "ended_at": moment, "credential_shown": True, "rights_told": True,
        "recusal_told": True, "party_present": True, "party_opinion": "属实。", "party_signed": True,
        "no_recording_reason": "记录仪充电",
    }  # fmt: skip


PAPERS = {"check_channel": "sensors", "checked_materials": "报警装置联网监测记录", "party_opinion": "属实。"}
WEIGHED = {"suspected_crime": False, "major_public_interest": False, "major_rights": False}
WEIGHED |= {"social_risk": False, "complex_case": False}
PROMPTING = {
    "violation_kind": "燃气泄漏报警装置断电", "harm_degree": "slight", "prompt_text": "请立即恢复供电。",
    "correction_demand": "当场恢复报警装置供电。", "correction_until": "2026-03-13", "recheck_on": "2026-03-16",
    "credential_shown": True, "party_signed": True, "matter": "燃气安全",
}  # fmt: skip
TELLING = {"within_scope": True, "party_charged": False, "objection_told": True, "party_signed": True}


@pytest.fixture
def visit(draw: "Draw", clock: "Clock") -> Round:
    """The first of the two visits."""
    return Round(clock, draw.tasks.order_by("number").first())


def test_a_drawn_name_opens_to_whom_it_was_given_when_he_begins(
    draw: "Draw", visit: Round, cast: "Cast"
) -> None:
    """Before that neither the head nor the supervisor nor the inspector himself reads it; others never open it."""
    firm = InspectedObject.objects.get(public_id=visit.task.object)
    board = f"/visits/board/{draw.campaign.code}/"
    boards = [("head", board), ("supervisor", board), ("clerk", f"/draws/{draw.campaign.code}/1/")]
    boards += [("officer", visit.address), ("officer", "/visits/")]
    for who, address in boards:
        page = Desk(who).reads(address)
        assert page.status == 200
        assert firm.name not in page
        assert firm.public_id not in page.source
    other = Desk("outsider")
    assert other.reads(visit.address).status == 404
    assert other.client.post(f"{visit.address}begin").status_code == 404
    assert not VisitStart.objects.exists()
    page = visit.begins()
    assert firm.name in page
    assert firm.public_id in page
    assert facts_of(visit.case)["party_uscc"] == firm.public_id
    second = InspectedObject.objects.get(public_id=draw.tasks.order_by("number")[1].object)
    board = Desk("head").reads(f"/visits/board/{draw.campaign.code}/")
    assert firm.name in board
    assert second.name not in board


def test_a_visit_goes_from_notice_to_the_copy_in_the_hands_of_the_firm(
    draw: "Draw", visit: Round, clock: "Clock", cast: "Cast"
) -> None:
    """Another firm's code and a record before the notice are refused; the right code, photos, form and result go in."""
    visit.begins()
    early = visit.desk.reads(f"/cases/{visit.case.code}/acts/inspection_recorded/")
    sheet = early.sheet(early.answer.request["PATH_INFO"]).fill(
        inspection_finding="未发现问题。", **recording(clock)
    )
    refused = visit.desk.sends(sheet)
    assert refused.status == 422
    assert "检查必通知" in refused
    wrong = visit.arrives(entry_code=f"https://example.gov.cn/counter/entry/{credit_code(20)}/")
    assert wrong.status == 422
    assert "扫到的是另一个企业的码" in wrong
    clock.pass_by(minutes=1)
    moment = clock.now.astimezone(BEIJING).isoformat(timespec="minutes")
    assert "已记录" in visit.takes("inspection_entered", **entering(visit.task.object, moment))
    assert "与对象相符" in visit.reads()
    shots = visit.photographs()
    assert "不能是没有发现问题" in visit.checks("1", "报警装置已断电", "yes")
    assert "检查表已保存" in visit.checks("1", "yes", "yes")
    clock.pass_by(minutes=20)
    assert "已记录" in visit.takes("inspection_recorded", evidence=shots, **recording(clock))
    assert "1. 燃气泄漏报警装置是否安装并正常使用" in facts_of(visit.case)["inspection_finding"]
    assert "已记录" in visit.takes("inspection_result_told", **TELLING)
    assert facts_of(visit.case)["inspection_conclusion"] == "clean"
    assert "已记录" in visit.served("inspection_result_told")
    assert "待检查 1 项" in visit.desk.reads("/visits/")


def test_a_scan_after_the_record_is_taken_only_as_a_later_one_with_its_reason(
    visit: Round, clock: "Clock"
) -> None:
    """Said to have been scanned on arrival it is refused; as a later scan with the reason it goes in and says so."""
    visit.begins()
    told = {"discipline_told": True, "recusal_told": True, "rights_told": True}
    assert "已记录" in visit.takes("inspection_notice_issued", **told)
    assert "已记录" in visit.served("inspection_notice_issued")
    assert "检查表已保存" in visit.checks("1", "yes", "yes")
    clock.pass_by(minutes=20)
    assert "已记录" in visit.takes("inspection_recorded", **recording(clock))
    moment = clock.now.astimezone(BEIJING).isoformat(timespec="minutes")
    scanned = entering(visit.task.object, moment)
    refused = visit.takes("inspection_entered", entry_scan="on_the_spot", **scanned)
    assert refused.status == 422
    assert "已经有现场检查的记录，不能再登记为到场当场扫码" in refused
    assert (
        visit.takes("inspection_entered", entry_scan="later", **scanned).status == 422
    )  # without the reason
    late = scanned | {"entry_scan": "later", "entry_reason": "到场时手机没有电"}
    assert "已记录" in visit.takes("inspection_entered", **late)
    assert "事后补扫：到场时手机没有电" in visit.reads()


# --- its ends -----------------------------------------------------------------------------------


def visited(visit: Round, clock: "Clock", result: str, *answers: str) -> Round:
    """A visit up to its record, with a photo and a filled-in check form."""
    visit.begins()
    assert "已记录" in visit.arrives()
    shots = visit.photographs()
    assert "检查表已保存" in visit.checks(result, *answers)
    clock.pass_by(minutes=20)
    assert "已记录" in visit.takes("inspection_recorded", evidence=shots, **recording(clock))
    return visit


def test_a_violation_opens_a_penalty_case_with_everything_carried_over(visit: Round, clock: "Clock") -> None:
    """Party, place, articles, findings and evidence lie in the new case; where nothing was found there is no button."""
    visited(visit, clock, "D", "报警装置已断电", "yes")
    page = visit.desk.sends(visit.reads().sheet(f"{visit.address}refer"))
    assert "已登记违法线索" in page
    opened = Case.objects.get(procedure="ordinary")
    facts, noted = facts_of(opened), facts_of(visit.case)
    assert (opened.party_name, facts["place"]) == (visit.case.party_name, noted["inspection_site"])
    assert "报警装置已断电" in facts["clue_text"]
    assert noted["violated"] == [{"law": "城镇燃气管理条例", "article": "第二十八条第一款"}]
    assert {one.digest for one in evidence_of(opened.code)} == {
        one.digest for one in evidence_of(visit.case.code)
    }
    assert "已转立案" in visit.reads()


def test_where_nothing_was_found_nothing_is_carried_over(visit: Round, clock: "Clock") -> None:
    """Neither the page offers it nor does a forged request do it."""
    visited(visit, clock, "1", "yes", "yes")
    assert "转立案" not in visit.reads()
    assert visit.desk.client.post(f"{visit.address}refer").status_code == 422
    assert not Case.objects.filter(procedure="ordinary").exists()


def test_a_crime_clue_is_transferred_from_the_visit(visit: Round, clock: "Clock") -> None:
    """The letter begins with what the check form says; where nothing was found it is not offered."""
    visited(visit, clock, "D", "销售掺混二甲醚的液化气", "yes")
    sheet, address = visit.opens("criminal_transferred")
    assert "掺混二甲醚" in sheet.values["f.transfer_reason"][0]
    assert address.endswith("/acts/criminal_transferred/")


def test_a_refusal_and_an_absent_firm_are_recorded_and_end_their_lines(
    draw: "Draw", visit: Round, clock: "Clock", cast: "Cast"
) -> None:
    """Without them the draw stays open, each line named with what it lacks; with both it ends."""
    visit.begins()
    assert "检查表已保存" in visit.checks("8", "yes", "yes")
    other = Round(clock, draw.tasks.order_by("number")[1])
    other.begins()
    clerk, home = Desk("clerk"), f"/draws/{draw.campaign.code}/1/"
    refused = Page(clerk.client.post(f"{home}close"))
    assert refused.status == 422
    assert "没有拒绝、阻碍检查的记录" in refused
    assert "没有填写检查表" in refused
    told = {"credential_shown": True, "obstruction_warned": True, "no_recording_reason": "被挡在门外"}
    moment = clock.now.astimezone(BEIJING).isoformat(timespec="minutes")
    page = visit.takes(
        "inspection_obstructed", started_at=moment, obstruction_conduct="负责人锁门，拒绝检查人员进入。",
        obstruction_handling="告知法律后果后仍拒绝，离开，报告负责人。", **told,
    )  # fmt: skip
    assert "已记录" in page
    assert f"第 {other.task.number} 项任务" in other.desk.reads("/visits/")
    assert "检查表已保存" in other.checks("6", "yes", "yes")
    assert f"第 {other.task.number} 项任务" not in other.desk.reads("/visits/")
    assert "已经办结" in Page(clerk.client.post(f"{home}close", follow=True))


def test_papers_are_checked_from_afar_without_entering(
    draw: "Draw", visit: Round, clock: "Clock", cast: "Cast"
) -> None:
    """The same steps without notice at the door, code or signature on the spot; it does not use up the cap."""
    raw = SCHEME | {"mode": "remote", "onsite_reason": ""}
    approve_scheme(agency=cast.bureau, campaign=draw.campaign, raw=raw, by=cast.head, at=clock.now)
    page = visit.begins()
    assert "扫码入企" not in page
    assert "书面、非现场核查记录" in page
    told = {"discipline_told": True, "recusal_told": True, "rights_told": True}
    assert "已记录" in visit.takes("inspection_notice_issued", **told)
    assert "已记录" in visit.served("inspection_notice_issued")
    assert "检查表已保存" in visit.checks("1", "yes", "yes")
    moment = clock.now.astimezone(BEIJING).isoformat(timespec="minutes")
    page = visit.takes("documents_checked", started_at=moment, ended_at=moment, **PAPERS)
    assert "已记录" in page
    assert "已记录" in visit.takes("inspection_result_told", **TELLING)
    firm = visits_this_year("410481", visit.task.object, year=2026, agency=cast.bureau)
    assert firm == Visits(own=0, all=0)


# --- prompt first -------------------------------------------------------------------------------


def test_an_order_to_correct_becomes_a_task_to_look_again(visit: Round, clock: "Clock") -> None:
    """With the day; on the workbench and among the tasks until it was looked at."""
    visited(visit, clock, "A", "报警装置已断电", "yes")
    assert "已记录" in visit.takes("inspection_result_told", **TELLING, **WEIGHED)
    page = visit.takes(
        "correction_ordered", correction_demand="三日内修复报警装置。", correction_until="2026-03-13",
        inspection_handling="责令改正。",
    )  # fmt: skip
    assert "已记录" in page
    assert "已记录" in visit.served("correction_ordered")
    clock.pass_by(days=2)
    officer = Desk("officer")
    assert "2026年3月13日" in officer.reads("/visits/")
    assert "责令改正" in officer.reads("/")
    clock.pass_by(days=2)
    visit.desk = officer = Desk("officer")
    assert "已记录" in visit.takes(
        "correction_rechecked", corrected=True, correction_finding="已经修复，现场测试报警。"
    )
    assert "2026年3月13日" not in officer.reads("/visits/")


def test_a_prompt_is_for_a_first_violation_and_a_second_is_none(
    draw: "Draw", visit: Round, clock: "Clock"
) -> None:
    """The list of first violations follows from the sheet; when it happens again the sheet is refused."""
    visited(visit, clock, "A", "报警装置已断电", "yes")
    page = visit.desk.sends(visit.reads().sheet(f"{visit.address}prompt"))
    sheet = page.sheet(page.answer.request["PATH_INFO"])
    assert "报警装置已断电" in sheet.values["f.violation_facts"][0]
    sheet.fill(**{name: value for name, value in PROMPTING.items() if sheet.asks(name)})
    assert "已记录" in visit.desk.sends(sheet)
    listed = Desk("head").reads("/visits/first/")
    assert visit.case.party_name in listed
    assert "初次" in listed
    clock.pass_by(days=1)
    visit.desk = Desk("officer")
    assert "不是初次违法，不再发提示单" in visit.reads()
    refused = Page(visit.desk.client.post(f"{visit.address}prompt"))
    assert refused.status == 422
    assert "不是初次违法" in refused


# --- what the firm says -------------------------------------------------------------------------


def test_the_firm_rates_once_and_complains_to_the_supervisor_alone(
    draw: "Draw", visit: Round, clock: "Clock", cast: "Cast", settings: Any
) -> None:
    """With the code of its paper; a second rating changes nothing; the unit sees neither words nor a trace."""
    visited(visit, clock, "1", "yes", "yes")
    assert "已记录" in visit.takes("inspection_result_told", **TELLING)
    told = [one for one in acts_of(visit.case) if one.kind == "inspection_result_told"][-1]
    issue(told)
    firm, last = Visitor(), visit.task.object[-6:]
    firm.reads("")
    code = verification_code(bytes(told.salt))
    firm.sends("enter/", 422, code=code, last=last)  # not in its hands yet
    assert "已记录" in visit.served("inspection_result_told")
    page = firm.sends("enter/", code=code, last=last)
    assert "向监督机关投诉" in page
    firm.reads("case/rate/")
    firm.sends("case/rate/", 422, stars="9", text="")
    firm.sends("case/rate/", stars="2", text="来了两次才办完。", once=firm.hidden("once"))
    assert "2 分" in firm.page
    firm.sends("case/rate/", stars="5", text="改成满分")
    assert [one.stars for one in FirmVoice.objects.all()] == [2]
    firm.reads("case/complain/")
    firm.sends("case/complain/", 422, text=" ", once=firm.hidden("once"))
    received = firm.sends(
        "case/complain/",
        200,
        text="收了两条烟。",
        name="赵国强",
        phone="13700000029",
        once=firm.hidden("once"),
    )
    assert "舞钢市司法局" in received
    assert Complaint.objects.get().office == cast.justice
    for who in ("head", "clerk", "officer"):
        for address in (f"/cases/{visit.case.code}/", "/complaints/", "/visits/board/"):
            page = Desk(who).reads(address)
            assert "收了两条烟" not in page
            assert "来了两次才办完" not in page
    above = Desk("supervisor")
    assert "来了两次才办完" in above.reads("/visits/voices/")
    assert Complaint.objects.get().no in above.reads("/complaints/")
    assert Desk("head").reads("/visits/voices/").status == 403
    voice = FirmVoice.objects.get()
    assert above.client.post(f"/visits/voices/{voice.code}/", {"text": "已督促一次办结。"}).status_code == 302
    assert "已督促一次办结" in firm.reads("case/")


def test_a_firm_prints_its_own_code(client: Any) -> None:
    """The square holds the address with its credit code; a mistyped code gives none."""
    page = client.post("/counter/entry/", {"code": credit_code(3).lower()}, follow=True).content.decode()
    assert credit_code(3) in page
    assert "<svg" in page
    wrong = client.post("/counter/entry/", {"code": credit_code(3)[:-1] + "0"})
    assert wrong.status_code == 422
    assert "校验码不符" in wrong.content.decode()
    assert client.get("/counter/entry/nonsense/").status_code == 404
