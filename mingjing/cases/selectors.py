"""What other rooms may read of cases. Every list is scoped to the agencies its viewer may see."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import Exact

from mingjing.cases.known import carried_over, held_by_system
from mingjing.cases.law import case_file, law_for
from mingjing.cases.merging import first_ids
from mingjing.cases.models import Act, Case, CaseCitation, CaseDeadline, CaseFinding, CaseHandler
from mingjing.lawengine.model import ActRecord, CaseHead, Law, NextAct, Performer, Standing
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

PAGE = 20


class NotFound(LookupError):
    """There is no such case for this viewer; whether it exists elsewhere is not said."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list and the marks that fetch its neighbours."""

    rows: Sequence[Case]
    after: str  # "" on the last page


def case_by_code(viewer: "Person", code: str) -> Case:
    """Give a case the viewer may see; raises NotFound for all others."""
    try:
        return _visible(viewer).select_related("agency").get(code=code)
    except Case.DoesNotExist:
        raise NotFound(code) from None


def case_by_own_code(code: str) -> Case:
    """Give the case of a code that another room has kept with a paper of its own; nobody's rights are asked here."""
    return Case.objects.select_related("agency").get(code=code)


def case_of_act(act_code: str) -> Case:
    """Give the case an act belongs to, for rooms that follow the sealed log."""
    return Case.objects.select_related("agency").get(acts__code=act_code)


def case_opened_by(once: str) -> Case:
    """Give the case whose first act was sent with this token."""
    return Case.objects.select_related("agency").get(acts__once=once)


def act_by_code(code: str) -> Act:
    """Give one act with its case and agency."""
    return Act.objects.select_related("case__agency").get(code=code)


def acts_by_codes(codes: Collection[str]) -> list[Act]:
    """Give the acts of these codes with their cases and agencies, in the order of the codes; of an unknown one none."""
    found = {act.code: act for act in Act.objects.filter(code__in=codes).select_related("case__agency")}
    return [found[code] for code in codes if code in found]


def acts_of(case: Case) -> list[Act]:
    """Give the acts of a case in the order they were recorded."""
    return list(Act.objects.of(case).order_by("seq"))


def acts_of_several(cases: Iterable[Case]) -> dict[int, list[Act]]:
    """Give the acts of some cases by the id of the case, each in the order they were recorded."""
    found: dict[int, list[Act]] = {case.pk: [] for case in cases}
    rows = Act.objects.filter(agency__in={case.agency_id for case in cases}, case__in=found)
    for act in rows.order_by("case_id", "seq"):
        found[act.case_id].append(act)
    return found


def engine_view(case: Case) -> tuple[Law, CaseHead, tuple[ActRecord, ...]]:
    """Give a case as the law engine reads it."""
    file = case_file(case)
    return file.law, file.head, file.acts


def facts_of(case: Case) -> Mapping[str, Any]:
    """Give what the acts of a case have stated so far."""
    return case_file(case).facts


def standing_of(case: Case, on: datetime) -> Standing:
    """Say where a case stands at a moment: limits, findings, score, and what may come next."""
    return case_file(case).state.standing(on)


def next_acts(case: Case, on: datetime) -> tuple[NextAct, ...]:
    """Give every kind of act with whether the law lets it come now, and if not why."""
    return standing_of(case, on).next_acts


def prefill(
    case: Case | None, agency: "Agency", kind: str, performers: Sequence[Performer]
) -> dict[str, Any]:
    """Give the facts of a form that nobody need type: of the agency, of the people, of the case so far."""
    file = case_file(case) if case else None
    law = file.law if file else law_for(agency)
    held = held_by_system(law.kinds[kind], agency, performers)
    return {**held, **(carried_over(law.kinds[kind], law, file.facts) if file else {})}


def case_list(viewer: "Person", filters: Mapping[str, str], after: str = "", *, limit: int = PAGE) -> Page:
    """Give one page of cases, latest act first.

    Filters: stage, agency, handler, procedure, overdue ("1"), ended ("0"/"1"), law and article cited,
    q (number, party or matter).
    """
    rows = _filtered(Case.objects.all(), filters)
    if after:
        at, pk = _mark(after)
        # Written so, and not with OR at the top, the database seeks instead of walking the pages before.
        rows = rows.filter(Q(last_act_at__lte=at) & (Q(last_act_at__lt=at) | Q(id__lt=pk)))
    found = _latest(rows, agencies_visible_to(viewer), limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], f"{last.last_act_at.isoformat()}~{last.pk}" if last else "")


def _latest(rows: QuerySet[Case], agencies: Sequence[int], limit: int) -> list[Case]:
    """Give the first cases of a list that spans these agencies, latest act first."""
    order = ("-last_act_at", "-id")
    wanted = first_ids(rows, agencies, order, limit=limit)
    found = Case.objects.filter(agency__in=agencies, pk__in=wanted)
    return list(found.select_related("agency").order_by(*order))


def exported(viewer: "Person", filters: Mapping[str, str], limit: int) -> QuerySet[Case]:
    """Give the cases of a filter for a spreadsheet, at most `limit` of them."""
    rows = _filtered(_visible(viewer), filters)
    return rows.select_related("agency").order_by("-last_act_at", "-id")[:limit]


def deadlines_running(viewer: "Person", *, topic: str = "") -> QuerySet[CaseDeadline]:
    """Give the limits still running, soonest first; a limit that has passed unmet is the most urgent of all."""
    rows = CaseDeadline.objects.filter(
        agency__in=agencies_visible_to(viewer), status__in=("running", "missed"), case__agency=F("agency")
    )
    if topic:
        rows = rows.filter(topic=topic)
    return rows.select_related("case__agency").order_by("due", "id")


def every_live_deadline(*, stage: str = "") -> QuerySet[CaseDeadline]:
    """Give the limits of live cases still running, of all agencies: `merging` narrows them to those of a viewer.

    The case is asked row by row: a database that joins the cases reads and sorts all limits of an agency, where its
    first few stand in order in an index.
    """
    case = Case.objects.filter(agency=OuterRef("agency"), pk=OuterRef("case"))
    rows = CaseDeadline.objects.filter(status__in=("running", "missed"))
    rows = rows.filter(Exact(Subquery(case.values("imported")[:1]), False))
    return rows.filter(Exact(Subquery(case.values("stage")[:1]), stage)) if stage else rows


def every_case() -> QuerySet[Case]:
    """Give the cases of all agencies, for `merging.Listed`."""
    return Case.objects.all()


def deadlines_of(case: Case) -> list[CaseDeadline]:
    """Give the limits of one case as last computed, the soonest first."""
    return list(CaseDeadline.objects.filter(agency=case.agency_id, case=case).order_by("due", "id"))


def findings_of(case: Case) -> list[CaseFinding]:
    """Give the findings of one case as last computed, the costliest first."""
    return list(
        CaseFinding.objects.filter(agency=case.agency_id, case=case).order_by(
            "-veto", "-points", "act_seq", "id"
        )
    )


def findings_seen_by(viewer: "Person") -> QuerySet[CaseFinding]:
    """Give the findings of every case the viewer may see."""
    return CaseFinding.objects.filter(agency__in=agencies_visible_to(viewer))


def cases_seen_by(viewer: "Person") -> QuerySet[Case]:
    """Give every case the viewer may see."""
    return _visible(viewer)


def cases_of_agency(agency: "Agency") -> QuerySet[Case]:
    """Give the cases of one agency, for rooms that match what comes in for it; nobody's sight is asked here."""
    return Case.objects.filter(agency=agency).select_related("agency")


def handled_by(person: "Person") -> QuerySet[Case]:
    """Give the live cases a person handles, the soonest limit first."""
    return Case.objects.filter(
        agency__in=agencies_visible_to(person),
        handler_rows__agency=F("agency"),
        handler_rows__username=person.username,
        ended=False,
    ).order_by("next_due", "-id")


def unassigned(viewer: "Person") -> QuerySet[Case]:
    """Give the live cases that nobody handles yet, the soonest limit first: they wait for everybody."""
    anybody = CaseHandler.objects.filter(agency=OuterRef("agency"), case=OuterRef("pk"))
    rows = _visible(viewer).filter(~Exists(anybody), ended=False, imported=False)
    return rows.order_by("next_due", "-id")


def _visible(viewer: "Person") -> QuerySet[Case]:
    return Case.objects.filter(agency__in=agencies_visible_to(viewer))


def _filtered(rows: QuerySet[Case], filters: Mapping[str, str]) -> QuerySet[Case]:
    for name, column in {"stage": "stage", "agency": "agency__code", "procedure": "procedure"}.items():
        if value := filters.get(name):
            rows = rows.filter(**{column: value})
    if law := filters.get("law"):
        cited = CaseCitation.objects.filter(law=law, agency=OuterRef("agency"), case=OuterRef("pk"))
        article = filters.get("article", "")
        rows = rows.filter(Exists(cited.filter(article=int(article)) if article.isdecimal() else cited))
    if handler := filters.get("handler"):
        rows = rows.filter(handler_rows__username=handler, handler_rows__agency=F("agency"))
    if filters.get("overdue") == "1":
        rows = rows.filter(next_due__lt=date.fromisoformat(filters["today"]))
    if (ended := filters.get("ended")) in {"0", "1"}:
        rows = rows.filter(ended=ended == "1")
    if text := filters.get("q", "").strip():
        rows = rows.filter(
            Q(number__contains=text)
            | Q(decision_no__contains=text)
            | Q(party_name__contains=text)
            | Q(title__contains=text)
        )
    return rows


def cases_opened_under(tokens: Collection[str]) -> dict[str, str]:
    """Give by token the code of the case that was opened under it: what a file holds that is in already."""
    rows = Act.objects.filter(once__in=tokens, seq=1)
    return dict(rows.values_list("once", "case__code"))


def _mark(after: str) -> tuple[datetime, int]:
    at, _, pk = after.partition("~")
    return datetime.fromisoformat(at), int(pk)
