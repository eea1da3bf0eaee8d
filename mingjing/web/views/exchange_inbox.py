"""What courts, treasury and police sent: the list, a file handed in with its report, a paper that a person confirms."""

import tempfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from mingjing.cases.law import law_of
from mingjing.cases.services import ActRefused
from mingjing.disputes.services import NotEntered
from mingjing.exchange.intake import confirming, desk, taking
from mingjing.exchange.intake.confirming import NotConfirmed, Said
from mingjing.exchange.intake.desk import NoSuchPaper, Opened
from mingjing.exchange.intake.reading import MOST_BYTES
from mingjing.exchange.intake.sorts import SORTS, IntakeMappingFault, sort_shown
from mingjing.exchange.intake.taking import FATES, Sent, take_file
from mingjing.exchange.sheets import csv_table
from mingjing.exchange.unreadable import Unreadable
from mingjing.kit.clock import legal_day
from mingjing.norms.selectors import register_for
from mingjing.packs.dispute_terms import dispute_terms
from mingjing.personnel.permissions import may
from mingjing.web.access import SignedRequest, allowed

if TYPE_CHECKING:
    from mingjing.exchange.intake.models import Paper

PAGE: Final = 30
SHOWN: Final = 500  # rows of a report on a page
CAUSE_ROWS: Final = 3
COLOURS: Final = {"open": "amber", "confirmed": "green", "changed": "red", "refused": ""}


@never_cache
@require_GET
@allowed(desk.VIEW)
def inbox(request: SignedRequest) -> HttpResponseBase:
    """Everything that came in, by what it waits for."""
    return _listed(request)


def _listed(request: SignedRequest, notice: str = "") -> HttpResponse:
    sort, state = request.GET.get("sort", ""), request.GET.get("state", "")
    sort, state = sort if sort in SORTS else "", state if state in desk.STATES else ""
    counts = desk.counts(request.user, sort)
    context = {
        "page": Paginator(desk.papers(request.user, sort=sort, state=state), PAGE).get_page(
            request.GET.get("page")
        ),
        "query": f"sort={sort}&state={state}",
        "sort": sort,
        "state": state,
        "sorts": [(code, sort_shown(code)) for code in SORTS],
        "states": [(name, title, counts[name]) for name, title in desk.STATES.items()],
        "colours": COLOURS,
        "files": desk.files(request.user)[: desk.FILES],
        "may_work": may(request.user, desk.WORK, request.user.agency.code),
        "notice": notice,
    }
    return render(request, "web/exchange/inbox.html", context, status=422 if notice else 200)


@require_POST
@allowed(desk.WORK)
def upload(request: SignedRequest) -> HttpResponseBase:
    """Take a file in for one's own agency; a file that cannot be read is refused whole, with the reason."""
    sent, sort = request.FILES.get("file"), request.POST.get("sort", "")
    try:
        if sent is None or sort not in SORTS:
            raise Unreadable("请选择是哪一种，并选择文件")
        if (sent.size or 0) > MOST_BYTES:
            raise Unreadable(f"文件超过 {MOST_BYTES // 1024 // 1024} MB，请核对是否选错了文件，或者分成几个")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"sent{Path(sent.name or '').suffix[:8]}"
            with path.open("wb") as file:
                for piece in sent.chunks():
                    file.write(piece)
            told = Sent(sort, taking.PAGE, sent.name or "未命名", request.user.agency, request.user.username)
            made = take_file(told, path, at=timezone.now())
    except (Unreadable, IntakeMappingFault) as fault:
        return _listed(request, str(fault))
    return redirect("exchange-inbox-file", made.code)


@never_cache
@require_GET
@allowed(desk.VIEW)
def report(request: SignedRequest, code: str) -> HttpResponseBase:
    """What became of every row of one file, the refused first."""
    try:
        file = desk.file_for(request.user, code)
    except NoSuchPaper:
        raise Http404(code) from None
    lines = sorted(
        file.lines, key=lambda one: (one["fate"] != "refused", one["fate"] != "changed", one["line"])
    )
    context = {
        "file": file,
        "sort": sort_shown(file.sort),
        "lines": [(one, FATES[one["fate"]]) for one in lines[:SHOWN]],
        "left": len(lines) - SHOWN,
    }
    return render(request, "web/exchange/inbox_file.html", context)


@require_GET
@allowed(desk.VIEW)
def template(request: SignedRequest, sort: str) -> HttpResponseBase:
    """The headings of a sort as a table to fill in."""
    if sort not in SORTS:
        raise Http404(sort)
    fields = sort_shown(sort).fields.values()
    content = csv_table([one.title for one in fields], [])
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{sort}.csv"'
    return answer


@never_cache
@require_GET
@allowed(desk.VIEW)
def paper(request: SignedRequest, pk: int) -> HttpResponseBase:
    """One paper: what it says, its case, its versions, what is to be done."""
    return _shown(request, pk)


def _opened(request: SignedRequest, pk: int) -> Opened:
    try:
        return desk.open_paper(request.user, pk, timezone.now())
    except NoSuchPaper:
        raise Http404(str(pk)) from None


def _shown(request: SignedRequest, pk: int, notice: str = "") -> HttpResponse:
    one, terms = _opened(request, pk), dispute_terms()
    held, code = one.paper, request.user.agency.code
    court = held.sort == "court" and held.kind != "execution"
    fields = law_of(one.case).fields if one.case else {}
    chosen = terms.outcomes.get(request.POST.get("outcome") or held.values.get("outcome", ""))
    context: dict[str, Any] = {
        "one": one,
        "row": held,
        "colour": COLOURS[held.state],
        "versions": held.versions.select_related("file").order_by("-number"),
        "may_work": may(request.user, desk.WORK, code),
        "may_open_dispute": may(request.user, "dispute.manage", code),
        "court": court,
        "outcomes": terms.outcomes.values() if court else [],
        "chosen": chosen,
        "causes": terms.causes.values() if court else [],
        "cause_rows": range(CAUSE_ROWS),
        "laws": [law.name for law in register_for(held.agency.code).statutes] if court else [],
        "ways": fields["paid_by"].options if one.kind in (desk.FINE, desk.DUES) else [],
        "remark": law_of(one.case).kinds[one.kind].remark if one.case and one.kind == desk.ANSWERED else "",
        "bills": fields["bill_kind"].options if one.kind == desk.DUES else [],
        "today": legal_day(timezone.now()),
        "told": dict.fromkeys(one.sort.fields, "") | held.values,
        "typed": request.POST,
        "notice": notice,
    }
    return render(request, "web/exchange/paper.html", context, status=422 if notice else 200)


@require_POST
@allowed(desk.WORK)
def paper_step(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Take one step; a refusal stands above the page, with what was typed kept."""
    one, take = _opened(request, pk), STEPS.get(request.POST.get("step", ""))
    if take is None:
        raise Http404(str(pk))
    try:
        done = take(request, one.paper, timezone.now())
    except (NotConfirmed, NotEntered, ActRefused) as refused:
        return _shown(request, pk, str(refused))
    messages.success(request, done, extra_tags="green")
    return redirect("exchange-paper", pk)


Step = Callable[[SignedRequest, "Paper", datetime], str]


def _text(request: SignedRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "").strip()


def _day(request: SignedRequest, name: str, title: str) -> date | None:
    if not (text := _text(request, name)):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotConfirmed(f"{title}写成 2026-03-05 的样子。") from None


def _assign(request: SignedRequest, held: "Paper", at: datetime) -> str:
    confirming.assign(paper=held, number=_text(request, "number"), by=request.user, at=at)
    return "已认领。核对无误后请确认。"


def _refuse(request: SignedRequest, held: "Paper", at: datetime) -> str:
    confirming.refuse(paper=held, reason=_text(request, "reason"), by=request.user, at=at)
    return "已登记为不采用。"


def _reopen(request: SignedRequest, held: "Paper", at: datetime) -> str:
    confirming.reopen(paper=held, reason=_text(request, "reason"), by=request.user, at=at)
    return "已重新打开。"


def _see(request: SignedRequest, held: "Paper", at: datetime) -> str:
    confirming.look_at_change(paper=held, reason=_text(request, "reason"), by=request.user, at=at)
    return "已登记核对结果。"


def _settle(request: SignedRequest, held: "Paper", at: datetime) -> str:
    confirming.settle_surplus(paper=held, reason=_text(request, "reason"), by=request.user, at=at)
    return "已登记多缴款的处理。"


def _confirm(request: SignedRequest, held: "Paper", at: datetime) -> str:
    names = ("cause", "law", "article")
    causes = [
        (cause, law, article)
        for cause, law, article in zip(*map(request.POST.getlist, names), strict=False)
        if cause or law.strip() or article.strip()
    ]
    said = Said(
        received_on=_day(request, "received_on", "收到日期"),
        outcome=_text(request, "outcome"),
        causes=causes,
        duty=_text(request, "duty"),
        perform_by=_day(request, "perform_by", "履行期限"),
        summary=_text(request, "summary"),
        dispute=_text(request, "dispute"),
        examined={"1": True, "0": False}.get(_text(request, "examined")),
        way=_text(request, "way"),
        bill_kind=_text(request, "bill_kind"),
        surplus_seen="surplus_seen" in request.POST,
    )
    version = _text(request, "version")
    number = int(version) if version.isdecimal() and len(version) < 9 else 0
    confirming.confirm(paper=held, version=number, said=said, by=request.user, at=at)
    return "已确认，并记入案件。"


STEPS: Final[Mapping[str, Step]] = {
    "assign": _assign,
    "refuse": _refuse,
    "reopen": _reopen,
    "see": _see,
    "settle": _settle,
    "confirm": _confirm,
}
