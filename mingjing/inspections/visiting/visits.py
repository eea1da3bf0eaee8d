"""Visits: approved as a whole, laid out as tasks, each opened when it starts, as an ordinary case with all filled in.

Until a visit starts its name stands in no page, list or search; what opens it is one row that is never changed.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import transaction

from mingjing.cases.services import Deed, open_case, record_act
from mingjing.inspections.drawing.bundle import CLOSING, RESULT
from mingjing.inspections.models import (
    Campaign,
    Draw,
    FollowReply,
    InspectedObject,
    Opening,
    Scheme,
    VisitStart,
    VisitTask,
)
from mingjing.inspections.planning.caps import CapRefused, Visits, check_cap, visits_this_year
from mingjing.inspections.visiting.scheme import SchemeBody, SchemeRefused, read_scheme
from mingjing.kit.canonical import digest
from mingjing.kit.clock import beijing, chinese_date, legal_day
from mingjing.packs.visit_law import VisitLaw, load_visit_law
from mingjing.personnel.holders import holders, latest_numbers, numbers_of
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import person
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.cases.models import Act
    from mingjing.personnel.models import Agency, Person

DRAWN: Final = "double_random"
SPECIAL: Final = "special_plan"
PARTY_KINDS: Final[Mapping[str, str]] = {
    "firm": "organization",
    "organisation": "organization",
    "place": "organization",
    "individual": "individual_business",
    "person": "citizen",
}


class VisitRefused(Exception):
    """The step cannot be taken; nothing was written. The message is Chinese."""


@cache
def visit_law() -> VisitLaw:
    """Give the result codes and triggers that this installation's packs name."""
    return load_visit_law(settings.MINGJING_LAWPACKS)


# --- before -----------------------------------------------------------------------------------


def approve_scheme(
    *, agency: "Agency", campaign: Campaign | None, raw: Mapping[str, Any], by: "Person", at: datetime
) -> Scheme:
    """Approve how the visits of a campaign, or of tasks without a draw, are to be made. Append-only."""
    if not may(by, "visits.approve", agency.code):
        raise VisitRefused("检查方案由本机关负责人批准。")
    try:
        body = read_scheme(raw).as_json()
    except SchemeRefused as refused:
        raise VisitRefused(str(refused)) from refused
    return Scheme.objects.create(
        code=secrets.token_hex(8),
        agency=agency,
        campaign=campaign,
        body=body,
        digest=digest(body),
        approved_by=by.username,
        approved_at=at,
    )


@transaction.atomic
def lay_out(draw: Draw, *, at: datetime) -> int:
    """Bring the tasks of a draw in line with its standing lines; give how many changed.

    What has begun is never taken away: only the people of a task that waits may still change.
    """
    Campaign.objects.select_for_update().get(pk=draw.campaign_id)
    kept = {one.object: one for one in VisitTask.objects.filter(draw=draw).select_related("start")}
    changed = 0
    for line in draw.lines.order_by("position"):
        task = kept.get(line.object)
        if task is None:
            if line.skipped:
                continue
            task = _task_of(draw, line.object, line.stratum, len(kept) + 1, at)
            kept[line.object] = task
        elif hasattr(task, "start") or (task.inspectors, task.withdrawn) == (line.inspectors, line.skipped):
            continue
        task.inspectors, task.withdrawn = list(line.inspectors), line.skipped
        task.save()
        changed += 1
    return changed


def _task_of(draw: Draw, one: str, stratum: str, number: int, at: datetime) -> VisitTask:
    return VisitTask(
        code=secrets.token_hex(8),
        agency=draw.campaign.agency,
        campaign=draw.campaign,
        draw=draw,
        number=number,
        object=one,
        stratum=stratum,
        trigger=DRAWN,
        due=draw.campaign.ends,
        made_by=draw.campaign.made_by,
        made_at=at,
    )


def lay_out_all(*, at: datetime) -> int:
    """Lay out every draw that has a result; for the worker, restartable."""
    changed = 0
    drawn = Draw.objects.filter(records__body__format=RESULT).exclude(records__body__format=CLOSING)
    for draw in drawn.select_related("campaign", "campaign__agency").order_by("id"):
        changed += lay_out(draw, at=at)
    return changed


@transaction.atomic
def assign(
    *,
    scheme: Scheme,
    object_id: str,
    trigger: str,
    reason: str,
    inspectors: Sequence[str],
    due: date,
    by: "Person",
    at: datetime,
) -> VisitTask:
    """Make a task without a draw: targeted or special, with its reason; `inspectors` are usernames."""
    agency = scheme.agency
    if not may(by, "visits.assign", agency.code):
        raise VisitRefused("检查任务由本机关的负责人或者内勤人员下达。")
    known = visit_law().triggers.get(trigger)
    if known is None or trigger == DRAWN:
        raise VisitRefused("请选择任务来源；双随机抽查的任务由抽取产生。")
    if not reason.strip():
        raise VisitRefused("没有经过随机抽取的检查，请写明理由和线索编号。")
    if trigger == SPECIAL and not scheme.body.get("special"):
        raise VisitRefused("专项检查须有经批准并备案的计划。请在检查方案中填写。")
    object_of(agency, object_id)
    numbers = _certificates(agency, inspectors)
    if due < legal_day(at):
        raise VisitRefused("完成期限早于今天。请核对。")
    take_turn("visit-tasks", agency.pk)
    return VisitTask.objects.create(
        code=secrets.token_hex(8),
        agency=agency,
        scheme=scheme,
        number=VisitTask.objects.filter(agency=agency, draw=None).count() + 1,
        object=object_id,
        trigger=trigger,
        reason=reason.strip(),
        inspectors=numbers,
        due=due,
        made_by=by.username,
        made_at=at,
    )


def _certificates(agency: "Agency", usernames: Sequence[str]) -> list[str]:
    found = latest_numbers(usernames, agency)
    if missing := [one for one in usernames if one not in found]:
        raise VisitRefused(f"{missing[0]} 不是本机关的持证执法人员。请从名单中选择。")
    if len(found) < 2:
        raise VisitRefused("请选派不少于两名持证执法人员。")
    return [found[one] for one in dict.fromkeys(usernames)]


def object_of(agency: "Agency", object_id: str) -> InspectedObject:
    """Give an object as the register of the county knows it today, or raise VisitRefused."""
    found = InspectedObject.objects.filter(register=agency.region, public_id=object_id).first()
    if found is None:
        raise VisitRefused("检查对象名录库中没有这个对象。请先导入名录库，或者核对编号。")
    return found


# --- the start --------------------------------------------------------------------------------


@transaction.atomic
def begin_visit(*, task: VisitTask, by: "Person", at: datetime) -> VisitStart:
    """Open the name and the case of a visit, both or neither; begun before, it is the same visit.

    Raises VisitRefused, or ActRefused where the law stands against it; the name then stays closed.
    """
    task = VisitTask.objects.select_for_update().select_related("agency").get(pk=task.pk)
    begun = VisitStart.objects.filter(task=task).first()
    if begun is not None:
        return begun
    scheme = _may_begin(task, by, legal_day(at))
    found = object_of(task.agency, task.object)
    body = read_scheme(scheme.body)
    # Whoever else goes to this object waits: two departments may not both make the last visit of the year.
    take_turn("visits", task.agency.region, task.object)
    counts = _may_be_visited(task, body, legal_day(at))
    if task.draw is not None:
        Opening.objects.get_or_create(
            draw=task.draw, object=task.object, defaults={"by": by.username, "at": at}
        )
    act = _opened(task, scheme, body, approval_facts(task, scheme, body, found, counts, at), at)
    return VisitStart.objects.create(
        task=task,
        agency=task.agency,
        object=task.object,
        year=legal_day(at).year,
        counted=visit_law().triggers[task.trigger].counts,
        before_own=counts.own,
        before_all=counts.all,
        joint=1 + len(body.joint),
        risk=found.risk,
        case_code=act.case.code,
        by=by.username,
        at=at,
    )


def _may_begin(task: VisitTask, by: "Person", today: date) -> Scheme:
    """Give the scheme under which a task may begin now, or say why it may not."""
    if not is_assigned(task, by):
        raise VisitRefused("这项任务没有派给您。")
    if task.withdrawn:
        raise VisitRefused(f"这项任务已经取消：{task.withdrawn}。")
    if task.campaign is not None and today < task.campaign.begins:
        raise VisitRefused(f"本次检查自{chinese_date(task.campaign.begins)}开始，名单届时才能开封。")
    scheme = scheme_of(task)
    if scheme is None:
        raise VisitRefused("检查方案还没有批准。请报负责人批准后再开始。")
    return scheme


def _may_be_visited(task: VisitTask, body: SchemeBody, today: date) -> Visits:
    """Count the visits of all departments before this one; at the published cap only an exception may go there."""
    region = task.agency.region
    if body.mode != "on_site":
        return visits_this_year(region, task.object, year=today.year, agency=task.agency)
    try:
        found = check_cap(
            task.agency, region, task.object, trigger=task.trigger, reason=task.reason, on=today
        )
    except CapRefused as refused:
        raise VisitRefused(f"{refused}。") from refused
    return found.visits


def _opened(
    task: VisitTask, scheme: Scheme, body: SchemeBody, facts: Mapping[str, Any], at: datetime
) -> "Act":
    """Open the case by the approval that the head gave beforehand, which takes effect now."""
    # To the minute, as forms ask for it: a notice in the same minute would else stand before its approval.
    at = at.replace(second=0, microsecond=0)
    head = person(scheme.approved_by)
    if not may(head, "visits.approve", task.agency.code):
        raise VisitRefused("批准检查方案的负责人已经不在岗。请重新批准检查方案。")
    approval = Deed(kind="inspection_approved", facts=facts, performers=[head.username], by=head, done_at=at)
    if task.trigger != SPECIAL or body.special is None:
        return open_case(agency=task.agency, procedure="inspection", deed=approval, once=_once(task, "open"))
    named = {name: facts[name] for name in ("matter", "party_kind", "party_name")}
    plan = Deed(
        kind="inspection_planned",
        facts={**named, **body.special},
        performers=[head.username],
        by=head,
        done_at=at,
    )
    first = open_case(agency=task.agency, procedure="inspection", deed=plan, once=_once(task, "plan"))
    rest = {name: value for name, value in facts.items() if name not in named}
    return record_act(
        case=first.case,
        deed=Deed(kind=approval.kind, facts=rest, performers=[head.username], by=head, done_at=at),
        once=_once(task, "open"),
    )


def approval_facts(
    task: VisitTask,
    scheme: Scheme,
    body: SchemeBody,
    found: InspectedObject,
    counts: Visits,
    at: datetime,
) -> dict[str, Any]:
    """Give all that the approval states: from the scheme, the register, the draw and the count of visits."""
    trigger = visit_law().triggers[task.trigger]
    day = chinese_date(legal_day(scheme.approved_at))
    said = f"{body.opinion}（{day}批准的检查方案 {scheme.code}，名单开封时对本对象生效）"
    note = f"本年度本机关第 {counts.own + 1} 次、全部部门第 {counts.all + 1} 次检查。"
    if not trigger.counts:
        note += f"{trigger.title}引起，不受频次上限限制：{task.reason.rstrip('。')}。"
    facts: dict[str, Any] = {
        "inspecting_body_kind": "agency",
        "inspection_kind": trigger.kind,
        "inspection_trigger": task.trigger,
        "matter": body.item.title,
        **party_facts(found),
        "inspection_item": body.item.title,
        "inspection_item_no": body.item.code,
        "item_published": body.item.published,
        "inspection_grounds": body.item.grounds,
        "inspection_ground_ranks": list(body.item.ranks),
        "inspection_scope": body.item.scope,
        "inspection_mode": body.mode,
        "tasks_merged": body.merged,
        "joint_agencies": "、".join(body.joint),
        "inspection_planned_at": beijing(at).isoformat(timespec="minutes"),
        "inspection_site": found.address or found.township,
        "outside_region": False,
        "inspected_before": counts.own,
        "inspection_cap": body.item.cap,
        "frequency_note": note,
        "handlers": usernames_of(task),
        "assistants_planned": body.assistants,
        "urgent_inspection": False,
        "officer_opinion": body.officer_opinion,
        "approval_opinion": said,
    }
    if task.draw is not None:
        facts["draw_record_no"] = f"{task.draw.campaign.code}-{task.draw.round}"
    if body.mode == "on_site":
        facts["onsite_reason"] = body.onsite_reason
    return {name: value for name, value in facts.items() if value != ""}


def party_facts(found: InspectedObject) -> dict[str, Any]:
    """Give the party as the register has it."""
    facts = {
        "party_kind": PARTY_KINDS[found.kind],
        "party_name": found.name,
        "party_address": found.address,
    }
    if facts["party_kind"] != "citizen" and len(found.public_id) == 18:
        facts["party_uscc"] = found.public_id
    return facts


def scheme_of(task: VisitTask) -> Scheme | None:
    """Give the scheme of a task: its own, or the latest that was approved for its campaign."""
    if task.scheme is not None:
        return task.scheme
    return Scheme.objects.filter(campaign=task.campaign_id).order_by("-id").first()


def is_assigned(task: VisitTask, who: "Person") -> bool:
    """Say whether this person was chosen for the task."""
    return bool(numbers_of(who) & set(task.inspectors))


def usernames_of(task: VisitTask) -> list[str]:
    """Give the inspectors of a task by username, in the order of the draw."""
    found = holders(task.inspectors, task.agency)
    return [found[one] for one in task.inspectors if one in found]


def _once(task: VisitTask, step: str) -> str:
    return digest(["visit", task.code, step])


# --- afterwards ------------------------------------------------------------------------------


def reply_received(*, start: VisitStart, text: str, by: "Person", at: datetime) -> FollowReply:
    """Keep what the department that a matter was transferred to has answered."""
    if not may(by, "visits.assign", start.agency.code):
        raise VisitRefused("反馈由本机关的负责人或者内勤人员登记。")
    if not text.strip():
        raise VisitRefused("请写明对方反馈的处理情况。")
    return FollowReply.objects.create(start=start, text=text.strip()[:2000], by=by.username, at=at)
