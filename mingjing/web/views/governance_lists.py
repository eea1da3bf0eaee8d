"""Law governance: leaders' learning plans, heads in court, yearly statements; what may be done lies in the room."""

import secrets
from datetime import date
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.analysis.governance_counts import dockets, hearings, yearly_figures
from mingjing.evidence.refusals import EvidenceRefused
from mingjing.governance import court, papers, selectors, statements, study
from mingjing.governance.ledger import NotDone
from mingjing.governance.terms import terms_of
from mingjing.personnel.selectors import names_of
from mingjing.training.selectors import exams_set
from mingjing.web import governance_page as page
from mingjing.web.access import SignedRequest, allowed

TOPIC_PARTS: Final = 3  # title, hours, day


@require_http_methods(["GET", "POST"])
@allowed("governance.view")
def plans(request: SignedRequest) -> HttpResponseBase:
    """The learning plans in sight; whoever may, draws up the plan of a year here."""
    fault, today = "", timezone.localdate()
    if request.method == "POST":
        try:
            row = study.plan(
                year=page.typed_year(request),
                topics=_topics(request.POST.get("topics", "")),
                by=request.user,
                at=timezone.now(),
                once=request.POST.get("once", ""),
            )
        except NotDone as refused:
            fault = str(refused)
        else:
            messages.success(request, "计划已拟好，由另一人确认。")
            return redirect("governance-study-plan", row.pk)
    found = [(row, study.stand(row)) for row in selectors.seen_by(request.user, "study")[:100]]
    context = page.page_of(
        request,
        "governance-study",
        lines=[(row, now, len(now.late(today))) for row, now in found],
        terms=terms_of(request.user.agency),
        demanded=study.demanded(terms_of(request.user.agency)),
        years=page.years_to_choose()[:3],
        year=request.POST.get("year") or str(today.year),
        once=request.POST.get("once") or secrets.token_hex(16),
        fault=fault,
    )
    return render(request, "web/governance/plans.html", context, status=422 if fault else 200)


def _topics(text: str) -> list[tuple[str, int, date]]:
    """Read topics, one on each line: 专题，学时，日期. Raises NotDone, naming the line."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        parts = [one.strip() for one in line.replace("，", ",").rsplit(",", TOPIC_PARTS - 1)]
        try:
            title, hours, due = parts
            found.append((title, int(hours), date.fromisoformat(due)))
        except ValueError:
            said = f"第 {number} 行没有写对，应当像“行政处罚法，2，2026-06-30”。"
            raise NotDone(said, field="topics") from None
    return found


@require_GET
@allowed("governance.view")
def plan(request: SignedRequest, number: int) -> HttpResponseBase:
    """One year's plan: topics, who attended, tests with marks."""
    return _plan(request, number)


def _plan(request: SignedRequest, number: int, fault: str = "") -> HttpResponseBase:
    row, today = page.matter_of(request, "study", number), timezone.localdate()
    now, terms = study.stand(row), terms_of(row.agency)
    leaders = study.leaders(row, now)
    names = {one.person.username: one.person.name for one in leaders}
    attended = {name for one in now.topics if one.held for name in one.held["attended"]}
    names |= names_of(attended - set(names))
    context = page.page_of(
        request,
        "governance-study",
        row=row,
        now=now,
        topics=[(one, one.overdue(today), _names(one, names)) for one in now.topics],
        leaders=leaders,
        shortfall=study.shortfall(now, terms, row.year, today),
        late=now.late(today),
        terms=terms,
        exams=[one for one in exams_set() if row.year in {one.opens_on.year, one.closes_on.year}],
        by=page.name_of(row.by),
        own_draft=row.by == request.user.username,
        fault=fault,
        steps=page.told(row, dict(study.TITLES)),
        **page.rights_in(request, row),
    )
    return render(request, "web/governance/plan.html", context, status=422 if fault else 200)


def _names(topic: study.Topic, names: dict[str, str]) -> list[str]:
    return [names.get(one, one) for one in topic.held["attended"]] if topic.held else []


@require_POST
@allowed("governance.view")
def plan_step(request: SignedRequest, number: int) -> HttpResponseBase:
    """Confirm a plan, record a topic as held, name a test."""
    row, kind, at = page.matter_of(request, "study", number), request.POST.get("step", ""), timezone.now()
    try:
        if kind == "confirmed":
            study.confirm(matter=row, by=request.user, at=at)
        elif kind == "held":
            told = _lecture(request)
            papers.hold(matter=row, told=told, files=page.sent(request), by=request.user, at=at)
        elif kind == "test":
            exam = page.typed_number(request, "exam", "考试")
            study.test(matter=row, exam=exam, by=request.user, at=at)
        else:
            raise Http404(kind)
    except (NotDone, EvidenceRefused) as refused:
        return _plan(request, number, str(refused))
    messages.success(request, f"已办理：{study.TITLES[kind]}。")
    return redirect("governance-study-plan", number)


def _lecture(request: SignedRequest) -> study.Lecture:
    return study.Lecture(
        number=page.typed_number(request, "number", "专题"),
        on=page.typed_day(request, "on", "举办日期"),
        hours=page.typed_number(request, "hours", "学时"),
        attended=request.POST.getlist("attended"),
        text=request.POST.get("text", ""),
    )


# --- heads in court ---------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@allowed("governance.view")
def appearances(request: SignedRequest) -> HttpResponseBase:
    """Every hearing of a year with who came, and the rate; one that is registered nowhere is entered here."""
    fault = ""
    if request.method == "POST":
        try:
            _appear(request)
        except NotDone as refused:
            fault = str(refused)
        else:
            messages.success(request, "已登记。")
            return redirect("governance-court")
    return _appearances(request, fault)


def _appearances(request: SignedRequest, fault: str = "") -> HttpResponseBase:
    year = page.year_in(request)
    found = hearings(request.user, year)
    context = page.page_of(
        request,
        "governance-court",
        lines=found,
        rate=court.rate_of(found),
        ways=court.ATTENDED.items(),
        terms=terms_of(request.user.agency),
        own=request.user.agency_id,
        year=year,
        years=page.years_to_choose()[1:],
        once=request.POST.get("once") or secrets.token_hex(16),
        fault=fault,
    )
    return render(request, "web/governance/court.html", context, status=422 if fault else 200)


def _appear(request: SignedRequest) -> None:
    said = {
        name: request.POST.get(name, "") for name in ("court", "docket", "attended", "name", "text", "once")
    }
    on, known = page.typed_day(request, "on", "开庭日期"), dockets(request.user)
    court.enter(**said, on=on, registered=known, by=request.user, at=timezone.now())


@require_POST
@allowed("governance.confirm")
def strike(request: SignedRequest, number: int) -> HttpResponseBase:
    """Let an entry not count any more."""
    row = page.matter_of(request, "court", number)
    try:
        court.strike(matter=row, by=request.user, at=timezone.now(), why=request.POST.get("text", ""))
    except NotDone as refused:
        return _appearances(request, str(refused))
    messages.success(request, "已作废，不再计入出庭率。")
    return redirect("governance-court")


# --- the yearly statement ---------------------------------------------------------------------


@require_GET
@allowed("governance.view")
def statement_list(request: SignedRequest) -> HttpResponseBase:
    """The statements in sight, with the days by which they are due."""
    rows = selectors.seen_by(request.user, "statement")[:100]
    terms, last = terms_of(request.user.agency), timezone.localdate().year - 1
    own = selectors.own_of_year(request.user, "statement", last)
    context = page.page_of(
        request,
        "governance-statements",
        lines=[
            (row, now, statements.STATES[now.state], statements.deadlines(row.year, terms_of(row.agency)))
            for row, now in ((row, statements.stand(row)) for row in rows)
        ],
        terms=terms,
        last=last,
        due=statements.deadlines(last, terms),
        late=statements.late(own, last, terms, timezone.localdate()),
        missing=own is None,
    )
    return render(request, "web/governance/statements.html", context)


@require_http_methods(["GET", "POST"])
@allowed("governance.enter")
def statement_new(request: SignedRequest) -> HttpResponseBase:
    """Write the statement of a year; the figures are counted by the system and cannot be typed."""
    last, fault, field = timezone.localdate().year - 1, "", ""
    asked = request.POST.get("year") or request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and page.FIRST_YEAR <= int(asked) <= last + 1 else last
    if request.method == "POST":
        try:
            row = statements.draft(
                year=page.typed_year(request),
                text=_parts(request),
                figures=yearly_figures(request.user, year),
                by=request.user,
                at=timezone.now(),
                once=request.POST.get("once", ""),
            )
        except NotDone as refused:
            fault, field = str(refused), refused.field
        else:
            messages.success(request, "报告已写好，由另一人审定后报送。")
            return redirect("governance-statement", row.pk)
    context = page.page_of(
        request,
        "governance-statements",
        year=year,
        years=page.years_to_choose()[1:4],
        figures=yearly_figures(request.user, year),
        parts=[(name, title, request.POST.get(name, "")) for name, title in statements.PARTS.items()],
        once=request.POST.get("once") or secrets.token_hex(16),
        fault=fault,
        field=field,
    )
    return render(request, "web/governance/statement_new.html", context, status=422 if fault else 200)


def _parts(request: SignedRequest) -> dict[str, str]:
    return {name: request.POST.get(name, "") for name in statements.PARTS}


@require_GET
@allowed("governance.view")
def statement(request: SignedRequest, number: int) -> HttpResponseBase:
    """One statement: figures, words, whether it was agreed, handed in and published in time."""
    return _statement(request, number)


def _statement(request: SignedRequest, number: int, fault: str = "") -> HttpResponseBase:
    row = page.matter_of(request, "statement", number)
    now, terms = statements.stand(row), terms_of(row.agency)
    own = row.agency_id == request.user.agency_id
    counted = dict(yearly_figures(request.user, row.year)) if own else {}
    context = page.page_of(
        request,
        "governance-statements",
        row=row,
        now=now,
        state=statements.STATES[now.state],
        figures=[(title, count, counted.get(title, count)) for title, count in now.figures],
        parts=[(name, title, now.text[name]) for name, title in statements.PARTS.items()],
        due=statements.deadlines(row.year, terms),
        late=statements.late(row, row.year, terms, timezone.localdate()),
        terms=terms,
        steps=page.told(row, dict(statements.TITLES)),
        by=page.name_of(row.by),
        own_draft=now.written_by == request.user.username,
        fault=fault,
        **page.rights_in(request, row),
    )
    return render(request, "web/governance/statement.html", context, status=422 if fault else 200)


@require_POST
@allowed("governance.view")
def statement_step(request: SignedRequest, number: int) -> HttpResponseBase:
    """Write a statement anew, agree to it, record that it was handed in or published."""
    row, kind, at = page.matter_of(request, "statement", number), request.POST.get("step", ""), timezone.now()
    text, by = request.POST.get("text", ""), request.user
    try:
        if kind == "revised":
            figures = yearly_figures(by, row.year)
            statements.revise(matter=row, text=_parts(request), figures=figures, by=by, at=at)
        elif kind == "agreed":
            statements.agree(matter=row, by=by, at=at)
        elif kind == "submitted":
            statements.submit(matter=row, on=page.typed_day(request, "on"), to=text, by=by, at=at)
        elif kind == "published":
            statements.publish(matter=row, on=page.typed_day(request, "on"), where=text, by=by, at=at)
        else:
            raise Http404(kind)
    except NotDone as refused:
        return _statement(request, number, str(refused))
    messages.success(request, f"已办理：{statements.TITLES[kind]}。")
    return redirect("governance-statement", number)


@require_GET
@allowed("governance.view")
def statement_paper(request: SignedRequest, number: int) -> HttpResponseBase:
    """The statement as an official letter."""
    row = page.matter_of(request, "statement", number)
    return HttpResponse(statements.paper_pdf(row), content_type="application/pdf")
