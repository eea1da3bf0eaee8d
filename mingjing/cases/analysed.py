"""What analysis reads of many cases at once: heads, acts, penalties, limits, findings; nothing is judged or written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from mingjing.cases.models import Act, Case, CaseDeadline, CaseFinding, CaseOutcome
from mingjing.cases.outcomes import PENALTY
from mingjing.kit.clock import BEIJING


@dataclass(frozen=True, slots=True)
class Acted:
    """One act as analysis reads it; its facts are empty where they were not asked for."""

    seq: int
    kind: str
    done_at: datetime | None
    facts: Mapping[str, Any]


def cases_of_acts(codes: Collection[str]) -> list[Case]:
    """Give the cases that these acts belong to, each once."""
    ids = Act.objects.filter(code__in=codes).order_by().values_list("case_id", flat=True)
    return list(Case.objects.filter(pk__in=set(ids)).select_related("agency").order_by("pk"))


def cases_after(pk: int, limit: int) -> list[Case]:
    """Give the next cases behind an id, in the order of their ids."""
    return list(Case.objects.filter(pk__gt=pk).select_related("agency").order_by("pk")[:limit])


def acts_of_cases(cases: Collection[int], telling: Collection[str]) -> dict[int, list[Acted]]:
    """Give the acts of some cases in the order they were recorded, with the facts of the kinds `telling` alone."""
    rows = Act.objects.filter(case__in=cases).order_by("case_id", "seq")
    facts = {
        (case, seq): told
        for case, seq, told in rows.filter(kind__in=telling).values_list("case_id", "seq", "facts")
    }
    found: dict[int, list[Acted]] = {}
    for case, seq, kind, done_at in rows.values_list("case_id", "seq", "kind", "done_at"):
        found.setdefault(case, []).append(Acted(seq, kind, done_at, facts.get((case, seq), {})))
    return found


def penalties_of_cases(cases: Collection[int]) -> dict[int, list[CaseOutcome]]:
    """Give the penalties of some cases that stand, in the order they were decided."""
    rows = CaseOutcome.objects.filter(case__in=cases, outcome=PENALTY, standing=True)
    found: dict[int, list[CaseOutcome]] = {}
    for one in rows.order_by("case_id", "act_seq"):
        found.setdefault(one.case_id, []).append(one)
    return found


def limits_ending(agencies: Collection[int], first: date, last: date) -> QuerySet[CaseDeadline]:
    """Give the limits of these agencies that end from one day to another."""
    # `urges` narrows nothing; named with both its values it lets the database seek in the index by agency and day.
    rows = CaseDeadline.objects.filter(agency__in=agencies, urges__in=(True, False))
    return rows.filter(due__gte=_midnight(first), due__lt=_midnight(last, 1))


def breaches_of(agencies: Collection[int], first: date, last: date) -> QuerySet[CaseFinding]:
    """Give the breaches found in the cases of these agencies that were opened from one day to another."""
    rows = CaseFinding.objects.filter(agency__in=agencies, outcome="breach").exclude(severity="warn")
    return rows.filter(case__opened_on__gte=first, case__opened_on__lte=last)


def heads_of(pks: Collection[int]) -> dict[int, Case]:
    """Give the heads of some cases by their ids, for a list that names them."""
    return {one.pk: one for one in Case.objects.filter(pk__in=pks).select_related("agency")}


def _midnight(day: date, after: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=after), time(), BEIJING)
