"""Wrong cases for the supervisor and for those concerned; the form by which interference is recorded."""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.accountability import interference, selectors, wrong_cases
from mingjing.accountability.interference import NotRecorded, Told
from mingjing.accountability.sealing import SealRefused
from mingjing.accountability.selectors import NoSuchWrongCase
from mingjing.accountability.wrong_cases import TITLES, NotTaken
from mingjing.cases.selectors import NotFound, case_by_code
from mingjing.packs.accountability_terms import accountability_terms
from mingjing.personnel.selectors import names_of
from mingjing.web.access import SignedRequest, allowed, case_of

if TYPE_CHECKING:
    from mingjing.accountability.models import WrongCase

PAGE: Final = 50
SLIP_BYTES: Final = 64 * 1024
HIDDEN: Final = "（内容只有办理的监督机关和本人看得到）"


# --- wrong cases ------------------------------------------------------------------------------


@require_GET
@allowed("wrongcase.view")
def listing(request: SignedRequest) -> HttpResponseBase:
    """Every wrong case in sight, the latest first."""
    page = Paginator(selectors.wrong_cases_seen_by(request.user), PAGE).get_page(request.GET.get("page"))
    lines = [(row, wrong_cases.standing_of(row)) for row in page]
    context = {"page": page, "lines": lines, "sources": accountability_terms().sources}
    return render(request, "web/accountability/list.html", context)


@require_http_methods(["GET", "POST"])
@allowed("wrongcase.manage")
def new(request: SignedRequest, code: str) -> HttpResponseBase:
    """Take up a wrong case: who had which part stands below the form before it is sent."""
    case, fault = case_of(request, code), ""
    if request.method == "POST":
        try:
            row = wrong_cases.take_up(
                case=case,
                by=request.user,
                source=request.POST.get("source", ""),
                source_ref=request.POST.get("source_ref", "").replace("\0", ""),
                what=request.POST.get("what", ""),
                at=timezone.now(),
                once=f"{request.user.username}/{request.POST.get('once', '')[:32]}",
            )
        except NotTaken as refused:
            fault = str(refused)
        else:
            return redirect("wrong-case", row.no)
    context = {
        "case": case,
        "sources": accountability_terms().sources,
        "typed": request.POST,
        "once": request.POST.get("once") or secrets.token_hex(16),
        "fault": fault,
    }
    return render(request, "web/accountability/new.html", context, status=422 if fault else 200)


def _one(request: SignedRequest, no: str) -> "WrongCase":
    try:
        return selectors.one_for(request.user, no)
    except NoSuchWrongCase:
        raise Http404(no) from None


@require_GET
@allowed("wrongcase.view")
def one(request: SignedRequest, no: str) -> HttpResponseBase:
    """One wrong case: who did what, what was found and done."""
    return _shown(request, _one(request, no))


def _shown(request: SignedRequest, row: "WrongCase", fault: str = "") -> HttpResponseBase:
    terms, now, viewer = accountability_terms(), wrong_cases.standing_of(row), request.user
    manages = selectors.handles(viewer, row, now)
    try:
        case = case_by_code(request.user, row.case_code)
    except NotFound:
        raise Http404(row.no) from None
    context = {
        "row": row,
        "case": case,
        "now": now,
        "terms": terms,
        "events": _events(row, hidden=not manages),
        "may_manage": manages,
        "fault": fault,
    }
    return render(request, "web/accountability/wrong_case.html", context, status=422 if fault else 200)


def _events(row: "WrongCase", person: str = "", *, hidden: bool = False) -> list[dict[str, Any]]:
    """The steps in words; those of one person and the general ones where `person` is given.

    `hidden`: what people said for themselves is left out. It may be about the very one who looks.
    """
    rows, terms = selectors.events_of(row, person), accountability_terms()
    names = names_of({name for each in rows for name in (each.by, each.person) if name})
    return [
        {
            "title": TITLES[each.kind],
            "at": each.at,
            "by": names.get(each.by, each.by),
            "who": names.get(each.person, ""),
            "value": terms.degrees.get(each.facts.get("degree", ""), "")
            or terms.measures.get(each.facts.get("measure", ""), ""),
            "words": HIDDEN if hidden and each.kind in selectors.OWN_WORDS else each.facts.get("text", ""),
            "late": each.facts.get("late", False),
        }
        for each in rows
    ]


@require_POST
@allowed("wrongcase.manage")
def step(request: SignedRequest, no: str) -> HttpResponseBase:
    """Take one step about one person, or end the whole."""
    row, take = _one(request, no), STEPS.get(request.POST.get("step", ""))
    if take is None:
        raise Http404(no)
    common = {"row": row, "by": request.user, "text": request.POST.get("text", ""), "at": timezone.now()}
    try:
        take(request, common)
    except NotTaken as refused:
        return _shown(request, row, fault=str(refused))
    messages.success(request, "已记录。", extra_tags="green")
    return redirect("wrong-case", no)


def _person(request: SignedRequest) -> str:
    return request.POST.get("person", "")


STEPS: Final[Mapping[str, Callable[[SignedRequest, dict[str, Any]], None]]] = {
    "silent": lambda request, common: wrong_cases.note_silence(person=_person(request), **common),
    "find": lambda request, common: wrong_cases.find(
        person=_person(request), degree=request.POST.get("degree", ""), **common
    ),
    "measure": lambda request, common: wrong_cases.measure(
        person=_person(request), kind=request.POST.get("measure", ""), **common
    ),
    "uphold": lambda request, common: wrong_cases.decide_appeal(
        person=_person(request), lifted=False, **common
    ),
    "lift": lambda request, common: wrong_cases.decide_appeal(person=_person(request), lifted=True, **common),
    "close": lambda request, common: wrong_cases.close(**common),
}


@require_GET
@allowed("wrongcase.own")
def mine(request: SignedRequest) -> HttpResponseBase:
    """What is asked of the viewer himself: his parts, what was found, his right to speak and to appeal."""
    return _mine(request)


def _mine(request: SignedRequest, fault: str = "") -> HttpResponseBase:
    me = request.user.username
    lines = [
        (row, wrong_cases.standing_of(row).answers[me], _events(row, me))
        for row in selectors.about(request.user)
    ]
    context = {"lines": lines, "terms": accountability_terms(), "fault": fault}
    return render(request, "web/accountability/mine.html", context, status=422 if fault else 200)


@require_POST
@allowed("wrongcase.own")
def speak(request: SignedRequest, no: str) -> HttpResponseBase:
    """The viewer's own statement or appeal."""
    row = next((each for each in selectors.about(request.user) if each.no == no), None)
    say = {"state": wrong_cases.state, "appeal": wrong_cases.appeal}.get(request.POST.get("step", ""))
    if row is None or say is None:
        raise Http404(no)
    try:
        say(row=row, by=request.user, text=request.POST.get("text", ""), at=timezone.now())
    except NotTaken as refused:
        return _mine(request, fault=str(refused))
    messages.success(request, "已提交。", extra_tags="green")
    return redirect("wrong-cases-mine")


# --- interference -----------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("interference.record")
def record(request: SignedRequest) -> HttpResponseBase:
    """Record that somebody leaned on a case; the answer carries the slip, and nothing here keeps who sent it."""
    names = ("who", "post", "whom", "case", "way", "when", "said")
    typed = {name: request.POST.get(name, "") for name in names}
    if request.method != "POST":
        return _form(request, {**typed, "case": request.GET.get("case", "")[:200], "way": "call"})
    try:
        slip = interference.record(
            told=Told(**typed), by=request.user, at=timezone.now(), once=request.POST.get("once", "")[:64]
        )
    except NotRecorded as refused:
        return _form(request, typed, fault=str(refused), field=refused.field)
    text = json.dumps(slip, ensure_ascii=False, indent=1)
    context = {"slip": text, "no": slip["no"], "data": base64.b64encode(text.encode()).decode()}
    return render(request, "web/accountability/recorded.html", context)


def _form(
    request: SignedRequest, typed: Mapping[str, str], *, fault: str = "", field: str = ""
) -> HttpResponseBase:
    keys = interference.keys_in_use()
    context = {
        "typed": typed,
        "fault": fault,
        "field": field,
        "ways": interference.WAYS.items(),
        "keys": keys,
        "holders": interference.shown(keys) if keys else [],
        "once": secrets.token_hex(16),
    }
    return render(request, "web/accountability/record.html", context, status=422 if fault else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("interference.record")
def receipt(request: SignedRequest) -> HttpResponseBase:
    """Turn the recorder's slip into a receipt with its proof from the log; the slip is not kept."""
    fault = ""
    if request.method == "POST":
        sent = request.FILES.get("file")
        text = request.POST.get("slip", "")
        if sent is not None:
            text = sent.read(SLIP_BYTES).decode("utf-8", errors="replace")
        try:
            found = interference.receipt_of(text)
        except SealRefused as refused:
            fault = f"{refused}。"
        else:
            if found is not None:
                answer = HttpResponse(found.data, content_type="application/json")
                answer["Content-Disposition"] = 'attachment; filename="receipt.json"'
                return answer
            fault = "记录已经收到，存证日志还没有封存到它，请过几分钟再来。"
    return render(request, "web/accountability/receipt.html", {"fault": fault}, status=422 if fault else 200)
