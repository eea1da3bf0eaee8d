"""Recording an act: the generated form, its live check, its draft and the preview of its document."""

from base64 import b64encode
from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mingjing.cases import drafts
from mingjing.cases.law import law_for
from mingjing.cases.recording import duties
from mingjing.cases.services import ActRefused
from mingjing.documents.selectors import preview as draw
from mingjing.inspections.visiting.visit_lists import task_of_case
from mingjing.lawengine.model import Outcome, Severity, Verdict
from mingjing.packs.procedures import ENFORCEMENTS, limited_to
from mingjing.personnel.duties import answering, outside
from mingjing.personnel.selectors import names_of
from mingjing.publicity.decisions import PUBLISHED, WITHDRAWN
from mingjing.typeset.render import DocumentNotDrawn
from mingjing.web import discretion_form
from mingjing.web.access import SignedRequest, allowed, case_of
from mingjing.web.act_form import ONCE, ActForm, Typed, act_form, moment, why_not
from mingjing.web.case_page import DESKS, address_of

if TYPE_CHECKING:
    from mingjing.cases.services import Trial
    from mingjing.lawengine.model import Law, Verdict

# Recorded at their desk alone: recorded here, they would be acts that the public sees nothing of.
PUBLICITY = (PUBLISHED, WITHDRAWN)
FORM_AS_A_WHOLE = ("performers", "done_at", "evidence")


@require_GET
@allowed("case.list")
def new_case(request: SignedRequest) -> HttpResponseBase:
    """The ways to open a case."""
    law = law_for(request.user.agency)
    begun = [one for one in drafts.drafts_of(request.user.username) if not one.case_code]
    context = {
        "groups": _ways(request, law),
        "drafts": [{"draft": one, "title": law.title_of(one.kind)} for one in begun],
    }
    return render(request, "web/acts/new.html", context)


def _ways(request: SignedRequest, law: "Law") -> list[dict[str, Any]]:
    """The acts that this person may open a case with, by kind of enforcement and procedure."""
    may_open = [
        kind for kind in law.kinds.values() if why_not(request.user, kind, request.user.agency) is None
    ]
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in limited_to(law, request.user.agency.enforcements).procedures.values():
        kinds = [kind.in_procedure(one.code) for kind in may_open if one.code in kind.opens]
        if kinds:
            kinds.sort(key=lambda kind: kind.order)
            groups.setdefault(one.enforcement, []).append({"procedure": one, "kinds": kinds})
    return [{"title": ENFORCEMENTS[code], "ways": ways} for code, ways in groups.items()]


def _form(request: SignedRequest, kind: str, code: str | None) -> ActForm:
    case = case_of(request, code) if code else None
    return act_form(request.user, kind, case, procedure=request.GET.get("procedure", "")[:16])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed("case.list")
def act(request: SignedRequest, kind: str, code: str | None = None) -> HttpResponseBase:
    """The form (GET), or the act recorded (POST): refused with 422, the draft kept, the reasons at top and fields."""
    form = _form(request, kind, code)
    if form.case and kind in DESKS and (request.method != "POST" or kind in PUBLICITY):
        return redirect(address_of(form.kind, form.case))
    if request.method != "POST":
        return show(request, form, "web/acts/page.html", {})
    if "next" in request.POST:
        return further(request, form)
    return hand_over(request, form) if form.preparing else record(request, form, "web/acts/page.html", {})


def show(request: SignedRequest, form: ActForm, template: str, more: Mapping[str, Any]) -> HttpResponseBase:
    """The form as it was left, or fresh."""
    kept = form.draft.saved_at if form.draft.form else None
    context = page(form, discretion_form.begun(form, form.start()), {})
    context |= {"restored": kept, "verdicts": None}
    return render(request, template, context | dict(more))


def further(request: SignedRequest, form: ActForm) -> HttpResponseBase:
    """The form with what now follows from it, nothing recorded: without a script this is how questions come out."""
    typed = form.read(request.POST)
    form.keep(typed)
    trial = form.trial(typed)
    context = page(form, typed, {}, search=request.POST.get("item_q", "").strip())
    return render(request, "web/acts/page.html", context | _judged(form, typed, trial) | {"verdicts": ()})


def record(request: SignedRequest, form: ActForm, template: str, more: Mapping[str, Any]) -> HttpResponseBase:
    """Record what was sent and go to the case, or show the form again with what stands against it."""
    typed, once, began = form.read(request.POST), request.POST.get("once", ""), timezone.now()
    if not ONCE.fullmatch(once):
        return render(request, "400.html", status=400)
    try:
        recorded = form.record(typed, once)
    except ActRefused as refusal:
        form.keep(typed)
        context = page(form, typed, refusal.trial.errors) | _judged(form, typed, refusal.trial)
        context |= {"refused": True, "verdicts": _beyond_the_form(refusal.trial)}
        return render(request, template, context | dict(more), status=422)
    if recorded.recorded_at < began:
        messages.warning(request, "这张表此前已经提交并记录，本次没有重复记录。", extra_tags="amber")
    else:
        messages.success(request, f"已记录“{form.kind.title}”。", extra_tags="green")
    # Whoever is at a visit goes on with its next step, on the phone in his hand; all others see what they recorded.
    if (visit := task_of_case(request.user, recorded.case.code)) is not None:
        return _go(request, reverse("visit", args=[visit.code]))
    return _go(request, f"{reverse('case', args=[recorded.case.code])}#act-{recorded.seq}")


def _beyond_the_form(trial: "Trial") -> list["Verdict"]:
    """What the law holds against it, without what only lacks a field that is marked red already."""
    return [one for one in trial.refusals if not one.missing or set(one.missing) - trial.errors.keys()]


def hand_over(request: SignedRequest, form: ActForm) -> HttpResponseBase:
    """Lay a prepared form before the head; what is filled in wrongly is mended first, what is empty is the head's."""
    typed = form.read(request.POST)
    trial = form.trial(typed)
    wrong = {name: texts for name, texts in trial.errors.items() if name in typed.facts}
    if wrong:
        form.keep(typed)
        context = page(form, typed, wrong) | _judged(form, typed, trial) | {"refused": True, "verdicts": ()}
        return render(request, "web/acts/page.html", context, status=422)
    form.hand_over(typed)
    messages.success(request, f"“{form.kind.title}”已交负责人办理。", extra_tags="green")
    return _go(request, reverse("case", args=[form.case_code]))


def _go(request: SignedRequest, address: str) -> HttpResponseBase:
    """On to another page; a form sent by script leaves no page behind that "back" would send again."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


@require_POST
@allowed("case.list")
def check(request: SignedRequest, kind: str, code: str | None = None) -> HttpResponseBase:
    """What the law says of the form as it stands; nothing is written."""
    form = _form(request, kind, code)
    typed = form.read(request.POST)
    trial = form.trial(typed)
    touched = {name: errors for name, errors in trial.errors.items() if name in typed.facts}
    context = page(form, typed, touched) | _judged(form, typed, trial)
    return render(request, "web/acts/_check.html", context | {"swapped": True})


@require_POST
@allowed("case.list")
def discretion(request: SignedRequest, code: str, kind: str) -> HttpResponseBase:
    """The lines of benchmarks to pick from, and the questions of the picked one; nothing is written."""
    form = _form(request, kind, code)
    if not discretion_form.asked_in(form):
        raise Http404(kind)
    context = page(form, form.read(request.POST), {}, search=request.POST.get("item_q", "").strip())
    control = next(one for one in context["controls"] if isinstance(one, discretion_form.ItemControl))
    return render(request, control.template, context | {"control": control})


@require_POST
@allowed("case.list")
def draft(request: SignedRequest, kind: str, code: str | None = None) -> HttpResponseBase:
    """Keep what was typed, unless this very form has been recorded or dropped meanwhile."""
    form = _form(request, kind, code)
    if request.POST.get("once") != form.draft.once:
        return HttpResponse(status=204)
    return render(request, "web/acts/_draft.html", {"draft": form.keep(form.read(request.POST))})


@require_POST
@allowed("case.list")
def drop_draft(request: SignedRequest, kind: str, code: str | None = None) -> HttpResponseBase:
    """Forget what was typed and begin anew, or give a prepared form back to whoever prepared it."""
    form = _form(request, kind, code)
    if "send_back" in request.POST and form.case:
        form.send_back()
        messages.success(request, "已退回准备人，没有记录任何内容。", extra_tags="green")
        return redirect("case", form.case.code)
    drafts.drop(case_code=form.case_code, kind=form.kind.kind, person=request.user.username)
    return redirect(_address("act", form))


@require_POST
@allowed("case.list")
def preview(request: SignedRequest, kind: str, code: str | None = None) -> HttpResponseBase:
    """The document as it would look, page by page, or a sentence saying why it cannot be drawn."""
    form = _form(request, kind, code)
    typed = form.read(request.POST)
    draft = draw(
        agency=form.agency,
        case=form.case,
        kind=form.kind.kind,
        facts=form.trial(typed).facts,
        performers=typed.performers,
        done_at=moment(typed.done_at) or timezone.now(),
        procedure=form.procedure,
    )
    if draft is None:
        raise Http404(kind)
    try:
        pages, reason = [b64encode(page).decode() for page in draft.pages], ""
    except DocumentNotDrawn as refused:
        pages, reason = [], str(refused)
    return render(request, "web/acts/_preview.html", {"pages": pages, "reason": reason})


def _address(name: str, form: ActForm) -> str:
    if form.case:
        return reverse(f"{name}-new", args=[form.case.code, form.kind.kind])
    chosen = f"?procedure={form.procedure}" if len(form.kind.opens) > 1 else ""
    return reverse(f"{name}-open", args=[form.kind.kind]) + chosen


def page(
    form: ActForm, typed: Typed, errors: Mapping[str, Sequence[str]], *, search: str = ""
) -> dict[str, Any]:
    """What the template of a form needs, with the addresses it sends to."""
    context = form.context(typed, errors)
    if discretion_form.asked_in(form):
        drawn = discretion_form.dressed(form, typed, context["controls"], search)
        context["controls"], context["reasons"] = discretion_form.reasons_apart(drawn)
        context["reasons_open"] = any(one.value or one.errors for one in context["reasons"])
        context["part_url"] = reverse("act-discretion", args=[form.case_code, form.kind.kind])
    return context | {
        "duties": duties(
            form.law, form.procedure, form.kind.kind, timezone.localdate(), field=form.agency.field
        ),
        "here": _address("act", form),
        "check_url": _address("act-check", form),
        "draft_url": _address("act-draft", form),
        "drop_url": _address("act-drop", form),
        "preview_url": _address("act-preview", form),
    }


def _judged(form: ActForm, typed: Typed, trial: "Trial") -> dict[str, Any]:
    """The verdicts in the order one reads them, and what is not filled in apart from what is filled in wrongly."""
    empty = [name for name in trial.errors if name in form.law.fields and name not in typed.facts]
    lacking = [form.law.label(name) for name in empty]
    if not typed.performers and not form.preparing:
        lacking.insert(0, "实施人员")
    if not moment(typed.done_at) and not form.preparing:
        lacking.insert(0, "行为时间")
    # What stops the act comes first, a mere hint last.
    weight = [Severity.BLOCK, Severity.GRADE, Severity.WARN]
    applying = sorted(
        (one for one in trial.verdicts if one.applies), key=lambda one: weight.index(one.severity)
    )
    unfilled = form.asked(typed.facts) - typed.facts.keys() - form.known.keys()
    return {
        "beside": discretion_form.beside(form, typed, trial),
        "whole": trial.errors.get("", []),
        "outside": _outside(form, typed),
        "lacking": lacking,
        "wrong": [form.law.label(name) for name in trial.errors if name in typed.facts],
        "fixed": [(name, _said(name, typed, trial)) for name in FORM_AS_A_WHOLE if _has_box(form, name)],
        "breaches": [one for one in applying if one.outcome is Outcome.BREACH and not _waits(one, unfilled)],
        "hints_only": all(one.severity is Severity.WARN for one in applying if one.outcome is Outcome.BREACH),
        "unclear": [one for one in applying if one.outcome is Outcome.UNKNOWN or _waits(one, unfilled)],
        "passed": [verdict for verdict in applying if verdict.outcome is Outcome.PASS],
    }


def _outside(form: ActForm, typed: Typed) -> list[str]:
    """Who is named as a performer though his post does not answer for this stage: a hint, no refusal."""
    if not typed.performers:
        return []
    answer = answering(form.agency.code, form.procedure)
    names = names_of(outside(answer, typed.performers, form.kind.stage))
    return sorted(names.values())


def _waits(verdict: Verdict, unfilled: Set[str]) -> bool:
    """Whether a breach is only that boxes of this very form are still empty."""
    return verdict.outcome is Outcome.BREACH and bool(verdict.missing) and set(verdict.missing) <= unfilled


def _said(name: str, typed: Typed, trial: "Trial") -> Sequence[str]:
    """The errors of a box outside the fields, once something has been typed into it."""
    return trial.errors.get(name, []) if getattr(typed, name) else []


def _has_box(form: ActForm, name: str) -> bool:
    return bool(form.case) if name == "evidence" else not form.preparing
