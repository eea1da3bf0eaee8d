"""What rooms that watch over agencies read of cases: plain rows since a day; nobody's rights are asked here."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from mingjing.cases.models import Act, Case, CaseDeadline, CaseFinding
from mingjing.kit.clock import BEIJING, legal_day

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class WatchedCase:
    """The case that a row is about, as a list names it."""

    code: str
    agency: int
    name: str


def _case(row: dict[str, Any]) -> WatchedCase:
    name = row["case__number"] or row["case__decision_no"] or "未编号案件"
    # Never the party: whoever shares a task with an agency need not see whom it deals with.
    return WatchedCase(row["case__code"], row["case__agency"], name)


_CASE = ("case__code", "case__agency", "case__number", "case__decision_no", "case__imported")


def performances(
    agencies: Collection[int], since: date | None
) -> Iterator[tuple[WatchedCase, int, str, date, list[dict[str, Any]], bool]]:
    """Give the acts done since a day: case, place, kind, day, performers as recorded, imported."""
    rows = Act.objects.filter(
        agency__in=agencies, case__agency__in=agencies, case__erased=False, done_at__isnull=False
    )
    if since is not None:
        rows = rows.filter(done_at__gte=_midnight(since))
    for row in (
        rows.order_by("id").values("seq", "kind", "done_at", "performers", "imported", *_CASE).iterator(CHUNK)
    ):
        yield (
            _case(row),
            row["seq"],
            row["kind"],
            legal_day(row["done_at"]),
            row["performers"],
            row["imported"],
        )


def findings(
    agencies: Collection[int], since: date | None
) -> Iterator[tuple[WatchedCase, dict[str, Any], date | None]]:
    """Give the findings of acts done since a day; one of a case as a whole goes by the day the case was opened."""
    act = Act.objects.filter(agency=OuterRef("agency"), case=OuterRef("case"), seq=OuterRef("act_seq"))
    rows = CaseFinding.objects.filter(agency__in=agencies).annotate(done=Subquery(act.values("done_at")[:1]))
    if since is not None:
        whole = Q(done__isnull=True) & (Q(case__opened_on__gte=since) | Q(case__opened_on__isnull=True))
        rows = rows.filter(Q(done__gte=_midnight(since)) | whole)
    names = ("rule", "outcome", "veto", "title", "reason", "act_seq", "done", "case__opened_on")
    for row in rows.order_by("id").values(*names, *_CASE).iterator(CHUNK):
        yield _case(row), row, legal_day(row["done"]) if row["done"] else row["case__opened_on"]


def limits(
    agencies: Collection[int], since: date | None
) -> Iterator[tuple[WatchedCase, dict[str, Any], date | None]]:
    """Give the limits that ran out since a day, or still run."""
    rows = CaseDeadline.objects.filter(agency__in=agencies)
    if since is not None:
        rows = rows.filter(due__gte=_midnight(since))
    names = ("rule", "topic", "title", "status", "due")
    for row in rows.order_by("id").values(*names, *_CASE).iterator(CHUNK):
        yield _case(row), row, legal_day(row["due"]) if row["due"] else None


def standing_cases(
    agencies: Collection[int], since: date | None
) -> Iterator[tuple[WatchedCase, dict[str, Any], date | None]]:
    """Give the cases opened since a day, as their derived rows say they stand."""
    rows = Case.objects.filter(agency__in=agencies, erased=False)
    if since is not None:
        rows = rows.filter(opened_on__gte=since)
    names = ("code", "agency", "number", "decision_no", "stage", "ended", "imported", "vetoed", "score")
    for row in rows.order_by("id").values(*names, "handlers", "opened_on").iterator(CHUNK):
        yield _case({f"case__{name}": row[name] for name in names}), row, row["opened_on"]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=BEIJING)
