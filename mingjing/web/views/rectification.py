"""The ledger of rectification: list, board, one item with its whole story and its steps, reports; rules live below."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mingjing.evidence.refusals import EvidenceRefused
from mingjing.evidence.selectors import NotInEvidence, open_content
from mingjing.exchange.sheets import workbook_bytes
from mingjing.kit.clock import legal_day
from mingjing.packs.load import library
from mingjing.packs.rectification_checks import rectification_checks
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import names_of
from mingjing.rectification import handling, papers, selectors
from mingjing.rectification.access import codes_seen_by, enters, plans_seen_by, reviews, supervises, works
from mingjing.rectification.kinds import DONE, IN_LEDGER, STEPS, State
from mingjing.rectification.record import NotRectified
from mingjing.rectification.report import in_words, report_docx, report_pdf, report_rows, share
from mingjing.rectification.selectors import DUE, Line, NotInLedger
from mingjing.web import limits
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.files import answer

if TYPE_CHECKING:
    from mingjing.rectification.models import Plan

PAGE: Final = 30
FILTERS: Final = ("state", "unit", "due", "plan", "agency", "mine", "page")
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@allowed("rectify.view")
def ledger(request: SignedRequest) -> HttpResponseBase:
    """Every item in sight, what is due first; narrowed by unit, state, day, plan or to one's own."""
    now = timezone.now()
    today, filters = legal_day(now), {name: request.GET.get(name, "") for name in FILTERS}
    page = Paginator(selectors.items_of(request.user, filters, today), PAGE).get_page(filters["page"])
    plans = list(plans_seen_by(request.user)[:PAGE])
    context = {
        "page": page,
        "lines": [(one, *_left(one, now)) for one in selectors.lines(page.object_list, today)],
        "filters": filters,
        "query": "&".join(f"{name}={value}" for name, value in filters.items() if value and name != "page"),
        "states": [(one.value, one.label) for one in (State.PROPOSED, *IN_LEDGER, State.LEFT_OUT)],
        "dues": DUE,
        "units": selectors.units_named(request.user),
        "plans": [(one, selectors.figures(selectors.items_of_plan(one, today), today)) for one in plans],
        "may_enter": may(request.user, "rectify.enter", request.user.agency.code),
        "may_board": may(request.user, "rectify.board", request.user.agency.code),
    }
    return render(request, "web/rectification/list.html", context)


def _left(one: Line, now: datetime) -> tuple[str, str]:
    """What is left of the limit, in words and a colour."""
    if one.now.due is None or not one.now.open:
        return "", ""
    return limits.left_of(one.now.due, "running", now, library().calendar)


@require_GET
@allowed("rectify.board")
def board(request: SignedRequest) -> HttpResponseBase:
    """The figures of every agency below, in the order of the register, never ranked."""
    today = legal_day(timezone.now())
    rows = [
        (agency, counted, share(counted.rate), share(counted.kept_rate))
        for agency, counted in selectors.board(request.user, today)
    ]
    return render(request, "web/rectification/board.html", {"rows": rows})


# --- one item --------------------------------------------------------------------------------


def line_of(request: SignedRequest, code: str) -> Line:
    """The item, or the page that says there is none."""
    try:
        return selectors.one_for(request.user, code, legal_day(timezone.now()))
    except NotInLedger:
        raise Http404(code) from None


@require_GET
@allowed("rectify.view")
def item(request: SignedRequest, code: str) -> HttpResponseBase:
    """One item with its whole story."""
    return _shown(request, line_of(request, code))


def _shown(request: SignedRequest, line: Line, *, fault: str = "") -> HttpResponseBase:
    now, person, steps = timezone.now(), request.user, selectors.steps_of(line.item)
    check = rectification_checks().get(line.now.check)
    left, colour = _left(line, now)
    names = names_of({one.by for one in steps})
    context = {
        "line": line,
        "fault": fault,
        "left": left,
        "colour": colour,
        "check": check,
        "checks": rectification_checks().values(),
        "steps": [(one, STEPS[one.kind], names.get(one.by, one.by) or "系统") for one in steps],
        "differences": _differences(line),
        "seen": codes_seen_by(person),
        "typed": request.POST.dict(),
        "in_ledger": line.now.state in IN_LEDGER,
        "done": line.now.state in DONE,
        "submitted": line.now.state == State.SUBMITTED,
        "may_work": works(person, line.item, line.now) and line.now.open,
        "may_review": reviews(person, line.item, line.now),
        "may_supervise": supervises(person, line.item, line.now),
        "may_enter": enters(person, line.item.plan),
        "sees_plan": plans_seen_by(person).filter(pk=line.item.plan_id).exists(),
    }
    return render(request, "web/rectification/item.html", context, status=422 if fault else 200)


def _differences(line: Line) -> list[tuple[str, str, str]]:
    """What a person changed against what was read: name, as read, as confirmed."""
    read, now = line.item.proposed, line.now
    if not read or now.confirmed_at is None:
        return []
    pairs = (
        ("问题", str(read.get("problem", "")), now.problem),
        ("整改措施", str(read.get("measure", "")), now.measure),
        ("牵头单位", "、".join(read.get("lead", [])), "、".join(one.name for one in now.lead)),
        ("责任单位", "、".join(read.get("responsible", [])), "、".join(one.name for one in now.responsible)),
        ("时限", _limit(read.get("deadline"), read.get("standing")), _limit(now.first_due, now.permanent)),
    )
    return [one for one in pairs if one[1] != one[2]]


def _limit(day: Any, standing: Any) -> str:
    return "长期坚持" if standing else str(day or "没有写明")


@require_POST
@allowed("rectify.view")
def step(request: SignedRequest, code: str) -> HttpResponseBase:
    """Take one step; a refusal stands above the page with what was typed."""
    line, take = line_of(request, code), TAKES.get(request.POST.get("step", ""))
    if take is None:
        raise Http404(code)
    try:
        said = take(request, line, timezone.now())
    except (NotRectified, EvidenceRefused) as refused:
        return _shown(request, line_of(request, code), fault=str(refused))
    messages.success(request, said if isinstance(said, str) else "已记录。", extra_tags="green")
    return redirect("rectification-item", code)


Take = Callable[[SignedRequest, Line, datetime], object]


def day_in(request: SignedRequest, name: str, title: str) -> date | None:
    """A day of a form. Raises NotRectified for what is none."""
    text = request.POST.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise NotRectified(f"{title}不是日期。请按 2026-12-31 的样子填写。") from None


def _worded(service: Callable[..., object]) -> Take:
    """A step that takes words and nothing else."""

    def run(request: SignedRequest, line: Line, at: datetime) -> object:
        return service(item=line.item, text=request.POST.get("text", ""), by=request.user, at=at)

    return run


def _report(request: SignedRequest, line: Line, at: datetime) -> object:
    expected = day_in(request, "expected", "预计完成时间")
    text = request.POST.get("text", "")
    return handling.report(item=line.item, text=text, expected=expected, by=request.user, at=at)


def _hand_in(request: SignedRequest, line: Line, at: datetime) -> object:
    return papers.hand_in(
        line=line,
        text=request.POST.get("text", ""),
        files=request.FILES.getlist("files"),
        case_names=request.POST.get("cases", "").splitlines(),
        document_codes=request.POST.get("documents", "").splitlines(),
        by=request.user,
        at=at,
    )


def _extend(request: SignedRequest, line: Line, at: datetime) -> object:
    due, text = day_in(request, "due", "新的时限"), request.POST.get("text", "")
    return handling.extend(item=line.item, due=due, text=text, by=request.user, at=at)


def _change_check(request: SignedRequest, line: Line, at: datetime) -> object:
    return handling.change_check(
        item=line.item,
        check=request.POST.get("check", ""),
        since=day_in(request, "since", "起算日"),
        text=request.POST.get("text", ""),
        by=request.user,
        at=at,
    )


def _look(request: SignedRequest, line: Line, at: datetime) -> str:
    result = handling.checked(item=line.item, at=at)
    if result.green:
        return f"系统检查通过：查了 {result.seen} 处，没有不符合的。"
    raise NotRectified(f"系统检查没有通过：{handling.offences(result, request.user)}")


TAKES: Final[Mapping[str, Take]] = {
    "report": _report,
    "hand_in": _hand_in,
    "submit": _worded(handling.submit),
    "close": _worded(handling.close),
    "send_back": _worded(handling.send_back),
    "reopen": _worded(handling.reopen),
    "extend": _extend,
    "change_check": _change_check,
    "look": _look,
}


@require_GET
@allowed("rectify.view")
def file(request: SignedRequest, code: str, digest: str) -> HttpResponseBase:
    """A file handed in as proof of this item."""
    line = line_of(request, code)
    if digest not in selectors.files_of(line.item):
        raise Http404(digest)
    return _sent(request, digest, line.item.code)


def _sent(request: SignedRequest, digest: str, dossier: str) -> HttpResponseBase:
    try:
        found = open_content(digest, dossier)
    except NotInEvidence:
        raise Http404(digest) from None
    asked = request.headers.get("Range", "")
    return answer(found.open(), size=found.size, media_type=found.media_type, name=found.name, asked=asked)


# --- of a plan -------------------------------------------------------------------------------


def plan_of(request: SignedRequest, code: str) -> "Plan":
    """The plan, or the page that says there is none."""
    try:
        return selectors.plan_for(request.user, code)
    except NotInLedger:
        raise Http404(code) from None


@require_GET
@allowed("rectify.view")
def original(request: SignedRequest, code: str) -> HttpResponseBase:
    """The document as it was handed in."""
    plan = plan_of(request, code)
    return _sent(request, plan.file_digest, plan.code)


@require_GET
@allowed("rectify.view")
def report(request: SignedRequest, code: str, form: str) -> HttpResponseBase:
    """The report of a plan as it stands now: pdf, docx or xlsx."""
    plan, now = plan_of(request, code), timezone.now()
    lines = selectors.items_of_plan(plan, legal_day(now))
    makers: Mapping[str, tuple[Callable[[], bytes], str]] = {
        "pdf": (lambda: report_pdf(plan, lines, now), "application/pdf"),
        "docx": (lambda: report_docx(plan, lines, now), WORD),
        "xlsx": (
            lambda: workbook_bytes({"整改台账": report_rows(lines, now), "完成情况": _figures(lines, now)}),
            SHEET,
        ),
    }
    if form not in makers:
        raise Http404(form)
    make, media = makers[form]
    name = f"attachment; filename={plan.code}.{form}"
    return HttpResponse(make(), content_type=media, headers={"Content-Disposition": name})


def _figures(lines: Sequence[Line], now: datetime) -> list[list[str]]:
    return [["完成情况"], *([one] for one in in_words(selectors.figures(lines, legal_day(now))))]
