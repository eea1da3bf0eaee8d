"""The list of cases, its spreadsheet, and the page of one case."""

import csv
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from mingjing.cases import selectors
from mingjing.cases.dossier import key_of_case
from mingjing.cases.payment import payment_of
from mingjing.cases.recording import coverage, recorded_acts
from mingjing.defence.selectors import arrivals_of
from mingjing.disputes.selectors import disputes_of
from mingjing.oversight import selectors as oversight
from mingjing.packs.load import library
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import agencies_below, agencies_visible_to, officers_of
from mingjing.property.selectors import as_row, items_of_cases
from mingjing.supervision.selectors import accesses_of
from mingjing.web.access import SignedRequest, allowed, case_of
from mingjing.web.alert_lines import alert_lines
from mingjing.web.case_page import CasePage
from mingjing.web.oversight_lines import shown
from mingjing.web.templatetags.reading import STAGES, procedure_title, stage_of
from mingjing.web.views import evidence
from mingjing.web.views.supervision import leave_trace

if TYPE_CHECKING:
    from mingjing.cases.models import Case

FILTERS = ("q", "stage", "agency", "handler", "procedure", "overdue", "ended", "law", "article")
MARK = re.compile(
    r"2[0-9]{3}-[0-9T:.+-]{5,35}~[0-9]{1,18}"
)  # a moment and a row number that any database holds
EXPORT_AT_MOST = 10_000
HEADS = (
    "案号",
    "决定书文号",
    "当事人",
    "案由",
    "程序",
    "阶段",
    "机关",
    "立案（开案）日",
    "最近办理",
    "最近到期日",
    "评分",
    "一票否决",
    "不合法项",
    "未载明项",
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def chosen_filters(request: SignedRequest) -> dict[str, str]:
    """The filters of the address, unknown ones dropped."""
    given = {name: request.GET.get(name, "").strip()[:100] for name in FILTERS}
    return {name: value for name, value in given.items() if value and "\0" not in value}


@allowed("case.list")
def cases(request: SignedRequest) -> HttpResponseBase:
    """One page of cases, or the whole filter as a spreadsheet."""
    filters = chosen_filters(request)
    dated = filters | {"today": timezone.localdate().isoformat()}
    if request.GET.get("export") == "csv":
        return spreadsheet(selectors.exported(request.user, dated, EXPORT_AT_MOST))
    after = request.GET.get("after", "")
    try:
        if after and not MARK.fullmatch(after):
            raise ValueError(after)
        page = selectors.case_list(request.user, dated, after)
    except ValueError:  # a mark that somebody has edited
        raise Http404 from None
    context = {
        "page": page,
        "filters": filters,
        "search": filters.get("q", ""),
        "next": urlencode(filters | {"after": page.after}) if page.after else "",
        "first": urlencode(filters),
        "export": urlencode(filters | {"export": "csv"}),
        "first_page": "after" not in request.GET,
        "today": timezone.localdate(),
        **_choices(request),
    }
    return render(request, "web/cases/list.html", context)


def _choices(request: SignedRequest) -> dict[str, Any]:
    several = len(agencies_visible_to(request.user)) > 1
    return {
        "stages": STAGES,
        "procedures": library().procedures.values(),
        "agencies": agencies_below(request.user.agency.code) if several else [],
        "officers": officers_of(request.user.agency.code),
        "may_open": may(request.user, "act.clue", request.user.agency.code),
    }


class Line:
    """A place to write one line of CSV to and take it from."""

    def write(self, text: str) -> str:
        """Give back what csv wrote."""
        return text


def spreadsheet(rows: Any) -> StreamingHttpResponse:
    """The cases as CSV that office programs open in Chinese (with a byte-order mark), line by line."""
    writer = csv.writer(Line())

    def lines() -> Iterator[str]:
        yield "\ufeff"
        yield writer.writerow(HEADS)
        for case in rows.iterator():
            yield writer.writerow([harmless(cell) for cell in cells(case)])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cases-{timezone.localdate():%Y%m%d}.csv"'
    return response


def cells(case: "Case") -> list[Any]:
    """The cells of one case."""
    return [
        case.number,
        case.decision_no,
        case.party_name,
        case.title,
        procedure_title(case.procedure),
        stage_of(case),
        case.agency.name,
        case.opened_on.isoformat() if case.opened_on else "",
        timezone.localtime(case.last_act_at).strftime("%Y-%m-%d %H:%M"),
        case.next_due.isoformat() if case.next_due else "",
        case.score,
        "是" if case.vetoed else "否",
        case.breaches,
        case.unknowns,
    ]


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would run as a formula is marked as text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


@allowed("case.view")
def case(request: SignedRequest, code: str) -> HttpResponseBase:
    """One case, one page."""
    page = CasePage(case=case_of(request, code), viewer=request.user, now=timezone.now())
    leave_trace(request, page.case)
    recorded = recorded_acts(page.law, page.acts)
    context = {
        "page": page,
        "recorded": recorded,
        "coverage": coverage(recorded),
        "accesses": accesses_of(page.case),
        "alerts": alert_lines(request.user, page.case),
        "payment": payment_of(page.file, page.now),
        "custody": [as_row(one) for one in items_of_cases(request.user, [code])],
        "arrivals": arrivals_of(page.case),
        "disputes": disputes_of(page.case),
        "oversight": [shown(one, page.now) for one in oversight.of_case(request.user, page.case.code)],
        "may_order": may(request.user, "oversight.draft", page.case.agency.code),
        "may_dispute": may(request.user, "dispute.manage", page.case.agency.code),
        "may_wrong": may(request.user, "wrongcase.manage", page.case.agency.code),
        "may_record": may(request.user, "interference.record", request.user.agency.code),
        "dossier_key": key_of_case(request.user, page.case),
        **evidence.panel(request, page.case),
    }
    return render(request, "web/cases/page.html", context)
