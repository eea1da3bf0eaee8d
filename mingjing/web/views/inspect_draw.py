"""Organising a draw: what it would freeze is shown first, with who is left out and why; then it is declared."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mingjing.inspections.ceremony import DrawRefused
from mingjing.inspections.drawing.roster import RosterRefused
from mingjing.inspections.planning.items import ItemRefused
from mingjing.inspections.planning.organising import (
    Extra,
    Prospect,
    came_to_nothing,
    campaigns_from,
    organise,
    prospect,
)
from mingjing.inspections.planning.plans import PlanRefused
from mingjing.inspections.planning.terms import line_or_special
from mingjing.kit.clock import BEIJING, legal_day
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.inspecting import about, days_of, text_of

if TYPE_CHECKING:
    from mingjing.inspections.models import PlanLine, SpecialInspection

KINDS: Final = ("line", "special")
Refused = (PlanRefused, ItemRefused, DrawRefused, RosterRefused)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("draw.run")
def organised(request: SignedRequest, kind: str, pk: int) -> HttpResponseBase:
    """Look at a draw from a line of the plan or a special inspection, and declare it."""
    body = request.user.agency
    source = line_or_special(body, kind, pk) if kind in KINDS else None
    if source is None:
        raise Http404(str(pk))
    typed = _typed(request, source)
    found, refused = _prospect(source, typed)
    if request.method == "POST" and found is not None and not found.faults:
        try:
            draw = organise(
                source=source, begins=date.fromisoformat(typed["begins"]), ends=date.fromisoformat(typed["ends"]),
                extra=_extra(request), by=request.user, at=timezone.now(),
            )  # fmt: skip
        except Refused as error:
            refused = str(error)
        else:
            messages.success(request, "已公告。名单和条件存证后，请各出数方提交承诺。", extra_tags="green")
            return redirect("draw", draw.campaign.code, draw.round)
    context = {
        **about(request, body, "plans" if kind == "line" else "specials"),
        "source": source,
        "kind": kind,
        "typed": typed,
        "prospect": found,
        "refused": refused,
        "campaigns": campaigns_from(source),
    }
    bad = request.method == "POST"
    return render(request, "web/inspect/organise.html", context, status=422 if bad else 200)


def _typed(request: SignedRequest, source: "PlanLine | SpecialInspection") -> dict[str, str]:
    """The days and additions as typed; at first those of a round that was voided, else what is still to come."""
    given = request.POST if request.method == "POST" else request.GET
    told = {name: text_of(given, name)[:100] for name in ("invited", "number", "after", "goes_on")}
    today = legal_day(timezone.now())
    voided = next((one for one in campaigns_from(source) if came_to_nothing(one)), None)
    first = {
        "begins": max(today, source.begins) if today <= source.ends else source.begins,
        "ends": source.ends,
    }
    if voided is not None and voided.ends >= today:
        first = {"begins": voided.begins, "ends": voided.ends}
    return told | {name: text_of(given, name)[:10] or day.isoformat() for name, day in first.items()}


def _prospect(source: "PlanLine | SpecialInspection", typed: dict[str, str]) -> tuple[Prospect | None, str]:
    begins, ends, wrong = days_of(typed)
    if begins is None or ends is None:
        return None, wrong
    try:
        return prospect(source, begins, ends), ""
    except Refused as error:
        return None, str(error)


def _extra(request: SignedRequest) -> Extra:
    text = request.POST.get("after", "")[:16]
    try:
        after = datetime.fromisoformat(text).replace(tzinfo=BEIJING) if text else None
    except ValueError:
        raise PlanRefused("公开号码的公布时间：请选择日期和时间") from None
    return Extra(
        invited=text_of(request.POST, "invited"),
        number=text_of(request.POST, "number"),
        after=after,
        goes_on=request.POST.get("goes_on") == "1",
    )
