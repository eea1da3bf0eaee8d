"""Acts as statistics count them: by kind, by the day they were done and the day they were recorded; no judging."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Case as CaseWhen
from django.db.models import F, Q, When

from mingjing.cases.merging import first_of_each
from mingjing.cases.models import Act, Case
from mingjing.kit.clock import BEIJING, legal_day

CHUNK: Final = 2000
IDS: Final = 500  # so many cases are asked for at once


@dataclass(frozen=True, slots=True)
class Tallied:
    """One act of a case."""

    case: int
    case_code: str
    agency: int
    code: str
    seq: int
    kind: str
    on: date
    facts: Mapping[str, Any]
    imported: bool = False


def tallied(
    agencies: Collection[int],
    kinds: Collection[str],
    *,
    since: date,
    until: date,
    recorded_before: datetime,
    telling: Collection[str],
    imported: bool,
) -> list[Tallied]:
    """Give the acts of these kinds that were done from one day to another and recorded before a moment.

    Old cases that were imported count on the day of their acts too, or are left out. Acts only grow, so the same
    arguments give the same acts once that moment is past; of a case whose content was lawfully destroyed the facts
    are empty. Facts are read of the kinds `telling` alone.
    """
    begins = _midnight(since)
    opened = Q(case__opened_on__lte=until) | Q(case__opened_on=None)  # an old case may not say its first day
    rows = Act.objects.filter(agency__in=agencies, case__agency__in=agencies, kind__in=kinds)
    if not imported:
        rows, opened = rows.filter(case__imported=False), Q(case__opened_on__lte=until)
    rows = (
        rows
        # An act is recorded after it was done, and none is done before the first of its case: cases that lay still
        # before the time or were opened after it are left out without a look at their acts.
        .filter(opened, case__last_act_at__gte=begins)
        .filter(done_at__gte=begins, done_at__lt=_midnight(until, 1))
        .filter(recorded_at__lt=recorded_before)
        .order_by()
    )
    told = When(kind__in=sorted(telling), then=F("facts"))
    return list(_given(rows.annotate(told=CaseWhen(told, default=None))))


def opened_first(agencies: Collection[int]) -> dict[int, date]:
    """Give the day on which the first live case of each of these agencies was opened."""
    rows = Case.objects.filter(imported=False, opened_on__isnull=False)
    found = first_of_each(rows, list(agencies), "opened_on")
    return {agency: date.fromisoformat(str(day)) for agency, day in found.items()}


def told_before(
    cases: Collection[int], kinds: Collection[str], *, until: date, recorded_before: datetime
) -> Iterator[Tallied]:
    """Give all acts of these kinds in some cases up to a day, recorded before a moment, case by case in order."""
    ids = sorted(cases)
    for start in range(0, len(ids), IDS):
        rows = Act.objects.filter(case__in=ids[start : start + IDS], kind__in=kinds)
        rows = rows.filter(done_at__lt=_midnight(until, 1), recorded_at__lt=recorded_before)
        yield from _given(rows.order_by("case_id", "seq").annotate(told=F("facts")))


def _given(rows: Any) -> Iterator[Tallied]:
    columns = (
        "case_id",
        "case__code",
        "case__agency_id",
        "code",
        "seq",
        "kind",
        "done_at",
        "told",
        "imported",
    )
    for case, case_code, agency, code, seq, kind, done_at, told, old in rows.values_list(*columns).iterator(
        CHUNK
    ):
        yield Tallied(case, case_code, agency, code, seq, kind, legal_day(done_at), told or {}, old)


def _midnight(day: date, after: int = 0) -> datetime:
    return datetime.combine(day + timedelta(days=after), time(), BEIJING)
