"""Supervision documents: the list, drafting one, one with its steps; the filing of major penalties."""

import secrets
from datetime import date, datetime
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.evidence.refusals import EvidenceRefused
from mingjing.kit.clock import legal_day
from mingjing.oversight import filings, selectors, services
from mingjing.oversight.printed import paper_pdf
from mingjing.oversight.selectors import Line, NoSuchMatter
from mingjing.oversight.services import Draft, NotDone
from mingjing.oversight.standing import STATES, TITLES
from mingjing.oversight.terms import due_after, filing_terms_of, terms_of
from mingjing.packs.load import library
from mingjing.packs.oversight_terms import PAPERS, oversight_terms
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import NotOnRegister, agencies_below, agency, names_of
from mingjing.web import limits
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.oversight_lines import shown

PAGE: Final = 50
UNIT_STEPS: Final = frozenset({"received", "replied", "extension_asked", "objected"})


@require_GET
@allowed("oversight.view")
def matters(request: SignedRequest) -> HttpResponseBase:
    """Everything in sight: what the office issued, what the unit received."""
    filters = {name: request.GET.get(name, "") for name in ("kind", "unit", "state")}
    today = timezone.localdate()
    page = Paginator(selectors.lines(request.user, filters, today), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": [shown(one, timezone.now()) for one in page],
        "filters": filters,
        "query": urlencode({name: value for name, value in filters.items() if value}),
        "kinds": _titles(request),
        "states": STATES.items(),
        "units": selectors.units_of(request.user),
        "waiting": len(selectors.waiting_for(request.user, today)),
        "may_draft": _drafts(request),
    }
    return render(request, "web/oversight/list.html", context)


def _titles(request: SignedRequest) -> list[tuple[str, str]]:
    own = request.user.agency
    found = oversight_terms(own.region, own.field, own.code)
    return [(kind, found[kind].title) for kind in (*PAPERS, "filing")]


def _drafts(request: SignedRequest) -> bool:
    return may(request.user, "oversight.draft", request.user.agency.code)


@require_http_methods(["GET", "POST"])
@allowed("oversight.draft")
def new(request: SignedRequest) -> HttpResponseBase:
    """Draft a document; an alert, a case or an earlier document fills in what it knows."""
    typed = request.POST if request.method == "POST" else request.GET
    follows = _follows(request, typed.get("follows", ""))
    fault, field = "", ""
    if request.method == "POST":
        try:
            row = services.draft(
                told=_draft(request), by=request.user, at=timezone.now(), once=typed["once"], follows=follows
            )
        except NotDone as refused:
            fault, field = str(refused), refused.field
        else:
            messages.success(request, "草稿已保存，由本机关另一名监督人员核准后制发。")
            return redirect("oversight-matter", row.pk)
    units = [one for one in agencies_below(request.user.agency.code) if one.pk != request.user.agency_id]
    context = {
        "kinds": [one for one in _titles(request) if one[0] in PAPERS],
        "terms": _limits_told(request),
        "units": units,
        "typed": {**_prefilled(follows), **typed.dict()},
        "follows": follows,
        "once": typed.get("once") or secrets.token_hex(16),
        "fault": fault,
        "field": field,
    }
    return render(request, "web/oversight/new.html", context, status=422 if fault else 200)


def _limits_told(request: SignedRequest) -> list[Any]:
    own = request.user.agency
    found = oversight_terms(own.region, own.field, own.code)
    return [found[kind] for kind in PAPERS]


def _follows(request: SignedRequest, number: str) -> Any:
    return _one(request, int(number)).row if number.isdecimal() else None


def _prefilled(follows: Any) -> dict[str, str]:
    """What a document that follows another takes over from it."""
    if follows is None:
        return {}
    found = {"to": follows.agency.code, "subject": follows.subject, "case": follows.case_code}
    if follows.kind == "filing":
        return {**found, "kind": "opinion"}
    told = f"{follows.no}要求你单位办理的事项，逾期没有办理或者没有办理到位。"
    return {**found, "kind": "decision", "found": told, "demands": "\n".join(follows.content["demands"])}


def _draft(request: SignedRequest) -> Draft:
    typed = request.POST
    try:
        to = agency(typed.get("to", ""))
    except NotOnRegister:
        raise NotDone("请选择单位。", field="to") from None
    return Draft(
        kind=typed.get("kind", ""),
        to=to,
        subject=typed.get("subject", ""),
        found=typed.get("found", ""),
        basis=typed.get("basis", ""),
        demands=typed.get("demands", "").splitlines(),
        due=_day(typed.get("due", "")),
        case_code=typed.get("case", "")[:32],
    )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotDone("日期没有写对，应当像 2026-12-31。", field="due") from None


def _one(request: SignedRequest, number: int) -> Line:
    try:
        return selectors.matter_for(request.user, number)
    except NoSuchMatter:
        raise Http404(number) from None


@require_GET
@allowed("oversight.view")
def matter(request: SignedRequest, number: int) -> HttpResponseBase:
    """One document or filing, what was answered, and what this person may do next."""
    return _page(request, _one(request, number))


def _page(request: SignedRequest, line: Line, fault: str = "") -> HttpResponseBase:
    row = line.row
    steps = list(row.steps.all())
    names = names_of([row.by, *(one.by for one in steps)])
    office = row.office_id == request.user.agency_id and may(request.user, "oversight.draft", row.agency.code)
    unit = row.agency_id == request.user.agency_id and may(request.user, "oversight.reply", row.agency.code)
    context = {
        **shown(line, timezone.now()),
        "line": line,
        "terms": terms_of(row.agency, row.kind),
        "steps": [(one, TITLES[one.kind], names.get(one.by, one.by)) for one in steps],
        "by": names.get(row.by, row.by),
        "office": office,
        "unit": unit,
        "drafter": row.by == request.user.username,
        "later": [
            one for one in row.followed.all() if one.office_id == request.user.agency_id or one.steps.exists()
        ],
        "late": line.overdue(timezone.localdate()),
        "said": request.POST.get("text", ""),
        "fault": fault,
    }
    return render(request, "web/oversight/matter.html", context, status=422 if fault else 200)


@require_POST
@allowed("oversight.view")
def step(request: SignedRequest, number: int) -> HttpResponseBase:
    """Take a step: the unit's or the office's."""
    line, kind, now = _one(request, number), request.POST.get("step", ""), timezone.now()
    said = request.POST.get("text", "")
    try:
        _take(request, line, kind, said, now)
    except NotDone as refused:
        return _page(request, _one(request, number), str(refused))
    except EvidenceRefused as refused:
        return _page(request, _one(request, number), f"{refused}")
    messages.success(request, f"已办理：{TITLES[kind]}。")
    return redirect("oversight-matter", number)


def _take(request: SignedRequest, line: Line, kind: str, said: str, now: datetime) -> None:
    if kind == "issued":
        services.issue(matter=line.row, by=request.user, at=now)
    elif kind in UNIT_STEPS:
        services.unit_step(matter=line.row, kind=kind, by=request.user, at=now, said=said)
    else:
        due = _day(request.POST.get("due", ""))
        services.office_step(matter=line.row, kind=kind, by=request.user, at=now, said=said, due=due)


@require_GET
@allowed("oversight.view")
def paper(request: SignedRequest, number: int) -> HttpResponseBase:
    """The document as an official letter."""
    line = _one(request, number)
    if line.row.kind == "filing":
        raise Http404(number)
    return HttpResponse(paper_pdf(line), content_type="application/pdf")


@require_http_methods(["GET", "POST"])
@allowed("oversight.view")
def filing_list(request: SignedRequest) -> HttpResponseBase:
    """Which major penalties must be filed, by when, and which are; a unit files its own here."""
    today, fault = timezone.localdate(), ""
    if request.method == "POST":
        try:
            row = filings.file(
                case_code=request.POST.get("case", ""),
                by=request.user,
                at=timezone.now(),
                once=f"filing-{request.POST.get('case', '')}"[:64],
                late=request.POST.get("late", ""),
            )
        except NotDone as refused:
            fault = str(refused)
        else:
            messages.success(request, f"已报送备案，编号 {row.no}。")
            return redirect("oversight-matter", row.pk)
    found = filings.majors(selectors.units_of(request.user), today)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    own = request.user.agency
    terms = filing_terms_of(own)
    context = {
        "page": page,
        "lines": [(one, one.overdue(today), *_left(one)) for one in page],
        "unfiled": sum(one.filed is None for one in found),
        "late": sum(one.overdue(today) for one in found),
        "terms": terms,
        "may_file": may(request.user, "oversight.reply", own.code),
        "own": own.pk,
        "example": due_after(terms.reply, legal_day(timezone.now())),
        "fault": fault,
    }
    return render(request, "web/oversight/filings.html", context, status=422 if fault else 200)


def _left(one: filings.Major) -> tuple[str, str]:
    if one.filed is not None or one.due is None:
        return "", ""
    return limits.left_of(one.due, "running", timezone.now(), library().calendar)
