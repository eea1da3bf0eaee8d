"""Law governance: the overview, the catalogue of major decisions, one item with its statutory steps, files of proof."""

import secrets
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.analysis.governance_counts import hearings
from mingjing.evidence.refusals import EvidenceRefused
from mingjing.evidence.selectors import NotInEvidence, open_content
from mingjing.governance import court, decisions, papers, selectors, statements, study
from mingjing.governance.decision_standing import STATES
from mingjing.governance.ledger import NotDone
from mingjing.governance.terms import terms_of
from mingjing.web import governance_page as page
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.files import answer
from mingjing.web.governance_owed import missing_of, owed_by

PAGE: Final = 30


@require_GET
@allowed("governance.view")
def overview(request: SignedRequest) -> HttpResponseBase:
    """What one's own agency owes this year, and what each agency below has done."""
    year, today = page.year_in(request), timezone.localdate()
    rows = selectors.of_year(request.user, "decision", year)
    context = page.page_of(
        request,
        "governance",
        year=year,
        years=page.years_to_choose(),
        owed=[*owed_by(request.user, today), *missing_of(request.user, today)],
        rate=court.rate_of(hearings(request.user, year)),
        units=[_unit(one, rows, request, year) for one in selectors.agencies_in_sight(request.user)],
    )
    return render(request, "web/governance/overview.html", context)


def _unit(agency: Any, rows: list[Any], request: SignedRequest, year: int) -> dict[str, Any]:
    """One line of the table of agencies; without comparing them by any mark."""
    today = timezone.localdate()
    items = [decisions.stand(row) for row in rows if row.agency_id == agency.pk]
    plans = [row for row in selectors.of_year(request.user, "study", year) if row.agency_id == agency.pk]
    said = [row for row in selectors.of_year(request.user, "statement", year) if row.agency_id == agency.pk]
    return {
        "agency": agency,
        "listed": sum(bool(one.listed) and not one.ended for one in items),
        "complete": sum(one.complete for one in items),
        "late": sum(bool(one.late(today)) for one in items),
        "study": study.stand(plans[0]) if plans else None,
        "statement": statements.STATES[statements.stand(said[0]).state] if said else "",
        "rate": court.rate_of(one for one in hearings(request.user, year) if one.unit == agency.pk),
    }


@require_GET
@allowed("governance.view")
def catalogue(request: SignedRequest) -> HttpResponseBase:
    """The items of a year with where each stands in its procedure."""
    year, state, today = page.year_in(request), request.GET.get("state", ""), timezone.localdate()
    found = [(row, decisions.stand(row)) for row in selectors.of_year(request.user, "decision", year)]
    if state in STATES:
        found = [(row, now) for row, now in found if now.state(today) == state]
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = page.page_of(
        request,
        "governance-decisions",
        page=shown,
        lines=[(row, now, now.state(today), STATES[now.state(today)], now.late(today)) for row, now in shown],
        year=year,
        years=page.years_to_choose(),
        state=state,
        states=STATES.items(),
        query=f"year={year}&state={state}",
        terms=terms_of(request.user.agency),
    )
    return render(request, "web/governance/decisions.html", context)


@require_http_methods(["GET", "POST"])
@allowed("governance.enter")
def propose(request: SignedRequest) -> HttpResponseBase:
    """Put an item forward for the catalogue of a year."""
    terms, fault, field = terms_of(request.user.agency), "", ""
    if request.method == "POST":
        try:
            row = decisions.propose(
                item=_item(request, list(terms.steps)),
                by=request.user,
                at=timezone.now(),
                once=request.POST.get("once", ""),
            )
        except NotDone as refused:
            fault, field = str(refused), refused.field
        else:
            messages.success(request, "已提出，由另一人确认后列入目录。")
            return redirect("governance-decision", row.pk)
    context = page.page_of(
        request,
        "governance-decisions",
        terms=terms,
        steps=[(one, request.POST.get(f"plan_{one.code}", "")) for one in terms.steps.values()],
        years=page.years_to_choose()[:3],
        year=request.POST.get("year") or str(timezone.localdate().year),
        once=request.POST.get("once") or secrets.token_hex(16),
        fault=fault,
        field=field,
    )
    return render(request, "web/governance/propose.html", context, status=422 if fault else 200)


def _item(request: SignedRequest, codes: list[str]) -> decisions.Item:
    typed = request.POST
    return decisions.Item(
        subject=typed.get("subject", ""),
        group=typed.get("group", ""),
        unit=typed.get("unit", ""),
        why=typed.get("why", ""),
        year=page.typed_year(request),
        plan={code: page.typed_day(request, f"plan_{code}", "计划完成日") for code in codes},
    )


@require_GET
@allowed("governance.view")
def decision(request: SignedRequest, number: int) -> HttpResponseBase:
    """One item: each statutory step with its article, its proof, and what may be done next."""
    return _decision(request, number)


def _decision(request: SignedRequest, number: int, fault: str = "") -> HttpResponseBase:
    row, today = page.matter_of(request, "decision", number), timezone.localdate()
    now, terms = decisions.stand(row), terms_of(row.agency)
    rights = page.rights_in(request, row)
    context = page.page_of(
        request,
        "governance-decisions",
        row=row,
        now=now,
        state=STATES[now.state(today)],
        state_code=now.state(today),
        group=terms.classes.get(row.content["group"], ""),
        parts=[(one, one.overdue(today), _may(one, rights, request, row)) for one in now.parts],
        steps=page.told(row, {**decisions.TITLES, **{one.code: one.title for one in terms.steps.values()}}),
        by=page.name_of(row.by),
        own_draft=row.by == request.user.username,
        terms=terms,
        fault=fault,
        **rights,
    )
    return render(request, "web/governance/decision.html", context, status=422 if fault else 200)


def _may(part: Any, rights: dict[str, bool], request: SignedRequest, row: Any) -> bool:
    """Whether this person takes the step: the legality review is never for who put the item forward."""
    if part.terms.code == decisions.LEGALITY:
        return rights["reviews"] and row.by != request.user.username
    return rights["enters"]


@require_POST
@allowed("governance.view")
def decision_step(request: SignedRequest, number: int) -> HttpResponseBase:
    """Take one step of an item."""
    row, code = page.matter_of(request, "decision", number), request.POST.get("step", "")
    try:
        _take(request, row, code)
    except (NotDone, EvidenceRefused) as refused:
        return _decision(request, number, str(refused))
    messages.success(request, "已记录。")
    return redirect("governance-decision", number)


def _take(request: SignedRequest, row: Any, code: str) -> None:
    typed, at = request.POST, timezone.now()
    if code == "listed":
        said = {name: typed.get(name, "") for name in ("consent", "published")}
        decisions.list_item(matter=row, by=request.user, at=at, **said)
    elif code == "drop":
        decisions.drop(matter=row, by=request.user, at=at, why=typed.get("text", ""))
    elif code in terms_of(row.agency).steps:
        told = _told(request)
        papers.take(matter=row, code=code, told=told, files=page.sent(request), by=request.user, at=at)
    else:
        raise Http404(code)


def _told(request: SignedRequest) -> decisions.Told:
    typed = request.POST
    return decisions.Told(
        text=typed.get("text", ""),
        begun=page.typed_day(request, "begun", "开始日期"),
        done=page.typed_day(request, "done", "完成日期"),
        result=typed.get("result", ""),
        ground=typed.get("ground", ""),
        shorter=typed.get("shorter", ""),
    )


@require_GET
@allowed("governance.view")
def file(request: SignedRequest, number: int, digest: str) -> HttpResponseBase:
    """A file handed in with a step of a matter in sight."""
    row = selectors.any_for(request.user, number)
    if row is None or digest not in papers.digests_in(row):
        raise Http404(digest)
    try:
        found = open_content(digest, papers.dossier_of(row))
    except NotInEvidence:
        raise Http404(digest) from None
    asked = request.headers.get("Range", "")
    return answer(found.open(), size=found.size, media_type=found.media_type, name=found.name, asked=asked)
