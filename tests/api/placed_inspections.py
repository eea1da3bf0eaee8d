"""What stands in addresses of the rooms of inspections, all of the bureau, and bodies that would do."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from mingjing.inspections.models import (
    Avoidance,
    Handover,
    JointInspection,
    JointMember,
    PlanLine,
    SpecialInspection,
    VisitStart,
    VisitTask,
    YearPlan,
)
from mingjing.inspections.planning import items
from mingjing.inspections.register.files import import_objects
from mingjing.inspections.register.versions import freeze_objects
from mingjing.kit.clock import legal_day
from tests.cast import make_agency
from tests.inspections.planning import BASIS, terms

if TYPE_CHECKING:
    from tests.cast import Cast

ITEM: dict[str, Any] = {
    "name": "油烟净化设施抽查", "basis": BASIS, "object": "餐饮单位", "frequency": "每年 1 次", "way": "on_site",
    "ratios": {"C": "10", "D": "30"}, "clauses": [{"question": "是否安装油烟净化设施", "basis": BASIS, "photo": True}],
}  # fmt: skip
TODAY = legal_day(timezone.now())
LINE: dict[str, Any] = {
    "name": "油烟抽查", "item": "nothing", "ratios": {"C": "10"}, "begins": TODAY.isoformat(),
    "ends": TODAY.isoformat(),
}  # fmt: skip
BODIES: dict[str, dict[str, Any]] = {
    "rewrite_inspection_item": ITEM,
    "add_plan_task": LINE,
    "change_plan_task": LINE,
    "take_plan_step": {"step": "reopen", "reason": "调整"},
    "take_special_step": {"step": "file", "filing_no": "舞检备2号"},
    "answer_joint_inspection": {"accept": True},
    "take_draw_step": {"step": "close"},
    "pledge_number": {"commitment": "0" * 64},
    "reveal_number": {"nonce": "0" * 64},
    "note_visit_reply": {"text": "已经处理。"},
    "take_handover_step": {"step": "accepted"},
    "answer_visit_rating": {"text": "已经核实。"},
}


def placed(cast: "Cast", public_id: str) -> dict[str, Any]:
    """One thing of each kind, by its name in addresses."""
    line, joined = _line(cast, cast.bureau), _line(cast, make_agency("410481-food", "舞钢市商务局"))
    asked = SpecialInspection.objects.create(
        agency=cast.bureau, name="油烟专项", reason="投诉集中", item="x", begins=TODAY, ends=TODAY,
        asked_by="clerk", asked_at=timezone.now(),
    )  # fmt: skip
    joint = JointInspection.objects.create(
        region="410481", lead=joined, begins=TODAY, ends=TODAY, proposed_by="x", proposed_at=timezone.now()
    )
    start = _start(cast, public_id)
    avoided = Avoidance.objects.create(
        certificate=cast.bureau.people.get(username="officer").certificates.get().number, agency=cast.bureau,
        public_id=public_id, ground="配偶任职", disclosed_by="officer", disclosed_at=timezone.now(),
    )  # fmt: skip
    return {
        "year": line.plan.year,
        "number": line.number,
        "special": asked.pk,
        "member": JointMember.objects.create(joint=joint, line=line).pk,
        "avoidance": avoided.pk,
        "file": _import(cast),
        "frozen": _frozen(cast),
        "visit": start.case_code,
        "handover": _handover(cast, start),
        "voice": "voice-0001",
    }


def item_of(cast: "Cast") -> str:
    """The code of an item that the bureau has drafted."""
    return str(items.save_item(terms=terms(), by=cast.clerk, at=timezone.now()).code)


def _line(cast: "Cast", agency: Any) -> PlanLine:
    plan = YearPlan.objects.create(agency=agency, year=TODAY.year, authors=["clerk"])
    return PlanLine.objects.create(plan=plan, number=1, name="油烟抽查", item="x", begins=TODAY, ends=TODAY)


def _start(cast: "Cast", public_id: str) -> VisitStart:
    now = timezone.now()
    task = VisitTask.objects.create(
        code="task-0002", agency=cast.bureau, number=1, object=public_id, trigger="complaint", reason="举报",
        inspectors=[], due=TODAY, made_by="clerk", made_at=now,
    )  # fmt: skip
    return VisitStart.objects.create(
        task=task, agency=cast.bureau, object=public_id, year=TODAY.year, counted=False, before_own=0,
        before_all=0, case_code="visited-case-0001", by="officer", at=now,
    )  # fmt: skip


def _handover(cast: "Cast", start: VisitStart) -> str:
    return Handover.objects.create(
        code="handover-0001", start=start, origin=cast.bureau, target=cast.bureau, department="执法二中队",
        matter="油烟", party="恒远", problems="没有清洗", reason="由二中队管辖", sent_on=TODAY,
        due=TODAY + timedelta(days=15), by="clerk", at=timezone.now(),
    ).code  # fmt: skip


def _frozen(cast: "Cast") -> str:
    """A version of the register of objects."""
    made = freeze_objects(cast.bureau.region, [cast.bureau], at=timezone.now())
    assert made is not None
    return str(made.code)


def _import(cast: "Cast") -> str:
    """An import with a row that was refused."""
    done = import_objects(
        region=cast.bureau.region, name="对象.csv", digest="0" * 64, headings=["名称", "风险等级"],
        rows=[(2, ["", "B"])], by=cast.clerk, at=timezone.now(),
    )  # fmt: skip
    return str(done.record.code)
