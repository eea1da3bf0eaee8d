"""Visits of the demo's finished draw: one found nothing and is rated, one has to correct, one firm is closed."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases.selectors import case_by_own_code
from mingjing.cases.services import Deed, record_act
from mingjing.cli.demo.live import upload
from mingjing.inspections.visiting.sheets import fill_sheet
from mingjing.inspections.visiting.visits import begin_visit, object_of, usernames_of
from mingjing.inspections.visiting.voices import rate
from mingjing.kit.canonical import digest
from mingjing.kit.clock import beijing, legal_day
from mingjing.personnel.selectors import person

if TYPE_CHECKING:
    from mingjing.inspections.models import Draw, VisitStart, VisitTask

CLEAN, BROKEN, CLOSED_DOWN = "1", "A", "7"
RESULTS: Final = (
    CLEAN,
    BROKEN,
    CLOSED_DOWN,
)  # of the visits in the order of the draw; the last of all others
ANSWERS: Final[Mapping[str, Mapping[str, str]]] = {
    CLEAN: {"answer": "yes"},
    BROKEN: {"answer": "no", "note": "门前堆放废旧轮胎十余条"},
    CLOSED_DOWN: {"answer": "none"},
}
PROBLEM: Final = "门前堆放废旧轮胎十余条。"
TOLD: Final[Mapping[str, Mapping[str, Any]]] = {
    CLEAN: {
        "inspection_conclusion": "clean",
        "inspection_problems": "未发现问题。",
        "inspection_handling": "无需处理。",
    },
    BROKEN: {
        "inspection_conclusion": "correction",
        "inspection_problems": PROBLEM,
        "inspection_handling": "责令改正。",
        "major_public_interest": False,
        "major_rights": False,
        "social_risk": False,
        "complex_case": False,
    },
}
RULE: Final = {"law": "城市市容和环境卫生管理条例", "article": "第三十四条"}
SAID: Final[Mapping[str, Any]] = {"credential_shown": True, "recusal_told": True}
CORRECTED_WITHIN: Final = timedelta(days=3)
LASTED: Final = timedelta(minutes=1)  # the draw of the demo is as young as its visits
WORDS: Final = "两个人来，二十分钟查完，没有耽误生意。"


def visit_all(draw: "Draw", at: datetime) -> None:
    """Make every visit of a draw, each to its result."""
    for place, task in enumerate(draw.tasks.order_by("number")):
        _visit(task, RESULTS[min(place, len(RESULTS) - 1)], at)


def _visit(task: "VisitTask", result: str, at: datetime) -> None:
    people = usernames_of(task)
    officer = person(people[0])
    start = begin_visit(task=task, by=officer, at=at)
    fill_sheet(task=task, answers=[ANSWERS[result]], result=result, by=officer, at=at)
    if result == CLOSED_DOWN:
        return
    _looked(start, people, at, fine=result == CLEAN)
    _act(start, people, at, "inspection_result_told", **TOLD[result], within_scope=True, party_charged=False,
         objection_told=True)  # fmt: skip
    _served(start, people, at, "inspection_result_told")
    if result == BROKEN:
        until = (legal_day(at) + CORRECTED_WITHIN).isoformat()
        _act(start, people, at, "correction_ordered", correction_demand="清走门前的废旧轮胎。",
             correction_until=until, violated=[RULE], violation_facts=PROBLEM)  # fmt: skip
        _served(start, people, at, "correction_ordered")
    else:
        case = case_by_own_code(start.case_code)
        rate(case=case, stars=5, words=WORDS, once=digest(["rated", start.case_code]), at=at)


def _looked(start: "VisitStart", people: Sequence[str], at: datetime, *, fine: bool) -> None:
    """From the notice to the record that was signed on the spot."""
    came, went = (beijing(one).isoformat(timespec="minutes") for one in (at - LASTED, at))
    place = object_of(start.agency, start.object).address
    _act(
        start,
        people,
        at,
        "inspection_notice_issued",
        discipline_told=True,
        recusal_told=True,
        rights_told=True,
    )
    _served(start, people, at, "inspection_notice_issued")
    _act(start, people, at, "inspection_entered", **SAID, discipline_told=True, credential_confirmed=True,
         party_present=True, assistants_on_site=0, assistants_inspected=False, representative_demanded=False,
         entered_at=came, act_place=place, entry_scan="none", entry_reason="企业还没有张贴入企码",
         no_recording_reason="记录仪充电")  # fmt: skip
    side = "for" if fine else "against"
    picture = upload(start.agency, start.case_code, "门前现场照片", people[0], at, proves=side)
    _act(start, people, at, "inspection_recorded", [picture], **SAID, started_at=came, ended_at=went,
         act_place=place, rights_told=True, party_present=True, party_signed=True, party_opinion="属实。",
         inspection_finding="已逐项查看门前责任区。", no_recording_reason="记录仪充电")  # fmt: skip


def _served(start: "VisitStart", people: Sequence[str], at: datetime, paper: str) -> None:
    _act(start, people, at, "document_served", service_document=paper, service_method="direct",
         service_place=object_of(start.agency, start.object).address, receiver_name="店长",
         receiver_relation="representative")  # fmt: skip


def _act(
    start: "VisitStart",
    people: Sequence[str],
    at: datetime,
    kind: str,
    evidence: Sequence[str] = (),
    **facts: Any,
) -> None:
    case = case_by_own_code(start.case_code)
    deed = Deed(
        kind=kind, facts=facts, performers=people, by=person(people[0]), done_at=at, evidence=evidence
    )
    told = facts.get("service_document", "")
    record_act(case=case, deed=deed, once=digest(["demo", start.case_code, kind, told]))
