"""Visits as the inspector sees them, on a phone first: his tasks, one visit step by step, its check form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.cases.party_record import record_of_case
from mingjing.cases.selectors import acts_of, case_by_own_code, facts_of, next_acts
from mingjing.cases.services import ActRefused
from mingjing.inspections.visiting.carrying import articles_of, refer_violation, words_for
from mingjing.inspections.visiting.scheme import FITS, MODES, read_scheme
from mingjing.inspections.visiting.sheets import fill_sheet, sheet_of
from mingjing.inspections.visiting.visit_lists import (
    NoSuchVisit,
    lines_of,
    own_tasks,
    rechecks_of,
    start_of,
    task_by_code,
)
from mingjing.inspections.visiting.visits import (
    VisitRefused,
    begin_visit,
    scheme_of,
    usernames_of,
    visit_law,
)
from mingjing.kit.clock import legal_day
from mingjing.personnel.selectors import names_of
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.act_form import act_form

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case
    from mingjing.inspections.models import VisitStart, VisitTask

# The acts of a visit in their order, by the way it is made; the check form comes before the record.
ON_SITE: Final = (
    ("inspection_notice_issued", "出具检查通知书"),
    ("document_served:inspection_notice_issued", "送达通知书"),
    ("inspection_entered", "亮证、扫码入企"),
    ("inspection_recorded", "现场笔录（当场签名）"),
    ("inspection_result_told", "告知结果"),
    ("document_served:inspection_result_told", "结果副本当场交企业"),
)
AFAR: Final = (
    ("inspection_notice_issued", "出具检查通知书"),
    ("document_served:inspection_notice_issued", "送达通知书"),
    ("documents_checked", "书面、非现场核查记录"),
    ("inspection_result_told", "告知结果"),
    ("document_served:inspection_result_told", "结果副本交企业"),
)
# What may follow where something was found, the lighter first.
LIGHTER: Final = (
    ("correction_ordered", "责令限期改正，并定复查日"),
    ("document_served:correction_ordered", "送达责令改正通知书"),
    ("correction_rechecked", "复查"),
)
GRAVER: Final = (
    ("case_transferred", "移送有管辖权的部门"),
    ("criminal_transferred", "涉嫌犯罪，移送司法机关"),
)
SELDOM: Final = (("inspection_obstructed", "拒绝、阻碍检查的记录"), ("inspection_called_off", "取消检查"))
FOR_THE_FIRM: Final = frozenset({"inspection_notice_issued", "inspection_result_told", "correction_ordered"})
SERVED: Final = "document_served"
STEPS: Final = frozenset(step for step, _ in (*ON_SITE, *AFAR, *LIGHTER, *GRAVER, *SELDOM))
PROMPT: Final = "prompt_issued"
NO_FIRST: Final = (
    "系统查得该对象此前已被查处或者提示 {} 次，不是初次违法，不能再以提示单了结。请责令限期改正，或者转立案。"
)
CHECKED: Final = ("inspection_recorded", "documents_checked")


@dataclass(frozen=True, slots=True)
class Step:
    """One act of the visit: whether it was done, whether it may be done now; of a service its name says which paper."""

    name: str
    title: str
    done: bool
    open: bool


@require_GET
@allowed("visits.own")
def visits(request: SignedRequest) -> HttpResponseBase:
    """One's own tasks, the soonest due first, and what is to be looked at again."""
    context = {
        "lines": own_tasks(request.user),
        "rechecks": rechecks_of(request.user),
        "today": legal_day(timezone.now()),
    }
    return render(request, "web/visits/own.html", context)


@require_GET
@allowed("visits.own")
def visit(request: SignedRequest, code: str) -> HttpResponseBase:
    """One task: closed until it is begun, afterwards the visit step by step."""
    return _shown(request, _task(request, code))


@require_POST
@allowed("visits.own")
def begin(request: SignedRequest, code: str) -> HttpResponseBase:
    """Open the name and the case; from here on the visit is an ordinary case."""
    task = _task(request, code)
    try:
        begin_visit(task=task, by=request.user, at=timezone.now())
    except (VisitRefused, ActRefused) as refused:
        return _shown(request, task, fault=str(refused), status=422)
    messages.success(request, "名单已开封，检查案件已建立，信息都已填好。", extra_tags="green")
    return redirect("visit", code)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("visits.own")
def sheet(request: SignedRequest, code: str) -> HttpResponseBase:
    """The check form of the item, question by question; kept, it becomes the words of the record."""
    task = _task(request, code)
    start = _start(task)
    scheme = scheme_of(task)
    if scheme is None:
        raise Http404(code)
    clauses = read_scheme(scheme.body).item.clauses
    kept = sheet_of(task)
    typed = list(kept.answers) if kept else []
    result, fault = kept.result if kept else "", ""
    if request.method == "POST":
        typed = [_answer(request, at) for at in range(len(clauses))]
        result = request.POST.get("result", "")[:4]
        try:
            fill_sheet(task=task, answers=typed, result=result, by=request.user, at=timezone.now())
        except VisitRefused as refused:
            fault = str(refused)
        else:
            messages.success(request, "检查表已保存，笔录和告知书会照此填好。", extra_tags="green")
            return redirect("visit", code)
    rows = [
        {"number": at + 1, "clause": clause, "typed": typed[at] if at < len(typed) else {}}
        for at, clause in enumerate(clauses)
    ]
    context = {
        "task": task,
        "start": start,
        "rows": rows,
        "fits": list(FITS.items()),
        "results": visit_law().results.values(),
        "law": visit_law(),
        "result": result,
        "fault": fault,
        "case": case_by_own_code(start.case_code),
    }
    return render(request, "web/visits/sheet.html", context, status=422 if fault else 200)


def _answer(request: SignedRequest, at: int) -> dict[str, str]:
    given = {name: request.POST.get(f"{name}.{at}", "").replace("\0", "") for name in ("answer", "note")}
    return {name: value.strip()[:500] for name, value in given.items()}


@require_POST
@allowed("visits.own")
def step(request: SignedRequest, code: str) -> HttpResponseBase:
    """Fill in the form of the next act from what the visit knows, and open it."""
    task = _task(request, code)
    if (name := request.POST.get("step", "")) not in STEPS:
        raise Http404(name)
    kind, _, paper = name.partition(":")
    start = _start(task)
    case = case_by_own_code(start.case_code)
    form, kept = act_form(request.user, kind, case), sheet_of(task)
    begun = form.start()
    facts = _known_here(kind, case, paper) | (words_for(kind, kept, timezone.now()) if kept else {})
    asked = {name: value for name, value in facts.items() if name in {use.name for use in form.kind.fields}}
    who = begun.performers if form.preparing else _performers(request, task, form.kind.performers)
    form.keep(replace(begun, facts={**asked, **begun.facts, **_fresh(kind, asked)}, performers=who))
    return redirect("act-new", case.code, kind)


def _performers(request: SignedRequest, task: "VisitTask", wanted: int) -> list[str]:
    """Whoever fills it in first, then the other inspectors of the task."""
    others = [one for one in usernames_of(task) if one != request.user.username]
    return [request.user.username, *others][: max(wanted, 1)]


def _fresh(kind: str, asked: dict[str, Any]) -> dict[str, Any]:
    """The check form speaks last on what was found: a draft of before does not hide it."""
    names = {"inspection_finding"} if kind in CHECKED else {"inspection_conclusion", "inspection_problems"}
    names |= {"service_document"}
    return {name: value for name, value in asked.items() if name in names}


def _known_here(kind: str, case: "Case", paper: str) -> dict[str, Any]:
    """What the system knows of a step before anybody types."""
    facts = facts_of(case)
    known: dict[str, dict[str, Any]] = {
        SERVED: {
            "service_document": paper,
            "service_method": "direct",
            "service_place": facts.get("inspection_site", ""),
        },
        "inspection_entered": {
            "act_place": facts.get("inspection_site", ""),
            "entry_scan": "on_the_spot",
            "assistants_on_site": 0,
            "assistants_inspected": False,
            "representative_demanded": False,
        },
        "inspection_recorded": {"act_place": facts.get("inspection_site", "")},
        "inspection_obstructed": {"act_place": facts.get("inspection_site", "")},
    }
    return known.get(kind, {})


@require_POST
@allowed("visits.own")
def refer(request: SignedRequest, code: str) -> HttpResponseBase:
    """Open the penalty case of a violation with everything carried over."""
    task = _task(request, code)
    try:
        opened = refer_violation(start=_start(task), by=request.user, at=timezone.now())
    except (VisitRefused, ActRefused) as refused:
        return _shown(request, task, fault=str(refused), status=422)
    messages.success(request, "已登记违法线索，事实、当事人、条款和证据都已带入。", extra_tags="green")
    return redirect("case", opened.code)


@require_POST
@allowed("visits.own")
def prompt(request: SignedRequest, code: str) -> HttpResponseBase:
    """Open a prompt sheet with what the visit found: the lightest way, for what is slight and happens first."""
    task = _task(request, code)
    start, kept = _start(task), sheet_of(task)
    if kept is None:
        return _shown(request, task, fault="请先填写检查表。", status=422)
    case = case_by_own_code(start.case_code)
    known = facts_of(case)
    if earlier := record_of_case(case, known, legal_day(timezone.now())).count:
        return _shown(request, task, fault=NO_FIRST.format(earlier), status=422)
    form = act_form(request.user, PROMPT, None, procedure="prompt")
    names = {use.name for use in form.kind.fields}
    carried = {name: value for name, value in known.items() if name.startswith("party_") or name == "matter"}
    facts = {**carried, **words_for(PROMPT, kept, timezone.now()), "place": known.get("inspection_site", "")}
    begun = form.start()
    asked = {name: value for name, value in facts.items() if name in names}
    form.keep(replace(begun, facts={**begun.facts, **asked}, performers=_performers(request, task, 2)))
    return redirect("act-open", PROMPT)


def _task(request: SignedRequest, code: str) -> "VisitTask":
    try:
        return task_by_code(request.user, code)
    except NoSuchVisit:
        raise Http404(code) from None


def _start(task: "VisitTask") -> "VisitStart":
    found = start_of(task)
    if found is None:
        raise Http404(task.code)
    return found


def _shown(
    request: SignedRequest, task: "VisitTask", *, fault: str = "", status: int = 200
) -> HttpResponseBase:
    line = lines_of([task])[0]
    scheme = scheme_of(task)
    context: dict[str, Any] = {
        "task": task,
        "line": line,
        "scheme": read_scheme(scheme.body) if scheme else None,
        "mode": MODES[scheme.body["mode"]] if scheme else "",
        "names": names_of(usernames_of(task)).values(),
        "fault": fault,
        "today": legal_day(timezone.now()),
    }
    if line.start is not None:
        context |= _visit(line.start, str(scheme.body["mode"]) if scheme else "on_site")
    return render(request, "web/visits/visit.html", context, status=status)


def _visit(start: "VisitStart", mode: str) -> dict[str, Any]:
    case = case_by_own_code(start.case_code)
    acts = acts_of(case)
    done = {_name_of(one) for one in acts}
    may = {one.kind for one in next_acts(case, timezone.now()) if one.allowed}
    facts = facts_of(case)

    def steps(pairs: tuple[tuple[str, str], ...]) -> list[Step]:
        return [Step(name, title, name in done, _is_open(name, done, may)) for name, title in pairs]

    kept = sheet_of(start.task)
    result = visit_law().results.get(kept.result) if kept else None
    return {
        "case": case,
        "facts": facts,
        "steps": steps(ON_SITE if mode == "on_site" else AFAR),
        "seldom": steps(SELDOM),
        "lighter": steps(LIGHTER),
        "graver": steps(GRAVER),
        "sheet": kept,
        "result": result,
        "broken": articles_of(kept) if kept else [],
        "documents": [one for one in acts if one.kind in FOR_THE_FIRM and one.facts.get("document_no")],
        "referred": facts.get("referred_case_no", ""),
        "earlier": record_of_case(case, facts, legal_day(timezone.now())).count if kept else 0,
        "entry": _entry(facts, start.object),
    }


def _name_of(act: "Act") -> str:
    return f"{SERVED}:{act.facts.get('service_document', '')}" if act.kind == SERVED else act.kind


def _is_open(name: str, done: set[str], may: set[str]) -> bool:
    """Whether a step may be taken now; a paper is served once there is one."""
    kind, _, paper = name.partition(":")
    return kind in may and (not paper or paper in done)


def _entry(facts: Mapping[str, Any], wanted: str) -> str:
    """How the entry was registered: "" not yet, "same" or "later" by the firm's code, "other" by another, "none"."""
    scan = str(facts.get("entry_scan", ""))
    if scan in {"", "none"}:
        return scan
    return (
        "other"
        if wanted not in str(facts.get("entry_code", ""))
        else ("later" if scan == "later" else "same")
    )
