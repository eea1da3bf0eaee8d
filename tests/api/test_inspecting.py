"""Inspections by programs, from an item to its figures: each hand does its own step, each refusal beside what goes."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import timezone

from mingjing.cases.models import Case
from mingjing.clients.models import RecordedAct
from mingjing.inspections.ceremony import keep_proofs
from mingjing.inspections.drawing.seed import commitment
from mingjing.inspections.models import Draw, InspectedObject, InspectionItem, PlanLine, VisitStart
from mingjing.inspections.planning import items, plans
from mingjing.inspections.register.versions import freeze_objects
from mingjing.inspections.standing import declaration_of
from mingjing.inspections.visiting.voices import rate
from mingjing.kit.clock import legal_day
from mingjing.translog.services import seal_log
from tests.api.placed_inspections import ITEM
from tests.api.test_rooms import ok, pointers
from tests.cast import make_person
from tests.inspections.conftest import NONCES, PARTIES
from tests.inspections.planning import market, stocked
from tests.inspections.test_visits import FIRM, SCHEME, on_site

if TYPE_CHECKING:
    from pathlib import Path

    from tests.api.conftest import Make, Program
    from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("one_day")
TODAY = legal_day(timezone.now())
DAYS = {"begins": TODAY.isoformat(), "ends": date(TODAY.year, 12, 31).isoformat()}
PLAN = f"/inspections/plans/{TODAY.year}"


@pytest.fixture
def desk(cast: "Cast", program: "Make", settings: Any, tmp_path: "Path") -> "dict[str, Program]":
    """The programs of everybody who has a part in inspections."""
    settings.MINGJING_HOME = tmp_path
    people = (cast.clerk, cast.head, cast.supervisor, cast.officer, cast.outsider)
    return {one.username: program(one) for one in people}


def seal() -> None:
    """What the worker does between two steps."""
    seal_log(at=timezone.now())
    keep_proofs(at=timezone.now())


def public(agency: Any) -> None:
    """Let every item stand in the published list, as publication notes it."""
    items.note_published({one.pk: 1 for one in InspectionItem.objects.all()}, agency=agency)


def planned(cast: "Cast", desk: "dict[str, Program]") -> int:
    """An item, public; a plan with one task that another has approved, filed, public; gives the task."""
    clerk = desk["clerk"]
    item = ok(clerk.post("/inspections/items", ITEM), 201)
    public(cast.bureau)
    ok(clerk.post("/inspections/plans", {"year": TODAY.year}), 201)
    line = {"name": "油烟抽查", "item": item["code"], "ratios": ITEM["ratios"], **DAYS}
    ok(clerk.post(f"{PLAN}/tasks", line), 201)
    ok(desk["head"].post(f"{PLAN}/steps", {"step": "approve"}), 201)
    filed = {"step": "file", "filed_with": "舞钢市司法局", "filing_no": "舞检备〔2026〕1号"}
    assert ok(clerk.post(f"{PLAN}/steps", filed), 201)["state"] == "filed"
    task = PlanLine.objects.get()
    plans.note_published({task.pk: 1}, agency=cast.bureau, year=TODAY.year)
    return int(task.pk)


def test_an_item_is_written_anew_and_a_plan_goes_through_two_hands(
    cast: "Cast", desk: "dict[str, Program]"
) -> None:
    """Proves planning: what the law bounds is refused, who writes does not approve, what was filed is not changed."""
    clerk, head = desk["clerk"], desk["head"]
    assert desk["officer"].post("/inspections/items", ITEM).status_code == 403
    refused = clerk.post("/inspections/items", {**ITEM, "ratios": {"D": "31"}})
    assert "超过一般检查事项的上限 30%" in refused.json()["errors"][0]["detail"]
    assert clerk.post("/inspections/plans", {"year": TODAY.year + 2}).status_code == 422
    planned(cast, desk)
    item = InspectionItem.objects.get()
    where = f"/inspections/items/{item.code}/versions"
    assert ok(clerk.post(where, {**ITEM, "note": "改"}), 201)["version"] == 2  # the first was public
    assert [one["version"] for one in ok(head.get(where))["items"]] == [2, 1]
    line = {"name": "再来一项", "item": item.code, "ratios": {"C": "10"}, **DAYS}
    assert clerk.post(f"{PLAN}/tasks", line).status_code == 422  # filed
    ok(head.post(f"{PLAN}/steps", {"step": "reopen", "reason": "年中调整"}), 201)
    ok(head.post(f"{PLAN}/tasks", line), 201)
    assert clerk.post(f"{PLAN}/steps", {"step": "approve"}).status_code == 403
    assert "起草" in head.post(f"{PLAN}/steps", {"step": "approve"}).json()["errors"][0]["detail"]
    changed = ok(clerk.post(f"{PLAN}/tasks/2", {**line, "name": "改名"}), 201)
    assert [one["name"] for one in changed["tasks"]] == ["油烟抽查", "改名"]
    assert len(ok(clerk.post(f"{PLAN}/tasks/2/removal", {}), 201)["tasks"]) == 1
    assert clerk.post(f"{PLAN}/tasks/2/removal", {}).status_code == 404


def test_a_draw_is_organised_bound_and_drawn_by_each_party_for_itself(
    cast: "Cast", desk: "dict[str, Program]"
) -> None:
    """Proves draws: looked at first, declared, a party binds itself alone, no name is told, nothing drawn is voided."""
    stocked()
    clerk, task = desk["clerk"], planned(cast, desk)
    source = {"kind": "line", "source": task, **DAYS}
    look = ok(clerk.post("/inspections/prospects", source))
    assert (look["faults"], look["parties"]) == ([], PARTIES)
    assert desk["outsider"].post("/inspections/prospects", source).status_code == 403
    assert clerk.post("/inspections/draws", {**source, "source": task + 1}).status_code == 404
    where = ok(clerk.post("/inspections/draws", source), 201)["self"].removeprefix("/api/v1")
    draw, steps = Draw.objects.get(), f"{where}/steps"
    assert clerk.post(steps, {"step": "run"}).status_code == 422  # nobody is bound
    seal()
    for step in ("pledge", "reveal"):
        for who, party in (("head", PARTIES[0]), ("supervisor", PARTIES[1])):
            fingerprint = commitment(declaration_of(draw).terms, party, NONCES[party])
            told = {"commitment": fingerprint} if step == "pledge" else {"nonce": NONCES[party]}
            assert clerk.post(f"{where}/{step}", told).status_code == 403
            ok(desk[who].post(f"{where}/{step}", told), 201)
        assert desk["head"].post(f"{where}/pledge", {"commitment": "0" * 64}).status_code == 422
        seal()
    drawn = ok(clerk.post(steps, {"step": "run"}), 201)
    assert (drawn["drawn"], drawn["opened"]) == (draw.lines.count(), [])
    assert clerk.post(steps, {"step": "void", "reason": "结果不好"}).status_code == 422
    assert clerk.post(steps, {"step": "close"}).status_code == 422  # the visits are not over
    short = {"step": "change", "kind": "skip", "stratum": "C类", "object": FIRM, "reason": "closed"}
    assert clerk.post(steps, short).status_code == 422  # was not drawn


def test_rows_are_taken_in_as_a_list_and_committed_to(cast: "Cast", desk: "dict[str, Program]") -> None:
    """Proves registers: tried first, each bad row told with its number, taken in, frozen, computed again, avoided."""
    clerk = desk["clerk"]
    rows = [
        {"name": "恒泰餐饮", "code": FIRM, "kind": "企业", "risk": "较高", "industry": "餐饮"},
        {"name": "", "risk": "B"},
    ]
    tried = ok(clerk.post("/inspections/object-imports/rows", {"rows": rows}), 201)
    assert (tried["new"], tried["refused"], tried["refusals"][0]["line"]) == (1, 1, 2)
    assert not InspectedObject.objects.exists()
    taken = ok(clerk.post("/inspections/object-imports/rows", {"rows": rows, "dry_run": False}), 201)
    assert InspectedObject.objects.get().risk == "C"
    answer = clerk.get(f"/inspections/object-imports/{taken['code']}/refused")
    assert "名称" in b"".join(answer.streaming_content).decode()
    assert desk["outsider"].get(f"/inspections/object-imports/{taken['code']}/refused").status_code == 403
    freeze_objects("410481", [cast.bureau], at=timezone.now())
    (version,) = ok(clerk.get("/inspections/versions"))["items"]
    assert version["strata"][0]["size"] == 1
    where = f"/inspections/versions/{version['code']}"
    assert [one["holds"] for one in ok(clerk.get(f"{where}/roots"))["items"]] == [True]
    assert clerk.get(f"{where}/proof").status_code == 404
    seal()
    assert clerk.get(f"{where}/proof").content.startswith(b"c2sp.org/tlog-proof")
    officer, said = desk["officer"], {"object": FIRM, "ground": "配偶在该企业任职"}
    assert officer.post("/inspections/avoidances", {**said, "officer": "officer2"}).status_code == 403
    own = ok(officer.post("/inspections/avoidances", said), 201)["avoidances"][0]
    assert own["ground"] == said["ground"]
    assert (
        ok(desk["supervisor"].get("/inspections/inspectors", {"agency": cast.bureau.code}))["avoidances"]
        == []
    )
    assert officer.post(f"/inspections/avoidances/{own['pk']}/end", {}).status_code == 403
    assert ok(clerk.post(f"/inspections/avoidances/{own['pk']}/end", {}), 201)["avoidances"][0]["ended_at"]


def test_a_visit_without_a_draw_leads_to_a_case_and_a_handover(
    cast: "Cast", desk: "dict[str, Program]"
) -> None:
    """Proves visits: scheme, task, start, sheet, penalty case, handover; the acts that come of it name the client."""
    officer, clerk, head = desk["officer"], desk["clerk"], desk["head"]
    row = {"name": "恒泰餐饮", "code": FIRM, "kind": "企业", "risk": "C", "address": "温州路9号"}
    ok(clerk.post("/inspections/object-imports/rows", {"rows": [row], "dry_run": False}), 201)
    assert clerk.post("/visits/schemes", SCHEME).status_code == 403
    assert head.post("/visits/schemes", {**SCHEME, "merged": False}).status_code == 422
    scheme = ok(head.post("/visits/schemes", SCHEME), 201)
    told = {
        "scheme": scheme["code"], "object": FIRM, "trigger": "complaint", "reason": "举报编号 12345-0001",
        "inspectors": cast.two, "due": (TODAY + timedelta(days=5)).isoformat(),
    }  # fmt: skip
    assert clerk.post("/visits/tasks", {**told, "inspectors": ["officer"]}).status_code == 422
    where = f"/visits/tasks/{ok(clerk.post('/visits/tasks', told), 201)['code']}"
    assert officer.get(f"{where}/sheet").status_code == 404  # not begun
    case = ok(officer.post(f"{where}/start", {}), 201)["case"]
    assert {one.case_code for one in RecordedAct.objects.all()} == {case}
    sheet = ok(officer.get(f"{where}/sheet"))
    assert [one["answer"] for one in sheet["questions"]] == ["", ""]
    assert officer.post(f"{where}/referral", {}).status_code == 422  # nothing was found yet
    filled = {"answers": [{"answer": "no", "note": "已断电"}, {"answer": "yes"}], "result": "D"}
    ok(officer.post(f"{where}/sheet", filled), 201)
    assert ok(officer.get(f"{where}/sheet"))["questions"][0]["note"] == "已断电"
    refused = officer.post(f"{where}/referral", {})  # nothing is on record yet: the law says why
    assert (refused.status_code, bool(refused.json()["verdicts"])) == (422, True)
    on_site(cast, VisitStart.objects.get())
    opened = ok(officer.post(f"{where}/referral", {}), 201)["case"]
    assert opened != case
    assert {one.case_code for one in RecordedAct.objects.all()} == {case, opened}
    given = {"case": case, "target": cast.bureau.code, "reason": "由二中队管辖"}
    assert clerk.post("/visits/handovers", given).status_code == 422  # to whom at home?
    sent = ok(clerk.post("/visits/handovers", {**given, "department": "执法二中队"}), 201)
    step = f"{sent['self'].removeprefix('/api/v1')}/steps"
    assert clerk.post(step, {"step": "done", "text": "已处理"}).status_code == 422  # not accepted yet
    assert ok(clerk.post(step, {"step": "accepted"}), 201)["state"] == "accepted"
    assert [one["code"] for one in ok(head.get("/visits/handovers"))["went"]] == [sent["code"]]
    assert clerk.post("/visits/handovers/none-of-these", {}).status_code == 405
    assert ok(clerk.post(f"/visits/cases/{case}/replies", {"text": "已经整改。"}), 201)["by"] == "clerk"
    assert ok(head.get("/visits/undrawn"))["items"][0]["code"] == where.rpartition("/")[2]
    assert ok(officer.get("/visits/rechecks"))["items"] == []
    figures = ok(head.get("/visits/figures"))
    assert (figures["year"], figures["visits"]) == (TODAY.year, 1)
    rated(cast, desk, case)


def rated(cast: "Cast", desk: "dict[str, Program]", case: str) -> None:
    """The firm rates the visit: the office above reads and answers it, the inspecting agency does not see it."""
    voice = rate(
        case=Case.objects.get(code=case), stars=2, words="等了很久", once="once-0001", at=timezone.now()
    )
    assert desk["head"].get("/visits/voices").status_code == 403
    (line,) = ok(desk["supervisor"].get("/visits/voices"))["items"]
    assert (line["code"], line["stars"]) == (voice.code, 2)
    where = f"/visits/voices/{voice.code}/answers"
    assert desk["supervisor"].post(where, {"text": " "}).status_code == 422
    assert (
        ok(desk["supervisor"].post(where, {"text": "已经约谈。"}), 201)["answers"][0]["text"] == "已经约谈。"
    )
    assert ok(desk["head"].get("/visits/first-violations"))["items"] == []


def test_a_special_inspection_is_approved_above_and_a_joint_one_answered(
    cast: "Cast", desk: "dict[str, Program]", program: "Make"
) -> None:
    """Proves that the agency asks and the office above approves, and that a proposal waits for the other department."""
    clerk, above = desk["clerk"], desk["supervisor"]
    planned(cast, desk)
    told = {"name": "油烟专项", "reason": "投诉集中", "item": InspectionItem.objects.get().code, **DAYS}
    asked = ok(clerk.post("/inspections/specials", {**told, "ratios": {"D": "30"}}), 201)
    steps = f"{asked['self'].removeprefix('/api/v1')}/steps"
    paper = {
        "step": "approve", "approver": "舞钢市人民政府", "approver_kind": "government", "document_no": "舞政函3号",
        "approved_on": TODAY.isoformat(),
    }  # fmt: skip
    assert clerk.post(steps, paper).status_code == 403
    assert clerk.post(steps, {"step": "file", "filing_no": "2号"}).status_code == 422  # not approved yet
    assert pointers(above.post(steps, {**paper, "approved_on": None})) == ["#/approved_on"]
    assert above.post(steps, {**paper, "approver_kind": "own_agency"}).status_code == 422
    assert ok(above.post(steps, paper), 201)["document_no"] == "舞政函3号"
    assert ok(clerk.post(steps, {"step": "file", "filing_no": "2号"}), 201)["filed_on"]
    assert [one["pk"] for one in ok(above.get("/inspections/specials"))["items"]] == [asked["pk"]]
    assert desk["outsider"].get(f"/inspections/specials/{asked['pk']}").status_code == 404
    assert set(ok(clerk.get("/inspections/caps"))["caps"]) == {"A", "B", "C", "D"}
    stocked()
    beside = market(cast)
    other = program(make_person("market-clerk", "未", "clerk", beside.code))
    item = ok(other.post("/inspections/items", ITEM), 201)
    items.note_published({InspectionItem.objects.get(code=item["code"]).pk: 1}, agency=beside)
    ok(other.post("/inspections/plans", {"year": TODAY.year}), 201)
    line = {"name": "餐饮抽查", "item": item["code"], "ratios": {"C": "10"}, **DAYS}
    ok(other.post(f"{PLAN}/tasks", line), 201)
    assert ok(clerk.get("/inspections/joint"))["meeting"] == []  # the other plan is a draft
    head = program(make_person("market-head", "申", "head", beside.code))
    ok(head.post(f"{PLAN}/steps", {"step": "approve"}), 201)
    (met,) = ok(clerk.get("/inspections/joint"))["meeting"]
    both = {"own": met["own"], "other": met["other"]}
    assert clerk.post("/inspections/joint", {**both, "other": 1_000_000}).status_code == 404
    assert ok(clerk.post("/inspections/joint", both), 201)["joints"][0]["members"][0]["accepted"] is None
    (member,) = ok(other.get("/inspections/joint"))["waiting"]
    where = f"/inspections/joint/{member}/answer"
    assert clerk.post(where, {"accept": True}).status_code == 404
    assert other.post(where, {"accept": False}).status_code == 422  # without a reason
    assert ok(other.post(where, {"accept": True}), 201)["joints"][0]["members"][0]["accepted"] is True
