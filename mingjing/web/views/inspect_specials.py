"""Inspections outside the plan: asked for by the agency, approved or refused above, filed, then organised."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.inspections.planning import items, specials
from mingjing.inspections.planning.organising import campaigns_from
from mingjing.inspections.planning.plans import PlanRefused
from mingjing.inspections.planning.specials import APPROVERS, Approval, NoSpecial, SpecialTerms
from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import names_of
from mingjing.web.access import SignedRequest, allowed, demand
from mingjing.web.inspecting import about, body_of, days_of, ratio_rows, ratios_of, text_of

if TYPE_CHECKING:
    from mingjing.inspections.models import SpecialInspection

SHOWN = 200


@require_GET
@allowed("inspect.view")
def list_specials(request: SignedRequest) -> HttpResponseBase:
    """The special inspections that this person may see; those that wait for an approval above come first."""
    body = body_of(request)
    rows = specials.specials_seen_by(request.user)[:SHOWN]
    own = [one for one in rows if one.agency_id == body.pk]
    year = legal_day(timezone.now()).year
    context = {
        **about(request, body, "specials"),
        "lines": [(one, state_of(one)) for one in own],
        "waiting": [one for one in rows if state_of(one)[0] == "待批准" and _above(request, one)],
        "year": year,
        "count": specials.specials_in(body, year),
    }
    return render(request, "web/inspect/specials.html", context)


def state_of(row: "SpecialInspection") -> tuple[str, str]:
    """How far it has come, and its colour."""
    if row.refused:
        return "不予批准", "red"
    if row.approved_on is None:
        return "待批准", "amber"
    return ("已备案", "green") if row.filed_on else ("已批准，待备案", "blue")


def _above(request: SignedRequest, row: "SpecialInspection") -> bool:
    other = row.agency_id != request.user.agency_id
    return other and may(request.user, "inspect.special", row.agency.code)


@require_GET
@allowed("inspect.view")
def special(request: SignedRequest, pk: int) -> HttpResponseBase:
    """One special inspection with its application, its approval and the step that is due."""
    return _shown(request, _special(request, pk))


def _special(request: SignedRequest, pk: int) -> "SpecialInspection":
    try:
        return specials.special_of(request.user, pk)
    except NoSpecial:
        raise Http404(str(pk)) from None


def _shown(request: SignedRequest, row: "SpecialInspection", *, refused: str = "") -> HttpResponseBase:
    body = row.agency
    base = about(request, body, "specials")
    names = {one.code: one.name for one in items.items_of(body)}
    context = {
        **base,
        "special": row,
        "state": state_of(row),
        "item": names.get(row.item, row.item),
        "ratios": items.ratio_words(row.ratios),
        "approver": APPROVERS.get(row.approver_kind, ""),
        "approvers": APPROVERS.items(),
        "above": _above(request, row),
        "names": names_of({row.asked_by, row.approved_by, row.filed_by}),
        "campaigns": campaigns_from(row),
        "refused": refused,
        "typed": request.POST,
    }
    return render(request, "web/inspect/special.html", context, status=422 if refused else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("inspect.plan")
def ask(request: SignedRequest) -> HttpResponseBase:
    """The application for an inspection outside the plan."""
    body, refused = request.user.agency, ""
    typed: dict[str, Any] = {"ratios": {}}
    if request.method == "POST":
        names = ("name", "reason", "item", "begins", "ends")
        typed = {name: text_of(request.POST, name) for name in names} | {"ratios": ratios_of(request.POST)}
        begins, ends, refused = days_of(request.POST)
        if begins is not None and ends is not None:
            told = {name: typed[name] for name in ("name", "reason", "item", "ratios")}
            try:
                made = specials.ask_special(
                    terms=SpecialTerms(**told, begins=begins, ends=ends), by=request.user, at=timezone.now()
                )
            except PlanRefused as error:
                refused = str(error)
            else:
                messages.success(request, "已提出申请，等待上级批准。", extra_tags="green")
                return redirect("inspect-special", made.pk)
    base = about(request, body, "specials")
    context = {
        **base,
        "typed": typed,
        "refused": refused,
        "items": items.public_items(body),
        "ratios": ratio_rows(typed["ratios"], base["figures"]),
    }
    return render(request, "web/inspect/special_form.html", context, status=422 if refused else 200)


@require_POST
@allowed("inspect.view")
def step(request: SignedRequest, pk: int, step: str) -> HttpResponseBase:
    """Approve or refuse above; note the filing of one's own."""
    row = _special(request, pk)
    sent, now = request.POST, timezone.now()
    try:
        if step == "file":
            demand(request.user, "inspect.plan")
            specials.file_special(
                special=row.pk, filing_no=text_of(sent, "filing_no"), by=request.user, at=now
            )
        elif step == "approve":
            demand(request.user, "inspect.special", row.agency.code)
            specials.approve_special(special=row.pk, approval=_approval(request), by=request.user, at=now)
        elif step == "refuse":
            demand(request.user, "inspect.special", row.agency.code)
            specials.refuse_special(special=row.pk, reason=text_of(sent, "reason"), by=request.user)
        else:
            raise Http404(step)
    except PlanRefused as error:
        row.refresh_from_db()
        return _shown(request, row, refused=str(error))
    done = {"file": "已登记备案，可以组织抽取。", "approve": "已登记批准。", "refuse": "已登记不予批准。"}
    messages.success(request, done[step], extra_tags="green")
    return redirect(reverse("inspect-special", args=[row.pk]))


def _approval(request: SignedRequest) -> Approval:
    try:
        day = date.fromisoformat(request.POST.get("approved_on", "")[:10])
    except ValueError:
        raise PlanRefused("请填写批准日期") from None
    kind = request.POST.get("approver_kind", "")
    return Approval(text_of(request.POST, "approver"), kind, text_of(request.POST, "document_no"), day)
