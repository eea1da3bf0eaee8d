"""Hours of training by year against what the province demands: who has how many and who is short."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Sum

from mingjing.kit.clock import legal_day
from mingjing.personnel.authority import terms_of
from mingjing.personnel.refusals import RegisterRefused, empty, not_theirs, unfit
from mingjing.personnel.register_log import note
from mingjing.personnel.selectors import NotOnRegister, officers_in, person
from mingjing.training.models import Exam, Learnt, Result
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

MOST_AT_ONCE: Final = 200  # hours of one class; more is a slip of the pen


@dataclass(frozen=True, slots=True)
class Balance:
    """The hours of one person in one year."""

    person: "Person"
    year: int
    hours: int
    demanded: int
    lines: tuple[Learnt, ...] = ()

    @property
    def short(self) -> int:
        """How many hours are missing."""
        return max(0, self.demanded - self.hours)


def balance_of(one: "Person", year: int) -> Balance:
    """Give a person's hours of a year, line by line."""
    lines = tuple(Learnt.objects.filter(person=one, year=year))
    return Balance(one, year, sum(line.hours for line in lines), terms_of(one.agency).hours, lines)


def balances(agencies: Collection["Agency"], year: int) -> list[Balance]:
    """Give the hours of every officer of these agencies, who lacks most first."""
    demanded = {one.pk: terms_of(one).hours for one in agencies}
    people = officers_in(demanded)
    rows = Learnt.objects.filter(year=year, person__in=[one.pk for one in people]).order_by()
    summed = Counter(dict(rows.values_list("person").annotate(all=Sum("hours"))))
    found = [Balance(one, year, summed[one.pk], demanded[one.agency_id]) for one in people]
    return sorted(found, key=lambda one: (-one.short, one.person.agency.code, one.person.username))


@transaction.atomic
def record_class(
    *, username: str, title: str, hours: int, on: date, proof: str, by: str, at: datetime
) -> Learnt:
    """Enter a class that somebody attended. Raises RegisterRefused, having written nothing."""
    errors = not_theirs("title", "training.manage", by) | empty({"title": title, "proof": proof})
    errors |= unfit(Learnt, {"title": title, "proof": proof})
    if not 0 < hours <= MOST_AT_ONCE:
        errors["hours"] = [f"学时应当在 1 到 {MOST_AT_ONCE} 之间。"]
    if on > legal_day(at):
        errors["on"] = ["日期晚于今天。请在培训结束后登记。"]
    learner = _learner(username)
    if learner is None:
        errors["username"] = [f"没有用户名为“{username}”的人员。请从名单中选择。"]
    course = f"class:{on.isoformat()}:{title.strip()}"[:120]
    take_turn("class", username)
    if learner and Learnt.objects.filter(person=learner, year=on.year, course=course).exists():
        errors["title"] = ["这次培训已经登记过。"]
    if errors or learner is None:
        raise RegisterRefused(errors)
    row = Learnt.objects.create(
        person=learner,
        year=on.year,
        kind=Learnt.Kind.CLASS,
        course=course,
        title=title.strip(),
        hours=hours,
        on=on,
        proof=proof.strip(),
        by=by,
        at=at,
    )
    told = {"title": row.title, "hours": hours, "on": on.isoformat(), "proof": row.proof}
    note(by, "class_recorded", username, told)
    return row


def _learner(username: str) -> "Person | None":
    try:
        return person(username)
    except NotOnRegister:
        return None


def count_exam(*, person: "Person", exam: Exam, result: Result) -> None:
    """Count the hours of a passed examination, once a year."""
    day = legal_day(result.closed_at)
    Learnt.objects.get_or_create(
        person=person,
        year=day.year,
        course=f"exam:{exam.pk}",
        defaults={
            "kind": Learnt.Kind.EXAM,
            "title": exam.title,
            "hours": exam.hours,
            "correct": result.correct,
            "total": result.total,
            "on": day,
            "by": person.username,
            "at": result.closed_at,
        },
    )
