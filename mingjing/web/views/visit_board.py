"""Visits as a bureau and its supervisor see them: campaigns, schemes, tasks to give, what firms say."""

import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.inspections.planning.caps import cap_of
from mingjing.inspections.visiting.scheme import ANSWERS, MODES, RANKS, SPECIAL
from mingjing.inspections.visiting.visit_lists import (
    NoSuchVisit,
    TaskLine,
    campaign_by_code,
    campaigns_of,
    follow_ups,
    items_of,
    schemes_of,
    start_by_case,
    tasks_of,
    undrawn_of,
    voice_counts,
    voices_of,
)
from mingjing.inspections.visiting.visits import (
    DRAWN,
    VisitRefused,
    approve_scheme,
    assign,
    lay_out_all,
    reply_received,
    visit_law,
)
from mingjing.inspections.visiting.voices import answer_voice
from mingjing.kit.clock import legal_day
from mingjing.packs.load import library
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import officers_of
from mingjing.web.access import SignedRequest, allowed

if TYPE_CHECKING:
    from mingjing.inspections.models import Campaign

SHOWN: Final = 50
BASIS: Final = re.compile(r"《?([^》]+?)》?\s*(第[^第]*条.*)")
LINE: Final = re.compile(r"\s*[|｜]\s*")
PHOTO: Final = "拍照"
ANSWERED: Final = {"text": "文字", "number": "数值"}  # how a clause is answered, where not fit or unfit


@require_GET
@allowed("visits.board")
def board(request: SignedRequest) -> HttpResponseBase:
    """The campaigns, the tasks without a draw, and what other departments still have to answer."""
    today, calendar = legal_day(timezone.now()), library().calendar
    limit = visit_law().follow_up
    follow = [
        {
            "start": start,
            "case": act.case,
            "to": act.facts.get("transferred_to", ""),
            "due": limit.last_day(legal_day(act.done_at), calendar) if act.done_at else None,
            "answered": answered,
            "replies": start.replies.all(),
        }
        for start, act, answered in follow_ups(request.user)
    ]
    context = {
        "campaigns": [(one, _progress(tasks_of(one))) for one in campaigns_of(request.user)[:SHOWN]],
        "undrawn": undrawn_of(request.user),
        "follow": follow,
        "limit": limit,
        "today": today,
        "assigns": may(request.user, "visits.assign", request.user.agency.code),
        "approves": may(request.user, "visits.approve", request.user.agency.code),
        "counts": voice_counts(request.user.agency),
    }
    return render(request, "web/visits/board.html", context)


def _progress(lines: list[TaskLine]) -> dict[str, int]:
    live = [one for one in lines if not one.task.withdrawn]
    return {
        "tasks": len(live),
        "begun": sum(one.start is not None for one in live),
        "told": sum(one.told for one in live),
        "published": sum(one.published for one in live),
        "problems": sum(bool(one.result and one.result.problem) for one in live),
    }


@require_GET
@allowed("visits.board")
def campaign(request: SignedRequest, code: str) -> HttpResponseBase:
    """One campaign: its tasks, the names only of those that have begun, and its approved schemes."""
    found = _campaign(request, code)
    lines = tasks_of(found)
    context = {
        "campaign": found,
        "lines": lines,
        "progress": _progress(lines),
        "schemes": schemes_of(found.agency, found),
        "draws": found.draws.order_by("round"),
        "approves": may(request.user, "visits.approve", found.agency.code),
        "today": legal_day(timezone.now()),
    }
    return render(request, "web/visits/campaign.html", context)


def _campaign(request: SignedRequest, code: str) -> "Campaign":
    try:
        return campaign_by_code(request.user, code)
    except NoSuchVisit:
        raise Http404(code) from None


# --- schemes ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("visits.approve")
def scheme(request: SignedRequest) -> HttpResponseBase:
    """The form of a scheme, filled in from the published item; the head approves it."""
    given = request.POST if request.method == "POST" else request.GET
    code = given.get("campaign", "")[:32]
    found = _campaign(request, code) if code else None
    if found is not None and found.agency_id != request.user.agency_id:
        raise Http404(code)
    typed, fault = _first(request, found), ""
    if request.method == "POST":
        typed = {name: request.POST.get(name, "").replace("\0", "").strip() for name in request.POST}
        typed["ranks"] = request.POST.getlist("ranks")
        try:
            made = approve_scheme(
                agency=request.user.agency,
                campaign=found,
                raw=_raw(typed),
                by=request.user,
                at=timezone.now(),
            )
        except VisitRefused as refused:
            fault = str(refused)
        else:
            messages.success(request, f"检查方案 {made.code} 已批准。", extra_tags="green")
            if found is not None:
                lay_out_all(at=timezone.now())
                return redirect("visit-campaign", found.code)
            return redirect("visit-assign")
    context = {
        "campaign": found,
        "typed": typed,
        "fault": fault,
        "modes": MODES.items(),
        "ranks": RANKS.items(),
        "items": items_of(request.user.agency),
        "answers": "、".join(ANSWERS.values()),
    }
    return render(request, "web/visits/scheme.html", context, status=422 if fault else 200)


def _first(request: SignedRequest, found: "Campaign | None") -> dict[str, Any]:
    """The form as it begins: from the published item that was chosen, or the item of the campaign."""
    wanted = request.GET.get("item", "")[:16] or (found.item if found else "")
    item = next((one for one in items_of(request.user.agency) if wanted and one.code == wanted), None)
    cap = cap_of(request.user.agency, "")
    most = "" if cap is None else str(cap)
    if item is None:
        return {"mode": "on_site", "ranks": [], "cap": most}
    return {
        "code": item.code,
        "title": item.name,
        "published": "1",
        "mode": item.way,
        "ranks": [],
        "cap": most,
        "joint": item.joint,
        "clauses": "\n".join(_line(one) for one in item.clauses),
    }


def _line(clause: Mapping[str, Any]) -> str:
    found = BASIS.match(str(clause.get("basis", "")))
    law, article = (found[1], found[2]) if found else (str(clause.get("basis", "")), "")
    marks = [ANSWERED.get(str(clause.get("answer")), ""), PHOTO if clause.get("photo") else ""]
    return "｜".join([str(clause["question"]), law, article, *(one for one in marks if one)])


def _raw(typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, as `read_scheme` reads it; a clause is a line: question｜law｜article｜文字｜拍照."""
    clauses = []
    for line in str(typed.get("clauses", "")).splitlines():
        if parts := [one for one in LINE.split(line.strip()) if one]:
            question, law, article = [*parts[:3], "", ""][:3]
            marks = parts[3:]
            answer = next((code for code, title in ANSWERED.items() if title in marks), "fit")
            clauses.append(
                {
                    "question": question,
                    "law": law,
                    "article": article,
                    "answer": answer,
                    "photo": PHOTO in marks,
                }
            )
    cap = str(typed.get("cap", ""))
    special = {name: typed.get(name, "") for name in SPECIAL}
    return {
        "item": {
            "code": typed.get("code", ""),
            "title": typed.get("title", ""),
            "published": typed.get("published") == "1",
            "ranks": typed.get("ranks", []),
            "cap": int(cap) if cap.isdecimal() and len(cap) < 4 else None,
            "clauses": clauses,
        },
        "mode": typed.get("mode", ""),
        "onsite_reason": typed.get("onsite_reason", ""),
        "merged": typed.get("merged") == "1",
        "joint": [one for one in re.split(r"[、,，\s]+", str(typed.get("joint", ""))) if one],
        "assistants": typed.get("assistants", ""),
        "officer_opinion": typed.get("officer_opinion", ""),
        "opinion": typed.get("opinion", ""),
        "special": special if any(special.values()) else None,
    }


# --- tasks without a draw ---------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("visits.assign")
def give(request: SignedRequest) -> HttpResponseBase:
    """A task without a draw: because of a complaint, a transfer, monitoring, a request, or a special inspection."""
    agency, fault = request.user.agency, ""
    schemes = schemes_of(agency, None)
    if request.method == "POST":
        try:
            _give(request)
        except VisitRefused as refused:
            fault = str(refused)
        else:
            messages.success(request, "检查任务已下达。", extra_tags="green")
            return redirect("visit-board")
    context = {
        "schemes": schemes,
        "triggers": [one for one in visit_law().triggers.values() if one.code != DRAWN],
        "officers": officers_of(agency.code),
        "typed": request.POST,
        "chosen": request.POST.getlist("inspectors"),
        "fault": fault,
        "approves": may(request.user, "visits.approve", agency.code),
    }
    return render(request, "web/visits/assign.html", context, status=422 if fault else 200)


def _give(request: SignedRequest) -> None:
    posted = request.POST
    schemes = {one.code: one for one in schemes_of(request.user.agency, None)}
    chosen = schemes.get(posted.get("scheme", ""))
    if chosen is None:
        raise VisitRefused("请选择已经批准的检查方案。")
    try:
        due = date.fromisoformat(posted.get("due", ""))
    except ValueError:
        raise VisitRefused("请选择完成期限。") from None
    assign(
        scheme=chosen,
        object_id=posted.get("object", "").strip().upper()[:64],
        trigger=posted.get("trigger", ""),
        reason=posted.get("reason", "").replace("\0", "")[:1000],
        inspectors=posted.getlist("inspectors"),
        due=due,
        by=request.user,
        at=timezone.now(),
    )


@require_POST
@allowed("visits.assign")
def reply(request: SignedRequest, code: str) -> HttpResponseBase:
    """Note what the department that a matter was transferred to has answered."""
    try:
        start = start_by_case(request.user, code)
        reply_received(
            start=start,
            text=request.POST.get("text", "").replace("\0", ""),
            by=request.user,
            at=timezone.now(),
        )
    except NoSuchVisit:
        raise Http404(code) from None
    except VisitRefused as refused:
        messages.error(request, str(refused), extra_tags="red")
    return redirect("visit-board")


# --- voices -----------------------------------------------------------------------------------


@require_GET
@allowed("visits.voices")
def voices(request: SignedRequest) -> HttpResponseBase:
    """How firms rated visits of the agencies below; the inspected unit itself sees counts only."""
    return render(request, "web/visits/voices.html", {"ratings": voices_of(request.user)})


@require_POST
@allowed("visits.voices")
def answer(request: SignedRequest, code: str) -> HttpResponseBase:
    """Note what was done about a rating."""
    found = next((one for one in voices_of(request.user) if one.code == code), None)
    if found is None:
        raise Http404(code)
    try:
        text = request.POST.get("text", "").replace("\0", "")
        answer_voice(voice=found, text=text, by=request.user, at=timezone.now())
    except VisitRefused as refused:
        messages.error(request, str(refused), extra_tags="red")
    return redirect("visit-voices")
