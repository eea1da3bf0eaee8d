"""Alerts: the supervisor's list and models, the unit's own list, one alert with its steps; nobody can close one."""

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from mingjing.kit.clock import chinese_date, legal_day
from mingjing.packs.alert_words import PER, SOURCES
from mingjing.packs.alerts import LEVELS, AlertModel
from mingjing.packs.load import library
from mingjing.personnel.permissions import may, role_names
from mingjing.personnel.selectors import agencies, agencies_visible_to, names_of
from mingjing.supervision import alert_desk as desk
from mingjing.supervision.alert_desk import NoSuchAlert, NotNow
from mingjing.supervision.alerts import alert_models, measured
from mingjing.web import limits
from mingjing.web.access import SignedRequest, allowed

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mingjing.supervision.models import Alert

PAGE: Final = 50
SAID: Final = 8  # facts taken over into a document
FILTERS: Final = ("agency", "code", "level", "state", "late")
LEVEL_COLOURS: Final = {"grave": "red", "serious": "amber", "notice": ""}
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
DUE_ONLY: Final = ("waiting", "open", "handling")


@require_GET
@allowed("supervise.board")
def board(request: SignedRequest) -> HttpResponseBase:
    """The alerts on all agencies below, the nearest limit first."""
    filters, today = _filters(request), _today()
    rows = desk.supervised(request.user, filters, today)
    context = {
        "counts": desk.counts_supervised(request.user, today),
        "tallies": _tallies(request),
        **_listed(request, rows, filters),
    }
    return render(request, "web/alerts/board.html", context)


def _tallies(request: SignedRequest) -> list[dict[str, Any]]:
    """What waits, by model, the gravest first, with the agencies it waits on."""
    counted = desk.tally(request.user)
    lines = []
    for model in alert_models().each:
        total = sum(count for (_, code), count in counted.items() if code == model.code)
        if total:
            lines.append({"model": model, "total": total, "colour": LEVEL_COLOURS[model.level]})
    return lines


@require_GET
@allowed("alert.view")
def told(request: SignedRequest) -> HttpResponseBase:
    """The alerts that tell this person, the nearest limit first."""
    filters, today = _filters(request), _today()
    context = {
        "counts": desk.counts_told(request.user, today),
        **_listed(request, desk.told_to(request.user, filters, today), filters),
    }
    return render(request, "web/alerts/told.html", context)


def _listed(request: SignedRequest, rows: "QuerySet[Alert]", filters: dict[str, str]) -> dict[str, Any]:
    page = _page(request, rows)
    alerts = list(page)
    said = desk.subjects(alerts, request.user)
    seen = set(agencies_visible_to(request.user))
    here = [one for one in agencies() if one.pk in seen]
    return {
        "page": page,
        "lines": [_line(one, said[one.pk]) for one in alerts],
        "filters": filters,
        "query": urlencode(filters),
        "agencies": here if len(here) > 1 else [],
        "models": alert_models().each,
        "levels": LEVELS.items(),
        "states": desk.STATES.items(),
    }


def _line(alert: "Alert", subject: str) -> dict[str, Any]:
    model = desk.model_of(alert)
    left, colour = "", ""
    if alert.state in DUE_ONLY:
        left, colour = limits.left_of(alert.due, "running", timezone.now(), library().calendar)
    return {
        "alert": alert,
        "title": model.title if model else alert.code,
        "level": LEVELS.get(alert.level, ""),
        "level_colour": LEVEL_COLOURS.get(alert.level, ""),
        "subject": subject,
        "left": left,
        "colour": colour,
    }


@require_GET
@allowed("supervise.board")
def models(request: SignedRequest) -> HttpResponseBase:
    """Every model: what it looks for, its formula, its basis, whom it tells, its worked examples."""
    found = alert_models()
    lines = [
        {
            "model": one,
            "tells": role_names(one.tells),
            "source": SOURCES[one.source],
            "per": PER.get(one.source, {}).get(one.counting.per, "") if one.counting else "",
            "colour": LEVEL_COLOURS[one.level],
            "measured": measured().get(one.code, {}),
        }
        for one in found.each
    ]
    return render(request, "web/alerts/models.html", {"lines": lines})


@require_GET
@allowed("supervise.board")
def supervised(request: SignedRequest, pk: int) -> HttpResponseBase:
    """One alert as the supervisor sees it."""
    try:
        alert = desk.supervised_one(request.user, pk)
    except NoSuchAlert:
        raise Http404(pk) from None
    return _shown(request, alert, above=True)


@require_GET
@allowed("alert.view")
def mine(request: SignedRequest, pk: int) -> HttpResponseBase:
    """One alert as those see it whom it tells."""
    try:
        alert = desk.told_one(request.user, pk)
    except NoSuchAlert:
        raise Http404(pk) from None
    return _shown(request, alert, above=False)


def _shown(
    request: SignedRequest, alert: "Alert", *, above: bool, fault: str = "", kept: str = ""
) -> HttpResponseBase:
    model, steps = desk.model_of(alert), desk.steps_of(alert)
    names = names_of({one.by for one in steps if one.by})
    code, user = alert.agency.code, request.user
    told_here = above and desk.told_to(user, {"state": "all"}, _today()).filter(pk=alert.pk).exists()
    answers = may(user, desk.ANSWER, code) and (not above or told_here)
    context = {
        "line": _line(alert, desk.subjects([alert], user)[alert.pk]),
        "alert": alert,
        "model": model,
        "facts": [{**fact, "value": _written(fact["value"])} for fact in alert.facts],
        "tells": role_names(model.tells) if model else "",
        "steps": [
            {"step": one, "title": desk.STEPS[one.kind], "by": names.get(one.by, one.by) or "系统"}
            for one in steps
        ],
        "above": above,
        "may_take": answers and alert.state == "open",
        "may_answer": answers and alert.state in ("open", "handling", "answered"),
        "document": _document(alert, model)
        if above and may(user, "oversight.draft", user.agency.code)
        else "",
        "may_feed_back": above and may(user, desk.FEED_BACK, code) and alert.state == "answered",
        "fault": fault,
        "kept": kept,
    }
    return render(request, "web/alerts/alert.html", context, status=422 if fault else 200)


def _document(alert: "Alert", model: AlertModel | None) -> str:
    """The address of a supervision document that takes over what the alert says."""
    told = "；".join(f"{fact['title']}：{_written(fact['value'])}" for fact in alert.facts[:SAID])
    typed = {
        "kind": "notice",
        "to": alert.agency.code,
        "subject": model.title if model else alert.code,
        "found": f"{alert.about}　{told}".strip(),
        "basis": model.basis.cite() if model and not model.basis.own else "",
        "case": alert.case_code,
    }
    return f"{reverse('oversight-new')}?{urlencode(typed)}"


def _written(value: Any) -> str:
    """A value as people write it: days as days, yes and no in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    if isinstance(value, str) and DAY.fullmatch(value):
        return chinese_date(date.fromisoformat(value))
    return str(value)


@require_POST
@allowed("alert.answer")
def step(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Take an alert on, or answer it."""
    words = request.POST.get("words", "")
    try:
        if request.POST.get("step") == "take":
            desk.take_on(alert=pk, by=request.user, at=timezone.now())
            messages.success(request, "已认领，请在期限内答复。")
        else:
            desk.answer(alert=pk, words=words, by=request.user, at=timezone.now())
            messages.success(request, "已答复。事实消除以前，预警仍然保留。")
    except NoSuchAlert:
        raise Http404(pk) from None
    except NotNow as refusal:
        return _shown(request, desk.told_one(request.user, pk), above=False, fault=str(refusal), kept=words)
    return redirect("alert", pk)


@require_POST
@allowed("alert.feedback")
def feed_back(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Take an answer, or return it."""
    words, now = request.POST.get("words", ""), timezone.now()
    try:
        desk.feed_back(
            alert=pk,
            accepted=request.POST.get("accepted") == "1",
            words=words,
            by=request.user,
            at=now,
            on=legal_day(now),
        )
    except NoSuchAlert:
        raise Http404(pk) from None
    except NotNow as refusal:
        alert = desk.supervised_one(request.user, pk)
        return _shown(request, alert, above=True, fault=str(refusal), kept=words)
    messages.success(request, "意见已经告知单位。")
    return redirect("supervision-alert", pk)


def _filters(request: SignedRequest) -> dict[str, str]:
    given = {name: request.GET.get(name, "").strip()[:60] for name in FILTERS}
    return {name: value for name, value in given.items() if value and "\0" not in value}


def _today() -> date:
    return legal_day(timezone.now())


def _page(request: SignedRequest, rows: "QuerySet[Alert]") -> Any:
    number = request.GET.get("page", "1")
    try:
        return Paginator(rows, PAGE).page(int(number) if number.isdecimal() else 1)
    except (EmptyPage, ValueError):
        raise Http404(number) from None
