"""From an item to its draw through the pages: written, published, planned, approved, filed, declared, bound, drawn."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from mingjing.inspections.ceremony import keep_proofs
from mingjing.inspections.drawing.seed import commitment
from mingjing.inspections.models import (
    Campaign,
    Draw,
    InspectedObject,
    PlanLine,
    Scheme,
    SpecialInspection,
    VisitTask,
)
from mingjing.inspections.planning.items import note_caps, public_items
from mingjing.inspections.standing import declaration_of
from mingjing.kit.clock import legal_day
from mingjing.translog.services import seal_log
from tests.cast import make_person
from tests.inspections.conftest import NONCES
from tests.inspections.planning import BASIS, stocked
from tests.journeys.paper import Page

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cast import Cast

BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.usefixtures("one_day")
TODAY = legal_day(timezone.now())
YEAR, LAST = TODAY.year, date(TODAY.year, 12, 31)
PLAN = f"/inspect/plans/{YEAR}/"
RULES = "行政处罚法"
LISTS = {"items": "random_items", "plan": f"inspection_plan-{YEAR}"}


class Office:
    """The people of the bureau and of the office above, each at a browser."""

    def __init__(self, cast: "Cast") -> None:
        self.cast = cast
        self._clients: dict[str, Client] = {}

    def client(self, who: str) -> Client:
        if who not in self._clients:
            self._clients[who] = Client()
            self._clients[who].force_login(getattr(self.cast, who), backend=BACKEND)
        return self._clients[who]

    def reads(self, who: str, path: str) -> Page:
        return Page(self.client(who).get(path))

    def sends(self, who: str, path: str, *, on: str = "", refused: bool = False, **boxes: Any) -> Page:
        """Fill in the form that stands on a page and send it; what is not on the page cannot be sent."""
        sheet = self.reads(who, on or path).sheet(path if on else "")
        sent = {name: held for name, held in sheet.values.items() if held} | {
            name.replace("__", "."): value for name, value in boxes.items()
        }
        missing = (
            set(sent) - sheet.values.keys() - sheet.offered.keys() - {"more", "delete", "answer", "from"}
        )
        assert not missing, missing
        page = Page(self.client(who).post(path, sent, follow=True))
        assert (page.status == 422) == refused, page
        return page

    def publishes(self, which: str) -> Page:
        """Let the system bring along a list, and lead it through check and review to publication."""
        slug = LISTS[which]
        home = f"/publicity/catalogues/{slug}/"
        for sheet in self.reads("publicity", home).sheets:
            if sheet.values.get("from") == ["system"]:
                assert self.client("publicity").post(sheet.action, sheet.values).status_code == 302
        steps = [("publicity", "submit"), ("reviewer", "check")]
        steps += [("supervisor", "review")] if which == "items" else []
        page = self.reads("publicity", home)
        for who, step in [*steps, ("publicity", "publish")]:
            suffix = f"?agency={self.cast.bureau.code}" if who == "supervisor" else ""
            page = self.sends(who, f"/publicity/catalogues/{slug}/{step}{suffix}", on=f"{home}draft/{suffix}")
        return page


@pytest.fixture
def office(cast: "Cast", settings: Any, tmp_path: "Path") -> Office:
    settings.MINGJING_HOME = tmp_path
    stocked()
    return Office(cast)


def writes_item(office: Office, **changed: Any) -> str:
    """An item through its form; gives the address of its page."""
    boxes = {
        "name": "油烟净化设施抽查", "basis": BASIS, "object": "餐饮单位", "frequency": "每年 1 次",
        "ratio__C": "10", "ratio__D": "30", "clause__0__question": "是否安装油烟净化设施", "clause__0__basis": BASIS,
        "clause__0__answer": "text", "clause__0__photo": "1",
    }  # fmt: skip
    page = office.sends("clerk", "/inspect/items/new", **boxes | changed)
    return str(page.answer.redirect_chain[-1][0])


def writes_line(office: Office, *, refused: bool = False, **changed: Any) -> Page:
    """A task of this year's plan through its form."""
    boxes = {
        "name": "冬季油烟抽查", "ratio__C": "10", "ratio__D": "30", "begins": TODAY.isoformat(),
        "ends": LAST.isoformat(),
    }  # fmt: skip
    return office.sends("clerk", f"{PLAN}lines/new/", refused=refused, **boxes | changed)


def planned(office: Office) -> PlanLine:
    """The whole way to a plan that is approved, filed and public."""
    writes_item(office)
    office.publishes("items")
    office.sends("clerk", "/inspect/plans/begin", on="/inspect/plans/")
    writes_line(office)
    office.sends("head", f"{PLAN}approve", on=PLAN)
    office.sends("clerk", f"{PLAN}file", on=PLAN, filed_with="舞钢市司法局", filing_no="舞检备1号")
    office.publishes("plan")
    return PlanLine.objects.get()


def seal() -> None:
    """What the worker does between two steps."""
    seal_log(at=timezone.now())
    keep_proofs(at=timezone.now())


def test_an_item_goes_to_a_draw_through_the_hands_of_everybody(office: Office) -> None:
    """Each step waits for the one before it and says so; at the end firms are drawn and no name is open."""
    item = writes_item(office)
    assert "还没有公布" in office.reads("clerk", item)
    office.sends("clerk", "/inspect/plans/begin", on="/inspect/plans/")
    assert "还没有公布的抽查事项" in office.reads("clerk", f"{PLAN}lines/new/")
    office.publishes("items")
    assert "公示中" in office.reads("clerk", item)
    assert len(public_items(office.cast.bureau)) == 1

    assert "超过一般检查事项的上限 30%" in writes_line(office, refused=True, ratio__D="31")
    writes_line(office)
    task = f"/inspect/organise/line/{PlanLine.objects.get().pk}/"
    assert "还没有备案" in office.reads("clerk", task)
    office.sends("head", f"{PLAN}approve", on=PLAN)
    office.sends("clerk", f"{PLAN}file", on=PLAN, filed_with="舞钢市司法局", filing_no="舞检备1号")
    assert "不在现行公布的年度检查计划里" in office.reads("clerk", task)
    assert "组织抽取" not in office.reads("clerk", PLAN)
    office.publishes("plan")
    assert "组织抽取" in office.reads("clerk", PLAN)

    look = office.reads("clerk", task)
    assert "抽取比例：C类 10%，D类 30%" in look
    assert "执法证在检查期间不是每天有效" in look  # 戊, whose certificate has lapsed
    page = office.sends("clerk", task, invited="人大代表 赵明")
    address = str(page.answer.redirect_chain[-1][0])
    assert "已公告" in page
    seal()
    draws(office, address)


def draws(office: Office, address: str) -> None:
    """Bind, show and draw; the invited party is left to silence, so that the round is voided and begun again."""
    draw = Draw.objects.get()
    for who, party in (("head", "舞钢市城市管理局"), ("supervisor", "舞钢市司法局")):
        fingerprint = commitment(declaration_of(draw).terms, party, NONCES[party])
        office.sends(who, f"{address}pledge", on=address, commitment=fingerprint)
    office.sends("head", f"{address}void", on=address, reason="受邀代表因故没有提交承诺")
    task = f"/inspect/organise/line/{PlanLine.objects.get().pk}/"
    Campaign.objects.update(
        ends=LAST - timedelta(days=1)
    )  # the round before was for other days than the whole task
    assert office.reads("clerk", task).sheet("").values["ends"] == [str(LAST - timedelta(days=1))]
    page = office.sends("clerk", task)
    address = str(page.answer.redirect_chain[-1][0])
    assert address.endswith("/2/")
    draw = Draw.objects.get(round=2)
    seal()
    for step in ("pledge", "reveal"):
        for who, party in (("head", "舞钢市城市管理局"), ("supervisor", "舞钢市司法局")):
            fingerprint = commitment(declaration_of(draw).terms, party, NONCES[party])
            told: dict[str, Any] = (
                {"commitment": fingerprint} if step == "pledge" else {"nonce": NONCES[party]}
            )
            office.sends(who, f"{address}{step}", on=address, **told)
        seal()
    assert "名单封存" in office.sends("clerk", f"{address}run", on=address)
    assert draw.lines.count() == sum(one["take"] for one in draw.declaration["strata"])
    names = InspectedObject.objects.filter(public_id__in=draw.lines.values("object"))
    shown = office.reads("clerk", address)
    assert not any(one.name in shown for one in names)
    assert "不能重抽" in office.reads("clerk", task)
    approves_scheme(office, draw)


def approves_scheme(office: Office, draw: Draw) -> None:
    """The form of the scheme holds what the item says; approved, every firm that was drawn is a task."""
    page = f"/visits/scheme/?campaign={draw.campaign.code}"
    assert office.reads("head", page).sheet("").values["clauses"] == [
        f"是否安装油烟净化设施｜{RULES}｜第九条｜文字｜拍照"
    ]
    told: dict[str, Any] = {
        "ranks": "administrative_regulation",
        "cap": "2",
        "onsite_reason": "须实地查看设施。",
    }
    office.sends("head", page, **told, merged="1", officer_opinion="建议检查。", opinion="同意。")
    clause = Scheme.objects.get().body["item"]["clauses"][0]
    assert (clause["law"], clause["answer"], clause["photo"]) == (RULES, "text", True)
    assert VisitTask.objects.filter(draw=draw).count() == draw.lines.filter(skipped="").count()


def test_a_firm_at_its_cap_is_named_with_the_reason_and_the_others_are_drawn(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a cap everybody is in the list; with it the page names who is left out and takes from the rest."""
    task = planned(office)
    firm = InspectedObject.objects.filter(risk="D", state="active").first()
    assert firm is not None
    address = f"/inspect/organise/line/{task.pk}/"
    assert firm.name not in office.reads("clerk", address)
    note_caps([{"name": "检查", "object": "企业", "cap": "1"}], version=1, agency=office.cast.justice)
    told = {firm.public_id: {office.cast.bureau.pk: 1}}
    monkeypatch.setattr(
        "mingjing.inspections.planning.caps.visited",
        lambda region, year, agencies, codes=None: {
            code: times for code, times in told.items() if codes is None or code in codes
        },
    )
    look = office.reads("clerk", address)
    assert firm.name in look
    assert "不列入 1 个：本年度检查次数已达公布的上限 1 次" in look
    found = office.reads("clerk", f"/inspect/caps/?q={firm.public_id}")
    assert "已达上限，只能按例外检查" in found
    office.sends("clerk", address)
    listed = Draw.objects.get().list
    assert {one["name"]: one["size"] for one in listed.record["strata"]}["D类"] == (
        InspectedObject.objects.filter(risk="D", state="active").count() - 1
    )


def test_a_special_inspection_is_organised_only_when_approved_above_and_filed(office: Office) -> None:
    """Asked, refused by the page; approved by the office above with the government's paper, filed: it is declared."""
    writes_item(office)
    office.publishes("items")
    until = min(LAST, TODAY + timedelta(days=30))
    boxes: dict[str, Any] = {"name": "油烟专项", "reason": "群众反映集中", "ratio__D": "30"}
    office.sends("clerk", "/inspect/specials/new", begins=TODAY.isoformat(), ends=until.isoformat(), **boxes)
    pk = SpecialInspection.objects.get().pk
    page, task = f"/inspect/specials/{pk}/", f"/inspect/organise/special/{pk}/"
    assert "还没有经上级人民政府批准" in office.reads("clerk", task)
    assert "登记批准" not in [one.action for one in office.reads("head", page).sheets]
    assert "油烟专项" in office.reads("supervisor", "/inspect/specials/")
    paper: dict[str, Any] = {
        "approver": "舞钢市人民政府",
        "document_no": "舞政函3号",
        "approved_on": TODAY.isoformat(),
    }
    own: dict[str, Any] = {**paper, "approver_kind": "own_agency"}
    assert "不能由本机关批准" in office.sends("supervisor", f"{page}approve", on=page, refused=True, **own)
    office.sends("supervisor", f"{page}approve", on=page, **paper, approver_kind="government")
    assert "还没有备案" in office.reads("clerk", task)
    office.sends("clerk", f"{page}file", on=page, filing_no="舞检备2号")
    assert "已公告" in office.sends("clerk", task)


def test_other_agencies_find_nothing_of_it_and_the_office_above_reads_and_changes_nothing(
    office: Office,
) -> None:
    """Every address by the id of somebody else is a 404 without a word of it; the supervisor sees the plan."""
    task = planned(office)
    code = public_items(office.cast.bureau)[0].code
    stranger_person = make_person(
        "stranger", "外", "officer reviewer head clerk publicity supervisor", agency="410482-urban"
    )
    stranger = Client()
    stranger.force_login(stranger_person, backend=BACKEND)
    bureau = f"?agency={office.cast.bureau.code}"
    paths = [
        f"/inspect/items/{code}/", f"/inspect/items/{code}/edit", PLAN, f"/inspect/organise/line/{task.pk}/",
        f"/inspect/plans/{bureau}", f"/inspect/items/{bureau}", f"/inspect/caps/{bureau}", f"{PLAN}lines/1/",
    ]  # fmt: skip
    for path in paths:
        answer = stranger.get(path)
        assert answer.status_code == 404, path
        assert "油烟" not in answer.content.decode(), path
    for step in ("approve", "file", "reopen"):
        assert stranger.post(f"{PLAN}{step}", {"reason": "误"}).status_code == 404
    above = office.reads("supervisor", f"{PLAN}{bureau}")
    assert "冬季油烟抽查" in above
    assert not [one for one in above.sheets if one.action.startswith("/inspect/")]
    assert office.client("supervisor").post(f"{PLAN}reopen", {"reason": "误"}).status_code in {403, 404}
    assert task.plan.steps.filter(kind="reopened").count() == 0
