"""The supervisor's board, what each of its numbers opens, the score sheet of a case, and the trace of every look."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.core.paginator import EmptyPage, Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from mingjing.cases.law import law_for
from mingjing.cases.merging import Listed
from mingjing.kit.clock import BEIJING, legal_day
from mingjing.lawengine.calendar import UnknownYear
from mingjing.lawengine.model import Law
from mingjing.packs.load import library
from mingjing.packs.plain_words import TOPICS
from mingjing.personnel.selectors import agencies, agencies_visible_to
from mingjing.review import scoring
from mingjing.supervision import board, recording, selectors, services
from mingjing.supervision.board import Window
from mingjing.supervision.printed import score_sheet_pdf
from mingjing.web import limits
from mingjing.web.access import SignedRequest, allowed, case_of
from mingjing.web.templatetags.reading import STAGES

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mingjing.cases.models import Case, CaseDeadline

FILTERS = ("agency", "origin", "state", "rule", "stage", "topic", "outcome", "veto", "level", "ended")
PAGE = 50
LOOKS = {
    "limits": "监督：期限",
    "findings": "监督：查出的问题",
    "cases": "监督：案卷评分",
    "recordings": "监督：音像记录",
    "alerts": "监督：预警",
}
ITEM_STATES = {
    "breach": ("不符合", "red"),
    "unknown": ("未载明", "amber"),
    "pass": ("符合", "green"),
    "none": ("不涉及", ""),
    "human": ("由评查人员判断", ""),
}


def leave_trace(request: SignedRequest, case: "Case", what: str = "查阅案件") -> None:
    """Keep that somebody from outside the agency opened this case, and from where they came to it."""
    why = LOOKS.get(request.GET.get("via", ""), what)
    services.note_access(case=case, by=request.user, why=why, at=timezone.now())


@allowed("supervise.board")
def supervision(request: SignedRequest) -> HttpResponseBase:
    """The board."""
    filters, window, law = _filters(request), _window(), law_for(request.user.agency)
    drawn = selectors.board(request.user, filters, window)
    context = {
        "board": drawn,
        "topics": TOPICS,
        "stages": STAGES,
        "standard": scoring.review_standard(),
        "soon_days": limits.SOON,
        "recordings": recording.coverage_by_agency(request.user, filters),
        "law": law,
        **_choices(request, filters),
    }
    return render(request, "web/supervision/board.html", context)


@allowed("supervise.board")
def limits_list(request: SignedRequest) -> HttpResponseBase:
    """The limits behind a number of the board."""
    filters, window = _filters(request), _window()
    page = _page(request, board.limits(request.user, filters, window))
    lines = [_limit(row, window.now) for row in page]
    context = {"page": page, "lines": lines, "about": _about(filters), **_choices(request, filters)}
    return render(request, "web/supervision/limits.html", context)


def _limit(row: "CaseDeadline", now: datetime) -> dict[str, Any]:
    law: Law = law_for(row.case.agency)
    left, colour = limits.left_of(row.due, row.status, now, law.calendar)
    return {"row": row, "case": row.case, "left": left, "colour": colour}


@allowed("supervise.board")
def findings_list(request: SignedRequest) -> HttpResponseBase:
    """The findings behind a number of the board."""
    filters = _filters(request)
    page = _page(request, board.findings(request.user, filters))
    context = {"page": page, "about": _about(filters), **_choices(request, filters)}
    return render(request, "web/supervision/findings.html", context)


@allowed("supervise.board")
def cases_list(request: SignedRequest) -> HttpResponseBase:
    """The files at one level of the standard, or all, the worst first."""
    filters, standard = _filters(request), scoring.review_standard()
    rows = board.cases_of(request.user, filters)
    level = filters.get("level", "")
    if level:
        if not level.isdecimal() or int(level) >= len(standard.levels):
            raise Http404(level)
        rows = board.at_level(rows, standard, int(level))
    context = {
        "page": _page(request, rows),
        "standard": standard,
        "about": [standard.levels[int(level)].title] if level else [],
        **_choices(request, filters),
    }
    return render(request, "web/supervision/cases.html", context)


@allowed("supervise.board")
def recordings_list(request: SignedRequest) -> HttpResponseBase:
    """The acts that lack their record in sound or picture, with the reason stated where there is one."""
    filters = _filters(request)
    context = {
        "page": _page(request, recording.unrecorded(request.user, filters)),
        "states": recording.STATES,
        "about": [recording.STATES[filters["state"]]] if filters.get("state") in recording.STATES else [],
        **_choices(request, filters),
    }
    return render(request, "web/supervision/recordings.html", context)


@allowed("case.view")
def score_sheet(request: SignedRequest, code: str) -> HttpResponseBase:
    """The file-review sheet of one case, ready to print."""
    case, now = case_of(request, code), timezone.now()
    leave_trace(request, case, "查阅案卷评查表")
    context = {"case": case, "sheet": scoring.score_sheet(case, now), "states": ITEM_STATES, "now": now}
    return render(request, "web/supervision/score_sheet.html", context)


@allowed("case.view")
def score_sheet_paper(request: SignedRequest, code: str) -> HttpResponseBase:
    """The file-review sheet of one case as the official table on paper."""
    case, now = case_of(request, code), timezone.now()
    leave_trace(request, case, "打印案卷评查表")
    paper = score_sheet_pdf(case, scoring.score_sheet(case, now), on=now)
    response = HttpResponse(paper, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="score-sheet.pdf"'
    return response


# --- filters ----------------------------------------------------------------------------------


def _filters(request: SignedRequest) -> dict[str, str]:
    """The filters of the address, unknown ones dropped."""
    given = {name: request.GET.get(name, "").strip()[:120] for name in FILTERS}
    return {name: value for name, value in given.items() if value and "\0" not in value}


def _window() -> Window:
    """Now, and the last moment of the working day up to which a limit is soon."""
    now = timezone.now()
    today = legal_day(now)
    try:
        last = library().calendar.add_working_days(today, limits.SOON)
    except UnknownYear:
        last = today + timedelta(days=limits.SOON)
    return Window(now, datetime(last.year, last.month, last.day, 23, 59, 59, tzinfo=BEIJING))


def _choices(request: SignedRequest, filters: Mapping[str, str]) -> dict[str, Any]:
    seen = set(agencies_visible_to(request.user))
    here = [one for one in agencies() if one.pk in seen]
    kept = {name: filters[name] for name in ("agency", "origin") if name in filters}
    return {
        "filters": filters,
        "agencies": here if len(here) > 1 else [],
        "kept": urlencode(kept),
        "others": [(name, value) for name, value in filters.items() if name not in kept],
        "query": urlencode(filters),
    }


def _about(filters: Mapping[str, str]) -> list[str]:
    """What the list is narrowed to, in words."""
    rules = {rule.id: rule.title for rule in library().rules}
    said = {
        "state": {"overdue": "已超期", "soon": "即将到期"}.get(filters.get("state", "")),
        "rule": rules.get(filters.get("rule", ""), filters.get("rule")),
        "stage": STAGES.get(filters.get("stage", "")),
        "topic": TOPICS.get(filters.get("topic", "")),
        "outcome": "因未载明不能判断" if filters.get("outcome") == "unknown" else None,
        "veto": "一票否决" if filters.get("veto") else None,
    }
    return [text for text in said.values() if text]


def _page(request: SignedRequest, rows: "QuerySet[Any] | Listed[Any]") -> Any:
    number = request.GET.get("page", "1")
    # Only the keys are sorted; whole rows are read for one page of them.
    ids: Any = rows if isinstance(rows, Listed) else rows.values_list("pk", flat=True)
    try:
        page: Any = Paginator(ids, PAGE).page(int(number) if number.isdecimal() else 1)
    except EmptyPage:
        raise Http404(number) from None
    found = list(page.object_list)
    page.object_list = rows.whole(found) if isinstance(rows, Listed) else list(rows.filter(pk__in=found))
    return page
