"""The dossier of a party (一户式): found by code or name, everything on one page, and who looked at it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mingjing.cases import dossier as dossiers
from mingjing.cases.dossier import Dossier, MergeRefused, NoDossier
from mingjing.cases.law import law_of
from mingjing.evidence.selectors import evidence_of
from mingjing.personnel.permissions import may
from mingjing.property.selectors import as_row, items_of_cases
from mingjing.publicity.desk import publications_seen_by
from mingjing.web.access import SignedRequest, allowed

LONGEST = 100
SHOWN = 200  # pieces of evidence listed at once
OUTCOMES = {"penalty": "行政处罚", "no_penalty": "不予处罚", "prompt": "提示、警示"}
STATES = {
    "proposed": ("等待核对", "amber"),
    "confirmed": ("已合并", "green"),
    "refused": ("不是同一当事人", ""),
    "undone": ("已撤销", ""),
}


@allowed("dossier.view")
def search(request: SignedRequest) -> HttpResponseBase:
    """Find a party. The code travels in the body: addresses are kept in histories and logs."""
    text = request.POST.get("q", "").strip()[:LONGEST].replace("\0", "")
    found = dossiers.find_parties(request.user, text) if text else []
    return render(request, "web/dossier/search.html", {"text": text, "found": found})


def _dossier(request: SignedRequest, key: str) -> Dossier:
    try:
        return dossiers.dossier(request.user, key)
    except NoDossier:
        raise Http404(key) from None


@require_GET
@allowed("dossier.view")
def page(request: SignedRequest, key: str) -> HttpResponseBase:
    """Everything that the cases of the viewer's agencies know of one party."""
    found = _dossier(request, key)
    dossiers.note_look(dossier=found, by=request.user, why="查阅一户式档案", at=timezone.now())
    return render(request, "web/dossier/page.html", _context(request, found))


def _context(request: SignedRequest, found: Dossier, **more: Any) -> dict[str, Any]:
    person = request.user
    outcomes = dossiers.outcomes_of(found)
    licences = dossiers.licences_of(found)
    evidence = [(line.case, one) for line in found.lines for one in evidence_of(line.case.code)]
    custody = items_of_cases(person, found.codes) if may(person, "property.view", person.agency.code) else []
    return {
        "dossier": found,
        "inspections": found.of("inspection"),
        "licences": [(one, law_of(one.case).title_of(one.kind)) for one in licences],
        "licence_cases": found.of("licence"),
        "cases": found.besides("inspection", "licence"),
        "outcomes": [(one, OUTCOMES.get(one.outcome, one.outcome)) for one in outcomes],
        "prompts": sum(one.outcome == "prompt" for one in outcomes),
        "published": publications_seen_by(person).filter(case_code__in=found.codes),
        "custody": [as_row(one) for one in custody],
        "evidence": evidence[:SHOWN],
        "evidence_more": max(0, len(evidence) - SHOWN),
        "merges": [(one, STATES[one.state]) for one in dossiers.merges_about(person, found)],
        "looks": dossiers.looks_at(person, found),
        "may_open_published": may(person, "publicity.prepare", person.agency.code),
        "may_merge": may(person, "dossier.merge", person.agency.code),
        "others": [],
        **more,
    }


@require_POST
@allowed("dossier.merge")
def merge(request: SignedRequest, key: str) -> HttpResponseBase:
    """Look for the other dossier, or propose that both are of one party."""
    found = _dossier(request, key)
    if not (other := request.POST.get("other", "")[:32]):
        text = request.POST.get("q", "").strip()[:LONGEST].replace("\0", "")
        named = dossiers.find_parties(request.user, text)
        others = [one for one in named if one.key not in found.keys]
        context = _context(request, found, others=others, sought=text)
        return render(request, "web/dossier/page.html", context)
    try:
        dossiers.propose_merge(
            one=found,
            other=_dossier(request, other),
            reason=request.POST.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        )
    except MergeRefused as refused:
        messages.error(request, str(refused), extra_tags="red")
    else:
        messages.success(request, "已提出合并，等待另一名人员核对身份后确认。", extra_tags="green")
    return redirect("dossier", key)


@require_POST
@allowed("dossier.merge")
def settle(request: SignedRequest, key: str, pk: int) -> HttpResponseBase:
    """Confirm, refuse or undo a merge."""
    try:
        dossiers.settle_merge(
            proposal=pk,
            step=request.POST.get("step", ""),
            reason=request.POST.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        )
    except MergeRefused as refused:
        messages.error(request, str(refused), extra_tags="red")
    else:
        messages.success(request, "已记录。", extra_tags="green")
    return redirect("dossier", key)
