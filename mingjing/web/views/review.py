"""The legal-review desk: what waits for whom, and one case with the law's reasons, the eight points and the form."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from mingjing.cases import selectors as cases
from mingjing.cases import shown
from mingjing.cases.law import law_of
from mingjing.evidence.selectors import evidence_of
from mingjing.lawengine.model import Law
from mingjing.personnel.selectors import names_of
from mingjing.review import selectors
from mingjing.review.checklist import Point
from mingjing.web import act_form as forms
from mingjing.web import limits
from mingjing.web.access import SignedRequest, allowed, case_of
from mingjing.web.views import acts

if TYPE_CHECKING:
    from mingjing.cases.models import Act, Case, CaseDeadline

PAGE = "web/review/case.html"
POINTS = "review_points"


@allowed("act.review")
def review(request: SignedRequest) -> HttpResponseBase:
    """The desk: what is to be reviewed, what was returned, and disagreements."""
    queue, now = selectors.review_queue(request.user), timezone.now()
    piles = {"to_review": queue.to_review, "returned": queue.returned, "disagreed": queue.disagreed}
    names = names_of(name for pile in piles.values() for one in pile for name in one.case.handlers)
    context = {
        "reviews": "reviewer" in request.user.roles,
        **{pile: [_line(one, now, names) for one in lines] for pile, lines in piles.items()},
    }
    return render(request, "web/review/list.html", context)


def _line(one: selectors.Waiting, now: datetime, names: Mapping[str, str]) -> dict[str, Any]:
    law = law_of(one.case)
    opinion = one.progress.opinion
    conclusion = opinion.facts.get("review_conclusion", "") if opinion else ""
    return {
        "waiting": one,
        "case": one.case,
        "did": law.title_of(one.last.kind),
        "conclusion": law.fields["review_conclusion"].label(conclusion) if conclusion else "",
        "handlers": [names[name] for name in one.case.handlers if name in names],
        **_limit(one.due, law, now),
    }


def _limit(due: "CaseDeadline | None", law: Law, now: datetime) -> dict[str, Any]:
    left, colour = limits.left_of(due.due, due.status, now, law.calendar) if due else ("", "")
    return {"due": due.due if due else None, "left": left, "colour": colour}


# --- one case ---------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@allowed("act.review")
def case(request: SignedRequest, code: str) -> HttpResponseBase:
    """One case under review (GET), or the reviewer's opinion recorded (POST); refused with 422, the draft kept."""
    found, now = case_of(request, code), timezone.now()
    progress = selectors.progress_of(found)
    waits_for = "" if found.ended else progress.waits_for
    more = _context(request, found, progress, waits_for, now)
    form = _form(request, found, selectors.OPINED)
    if request.method == "POST":
        if form is None:
            raise PermissionDenied("法制审核意见由法制审核人员出具，您的角色不能办理。")
        typed = form.read(request.POST)
        return acts.record(request, form, PAGE, more | _rows(form, more["lines"], typed))
    if form is None or found.ended or waits_for == "officer":
        return render(request, PAGE, more)
    return acts.show(request, form, PAGE, more | _rows(form, more["lines"], form.start()))


def _form(request: SignedRequest, found: "Case", kind: str) -> forms.ActForm | None:
    """The form of an act, or None where it is not this person's to record."""
    known = law_of(found).kinds.get(kind)
    if known is None or found.procedure not in known.procedures:
        return None
    if forms.why_not(request.user, known, found.agency) is not None:
        return None
    return forms.act_form(request.user, kind, found)


def _rows(form: forms.ActForm, lines: Sequence[Mapping[str, Any]], typed: forms.Typed) -> dict[str, Any]:
    """The eight rows of the form: as typed, or with what the machine found to start from."""
    rows = typed.facts.get(POINTS, [])
    kept = {row.get("point"): row for row in rows}
    columns = form.law.fields
    return {
        "lines": [
            {
                **line,
                "index": index,
                "finding": _kept(kept, line["point"], "finding") if rows else line["point"].said(),
                "opinion": _kept(kept, line["point"], "opinion"),
            }
            for index, line in enumerate(lines)
        ],
        "opinions": columns["opinion"].options,
        "finding_length": columns["finding"].max_length,
    }


def _kept(rows: Mapping[str, Mapping[str, str]], point: Point, column: str) -> str:
    return rows.get(point.no, {}).get(column, "")


def _context(
    request: SignedRequest, found: "Case", progress: selectors.Progress, waits_for: str, now: datetime
) -> dict[str, Any]:
    """What everybody sees: the reasons, the eight points, the papers, the opinions so far, whose turn it is."""
    law, done = law_of(found), cases.acts_of(found)
    reasons = selectors.reasons_major(found, now)
    check = selectors.checklist(found, now)
    return {
        "case": found,
        "progress": progress,
        "waits_for": waits_for,
        "reasons": [one for one in reasons if one.certain],
        "possible": [one for one in reasons if not one.certain],
        "check": check,
        "lines": [{"point": point, "said": _said(law, progress, point)} for point in check.points],
        "rounds": _rounds(law, done),
        "papers": _papers(law, found.procedure, done),
        "items": evidence_of(found.code),
        "disagreement": selectors.disagreement_of(found),
        "may_resubmit": waits_for == "officer" and "officer" in request.user.roles,
        "may_settle": waits_for == "officer" and "head" in request.user.roles,
        **_limit(selectors.due_of(found), law, now),
    }


def _said(law: Law, progress: selectors.Progress, point: Point) -> dict[str, str]:
    """What the latest opinion says of a point, as people read it; nothing where there is none."""
    rows = progress.opinion.facts.get(POINTS, ()) if progress.opinion else ()
    row = next((row for row in rows if row.get("point") == point.no), None)
    if row is None:
        return {}
    code = row.get("opinion", "")
    title = law.fields["opinion"].label(code) if code else shown.UNKNOWN
    return {"finding": row.get("finding", ""), "code": code, "title": title}


def _papers(law: Law, procedure: str, done: Sequence["Act"]) -> list[Mapping[str, Any]]:
    """The acts that give a document, with its title; one not drawn yet is drawn when it is opened."""
    kinds = law.kinds
    titled = [
        (act, kinds[act.kind].form_in(procedure)) for act in done if act.kind in kinds and not act.imported
    ]
    return [{"act": act, "title": law.forms[form].title} for act, form in titled if form in law.forms]


def _rounds(law: Law, done: Sequence["Act"]) -> list[Mapping[str, Any]]:
    """The acts of the review, the latest first, as people read them."""
    of_review = [act for act in done if act.kind in selectors.KINDS]
    names = names_of({act.recorded_by for act in of_review})
    return [
        {
            "act": act,
            "title": law.title_of(act.kind),
            "by": names.get(act.recorded_by, act.recorded_by),
            "facts": [fact for fact in _facts(law, act, names) if fact.name != POINTS],
        }
        for act in reversed(of_review)
    ]


def _facts(law: Law, act: "Act", names: Mapping[str, str]) -> list[shown.Fact]:
    return shown.facts_of_act(law.kinds.get(act.kind), law, act.facts, names)
