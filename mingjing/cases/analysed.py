"""What analysis reads of many cases at once: heads, acts, penalties, limits, findings; nothing is judged or written."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mingjing.cases.models import Act, Case, CaseDeadline, CaseFinding, CaseOutcome
from mingjing.cases.outcomes import PENALTY


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
    return cases_by_ids(set(ids))


def cases_after(pk: int, limit: int) -> list[Case]:
    """Give the next cases behind an id, in the order of their ids."""
    return list(Case.objects.filter(pk__gt=pk).select_related("agency").order_by("pk")[:limit])


def acts_of_cases(cases: Collection[Case], telling: Collection[str]) -> dict[int, list[Acted]]:
    """Give the acts of some cases in the order they were recorded, with the facts of the kinds `telling` alone."""
    # With their agencies, so that only their partitions are read.
    agencies = {one.agency_id for one in cases}
    rows = Act.objects.filter(agency__in=agencies, case__in=[one.pk for one in cases]).order_by(
        "case_id", "seq"
    )
    facts = {
        (case, seq): told
        for case, seq, told in rows.filter(kind__in=telling).values_list("case_id", "seq", "facts")
    }
    found: dict[int, list[Acted]] = {}
    for case, seq, kind, done_at in rows.values_list("case_id", "seq", "kind", "done_at"):
        found.setdefault(case, []).append(Acted(seq, kind, done_at, facts.get((case, seq), {})))
    return found


def facts_of_cases(cases: Collection[Case], kinds: Collection[str]) -> dict[int, list[Acted]]:
    """Give the acts of these kinds of some cases with their facts, in the order they were recorded."""
    agencies = {one.agency_id for one in cases}
    rows = Act.objects.filter(agency__in=agencies, case__in=[one.pk for one in cases], kind__in=kinds)
    found: dict[int, list[Acted]] = {}
    for case, *told in rows.order_by("case_id", "seq").values_list(
        "case_id", "seq", "kind", "done_at", "facts"
    ):
        found.setdefault(case, []).append(Acted(*told))
    return found


def cases_by_codes(codes: Collection[str]) -> list[Case]:
    """Give some cases by what stands in their addresses."""
    return list(Case.objects.filter(code__in=codes).select_related("agency").order_by("pk"))


def penalties_of_cases(cases: Collection[int]) -> dict[int, list[CaseOutcome]]:
    """Give the penalties of some cases that stand, in the order they were decided."""
    rows = CaseOutcome.objects.filter(case__in=cases, outcome=PENALTY, standing=True)
    found: dict[int, list[CaseOutcome]] = {}
    for one in rows.order_by("case_id", "act_seq"):
        found.setdefault(one.case_id, []).append(one)
    return found


def limits_of_cases(cases: Collection[int]) -> dict[int, list[tuple[str, datetime, str]]]:
    """Give rule, end and status of the limits of some cases that have an end."""
    found: dict[int, list[tuple[str, datetime, str]]] = {}
    rows = CaseDeadline.objects.filter(case__in=cases, due__isnull=False).order_by("case_id", "due", "id")
    for case, rule, due, status in rows.values_list("case_id", "rule", "due", "status"):
        if due is not None:
            found.setdefault(case, []).append((rule, due, status))
    return found


def breaches_of_cases(cases: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Give rule and title of what was found wrong in some cases; hints are no breaches."""
    found: dict[int, list[tuple[str, str]]] = {}
    rows = CaseFinding.objects.filter(case__in=cases, outcome="breach").exclude(severity="warn")
    for case, rule, title in rows.order_by("case_id", "id").values_list("case_id", "rule", "title"):
        found.setdefault(case, []).append((rule, title))
    return found


def cases_by_ids(pks: Collection[int]) -> list[Case]:
    """Give some cases in the order of their ids."""
    return list(Case.objects.filter(pk__in=pks).select_related("agency").order_by("pk"))
