"""After the decision is out: correcting it, handling requests for credit repair, and how publicity stands."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from mingjing.cases.services import ActRefused
from mingjing.evidence.refusals import EvidenceRefused
from mingjing.evidence.services import receive_upload
from mingjing.kit.clock import legal_day
from mingjing.lawengine.vocabulary import FieldUse
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import people_with_role
from mingjing.publicity import board as counts
from mingjing.publicity import corrections, desk, repair
from mingjing.publicity.decisions import PUBLISHED, draft_of
from mingjing.publicity.refusals import PublicityRefused
from mingjing.web import fields
from mingjing.web.access import SignedRequest, allowed, case_of, demand

if TYPE_CHECKING:
    from mingjing.publicity.decisions import Draft
    from mingjing.publicity.models import Publication


@require_GET
@allowed("publicity.board")
def board(request: SignedRequest) -> HttpResponseBase:
    """How publicity stands in every agency that the viewer looks after."""
    tallies = counts.board(request.user, timezone.now())
    context = {
        "tallies": tallies,
        "may_supervise": may(request.user, "supervise.board", request.user.agency.code),
    }
    return render(request, "web/publicity/board.html", context)


def _published(request: SignedRequest, code: str) -> "Publication":
    try:
        found = desk.publication(request.user, code)
    except desk.NotOnDesk:
        raise Http404(code) from None
    demand(request.user, "publicity.prepare", found.agency.code)
    return found


# --- correction -------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("publicity.prepare")
def correct(request: SignedRequest, code: str) -> HttpResponseBase:
    """Type the right values of a publication and lay them before a second person."""
    found = _published(request, code)
    if hasattr(found, "withdrawal") or hasattr(found, "ending"):
        return redirect("publicity-published", code)
    case, before = case_of(request, found.case_code), desk.prepared_as(found)
    draft = draft_of(case, (), before.amended if before else {})
    if draft is None:
        raise Http404(code)
    context: dict[str, Any] = {"publication": found, "case": case, "reason": "", "hides_old": True}
    context["marks"] = "\n".join(before.marks) if before else ""
    if request.method == "POST":
        context |= _typed(request)
        try:
            paper = _prepared(request, found, draft, context)
        except ActRefused as refused:
            others = [text for texts in refused.trial.errors.values() for text in texts]
            context |= {"refused": True, "verdicts": refused.trial.refusals, "others": others}
        except PublicityRefused as refused:
            context |= {"notice": str(refused)}
        else:
            messages.success(request, "更正已交另一人确认；确认后才对外更正。", extra_tags="green")
            return redirect("publicity-paper", paper.pk)
    context["controls"] = _controls(draft, request)
    status = 422 if request.method == "POST" else 200
    return render(request, "web/publicity/correct.html", context, status=status)


def _typed(request: SignedRequest) -> dict[str, Any]:
    post = request.POST
    return {
        "reason": post.get("reason", "").replace("\0", "")[:2000],
        "marks": post.get("marks", "").replace("\0", "")[:4000],
        "hides_old": post.get("hides_old", "1") != "0",
    }


def _prepared(request: SignedRequest, found: "Publication", draft: "Draft", typed: Mapping[str, Any]) -> Any:
    posted = fields.read_post(_amendable(draft), draft.law.fields, request.POST)
    return corrections.prepare_correction(
        publication=found,
        by=request.user,
        reason=typed["reason"],
        amended=corrections.right_values(draft, posted, legal_day(timezone.now())),
        marks=[line.strip()[:100] for line in typed["marks"].splitlines() if line.strip()][:50],
        hides_old=typed["hides_old"],
    )


def _amendable(draft: "Draft") -> Any:
    """The form of a correction: the fields of the view that are one value each."""
    uses = tuple(FieldUse(name) for name in corrections.amendable(draft))
    return replace(draft.law.kinds[PUBLISHED], fields=uses)


def _controls(draft: "Draft", request: SignedRequest) -> list[fields.Control]:
    kind = _amendable(draft)
    posted = fields.read_post(kind, draft.law.fields, request.POST)
    stated = {use.name: draft.told[use.name] for use in kind.fields}
    written = {name: str(value) if isinstance(value, int) else value for name, value in stated.items()}
    return fields.controls(kind, draft.law.fields, written | posted, errors={}, choices=fields.Choices())


# --- credit repair ----------------------------------------------------------------------------------


@require_GET
@allowed("publicity.prepare")
def repairs(request: SignedRequest) -> HttpResponseBase:
    """Every request for credit repair, the most urgent first."""
    found = repair.requests_seen_by(request.user)
    context = {"found": found, "terms": repair.terms_for(request.user.agency)}
    return render(request, "web/publicity/repairs.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("publicity.prepare")
def repair_new(request: SignedRequest, code: str) -> HttpResponseBase:
    """Enter a request that came on paper."""
    found = _published(request, code)
    typed = {name: request.POST.get(name, "").replace("\0", "")[:4000] for name in ENTERED}
    context: dict[str, Any] = {"publication": found, "typed": typed}
    if request.method == "POST":
        try:
            asked = repair.request(
                publication=found,
                applicant=typed["applicant"],
                contact=typed["contact"],
                statement=typed["statement"],
                letter=_letter(request, found),
                by=request.user,
            )
        except (PublicityRefused, EvidenceRefused) as refused:
            context["notice"] = str(refused)
        else:
            messages.success(request, f"已登记，回执编号 {asked.code}。", extra_tags="green")
            return redirect("publicity-repair", asked.code)
    return render(
        request, "web/publicity/repair_new.html", context, status=422 if "notice" in context else 200
    )


ENTERED = ("applicant", "contact", "statement")


def _letter(request: SignedRequest, found: "Publication") -> str:
    """Take the letter of commitment into the evidence of the case; "" where none was sent."""
    sent = request.FILES.get("letter")
    if sent is None:
        return ""
    item = receive_upload(
        sent,
        original_name=sent.name or "信用承诺书",
        dossier=found.case_code,
        agency=found.agency.code,
        by=request.user.username,
        title="信用承诺书",
        legal_kind="documentary",
        side="neutral",
        taken_by=request.POST.get("applicant", "").strip()[:50] or "当事人",
        declared_size=sent.size,
    )
    return item.digest


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("publicity.prepare")
def repair_case(request: SignedRequest, code: str) -> HttpResponseBase:
    """One request: its conditions as the acts show them, its limits, and the next step."""
    try:
        standing = repair.request_seen_by(request.user, code)
    except repair.NotOnDesk:
        raise Http404(code) from None
    asked = standing.request
    demand(request.user, "publicity.prepare", asked.agency.code)
    case = case_of(request, asked.case_code)
    context: dict[str, Any] = {}
    if request.method == "POST":
        try:
            _take(request, asked)
        except ActRefused as refused:
            others = [text for texts in refused.trial.errors.values() for text in texts]
            context |= {"refused": True, "verdicts": refused.trial.refusals, "others": others}
        except PublicityRefused as refused:
            context |= {"notice": str(refused)}
        else:
            messages.success(request, "已办理。", extra_tags="green")
            return redirect("publicity-repair", code)
    context |= {
        "standing": standing,
        "asked": asked,
        "case": case,
        "conditions": repair.conditions(asked, case, legal_day(timezone.now())),
        "terms": repair.terms_for(asked.agency),
        "colleagues": [
            one for one in people_with_role(asked.agency.code, "publicity") if one.pk != request.user.pk
        ],
    }
    return render(
        request, "web/publicity/repair.html", context, status=422 if request.method == "POST" else 200
    )


def _take(request: SignedRequest, asked: Any) -> None:
    step, reason = request.POST.get("step", ""), request.POST.get("reason", "").replace("\0", "")[:2000]
    if step == "accept":
        repair.accept(asked=asked, by=request.user)
    elif step == "approve":
        repair.approve(asked=asked, by=request.user, colleague=request.POST.get("colleague", ""))
    elif step in {"return", "extend", "refuse"}:
        said = {"return": repair.give_back, "extend": repair.extend, "refuse": repair.refuse}
        said[step](asked=asked, by=request.user, reason=reason)
    else:
        raise PublicityRefused("没有这一步。请刷新后再办理。")
