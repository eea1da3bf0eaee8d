"""Goods in custody: the list, one item with its history, moves signed by two, labels, sheets and counts."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mingjing.kit.clock import BEIJING
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import names_of, people_of
from mingjing.property import counts, flow, selectors, services
from mingjing.property.services import CustodyRefused
from mingjing.web.access import SignedRequest, allowed
from mingjing.web.custody_page import ItemPage, draft_context, label_of, sheet_paper
from mingjing.web.views.supervision import leave_trace

if TYPE_CHECKING:
    from mingjing.property.models import CustodyItem

LONGEST = 100


def _item(request: SignedRequest, code: str) -> "CustodyItem":
    try:
        item = selectors.item_by_code(request.user, code)
    except selectors.NotInCustody:
        raise Http404(code) from None
    if (case := selectors.case_of_item(request.user, item)) is not None:
        leave_trace(request, case, "查阅涉案财物")
    return item


def _moves(request: SignedRequest) -> bool:
    return may(request.user, "property.move", request.user.agency.code)


@require_GET
@allowed("property.view")
def custody(request: SignedRequest) -> HttpResponseBase:
    """What is in custody, where, and what waits for somebody."""
    person, now = request.user, timezone.now()
    asked = {
        name: request.GET.get(name, "").strip()[:LONGEST].replace("\0", "")
        for name in ("state", "place", "q")
    }
    asked["state"] = asked["state"] or ("" if asked["q"] else "held")
    rows = selectors.item_list(
        person, state="" if asked["state"] == "all" else asked["state"], place=asked["place"], text=asked["q"]
    )
    tallies = selectors.tallies(person)
    drafts = selectors.drafts_waiting(person)
    context = {
        "rows": [selectors.as_row(one) for one in rows],
        "asked": asked,
        "states": flow.STATES,
        "tallies": [(title, tallies[state]) for state, title in flow.STATES.items() if state in tallies],
        "held": sum(tallies.get(state, 0) for state in flow.HELD),
        "places": selectors.places(person),
        "releases": selectors.releases(person, now),
        "drafts": [(one, flow.MOVES[one.kind].title) for one in drafts],
        "names": names_of(one.by for one in drafts),
        "counts": selectors.counts_of(person),
        "may_move": _moves(request),
        "many": len({one.agency_id for one in rows}) > 1,
    }
    return render(request, "web/custody/list.html", context)


@require_GET
@allowed("property.view")
def item(request: SignedRequest, code: str) -> HttpResponseBase:
    """One item: where it is, its history, its limits, and what may be done with it."""
    page = ItemPage(_item(request, code), request.user, timezone.now())
    return render(request, "web/custody/item.html", {"page": page, "item": page.item})


@require_POST
@allowed("property.move")
def move(request: SignedRequest, code: str) -> HttpResponseBase:
    """Sign a move as the first of two."""
    found, now = _item(request, code), timezone.now()
    post = request.POST
    try:
        draft = services.prepare_move(
            items=[found.code, *post.getlist("with")],
            kind=post.get("kind", ""),
            stated={name: post.get(name, "") for name in services.STATED},
            basis=post.get("basis", ""),
            photos=post.getlist("photos"),
            moved_at=_moment(post.get("moved_at", "")) or now,
            by=request.user,
            at=now,
        )
    except CustodyRefused as refused:
        page = ItemPage(found, request.user, now, typed=post, errors=refused.errors)
        return render(request, "web/custody/item.html", {"page": page, "item": found}, status=422)
    messages.success(request, "已签名。请另一名有权限的人员登录，核对实物后签名。", extra_tags="green")
    return redirect("custody-move", draft.pk)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=BEIJING)
    except ValueError:
        return None


@require_GET
@allowed("property.move")
def draft(request: SignedRequest, pk: int) -> HttpResponseBase:
    """A move that waits for its second signature."""
    try:
        row = selectors.draft_of(request.user, pk)
    except selectors.NotInCustody:
        messages.warning(request, "这项移动已经签名或者撤回。", extra_tags="amber")
        return redirect("custody")
    return render(request, "web/custody/draft.html", draft_context(row, request.user))


@require_POST
@allowed("property.move")
def sign(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Sign a move as the second: it is written, in the log, and the goods are where it says."""
    try:
        items = selectors.draft_of(request.user, pk).items
        services.sign_move(draft=pk, by=request.user, at=timezone.now())
    except selectors.NotInCustody:
        messages.warning(request, "这项移动已经签名或者撤回。", extra_tags="amber")
        return redirect("custody")
    except CustodyRefused as refused:
        messages.error(request, str(refused), extra_tags="red")
        return redirect("custody-move", pk)
    messages.success(request, "两人已签名，移动已记录并存证。", extra_tags="green")
    return redirect("custody-item", items[0])


@require_POST
@allowed("property.move")
def drop(request: SignedRequest, pk: int) -> HttpResponseBase:
    """Drop a move that is not signed by two."""
    try:
        services.drop_move(draft=pk, by=request.user)
    except CustodyRefused as refused:
        messages.warning(request, str(refused), extra_tags="amber")
    else:
        messages.success(request, "已撤回，没有记录移动。", extra_tags="green")
    return redirect("custody")


@require_GET
@allowed("property.view")
def labels(request: SignedRequest, code: str) -> HttpResponseBase:
    """Labels to print and stick on: of one item, or with `all` of everything taken by the same act."""
    found = _item(request, code)
    items = [found]
    if "all" in request.GET:
        rows = selectors.items_of_cases(request.user, [found.case_code])
        items = [one for one in rows if one.act_id == found.act_id]
    drawn = [
        label_of(one, request.build_absolute_uri(reverse("custody-item", args=[one.code]))) for one in items
    ]
    return render(request, "web/custody/labels.html", {"labels": drawn, "item": found})


@require_GET
@allowed("property.view")
def sheet(request: SignedRequest, code: str) -> HttpResponseBase:
    """The list of what was moved at once, as a paper for the party or the receiver to sign."""
    try:
        moves = selectors.moves_on(request.user, code)
    except selectors.NotInCustody:
        raise Http404(code) from None
    response = HttpResponse(sheet_paper(moves), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="custody-{code}.pdf"'
    return response


@allowed("property.move")
def count(request: SignedRequest) -> HttpResponseBase:
    """Count what lies at a place against the register."""
    data = request.POST if request.method == "POST" else request.GET
    place = data.get("place", "").strip()[:300].replace("\0", "")
    person = request.user
    context: dict[str, Any] = {
        "place": place,
        "places": selectors.places(person),
        "expected": counts.expected_at(person.agency_id, place) if place else [],
        "people": [one for one in people_of(person.agency.code) if one.is_active and one.pk != person.pk],
        "typed": data,
        "present": [],
        "reasons": {},
        "errors": {},
    }
    if request.method != "POST":
        return render(request, "web/custody/count.html", context)
    elsewhere = data.get("elsewhere", "").replace("，", " ").replace("、", " ").split()
    reasons = {name.removeprefix("reason."): data[name] for name in data if name.startswith("reason.")}
    reasons |= dict.fromkeys(elsewhere, data.get("elsewhere_reason", ""))
    try:
        row = counts.record_count(
            place=place,
            present=data.getlist("present"),
            elsewhere=elsewhere,
            reasons=reasons,
            unregistered=data.get("unregistered", ""),
            companion=data.get("companion", ""),
            counted_at=timezone.now(),
            by=person,
        )
    except CustodyRefused as refused:
        context |= {"errors": refused.errors, "present": data.getlist("present"), "reasons": reasons}
        return render(request, "web/custody/count.html", context, status=422)
    messages.success(request, "盘点已记录。", extra_tags="green")
    return redirect("custody-counted", row.pk)


@require_GET
@allowed("property.view")
def counted(request: SignedRequest, pk: int) -> HttpResponseBase:
    """One count with its differences."""
    try:
        row = selectors.count_of(request.user, pk)
    except selectors.NotInCustody:
        raise Http404(pk) from None
    lines = list(row.lines.select_related("item__now"))
    context = {
        "count": row,
        "lines": [(line, flow.STATES[line.item.now.state]) for line in lines],
        "differences": sum(line.expected != line.found for line in lines),
        "names": names_of([row.by, row.companion]),
    }
    return render(request, "web/custody/counted.html", context)
