"""Reconsideration and litigation: the list, one with its steps, lessons, drafts of checks, the opponent's brief."""

import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.cases.law import law_of
from mingjing.cases.selectors import acts_of
from mingjing.cases.services import ActRefused
from mingjing.disputes import brief, learning, selectors, services, withdrawing
from mingjing.disputes.printed import NOTE, brief_pdf
from mingjing.disputes.selectors import Line, NoSuchDispute
from mingjing.disputes.services import Ending, NotEntered, Suit
from mingjing.disputes.standing import ATTENDED, STATES, TITLES
from mingjing.evidence.selectors import evidence_of
from mingjing.exchange.sheets import workbook_bytes
from mingjing.kit.clock import legal_day
from mingjing.norms.selectors import register_for
from mingjing.packs.dispute_terms import KINDS, WHOSE, dispute_terms
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import names_of
from mingjing.web.access import SignedRequest, allowed, case_of, demand
from mingjing.web.views.supervision import leave_trace

PAGE: Final = 50
CAUSE_ROWS: Final = 3
STRONGEST: Final = 20  # objections shown at once; an excerpt of an old file has more than a hundred
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATE_COLOURS: Final = {"met": "green", "late": "red", "missed": "red", "running": ""}
STATE_TITLES: Final = {"met": "按期", "late": "逾期完成", "missed": "已超期", "running": "在期限内"}


@require_GET
@allowed("dispute.view")
def disputes(request: SignedRequest) -> HttpResponseBase:
    """Every dispute in sight, the latest first, with what each still asks for."""
    kind = request.GET.get("kind", "")
    page = Paginator(selectors.disputes_seen_by(request.user, kind=kind), PAGE).get_page(
        request.GET.get("page")
    )
    today = legal_day(timezone.now())
    context = {
        "page": page,
        "lines": [(one, _near(one, today)) for one in selectors.lines_of(page)],
        "figures": selectors.figures(request.user),
        "kind": kind,
        "kinds": KINDS,
        "states": STATES,
    }
    return render(request, "web/disputes/list.html", context)


def _near(line: Line, today: date) -> tuple[str, str]:
    """What is nearest for the agency, in words and a colour."""
    due = line.own_due
    if due is not None and due.end is not None:
        left = (due.end - today).days
        return (
            f"{due.limit.title}：{f'还有 {left} 日' if left >= 0 else f'超期 {-left} 日'}",
            "" if left > 3 else "red",
        )
    if line.now.to_perform and line.now.perform_by is not None:
        left = (line.now.perform_by - today).days
        return (
            f"履行：{f'还有 {left} 日' if left >= 0 else f'超期 {-left} 日'}",
            "amber" if left >= 0 else "red",
        )
    return "", ""


def _one(request: SignedRequest, no: str) -> Line:
    try:
        return selectors.one_for(request.user, no)
    except NoSuchDispute:
        raise Http404(no) from None


@require_GET
@allowed("dispute.view")
def dispute(request: SignedRequest, no: str) -> HttpResponseBase:
    """One dispute: limits, steps, what is to be done, and what a loss teaches."""
    return _shown(request, _one(request, no))


def _shown(request: SignedRequest, line: Line, fault: str = "") -> HttpResponseBase:
    row, now, viewer = line.row, line.now, request.user
    case, terms = case_of(request, row.case_code), dispute_terms()
    today = legal_day(timezone.now())
    events = list(row.events.order_by("seq"))
    names = names_of([one.by for one in events])
    manage = may(viewer, "dispute.manage", row.agency.code)
    context = {
        "line": line,
        "case": case,
        "decision": next((one for one in acts_of(case) if one.code == row.act_code), None),
        "kinds": law_of(case).kinds,
        "dues": [(one, STATE_TITLES[one.state(today)], STATE_COLOURS[one.state(today)]) for one in line.dues],
        "whose": WHOSE,
        "events": [(one, TITLES[one.kind], names.get(one.by, one.by), _words(one)) for one in events],
        "causes": [(terms.causes[one["cause"]], one) for one in now.decision.get("causes", ())],
        "attendance": terms.attendance,
        "attended": ATTENDED.items(),
        "outcomes": terms.outcomes.values(),
        "all_causes": terms.causes.values(),
        "cause_rows": range(CAUSE_ROWS),
        "laws": [one.name for one in register_for(row.agency.code).statutes] if manage else [],
        "evidence": evidence_of(case.code) if manage and now.to_perform else [],
        "lesson": learning.lesson_of(row, viewer) if now.lost else None,
        "aftermath": withdrawing.aftermath_of(row, now, viewer),
        "proposer": names_of([now.proposed["by"]]).get(now.proposed["by"], "") if now.proposed else "",
        "mine": bool(now.proposed and now.proposed["by"] == viewer.username),
        "later": row.later.order_by("id"),
        "may_manage": manage,
        "may_withdraw": may(viewer, "publicity.withdraw", row.agency.code),
        "may_revoke": "head" in viewer.roles and viewer.agency_id == row.agency_id,
        "today": today,
        "fault": fault,
        "typed": request.POST,
    }
    return render(request, "web/disputes/dispute.html", context, status=422 if fault else 200)


def _words(event: Any) -> str:
    """What a step says, beside its title."""
    facts, kind = event.facts, event.kind
    if kind == "heard":
        return (
            f"{ATTENDED[facts['attended']]}：{facts['who']}{'。' if facts['reason'] else ''}{facts['reason']}"
        )
    if kind == "decided":
        return f"{dispute_terms().outcomes[facts['outcome']].title}。{facts['summary']}"
    if kind == "check_named":
        return f"{facts['title']}（{facts['act']}）"
    return str(facts.get("text") or facts.get("title") or facts.get("reason") or "")


Step = Callable[[SignedRequest, Line, datetime], object]


@require_POST
@allowed("dispute.view")
def step(request: SignedRequest, no: str) -> HttpResponseBase:
    """Take one step; a refusal stands above the page, with what was typed kept."""
    line, take = _one(request, no), STEPS.get(request.POST.get("step", ""))
    if take is None:
        raise Http404(no)
    try:
        take(request, line, timezone.now())
    except (NotEntered, ActRefused) as refused:
        return _shown(request, line, fault=str(refused))
    messages.success(request, "已登记。", extra_tags="green")
    return redirect("dispute", no)


def _text(request: SignedRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()


def _day(request: SignedRequest, name: str, title: str) -> date:
    try:
        return date.fromisoformat(_text(request, name))
    except ValueError:
        raise NotEntered(f"请填写{title}。", field=name) from None


def _reply(request: SignedRequest, line: Line, at: datetime) -> object:
    day, text = _day(request, "on", "提交日期"), _text(request, "text")
    return services.reply(row=line.row, by=request.user, on=day, text=text, at=at)


def _hear(request: SignedRequest, line: Line, at: datetime) -> object:
    return services.hear(
        row=line.row,
        by=request.user,
        on=_day(request, "on", "开庭日期"),
        attended=_text(request, "attended"),
        who=_text(request, "who"),
        reason=_text(request, "reason"),
        at=at,
    )


def _decide(request: SignedRequest, line: Line, at: datetime) -> object:
    causes = [
        (cause, law, article)
        for cause, law, article in zip(
            *(request.POST.getlist(name) for name in ("cause", "law", "article")), strict=False
        )
        if cause or law.strip() or article.strip()
    ]
    ending = Ending(
        outcome=_text(request, "outcome"),
        docket=_text(request, "docket"),
        received_on=_day(request, "on", "收到日期"),
        causes=causes,
        duty=_text(request, "duty"),
        perform_by=_day(request, "perform_by", "履行期限") if _text(request, "perform_by") else None,
        summary=_text(request, "summary"),
    )
    return services.decide(row=line.row, by=request.user, ending=ending, at=at)


def _perform(request: SignedRequest, line: Line, at: datetime) -> object:
    return services.perform(
        row=line.row,
        by=request.user,
        on=_day(request, "on", "履行日期"),
        text=_text(request, "text"),
        proofs=request.POST.getlist("proofs"),
        at=at,
    )


def _note(request: SignedRequest, line: Line, at: datetime) -> object:
    return services.note(row=line.row, by=request.user, on=legal_day(at), text=_text(request, "text"), at=at)


def _name(request: SignedRequest, line: Line, at: datetime) -> object:
    return learning.name_check(row=line.row, by=request.user, rule=_text(request, "rule"), at=at)


def _draft(request: SignedRequest, line: Line, at: datetime) -> object:
    return learning.draft_check(
        row=line.row, by=request.user, name=_text(request, "name"), title=_text(request, "title"), at=at
    )


def _propose(request: SignedRequest, line: Line, at: datetime) -> object:
    return withdrawing.propose(row=line.row, by=request.user, reason=_text(request, "reason"), at=at)


def _confirm(request: SignedRequest, line: Line, at: datetime) -> object:
    return withdrawing.confirm(row=line.row, by=request.user, at=at)


STEPS: Final[Mapping[str, Step]] = {
    "reply": _reply,
    "hear": _hear,
    "decide": _decide,
    "perform": _perform,
    "note": _note,
    "name": _name,
    "draft": _draft,
    "propose": _propose,
    "confirm": _confirm,
}


@require_http_methods(["GET", "POST"])
@allowed("dispute.manage")
def new(request: SignedRequest, code: str) -> HttpResponseBase:
    """Enter a notice of reconsideration or of a suit against an act of this case."""
    case = case_of(request, code)
    demand(request.user, "dispute.manage", case.agency.code)
    kinds, acts = law_of(case).kinds, acts_of(case)
    earlier = selectors.disputes_of(case)
    fault = ""
    if request.method == "POST":
        try:
            row = services.open_dispute(
                case=case,
                suit=_suit(request, earlier),
                by=request.user,
                at=timezone.now(),
                once=f"{request.user.username}/{request.POST.get('once', '')[:32]}",
            )
        except (NotEntered, ActRefused) as refused:
            fault = str(refused)
        else:
            messages.success(request, "已登记。期限从收到之日起计算。", extra_tags="green")
            return redirect("dispute", row.no)
    stage = [one for one in acts if one.kind in kinds and kinds[one.kind].stage == "decision"]
    context = {
        "case": case,
        "acts": [(one.code, one.seq, law_of(case).title_of(one.kind), one.done_at) for one in acts],
        "chosen": request.POST.get("decision") or (stage or acts)[-1].code,
        "kinds": KINDS,
        "earlier": earlier,
        "typed": request.POST,
        "once": request.POST.get("once") or secrets.token_hex(16),
        "bodies": [one for one in (case.agency.review_body, case.agency.court) if one],
        "today": legal_day(timezone.now()),
        "fault": fault,
    }
    return render(request, "web/disputes/new.html", context, status=422 if fault else 200)


def _suit(request: SignedRequest, earlier: list[Line]) -> Suit:
    instance = _text(request, "instance")
    previous = next((one.row for one in earlier if one.row.no == _text(request, "previous")), None)
    return Suit(
        kind=_text(request, "kind"),
        decision=_text(request, "decision"),
        body=_text(request, "body")[:100],
        docket=_text(request, "docket")[:100],
        claims=_text(request, "claims")[:500],
        opened_on=_day(request, "opened_on", "收到通知的日期"),
        instance=int(instance) if instance in {"1", "2", "3"} else 1,
        simple="simple" in request.POST,
        stayed="stayed" in request.POST,
        previous=previous,
    )


@require_GET
@allowed("dispute.view")
def lessons(request: SignedRequest) -> HttpResponseBase:
    """Why decisions fell, year by year, and which check stops it now."""
    losses = selectors.losses_seen_by(request.user)
    years, table = selectors.causes_by_year(losses)
    page = Paginator(losses, PAGE).get_page(request.GET.get("page"))
    context = {"years": years, "table": table, "page": page, "kinds": KINDS}
    return render(request, "web/disputes/lessons.html", context)


@require_GET
@allowed("dispute.view")
def lessons_file(request: SignedRequest) -> HttpResponseBase:
    """The same as a workbook."""
    losses = selectors.losses_seen_by(request.user)
    years, table = selectors.causes_by_year(losses)
    outcomes = dispute_terms().outcomes
    rows = [["日期", "机关", "种类", "编号", "结果", "原因", "违反的法律", "条款", "能拦住的检查"]]
    rows += [
        [
            one.event.on.isoformat(),
            one.event.dispute.agency.name,
            KINDS[one.event.dispute.kind],
            one.event.dispute.no,
            outcomes[one.event.facts["outcome"]].title,
            one.title,
            one.law,
            one.article,
            "；".join(str(check["title"]) for check in one.checks),
        ]
        for one in losses
    ]
    sums = [["原因", *(f"{year}年" for year in years), "合计"]]
    sums += [[title, *map(str, counts), str(whole)] for title, counts, whole in table]
    answer = HttpResponse(workbook_bytes({"原因": sums, "逐案": rows}), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="dispute-lessons.xlsx"'
    return answer


@require_GET
@allowed("dispute.view")
def checks(request: SignedRequest) -> HttpResponseBase:
    """The checks that were proposed after losses, for the lawyers who write the packs."""
    page = Paginator(selectors.drafts_seen_by(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "web/disputes/checks.html", {"page": page})


@require_GET
@allowed("dispute.view")
def check_file(request: SignedRequest, no: str, name: str) -> HttpResponseBase:
    """The draft of one check as the file that it is to become."""
    found = _one(request, no).row.events.filter(kind="check_drafted", facts__name=name).first()
    if found is None:
        raise Http404(name)
    answer = HttpResponse(found.facts["toml"], content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.facts["name"]}.toml"'
    return answer


@require_GET
@allowed("case.view")
def opponents_brief(request: SignedRequest, code: str) -> HttpResponseBase:
    """What the other side will say of this case, the strongest first."""
    case, now = case_of(request, code), timezone.now()
    leave_trace(request, case, "查看对方会怎么说")
    found = brief.objections(case, viewer=request.user, at=now)
    context = {"case": case, "found": found, "weaker": found[STRONGEST:], "note": NOTE, "now": now}
    return render(request, "web/disputes/brief.html", context | {"strongest": f":{STRONGEST}"})


@require_GET
@allowed("case.view")
def brief_paper(request: SignedRequest, code: str) -> HttpResponseBase:
    """The same on paper."""
    case, now = case_of(request, code), timezone.now()
    leave_trace(request, case, "打印对方会怎么说")
    paper = brief_pdf(case, brief.objections(case, viewer=request.user, at=now), at=now)
    answer = HttpResponse(paper, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="opponents-brief.pdf"'
    return answer
