"""What parties have handed in themselves: to be read, taken over into the file and replied to; and who came to look."""

from dataclasses import replace
from typing import Any, Final

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mingjing.cases.selectors import next_acts
from mingjing.defence import selectors
from mingjing.defence.access import visits_of
from mingjing.personnel.permissions import may
from mingjing.web.access import SignedRequest, allowed, case_of, demand
from mingjing.web.act_form import act_form
from mingjing.web.views.supervision import leave_trace

RECORD, ANSWER, WAIVE = "statement_recorded", "statement_answered", "statement_waived"
WAIVED: Final = {"none": "statement", "no_hearing": "hearing"}


@require_GET
@allowed("case.view")
def defence(request: SignedRequest, code: str) -> HttpResponseBase:
    """What came in in one case, what is still to be done with it, and the trail of the party's door."""
    case = case_of(request, code)
    leave_trace(request, case, "查阅当事人在线提交的材料")
    arrivals = selectors.arrivals_of(case)
    context = {
        "case": case,
        "arrivals": arrivals,
        "visits": visits_of(code),
        "steps": _steps(request, code, arrivals),
    }
    return render(request, "web/defence/page.html", context)


def _steps(request: SignedRequest, code: str, arrivals: list[selectors.Arrival]) -> dict[str, bool]:
    """Which of the three acts somebody may take now with what came in: taken over, replied to, waived."""
    case = case_of(request, code)
    if not may(request.user, "defence.take", case.agency.code):
        return {}
    lawful = {one.kind for one in next_acts(case, timezone.now()) if one.allowed}
    rows = [one for arrival in arrivals for one in arrival.items]
    arguments = [one for one in rows if one.row.kind == "argument"]
    return {
        "record": RECORD in lawful and any(not one.taken_over for one in arguments),
        "answer": ANSWER in lawful and any(one.reply is None for one in arguments),
        "waive": WAIVE in lawful and any(one.is_open for one in rows if one.row.kind in WAIVED),
    }


@require_POST
@allowed("defence.take")
def take(request: SignedRequest, code: str) -> HttpResponseBase:
    """Fill in the form of the act that takes over or replies, so that nothing is typed again, and open it."""
    case = case_of(request, code)
    demand(request.user, "defence.take", case.agency.code)
    kind = request.POST.get("kind", RECORD)
    if kind not in {RECORD, ANSWER, WAIVE}:
        raise Http404(kind)
    form = act_form(request.user, kind, case, procedure="")
    facts = {**form.start().facts, **_facts(code, kind, selectors.arrivals_of(case))}
    if kind != WAIVE:
        facts |= selectors.taken_facts(case)
    evidence = [file["digest"] for one in selectors.received_of(case) for file in one.row.exhibits]
    form.keep(replace(form.start(), facts=facts, evidence=list(dict.fromkeys(evidence))))
    return redirect("act-new", code, kind)


def _facts(code: str, kind: str, arrivals: list[selectors.Arrival]) -> dict[str, Any]:
    if kind == RECORD:
        return {"statement_form": "written"}
    if kind == WAIVE:
        given = {one.row.kind for arrival in arrivals for one in arrival.items}
        return {"waiver_scope": [scope for name, scope in WAIVED.items() if name in given]}
    return {}
