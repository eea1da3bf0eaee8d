"""The publicity desk: what falls due, the masked view beside the original, the second person, withdrawal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from mingjing.cases.law import law_for
from mingjing.cases.services import ActRefused
from mingjing.lawengine.model import Law
from mingjing.personnel.permissions import may
from mingjing.personnel.selectors import names_of, people_with_role
from mingjing.publicity import corrections, desk, repair, services
from mingjing.publicity.clearing import hints_of
from mingjing.publicity.gravity import gravity_of
from mingjing.web import fields, limits
from mingjing.web.access import SignedRequest, allowed, case_of, demand
from mingjing.web.marks import LEGEND, compared, read_cleared

if TYPE_CHECKING:
    from mingjing.cases.models import Case
    from mingjing.publicity.decisions import Draft

PREPARED, WITHDRAWN = "decision_published", "publication_withdrawn"
SHOWN = 50  # published decisions on the desk; older ones are found from their case


@allowed("publicity.prepare")
def publicity(request: SignedRequest) -> HttpResponseBase:
    """What falls due, what waits for a second person, what is out."""
    now, viewer = timezone.now(), request.user
    due: list[dict[str, Any]] = [
        {
            "due": one,
            "left": limits.left_of(one.due, "missed" if one.overdue else "running", now, _calendar(one.case)),
        }
        for one in desk.due_list(viewer)
    ]
    papers = list(desk.preparations_waiting(viewer))
    repairs = repair.requests_seen_by(viewer, open_only=True)
    published = list(desk.publications_seen_by(viewer)[:SHOWN])
    names = names_of([one.prepared_by for one in papers])
    context = {
        "due": [line for line in due if line["due"].preparation is None],
        "papers": [
            {"paper": one, "by": names.get(one.prepared_by, one.prepared_by), "mine": _own(one, viewer)}
            for one in papers
        ],
        "published": published,
        "repairs": repairs,
        "ending": desk.ending_soon(viewer, now),
        "naming": desk.naming_at(viewer.agency),
        "may_confirm": may(viewer, "publicity.confirm", viewer.agency.code),
    }
    return render(request, "web/publicity/list.html", context)


def _calendar(case: "Case") -> Any:
    return law_for(case.agency).calendar


def _own(paper: Any, viewer: Any) -> bool:
    return bool(paper.prepared_by == viewer.username)


def _marks(request: SignedRequest) -> list[str]:
    lines = request.POST.get("marks", "").replace("\0", "").splitlines()
    return [line.strip()[:100] for line in lines if line.strip()][:50]


def _draft(
    request: SignedRequest,
    code: str,
    marks: Sequence[str],
    amended: Mapping[str, Any] | None = None,
    clear: Sequence[str] = (),
) -> "Draft":
    draft = desk.side_by_side(request.user, code, marks, amended or {}, clear)
    if draft is None:
        raise Http404("nothing to publish")
    return draft


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("publicity.prepare")
def prepare(request: SignedRequest, code: str) -> HttpResponseBase:
    """The masked view of a decision beside its original, and the form by which one person prepares it."""
    case = case_of(request, code)
    demand(request.user, "publicity.prepare", case.agency.code)
    clear = read_cleared(request.POST.get("cleared", ""))
    draft = _draft(request, code, _marks(request), clear=[*clear])
    kind = draft.law.kinds[PREPARED]
    out = next((one for one in desk.publications_of(case) if not hasattr(one, "withdrawal")), None)
    if out is not None:
        return redirect("publicity-published", out.code)
    typed = fields.read_post(kind, draft.law.fields, request.POST)
    refusal: dict[str, Any] = {"errors": {}}
    if request.method == "POST":
        try:
            services.prepare(case=case, by=request.user, facts=typed, marks=_marks(request), clear=clear)
        except ActRefused as refused:
            refusal = {"refused": True, "verdicts": refused.trial.refusals, "errors": refused.trial.errors}
        except services.PublicityRefused as refused:
            refusal = {"notice": str(refused), "errors": {}}
        else:
            messages.success(request, "已交另一人确认；确认后才对外公示。", extra_tags="green")
            return redirect("publicity")
    context = (
        _case_context(case, draft, request)
        | _asked(
            draft.law,
            PREPARED,
            typed | _proposed(case, draft, typed),
            refusal["errors"],
            _unasked(case, draft),
        )
        | refusal
    )
    return render(request, "web/publicity/prepare.html", context, status=422 if len(refusal) > 1 else 200)


@require_POST
@allowed("publicity.prepare")
def compare(request: SignedRequest, code: str) -> HttpResponseBase:
    """The two views again with further words hidden."""
    clear = [*read_cleared(request.POST.get("cleared", ""))]
    draft = _draft(request, case_of(request, code).code, _marks(request), clear=clear)
    return render(request, "web/publicity/_compare.html", {"compared": compared(draft), "legend": LEGEND})


def _proposed(case: "Case", draft: "Draft", typed: Mapping[str, Any]) -> dict[str, Any]:
    """What the form holds before anybody types: the grade and the last day that the packs propose."""
    gravity = gravity_of(case, draft)
    if typed or gravity is None or gravity.proposed is None:
        return {}
    return {
        "credit_grade": gravity.proposed.grade.code,
        "publication_until": gravity.proposed.longest.isoformat(),
    }


def _unasked(case: "Case", draft: "Draft") -> Sequence[str]:
    """What is asked of graded penalties alone."""
    return () if gravity_of(case, draft) else ("credit_grade", "credit_reason")


def _case_context(case: "Case", draft: "Draft", request: SignedRequest) -> dict[str, Any]:
    return {
        "case": case,
        "gravity": gravity_of(case, draft),
        "draft": draft,
        "compared": compared(draft),
        "legend": LEGEND,
        "hints": hints_of(draft.fields),
        "cleared": request.POST.get("cleared", ""),
        "marks": request.POST.get("marks", ""),
        "kind": draft.law.kinds[PREPARED],
    }


def _asked(
    law: Law,
    kind: str,
    typed: Mapping[str, Any],
    errors: Mapping[str, Sequence[str]],
    skip: Sequence[str] = (),
) -> dict[str, Any]:
    asked = fields.controls(
        law.kinds[kind], law.fields, typed, errors=errors, choices=fields.Choices(), skip=skip
    )
    known = {control.field.name for control in asked}
    others = [text for name, texts in errors.items() if name not in known for text in texts]
    return {"controls": asked, "others": others}


def _still_the_same(found: Any, request: SignedRequest) -> None:
    """Refuse where the paper was prepared anew after this page was opened: the text confirmed is the text read."""
    if request.POST.get("once") != found.once:
        raise services.PublicityRefused(
            "打开本页之后，公示内容已重新准备。下面是现在的内容，请核对后再办理。"
        )


def _corrected(found: Any, draft: "Draft") -> list[dict[str, str]]:
    """What a correction changes, as the public will read it; nothing where the paper is no correction."""
    if found.corrects is None:
        return []
    return corrections.changed(found.corrects.body, draft.view, hides_old=found.hides_old)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("publicity.prepare")
def paper(request: SignedRequest, pk: int) -> HttpResponseBase:
    """What one person has prepared, for the eyes of a second."""
    try:
        found = desk.preparation(request.user, pk)
    except desk.NotOnDesk:
        raise Http404(str(pk)) from None
    case = case_of(request, found.case_code)
    clear = [one["text"] for one in found.cleared]
    draft = _draft(request, case.code, found.marks, found.amended, clear)
    checked = request.POST.getlist("checked")
    refusal: dict[str, Any] = {}
    if request.method == "POST":
        try:
            _still_the_same(found, request)
            if "discard" in request.POST:
                services.discard(preparation=found, by=request.user)
                messages.success(request, "已退回，未公示。", extra_tags="green")
            elif found.corrects_id:
                corrections.confirm_correction(preparation=found, by=request.user, checked=checked)
                messages.success(request, "已更正，更正的理由和内容对外公开。", extra_tags="green")
            else:
                services.confirm(preparation=found, by=request.user, checked=checked)
                messages.success(request, "已公示。", extra_tags="green")
            return redirect("publicity")
        except ActRefused as refused:
            others = [text for texts in refused.trial.errors.values() for text in texts]
            refusal = {"refused": True, "verdicts": refused.trial.refusals, "others": others}
        except services.PublicityRefused as refused:
            refusal = {"notice": str(refused)}
    context = {
        **_case_context(case, draft, request),
        "paper": found,
        "checked": checked,
        "changed": draft.view != found.view,
        "wrong": found.corrects,
        "corrected": _corrected(found, draft),
        "by": names_of([found.prepared_by]).get(found.prepared_by, found.prepared_by),
        "own": _own(found, request.user),
        "may_confirm": may(request.user, "publicity.confirm", case.agency.code),
        **refusal,
    }
    return render(request, "web/publicity/paper.html", context, status=422 if refusal else 200)


@never_cache
@require_http_methods(["GET", "POST"])
@allowed("publicity.prepare")
def published(request: SignedRequest, code: str) -> HttpResponseBase:
    """A publication as it stands before the public, its trace, and its withdrawal."""
    try:
        found = desk.publication(request.user, code)
    except desk.NotOnDesk:
        raise Http404(code) from None
    case = case_of(request, found.case_code)
    law = law_for(case.agency)
    typed = fields.read_post(law.kinds[WITHDRAWN], law.fields, request.POST)
    refusal: dict[str, Any] = {"errors": {}}
    if request.method == "POST":
        demand(request.user, "publicity.withdraw", case.agency.code)
        colleague = [name for name in request.POST.getlist("performers") if name]
        try:
            services.withdraw(
                publication=found,
                by=request.user,
                ground=typed.get("withdrawal_ground", ""),
                reason=typed.get("withdrawal_reason", ""),
                performers=colleague,
            )
            messages.success(request, "已撤回，撤回的理由和时间对外公开。", extra_tags="green")
            return redirect("publicity-published", code)
        except ActRefused as refused:
            refusal = {"refused": True, "verdicts": refused.trial.refusals, "errors": refused.trial.errors}
        except services.PublicityRefused as refused:
            refusal = {"notice": str(refused), "errors": {}}
    context = {
        "publication": found,
        "case": case,
        "withdrawal": getattr(found, "withdrawal", None),
        "ending": getattr(found, "ending", None),
        "repairs": [repair.standing_of(one) for one in found.repairs.order_by("-id")],
        "may_withdraw": may(request.user, "publicity.withdraw", case.agency.code),
        "colleagues": [
            one for one in people_with_role(case.agency.code, "publicity") if one.pk != request.user.pk
        ],
        **_asked(law, WITHDRAWN, typed, refusal["errors"]),
        **refusal,
    }
    return render(request, "web/publicity/published.html", context, status=422 if len(refusal) > 1 else 200)
