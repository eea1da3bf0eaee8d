"""Limits and files of an agency as an appraisal counts them, one line each; nothing is written here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef

from mingjing.cases.models import Case, CaseDeadline, CaseFinding, CaseOutcome
from mingjing.kit.clock import BEIJING, legal_day

CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit whose day fell in the time."""

    case_code: str
    title: str
    topic: str
    status: str
    urges: bool
    day: date


@dataclass(frozen=True, slots=True)
class Decided:
    """One file with a penalty decided in the time; `broken`: the items of the review standard it breaks."""

    case_code: str
    number: str
    day: date
    score: int
    vetoed: bool
    broken: frozenset[str]


def limits_due(agency_id: int, begins: date, ends: date) -> Iterator[Limit]:
    """Give the limits of an agency's live cases that end in the time, in the order of their days."""
    since = datetime.combine(begins, time.min, tzinfo=BEIJING)
    until = datetime.combine(ends + timedelta(days=1), time.min, tzinfo=BEIJING)
    rows = CaseDeadline.objects.filter(
        agency=agency_id, case__imported=False, due__gte=since, due__lt=until
    ).order_by("due", "id")
    columns = ("case__code", "title", "topic", "status", "urges", "due")
    for code, title, topic, status, urges, due in rows.values_list(*columns).iterator(CHUNK):
        yield Limit(code, title, topic, status, urges, legal_day(due))


def files_decided(agency_id: int, begins: date, ends: date) -> Iterator[Decided]:
    """Give the files of an agency in which a penalty that stands was decided in the time."""
    decided = CaseOutcome.objects.filter(
        agency=agency_id, outcome="penalty", standing=True, decided_on__gte=begins, decided_on__lte=ends
    )
    days: dict[int, date] = {}
    for case, day in decided.order_by("decided_on").values_list("case", "decided_on"):
        days.setdefault(case, day)
    there = Exists(decided.filter(case=OuterRef("case")))
    broken: dict[int, set[str]] = {}
    rows = CaseFinding.objects.filter(there, agency=agency_id, outcome="breach").exclude(severity="warn")
    for case, item in rows.exclude(item="").values_list("case", "item").iterator(CHUNK):
        broken.setdefault(case, set()).add(item)
    live = Case.objects.filter(
        Exists(decided.filter(case=OuterRef("pk"))), imported=False, erased=False
    ).order_by("id")
    for one in live.iterator(CHUNK):
        name = one.decision_no or one.number
        marks = frozenset(broken.get(one.pk, ()))
        yield Decided(one.code, name, days[one.pk], one.score, one.vetoed, marks)
