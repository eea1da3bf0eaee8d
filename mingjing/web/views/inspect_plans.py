"""The yearly plan of inspections: its lines, who approves it, where it is filed, what of it the public reads."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.inspections.planning import items, plans
from mingjing.inspections.planning.organising import campaigns_from
from mingjing.inspections.planning.plans import LineTerms, NoPlan, PlanRefused
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import agencies, names_of
from mingjing.publicity.catalogue_law import kinds_for
from mingjing.publicity.inspection_lists import note_list
from mingjing.web.access import SignedRequest, allowed, demand
from mingjing.web.inspecting import ENFORCING, about, body_of, days_of, ratio_rows, ratios_of, text_of

if TYPE_CHECKING:
    from mingjing.inspections.models import PlanLine, YearPlan
    from mingjing.personnel.models import Agency

COLOURS: Final = {"draft": "amber", "approved": "blue", "filed": "green"}
LAST_YEAR: Final = 9999
LIST: Final = "inspection_plan"


@require_GET
@allowed("inspect.view")
def list_plans(request: SignedRequest) -> HttpResponseBase:
    """The plans of an agency year by year, and the year for which one can be begun."""
    body, year = body_of(request), legal_day(timezone.now()).year
    found = plans.plans_of(body)
    have = {one.year for one in found}
    context = {
        **about(request, body, "plans"),
        "plans": [(one, COLOURS[one.state], _counts(plans.lines_of(one))) for one in found],
        "years": [one for one in (year, year + 1) if one not in have],
    }
    return render(request, "web/inspect/plans.html", context)


def _counts(lines: list["PlanLine"]) -> tuple[int, int]:
    return len(lines), sum(one.published_in is not None for one in lines)


@require_POST
@allowed("inspect.plan")
def begin(request: SignedRequest) -> HttpResponseBase:
    """Open the plan of this year or the next."""
    typed = request.POST.get("year", "")
    year = int(typed) if typed.isdecimal() and len(typed) == 4 else 0
    try:
        plan = plans.begin_plan(year=year, by=request.user, at=timezone.now())
    except PlanRefused as refused:
        messages.error(request, f"没有建立：{refused}。", extra_tags="red")
        return redirect("inspect-plans")
    return redirect("inspect-plan", plan.year)


@require_GET
@allowed("inspect.view")
def plan(request: SignedRequest, year: int) -> HttpResponseBase:
    """One plan: its lines with what was organised from them, its steps, and the step that is due."""
    body = body_of(request)
    return _shown(request, body, _plan(body, year))


def _plan(body: "Agency", year: int) -> "YearPlan":
    try:
        return plans.plan_of(body, min(year, LAST_YEAR))
    except NoPlan:
        raise Http404(str(year)) from None


def _shown(
    request: SignedRequest, body: "Agency", found: "YearPlan", *, refused: str = "", typed: Any = None
) -> HttpResponseBase:
    names = {one.code: one.name for one in items.items_of(body)}
    departments = {one.code: one.short_name or one.name for one in agencies()}
    lines, steps = plans.lines_of(found), plans.steps_of(found)
    context = {
        **about(request, body, "plans"),
        "plan": found,
        "colour": COLOURS[found.state],
        "lines": [
            {
                "line": one,
                "item": names.get(one.item, one.item),
                "ratios": items.ratio_words(one.ratios),
                "members": "、".join(departments.get(code, code) for code in one.members),
                "campaigns": campaigns_from(one),
            }
            for one in lines
        ],
        "published": sum(one.published_in is not None for one in lines),
        "steps": [(one, plans.STEPS[one.kind]) for one in steps],
        "names": names_of({one.by for one in steps}),
        "author": request.user.username in found.authors,
        "list": kinds_for(body)[LIST].slug(found.year),
        "refused": refused,
        "typed": typed or {},
    }
    return render(request, "web/inspect/plan.html", context, status=422 if refused else 200)


@require_POST
@allowed("inspect.view")
def step(request: SignedRequest, year: int, step: str) -> HttpResponseBase:
    """Approve a plan, note its filing, or make it a draft again with the reason."""
    needed = {"approve": "inspect.approve", "file": "inspect.plan"}.get(step, "inspect.view")
    demand(request.user, needed)
    body, sent, now = request.user.agency, request.POST, timezone.now()
    found = _plan(body, year)
    given: dict[str, Any] = {"by": request.user, "at": now}
    try:
        with transaction.atomic():
            if step == "approve":
                plans.approve_plan(plan=found, **given)
            elif step == "file":
                filed_with, filing_no = (text_of(sent, name) for name in ("filed_with", "filing_no"))
                plans.file_plan(plan=found, filed_with=filed_with, filing_no=filing_no, **given)
            elif step == "reopen":
                plans.reopen_plan(plan=found, reason=text_of(sent, "reason"), **given)
            else:
                raise Http404(step)
            note_list(body, kinds_for(body)[LIST].slug(found.year))
    except PlanRefused as error:
        return _shown(request, body, found, refused=str(error), typed=sent)
    done = {
        "approve": "已批准。请登记备案。",
        "file": "已登记备案。请公布年度计划，公布后就可以组织抽取。",
        "reopen": "已转为起草，改好后重新批准、备案。",
    }
    messages.success(request, done[step], extra_tags="green")
    return redirect("inspect-plan", found.year)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("inspect.plan")
def line(request: SignedRequest, year: int, place: str) -> HttpResponseBase:
    """One task of the plan in a form: added, changed or taken out."""
    body = request.user.agency
    found = _plan(body, year)
    held = next((one for one in plans.lines_of(found) if str(one.number) == place), None)
    if held is None and place != "new":
        raise Http404(place)
    typed: Mapping[str, Any] = _first(held)
    refused = ""
    if request.method == "POST":
        typed, refused = _typed(request), ""
        try:
            _write(request, found, held, typed)
            return redirect("inspect-plan", found.year)
        except PlanRefused as error:
            refused = str(error)
    base = about(request, body, "plans")
    context = {
        **base,
        "plan": found,
        "line": held,
        "typed": typed,
        "refused": refused,
        "items": items.public_items(body),
        "ratios": ratio_rows(typed["ratios"], base["figures"]),
        "departments": [
            one
            for one in agencies()
            if one.region == body.region and one.pk != body.pk and one.kind in ENFORCING
        ],
    }
    return render(request, "web/inspect/line.html", context, status=422 if refused else 200)


def _first(held: "PlanLine | None") -> dict[str, Any]:
    if held is None:
        return {"ratios": {}, "members": []}
    told = {name: getattr(held, name) for name in ("name", "item", "ratios", "members")}
    return told | {"begins": held.begins.isoformat(), "ends": held.ends.isoformat()}


def _typed(request: SignedRequest) -> dict[str, Any]:
    sent = request.POST
    told: dict[str, Any] = {name: text_of(sent, name)[:200] for name in ("name", "item", "begins", "ends")}
    return told | {"ratios": ratios_of(sent), "members": sent.getlist("members")[:50]}


def _write(
    request: SignedRequest, found: "YearPlan", held: "PlanLine | None", typed: Mapping[str, Any]
) -> None:
    given: dict[str, Any] = {"plan": found, "by": request.user, "at": timezone.now()}
    number = held.number if held else None
    if "delete" in request.POST and held is not None:
        plans.set_line(terms=None, number=number, **given)
        messages.success(request, "已删去这一项。", extra_tags="green")
        return
    begins, ends, wrong = days_of(typed)
    if begins is None or ends is None:
        raise PlanRefused(wrong)
    told = {name: typed[name] for name in ("name", "item", "ratios", "members")}
    plans.set_line(terms=LineTerms(**told, begins=begins, ends=ends), number=number, **given)
    messages.success(request, "已保存这一项。", extra_tags="green")
