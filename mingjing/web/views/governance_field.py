"""Law governance in the field: campaigns with their counted effect, joint-enforcement mechanisms with their tasks."""

import secrets
from dataclasses import fields
from datetime import date
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.analysis.governance_counts import COUNTED, Tally, close_campaign, effect_of
from mingjing.evidence.refusals import EvidenceRefused
from mingjing.governance import campaigns, joint, papers, selectors
from mingjing.governance.ledger import NotDone
from mingjing.governance.terms import terms_of
from mingjing.inspections.planning.specials import NoSpecial, special_of, specials_seen_by
from mingjing.personnel.selectors import agencies
from mingjing.web import governance_page as page
from mingjing.web.access import SignedRequest, allowed

PAGE: Final = 30


@require_GET
@allowed("governance.view")
def campaign_list(request: SignedRequest) -> HttpResponseBase:
    """The campaigns of a year in sight."""
    year, today = page.year_in(request), timezone.localdate()
    shown = Paginator(selectors.of_year(request.user, "campaign", year), PAGE).get_page(
        request.GET.get("page")
    )
    found = [(row, campaigns.stand(row)) for row in shown]
    context = page.page_of(
        request,
        "governance-campaigns",
        page=shown,
        lines=[(row, now, campaigns.STATES[now.state(today)], now.state(today)) for row, now in found],
        year=year,
        years=page.years_to_choose(),
        query=f"year={year}",
        terms=terms_of(request.user.agency),
    )
    return render(request, "web/governance/campaigns.html", context)


@require_http_methods(["GET", "POST"])
@allowed("governance.enter")
def campaign_new(request: SignedRequest) -> HttpResponseBase:
    """Plan a campaign; one that inspects names its special inspection."""
    fault, field = "", ""
    if request.method == "POST":
        try:
            row = campaigns.propose(
                plan=_plan(request), by=request.user, at=timezone.now(), once=request.POST.get("once", "")
            )
        except NotDone as refused:
            fault, field = str(refused), refused.field
        else:
            messages.success(request, "已提出。先评估风险，再由另一名负责人批准。")
            return redirect("governance-campaign", row.pk)
    own = request.user.agency_id
    context = page.page_of(
        request,
        "governance-campaigns",
        specials=[one for one in specials_seen_by(request.user) if one.agency_id == own and not one.refused],
        terms=terms_of(request.user.agency),
        once=request.POST.get("once") or secrets.token_hex(16),
        fault=fault,
        field=field,
    )
    return render(request, "web/governance/campaign_new.html", context, status=422 if fault else 200)


def _plan(request: SignedRequest) -> campaigns.Plan:
    said = {name: request.POST.get(name, "") for name in ("subject", "why", "scope", "topic")}
    special = page.typed_number(request, "special", "专项检查") if request.POST.get("special") else 0
    begins, ends = page.typed_day(request, "begins"), page.typed_day(request, "ends")
    return campaigns.Plan(**said, begins=begins, ends=ends, special=special)


@require_GET
@allowed("governance.view")
def campaign(request: SignedRequest, number: int) -> HttpResponseBase:
    """One campaign: risk, approval, record, and its effect counted before, during and after."""
    return _campaign(request, number)


def _campaign(request: SignedRequest, number: int, fault: str = "") -> HttpResponseBase:
    row, today = page.matter_of(request, "campaign", number), timezone.localdate()
    now = campaigns.stand(row)
    state = now.state(today)
    context = page.page_of(
        request,
        "governance-campaigns",
        row=row,
        now=now,
        state=state,
        state_title=campaigns.STATES[state],
        level=campaigns.LEVELS.get(now.risk["level"], "") if now.risk else "",
        levels=campaigns.LEVELS.items(),
        risks=[(name, title, now.risk[name] if now.risk else "") for name, title in campaigns.RISKS.items()],
        special=_special(request, row),
        effect=_table(effect_of(request.user, row, now, today)) if now.approved else None,
        steps=page.told(row, dict(campaigns.TITLES)),
        by=page.name_of(row.by),
        drafted=request.user.username in {row.by, now.risk["by"] if now.risk else ""},
        terms=terms_of(row.agency),
        fault=fault,
        **page.rights_in(request, row),
    )
    return render(request, "web/governance/campaign.html", context, status=422 if fault else 200)


def _special(request: SignedRequest, row: Any) -> Any:
    try:
        return special_of(request.user, row.content["special"]) if row.content["special"] else None
    except NoSpecial:
        return None


def _table(found: list[tuple[str, date, date, Tally]]) -> dict[str, Any]:
    """Give the effect as a table: one line for what is counted, one column for each time."""
    return {
        "heads": [(title, begins, ends) for title, begins, ends, _ in found],
        "rows": [
            (COUNTED[one.name], [getattr(counted, one.name) for *_, counted in found])
            for one in fields(Tally)
        ],
    }


@require_POST
@allowed("governance.view")
def campaign_step(request: SignedRequest, number: int) -> HttpResponseBase:
    """Assess, approve, record, sum up or stop a campaign."""
    row, kind = page.matter_of(request, "campaign", number), request.POST.get("step", "")
    try:
        _take(request, row, kind)
    except (NotDone, EvidenceRefused) as refused:
        return _campaign(request, number, str(refused))
    messages.success(request, f"已办理：{campaigns.TITLES[kind]}。")
    return redirect("governance-campaign", number)


def _take(request: SignedRequest, row: Any, kind: str) -> None:
    typed, at, by = request.POST, timezone.now(), request.user
    text = typed.get("text", "")
    if kind == "risk":
        risks = {name: typed.get(name, "") for name in campaigns.RISKS}
        campaigns.assess(matter=row, level=typed.get("level", ""), risks=risks, by=by, at=at)
    elif kind == "approved":
        campaigns.approve(matter=row, document=typed.get("document", ""), by=by, at=at)
    elif kind == "refused":
        campaigns.refuse(matter=row, why=text, by=by, at=at)
    elif kind == "record":
        on = page.typed_day(request, "on")
        papers.record(matter=row, on=on, text=text, files=page.sent(request), by=by, at=at)
    elif kind == "closed":
        close_campaign(matter=row, text=text, by=by, at=at)
    elif kind == "stopped":
        campaigns.stop(matter=row, why=text, by=by, at=at)
    else:
        raise Http404(kind)


# --- joint enforcement ------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@allowed("governance.view")
def joint_list(request: SignedRequest) -> HttpResponseBase:
    """The mechanisms that one's agency leads or belongs to; a new one is set up here."""
    fault, today = "", timezone.localdate()
    if request.method == "POST":
        try:
            row = joint.set_up(
                subject=request.POST.get("subject", ""),
                members=request.POST.getlist("members"),
                triggers=request.POST.get("triggers", "").splitlines(),
                duty=request.POST.get("duty", ""),
                by=request.user,
                at=timezone.now(),
                once=request.POST.get("once", ""),
            )
        except NotDone as refused:
            fault = str(refused)
        else:
            messages.success(request, "已拟好，由另一人确认后运行。")
            return redirect("governance-joint-one", row.pk)
    found = [(row, joint.stand(row)) for row in selectors.seen_by(request.user, "joint")[:100]]
    names = {one.code: one.name for one in agencies()}
    context = page.page_of(
        request,
        "governance-joint",
        lines=[
            (row, now, [names.get(one, one) for one in row.content["members"]], _open(now, today))
            for row, now in found
        ],
        choices=joint.members_to_choose(request.user),
        chosen=request.POST.getlist("members"),
        terms=terms_of(request.user.agency),
        once=request.POST.get("once") or secrets.token_hex(16),
        fault=fault,
    )
    return render(request, "web/governance/joint_list.html", context, status=422 if fault else 200)


def _open(now: joint.Standing, today: date) -> tuple[int, int]:
    return sum(bool(one.waiting) for one in now.tasks), sum(one.overdue(today) for one in now.tasks)


@require_GET
@allowed("governance.view")
def joint_one(request: SignedRequest, number: int) -> HttpResponseBase:
    """One mechanism: members, triggers, tasks with limits and results."""
    return _joint(request, number)


def _joint(request: SignedRequest, number: int, fault: str = "") -> HttpResponseBase:
    row, today = page.matter_of(request, "joint", number), timezone.localdate()
    now, names = joint.stand(row), {one.code: one.name for one in agencies()}
    tasks = [
        {
            "task": one,
            "overdue": one.overdue(today),
            "members": [
                (names.get(code, code), one.results.get(code), one.late(code)) for code in one.members
            ],
            "mine": not now.ended and joint.answers(row, one, request.user),
        }
        for one in now.tasks
    ]
    every = [row.agency.code, *row.content["members"]]
    context = page.page_of(
        request,
        "governance-joint",
        row=row,
        now=now,
        tasks=tasks,
        members=[(code, names.get(code, code)) for code in every],
        steps=page.told(row, dict(joint.TITLES)),
        by=page.name_of(row.by),
        own_draft=row.by == request.user.username,
        terms=terms_of(row.agency),
        fault=fault,
        **page.rights_in(request, row),
    )
    return render(request, "web/governance/joint.html", context, status=422 if fault else 200)


@require_POST
@allowed("governance.view")
def joint_step(request: SignedRequest, number: int) -> HttpResponseBase:
    """Confirm, give a task, answer one, end the mechanism."""
    row, kind = page.matter_of(request, "joint", number), request.POST.get("step", "")
    try:
        _work(request, row, kind)
    except (NotDone, EvidenceRefused) as refused:
        return _joint(request, number, str(refused))
    messages.success(request, f"已办理：{joint.TITLES[kind]}。")
    return redirect("governance-joint-one", number)


def _work(request: SignedRequest, row: Any, kind: str) -> None:
    typed, at, by = request.POST, timezone.now(), request.user
    text = typed.get("text", "")
    if kind == "confirmed":
        joint.confirm(matter=row, by=by, at=at)
    elif kind == "task":
        members, due = typed.getlist("members"), page.typed_day(request, "due", "期限")
        trigger = page.typed_number(request, "trigger", "启动情形")
        joint.give(matter=row, trigger=trigger, text=text, members=members, due=due, by=by, at=at)
    elif kind == "result":
        which = page.typed_number(request, "number", "任务")
        papers.answer(matter=row, number=which, text=text, files=page.sent(request), by=by, at=at)
    elif kind == "ended":
        joint.end(matter=row, why=text, by=by, at=at)
    else:
        raise Http404(kind)
