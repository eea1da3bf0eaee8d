"""The desk of receipts: ranges, who holds which, what each was used for; and the list of what may be charged."""

from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mingjing.cases.selectors import cases_seen_by
from mingjing.kit.clock import legal_day
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import NotOnRegister, agencies_below, agency, names_of, people_of
from mingjing.receipts import selectors, services
from mingjing.receipts.services import ReceiptRefused
from mingjing.web.access import SignedRequest, allowed, demand

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency
    from mingjing.receipts.models import TicketRange


def _agency(request: SignedRequest) -> "Agency":
    """The agency asked for, if the viewer may see its receipts; else the viewer's own."""
    code = request.GET.get("agency", "")[:40]
    if not code or code == request.user.agency.code:
        return request.user.agency
    demand(request.user, "receipts.view", code)
    try:
        return agency(code)
    except NotOnRegister:
        raise Http404(code) from None


def _desk(request: SignedRequest, **more: Any) -> dict[str, Any]:
    found, person = _agency(request), request.user
    own = found.pk == person.agency_id
    today = legal_day(timezone.now())
    current = {one.pk for one in selectors.items_in_force(found.code, today)}
    below = [one for one in agencies_below(person.agency.code) if one.kind == "bureau"]
    return {
        "of_agency": found,
        "suffix": "" if own else f"?agency={quote(found.code)}",
        "agencies": below if "supervisor" in person.roles else [],
        "books": selectors.books_of(found.code),
        "items": [(one, one.pk in current) for one in selectors.items_of(found.code)],
        "kinds": selectors.TICKET_KINDS,
        "item_kinds": selectors.ITEM_KINDS,
        "today": today,
        "may_manage": own and may(person, "receipts.manage", found.code),
        "may_list": own and may(person, "receipts.list", found.code),
        "typed": {},
        "errors": {},
        **more,
    }


@require_GET
@allowed("receipts.view")
def desk(request: SignedRequest) -> HttpResponseBase:
    """Every range and how its receipts stand; the items that may be charged."""
    return render(request, "web/receipts/desk.html", _desk(request))


@require_POST
@allowed("receipts.manage")
def receive(request: SignedRequest) -> HttpResponseBase:
    """Enter receipts that came from the treasury."""
    post = request.POST
    try:
        services.receive_range(
            kind=post.get("kind", ""),
            first=post.get("first", ""),
            last=post.get("last", ""),
            source=post.get("source", ""),
            received_on=_day(post.get("received_on", ""), "received_on"),
            by=request.user,
            at=timezone.now(),
        )
    except ReceiptRefused as refused:
        return _refused(request, "receive", refused)
    messages.success(request, "号段已登记。发放给人员或者代收机构后才能使用。", extra_tags="green")
    return redirect("receipts")


def _refused(request: SignedRequest, form: str, refused: ReceiptRefused) -> HttpResponseBase:
    more = {"typed": request.POST, "errors": refused.errors, "failed": form}
    return render(request, "web/receipts/desk.html", _desk(request, **more), status=422)


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ReceiptRefused({field: ["日期不对。请按年、月、日填写，如 2026-03-05。"]}) from None


def _range(request: SignedRequest, pk: int) -> "TicketRange":
    row = selectors.range_of(pk, _agency(request).code)
    if row is None:
        raise Http404(pk)
    return row


@require_GET
@allowed("receipts.view")
def book(request: SignedRequest, pk: int) -> HttpResponseBase:
    """One range: where each receipt stands, what happened, what each was used for."""
    return render(request, "web/receipts/book.html", _book(request, _range(request, pk)))


def _book(request: SignedRequest, row: "TicketRange", **more: Any) -> dict[str, Any]:
    found, uses, events = selectors.book_of(row), selectors.uses_of(row), list(row.events.all())
    cases = {
        one.code: one for one in cases_seen_by(request.user).filter(code__in=[use.case_code for use in uses])
    }
    people = people_of(row.agency)
    return {
        "book": found,
        "row": row,
        "suffix": "" if row.agency == request.user.agency.code else f"?agency={quote(row.agency)}",
        "uses": [(use, cases.get(use.case_code)) for use in uses],
        "events": [(one, row.number(one.first), row.number(one.last)) for one in events],
        "names": {**names_of(one.by for one in events), **{one.username: one.name for one in people}},
        "people": [one for one in people if one.is_active],
        "steps": selectors.STEPS,
        "may_manage": row.agency == request.user.agency.code
        and may(request.user, "receipts.manage", row.agency),
        "typed": {},
        "errors": {},
        **more,
    }


@require_POST
@allowed("receipts.manage")
def step(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Give out, take back, void or check off receipts of a range."""
    row, post = _range(request, pk), request.POST
    names = ("step", "first", "last", "holder", "bank", "note")
    try:
        services.move_tickets(
            range_pk=row.pk,
            by=request.user,
            at=timezone.now(),
            **{name: post.get(name, "") for name in names},
        )
    except ReceiptRefused as refused:
        context = _book(request, row, typed=post, errors=refused.errors)
        return render(request, "web/receipts/book.html", context, status=422)
    messages.success(request, "已登记。", extra_tags="green")
    return redirect("receipt-book", row.pk)


@require_POST
@allowed("receipts.list")
def list_item(request: SignedRequest) -> HttpResponseBase:
    """Enter an item of the published list."""
    post = request.POST
    names = ("kind", "title", "list_no", "basis", "standard")
    try:
        services.list_item(
            in_force=_day(post.get("in_force", ""), "in_force"),
            by=request.user,
            at=timezone.now(),
            **{name: post.get(name, "") for name in names},
        )
    except ReceiptRefused as refused:
        return _refused(request, "item", refused)
    messages.success(request, "项目已列入。清单之外的项目从此不能收取。", extra_tags="green")
    return redirect("receipts")


@require_POST
@allowed("receipts.list")
def end_item(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Say until when an item may be charged."""
    try:
        services.end_item(
            item=pk,
            until=_day(request.POST.get("until", ""), "until"),
            reason=request.POST.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        )
    except ReceiptRefused as refused:
        messages.error(request, str(refused), extra_tags="red")
    else:
        messages.success(request, "已登记停止执行。", extra_tags="green")
    return redirect("receipts")
