"""A whole campaign of the bureau: announced, drawn, visited, its firms told; stories begin where they need it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from mingjing.cases.selectors import case_by_own_code
from mingjing.cases.services import Deed, record_act
from mingjing.cli.demo.firms import credit_code
from mingjing.evidence.services import receive_upload
from mingjing.inspections.ceremony import (
    begin_campaign,
    close_draw,
    declare,
    keep_proofs,
    pledge,
    reveal,
    run_draw,
)
from mingjing.inspections.drawing.seed import commitment
from mingjing.inspections.models import InspectedObject, Register, VisitStart, VisitTask
from mingjing.inspections.register.lists import commit_list
from mingjing.inspections.standing import declaration_of
from mingjing.inspections.visiting.sheets import fill_sheet
from mingjing.inspections.visiting.visits import approve_scheme, begin_visit, lay_out
from mingjing.kit.clock import BEIJING
from mingjing.personnel.holders import latest_numbers
from mingjing.translog.services import seal_log
from tests.inspections.conftest import NONCES, PARTIES
from tests.onsite.phone import photo

if TYPE_CHECKING:
    from mingjing.inspections.models import Draw
    from tests.cast import Cast

DAY = datetime(2026, 3, 9, 9, 0, tzinfo=BEIJING)
ITEM = {
    "code": "JC-041",
    "title": "餐饮场所燃气使用安全检查",
    "published": True,
    "ranks": ["administrative_regulation"],
    "cap": 2,
    "clauses": [
        {"question": "报警装置是否正常使用", "law": "城镇燃气管理条例", "article": "第二十八条第一款"},
        {"question": "连接软管是否合格", "law": "城镇燃气管理条例", "article": "第二十七条第一款"},
    ],
}
SCHEME = {
    "item": ITEM,
    "mode": "on_site",
    "onsite_reason": "须现场查看报警装置和软管。",
    "merged": True,
    "officer_opinion": "建议检查。",
    "opinion": "同意。",
}
FINE = [{"answer": "yes"}, {"answer": "yes"}]
BROKEN = [{"answer": "no", "note": "报警装置已断电"}, {"answer": "yes"}]


@dataclass
class Finished:
    """The campaign and its clock; every step is taken through the services."""

    cast: "Cast"
    draw: "Draw"
    now: datetime = DAY
    clock: Callable[[datetime], None] = field(default=lambda _moment: None)  # told whenever time goes on

    @property
    def code(self) -> str:
        """The public code of the draw."""
        return f"{self.draw.campaign.code}-1"

    @property
    def tasks(self) -> list[VisitTask]:
        return list(VisitTask.objects.filter(draw=self.draw).select_related("agency").order_by("number"))

    def goes_to(self, moment: datetime) -> None:
        self.now = moment
        self.clock(moment)

    def seal(self) -> None:
        self.goes_to(self.now + timedelta(minutes=1))
        seal_log(at=self.now)
        keep_proofs(at=self.now)

    def visits(self, task: VisitTask, result: str = "1") -> VisitStart:
        """Go there, fill in the form and record it; nobody is told yet."""
        self.goes_to(max(self.now, DAY))
        start = begin_visit(task=task, by=self.cast.officer, at=self.now)
        answers = FINE if result == "1" else BROKEN
        fill_sheet(task=task, answers=answers, result=result, by=self.cast.officer, at=self.now)
        place = "舞钢市温州路9号"
        told = {"discipline_told": True, "recusal_told": True}
        self.act(start, "inspection_notice_issued", **told, rights_told=True)
        self.served(start, "inspection_notice_issued")
        moment = self.now.astimezone(BEIJING).isoformat(timespec="minutes")
        entered = {"credential_shown": True, "credential_confirmed": True, "party_present": True}
        entered |= {"assistants_on_site": 0, "assistants_inspected": False, "representative_demanded": False}
        self.act(
            start, "inspection_entered", **told, **entered, entered_at=moment, act_place=place,
            entry_scan="none", entry_reason="当地未开通",
        )  # fmt: skip
        self.act(
            start, "inspection_recorded", started_at=moment, ended_at=moment, act_place=place,
            credential_shown=True, rights_told=True, recusal_told=True, party_present=True, party_signed=True,
            inspection_finding="已逐项查看。", no_recording_reason="设备故障",
        )  # fmt: skip
        return start

    def tells(self, start: VisitStart, conclusion: str = "clean", **more: Any) -> None:
        """Tell the firm what was found."""
        facts = {
            "inspection_conclusion": conclusion,
            "inspection_problems": "未发现问题。" if conclusion == "clean" else "报警装置已断电。",
            "inspection_handling": "无需处理。" if conclusion == "clean" else "责令改正。",
            "within_scope": True,
            "party_charged": False,
            "objection_told": True,
            **more,
        }
        self.act(start, "inspection_result_told", **facts)
        self.served(start, "inspection_result_told")

    def served(self, start: VisitStart, document: str) -> None:
        receiver = {"receiver_name": "赵国强", "receiver_relation": "representative"}
        way = {"service_method": "direct", "service_place": "舞钢市温州路9号"}
        self.act(start, "document_served", service_document=document, **way, **receiver)

    def act(self, start: VisitStart, kind: str, **facts: Any) -> None:
        self.goes_to(self.now + timedelta(minutes=1))
        case = case_by_own_code(start.case_code)
        by = self.cast.officer
        shot = receive_upload(
            BytesIO(photo("onsite")), dossier=case.code, agency=case.agency.code, by=by.username,
            title="现场照片", original_name="shot.jpg", legal_kind="audiovisual", side="against", taken_by="甲",
            taken_at=self.now, log_code=case.log_code,
        )  # fmt: skip
        deed = Deed(
            kind=kind, facts=facts, performers=self.cast.two, by=by, done_at=self.now, evidence=[shot.digest]
        )
        record_act(case=case, deed=deed, once=secrets.token_hex(16))

    def closes(self) -> None:
        """All visits are over: the names open."""
        close_draw(draw=self.draw, by=self.cast.clerk, at=self.now)
        self.seal()


def drawn_campaign(
    cast: "Cast",
    *,
    objects: int = 3,
    taken: int = 2,
    clock: Callable[[datetime], None] = lambda _moment: None,
    laid_out: bool = True,
) -> Finished:
    """Announce and hold a draw among some firms, and lay out its tasks under an approved scheme."""
    at = DAY - timedelta(days=7)
    campaign = begin_campaign(
        agency=cast.bureau, title="2026 年燃气安全双随机抽查", begins=DAY.date(), ends=date(2026, 4, 30),
        by=cast.clerk, at=at,
    )  # fmt: skip
    codes = sorted(credit_code(number) for number in range(objects))
    register = Register.objects.create(region="410481", salt=b"s" * 32)
    InspectedObject.objects.bulk_create(
        InspectedObject(
            register=register, public_id=code, kind="firm", name=f"舞钢市第{at_}餐饮有限公司", risk="C",
            address="舞钢市温州路9号", mark=1, changed_at=at,
        )
        for at_, code in enumerate(codes, 1)
    )  # fmt: skip
    listed = commit_list(
        agency=cast.bureau, register="餐饮单位", strata={"C类": codes}, conditions=["状态：存续"], by=cast.clerk,
        at=at,
    )  # fmt: skip
    numbers = latest_numbers(cast.two, cast.bureau).values()
    terms = {
        "strata": [{"name": "C类", "take": taken, "fields": ["urban"], "region": "410481"}],
        "inspectors": [{"number": one, "fields": ["urban"], "regions": [], "most": 9} for one in sorted(numbers)],
        "staffing": {"each": 2, "together": 0, "avoid": []},
        "parties": PARTIES,
        "silence": "void",
        "number": None,
        "reasons": ["已关闭"],
    }  # fmt: skip
    made = Finished(
        cast, declare(campaign=campaign, listed=listed, terms=terms, by=cast.clerk, at=at), at, clock
    )
    made.seal()
    bound = declaration_of(made.draw).terms
    for party in PARTIES:
        commits = commitment(bound, party, NONCES[party])
        pledge(draw=made.draw, party=party, commits=commits, by=party, at=made.now)
    made.seal()
    for party in PARTIES:
        reveal(draw=made.draw, party=party, nonce=NONCES[party], by=party, at=made.now)
    run_draw(draw=made.draw, number="", by=cast.clerk, at=made.now)
    made.seal()
    approve_scheme(agency=cast.bureau, campaign=campaign, raw=SCHEME, by=cast.head, at=made.now)
    if laid_out:
        lay_out(made.draw, at=made.now)
    return made
