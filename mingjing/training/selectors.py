"""What other rooms may read of examinations and sittings; nothing is written here."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from django.db.models import Max

from mingjing.kit.clock import BEIJING, legal_day
from mingjing.training.models import Exam, Learnt, Result, Sitting

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

LEARNT_KINDS: Final = {one.value: str(one.label) for one in Learnt.Kind}


def exams_set(open_on: date | None = None) -> list[Exam]:
    """Give the examinations, the latest first; with `open_on` those that may be sat on that day."""
    rows = Exam.objects.all()
    return list(rows.filter(opens_on__lte=open_on, closes_on__gte=open_on) if open_on else rows)


def exam_by_pk(pk: int) -> Exam | None:
    """Give an examination, or None."""
    return Exam.objects.filter(pk=pk).first()


def sittings_of(person: "Person", exam: Exam) -> list[Sitting]:
    """Give a person's sittings of an examination in their order."""
    return list(exam.sittings.filter(person=person).select_related("result").order_by("attempt"))


def own_sitting(person: "Person", pk: int) -> Sitting | None:
    """Give a person's own sitting, or None."""
    rows = Sitting.objects.select_related("exam", "person__agency", "sheet", "result")
    return rows.filter(pk=pk, person=person).first()


def results_in(exam: int, people: Collection[int]) -> dict[int, int]:
    """Give the best mark of each of these people in an examination; who has none is left out."""
    rows = Result.objects.filter(sitting__exam=exam, sitting__person__in=people)
    best = rows.values_list("sitting__person").annotate(best=Max("mark")).order_by()
    return dict(best)


def learnt_between(agencies: Collection[int], first: date, last: date) -> list[Learnt]:
    """Give what people of these agencies learnt from one day to another, the latest first."""
    rows = Learnt.objects.filter(person__agency__in=agencies, on__gte=first, on__lte=last)
    return list(rows.select_related("person__agency").order_by("-on", "-pk"))


def results_between(
    agencies: Collection[int], first: date, last: date
) -> "list[tuple[Person, date, str, bool]]":
    """Give the examinations people of these agencies sat in the time: who, when, which, and whether passed."""
    begins = datetime.combine(first, time(), BEIJING)
    ends = datetime.combine(last + timedelta(days=1), time(), BEIJING)
    rows = Result.objects.filter(
        sitting__person__agency__in=agencies, closed_at__gte=begins, closed_at__lt=ends
    )
    rows = rows.select_related("sitting__exam", "sitting__person__agency").order_by("-closed_at", "-pk")
    return [
        (one.sitting.person, legal_day(one.closed_at), one.sitting.exam.title, one.passed) for one in rows
    ]
