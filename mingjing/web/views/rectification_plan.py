"""Taking a plan into the ledger: upload, each proposed row beside its source sentence, confirmed by a person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.kit.clock import legal_day
from mingjing.packs.rectification_checks import Check, rectification_checks, suggested
from mingjing.rectification import selectors, services
from mingjing.rectification.access import enters
from mingjing.rectification.kinds import IN_LEDGER, State
from mingjing.rectification.plan import SUFFIXES
from mingjing.rectification.record import NotRectified
from mingjing.rectification.report import in_words
from mingjing.rectification.selectors import Line
from mingjing.rectification.services import Wanted
from mingjing.rectification.standing import Unit
from mingjing.rectification.units import agencies_within_reach
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.views.rectification import day_in, plan_of

if TYPE_CHECKING:
    from mingjing.rectification.models import Item, Plan

PAGE: Final = 20
ASKED: Final = {"responsible": "责任单位", "limit": "时限"}


@require_http_methods(["GET", "POST"])
@allowed("rectify.enter")
def importing(request: SignedRequest) -> HttpResponseBase:
    """Upload a plan; what it proposes is confirmed on the next page."""
    if request.method != "POST":
        return _form(request)
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise NotRectified("请选择文件。")
        services.demand_size(sent.size or 0)
        plan = services.import_plan(
            content=sent.read(),
            name=sent.name or "",
            agency=request.user.agency,
            by=request.user,
            at=timezone.now(),
            issuer=request.POST.get("issuer", ""),
            title=request.POST.get("title", ""),
            written=day_in(request, "written", "成文日期"),
        )
    except NotRectified as refused:
        return _form(request, fault=str(refused))
    return redirect("rectification-plan", plan.code)


def _form(request: SignedRequest, *, fault: str = "") -> HttpResponseBase:
    context = {"fault": fault, "typed": request.POST.dict(), "accept": ",".join(SUFFIXES)}
    return render(request, "web/rectification/import.html", context, status=422 if fault else 200)


@dataclass(frozen=True, slots=True)
class Row:
    """A proposed row as its form shows it."""

    line: Line
    wanted: Wanted
    check: Check | None
    asked: list[str]  # what the text does not say
    limits: list[str]  # in the words of the text

    @property
    def units(self) -> list[Unit]:
        """The units, and a blank line for one more; where none is named, one that leads and one that answers."""
        blank = [Unit("", "", leads=leads) for leads in ([False] if self.wanted.units else [True, False])]
        return sorted([*self.wanted.units, *blank], key=lambda one: not one.leads)


@require_GET
@allowed("rectify.view")
def plan(request: SignedRequest, code: str) -> HttpResponseBase:
    """A plan: what is still to be confirmed, what is in the ledger, what was left out, figures and reports."""
    return _shown(request, plan_of(request, code))


def _shown(
    request: SignedRequest, found: "Plan", *, fault: str = "", at_fault: str = "", typed: Wanted | None = None
) -> HttpResponseBase:
    today = legal_day(timezone.now())
    lines = selectors.items_of_plan(found, today)
    proposed = [one for one in lines if one.now.state == State.PROPOSED]
    page = Paginator(proposed, PAGE).get_page(request.GET.get("page") or request.POST.get("page"))
    context = {
        "plan": found,
        "fault": fault,
        "at_fault": at_fault,
        "page": page,
        "rows": [_row(one, typed if one.item.code == at_fault else None) for one in page.object_list],
        "new": typed if at_fault == "new" else None,
        "complete": sum(bool(one.item.proposed) and not one.item.proposed.get("open") for one in proposed),
        "kept": [one for one in lines if one.now.state in IN_LEDGER],
        "left_out": [
            (one, selectors.steps_of(one.item)[-1]) for one in lines if one.now.state == State.LEFT_OUT
        ],
        "agencies": agencies_within_reach(found.agency),
        "checks": rectification_checks().values(),
        "words": in_words(selectors.figures(lines, today)),
        "may_enter": enters(request.user, found),
        "blank": [Unit("", "", leads=True), Unit("", "", leads=False)],
    }
    return render(request, "web/rectification/plan.html", context, status=422 if fault else 200)


def _row(line: Line, typed: Wanted | None) -> Row:
    wanted = typed or services.proposal_of(line.item)
    told = line.item.proposed
    return Row(
        line=line,
        wanted=wanted,
        check=suggested(wanted.measure, list(rectification_checks().values())),
        asked=[ASKED[name] for name in told.get("open", []) if name in ASKED],
        limits=[one["words"] for one in told.get("limits", [])],
    )


@require_POST
@allowed("rectify.enter")
def step(request: SignedRequest, code: str) -> HttpResponseBase:
    """Confirm, leave out or split one row, add one, or confirm all that are complete."""
    found, take = plan_of(request, code), TAKES.get(request.POST.get("step", ""))
    if take is None:
        raise Http404(code)
    name = request.POST.get("item", "new")
    try:
        said = take(request, found, timezone.now())
    except NotRectified as refused:
        return _shown(request, found, fault=str(refused), at_fault=name, typed=_typed(request))
    messages.success(request, said, extra_tags="green")
    page = request.POST.get("page", "")
    return redirect(reverse("rectification-plan", args=[code]) + (f"?page={page}" if page.isdigit() else ""))


def _item(request: SignedRequest, found: "Plan") -> "Item":
    for one in selectors.items_of_plan(found, legal_day(timezone.now())):
        if one.item.code == request.POST.get("item"):
            return one.item
    raise Http404(request.POST.get("item"))


def _typed(request: SignedRequest) -> Wanted:
    """What the form says; a day that is none counts as none, for `_wanted` has told it."""
    sent = request.POST
    columns = ("unit", "unit_agency", "unit_leads")
    each: Any = zip(*(sent.getlist(name) for name in columns), strict=False)
    return Wanted(
        problem=sent.get("problem", ""),
        measure=sent.get("measure", ""),
        units=[Unit(name.strip(), agency, leads == "1") for name, agency, leads in each if name.strip()],
        due=_day(sent.get("due", "")) if sent.get("limit") != "permanent" else None,
        permanent=sent.get("limit") == "permanent",
        check=sent.get("check", ""),
        why=sent.get("why", ""),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _wanted(request: SignedRequest) -> Wanted:
    due = None if request.POST.get("limit") == "permanent" else day_in(request, "due", "时限")
    return replace(_typed(request), due=due, since=day_in(request, "since", "起算日"))


def _confirm(request: SignedRequest, found: "Plan", at: datetime) -> str:
    services.confirm(item=_item(request, found), wanted=_wanted(request), by=request.user, at=at)
    return "已列入台账。"


def _leave_out(request: SignedRequest, found: "Plan", at: datetime) -> str:
    reason = request.POST.get("text", "")
    services.leave_out(item=_item(request, found), reason=reason, by=request.user, at=at)
    return "已记录：不列入台账。"


def _split(request: SignedRequest, found: "Plan", at: datetime) -> str:
    parts = request.POST.get("text", "").splitlines()
    made = services.split(item=_item(request, found), parts=parts, by=request.user, at=at)
    return f"已拆成 {len(made)} 项，请逐项确认。"


def _add(request: SignedRequest, found: "Plan", at: datetime) -> str:
    services.add_item(plan=found, wanted=_wanted(request), by=request.user, at=at)
    return "已增加一项并列入台账。"


def _all(request: SignedRequest, found: "Plan", at: datetime) -> str:
    return f"已按原文确认 {services.confirm_complete(plan=found, by=request.user, at=at)} 项。"


def _none(request: SignedRequest, found: "Plan", at: datetime) -> str:
    reason = request.POST.get("text", "")
    return f"{services.leave_out_rest(plan=found, reason=reason, by=request.user, at=at)} 项不列入台账。"


TAKES: Final[Mapping[str, Callable[[SignedRequest, Any, datetime], str]]] = {
    "confirm": _confirm,
    "leave_out": _leave_out,
    "split": _split,
    "add": _add,
    "all": _all,
    "none": _none,
}
