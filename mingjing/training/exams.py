"""Examinations: set, sat, saved, closed and graded. Time is the server's: a sitting past its end takes no answer."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.kit.canonical import digest
from mingjing.kit.clock import legal_day
from mingjing.personnel.refusals import RegisterRefused, empty, not_theirs, unfit, unknown
from mingjing.personnel.register_log import note
from mingjing.training import hours
from mingjing.training.draw import grade, letters, paper_of
from mingjing.training.models import AnswerSheet, Exam, Question, Result, Sitting

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

BOUNDS: Final = {
    "minutes": (5, 300, "时长"),
    "pass_mark": (1, 100, "合格分"),
    "attempts": (1, 10, "每人可考次数"),
    "hours": (0, 40, "合格计学时"),
}
MOST_QUESTIONS: Final = 300


class ExamRefused(Exception):
    """Nothing was written; says why in Chinese."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it stands on a paper."""

    number: int
    question: Question
    answer: str  # what was answered


@transaction.atomic
def define_exam(  # noqa: PLR0913 - an examination, each part of it named by the caller
    *,
    title: str,
    parts: Sequence[Mapping[str, Any]],
    minutes: int,
    pass_mark: int,
    attempts: int,
    hours: int,
    qualifies: bool,
    opens_on: date,
    closes_on: date,
    at: datetime,
    by: str,
) -> Exam:
    """Set an examination on the questions that the bank holds now. Raises RegisterRefused, having written nothing."""
    errors = (
        not_theirs("title", "training.manage", by) | empty({"title": title}) | unfit(Exam, {"title": title})
    )
    figures = {"minutes": minutes, "pass_mark": pass_mark, "attempts": attempts, "hours": hours}
    for name, (least, most, words) in BOUNDS.items():
        if not least <= figures[name] <= most:
            errors[name] = [f"{words}应当在 {least} 到 {most} 之间。"]
    if closes_on < opens_on:
        errors["closes_on"] = ["截止日早于开放日。请核对。"]
    pool, wrong = _pool(parts)
    if errors | wrong:
        raise RegisterRefused(errors | wrong)
    exam = Exam.objects.create(
        title=title.strip(),
        parts=[dict(part) for part in parts],
        qualifies=qualifies,
        opens_on=opens_on,
        closes_on=closes_on,
        pool=pool,
        created_by=by,
        created_at=at,
        **figures,
    )
    note(by, "exam_set", f"exam-{exam.pk}", {"title": exam.title, "parts": exam.parts, **figures})
    return exam


def _pool(parts: Sequence[Mapping[str, Any]]) -> tuple[list[list[str]], dict[str, list[str]]]:
    """Give the questions that each part may draw, and what is wrong with the parts."""
    if not parts:
        return [], {"parts": ["请至少写一个科目的题数。"]}
    wrong = unknown("parts", [part["kind"] for part in parts], Question.Kind.values, "题型")
    pool, faults = [], []
    for part in parts:
        rows = Question.objects.filter(current=True, subject=part["subject"], kind=part["kind"])
        found = sorted(rows.values_list("digest", flat=True))
        if not 0 < part["count"] <= len(found):
            faults.append(
                f"“{part['subject']}”要 {part['count']} 题，题库现有 {len(found)} 题。请改题数或先导入。"
            )
        pool.append(found)
    if sum(part["count"] for part in parts) > MOST_QUESTIONS:
        faults.append(f"一份试卷最多 {MOST_QUESTIONS} 题。")
    return pool, wrong | ({"parts": faults} if faults else {})


def begin(*, exam: Exam, person: "Person", at: datetime) -> Sitting:
    """Draw this person's paper and start the clock; a sitting still running is given back. Raises ExamRefused."""
    with transaction.atomic():
        Exam.objects.select_for_update().get(pk=exam.pk)  # two clicks must not draw two papers
        sittings = list(exam.sittings.filter(person=person).select_related("result").order_by("attempt"))
        for one in sittings:
            if not closed(one) and not close_if_over(one, at=at):
                return one
        _may_sit(exam, person, sittings, at)
        seed = secrets.token_hex(16)
        sitting = Sitting.objects.create(
            exam=exam,
            person=person,
            attempt=len(sittings) + 1,
            seed=seed,
            paper=digest(_drawn(exam, seed)),
            started_at=at,
            ends_at=at + timedelta(minutes=exam.minutes),
        )
        AnswerSheet.objects.create(sitting=sitting, saved_at=at)
        note(
            person.username,
            "exam_begun",
            person.username,
            {"exam": exam.pk, "attempt": sitting.attempt, "seed": seed, "paper": sitting.paper},
        )
        return sitting


def _may_sit(exam: Exam, person: "Person", sittings: Sequence[Sitting], at: datetime) -> None:
    day = legal_day(at)
    if not exam.opens_on <= day <= exam.closes_on:
        raise ExamRefused(f"考试“{exam.title}”今天不开放。开放时间为 {exam.opens_on} 至 {exam.closes_on}。")
    if person.is_auxiliary and exam.qualifies:
        raise ExamRefused("执法辅助人员不能参加执法资格考试。")
    if Result.objects.filter(sitting__exam=exam, sitting__person=person, passed=True).exists():
        raise ExamRefused(f"您已通过考试“{exam.title}”，不必再考。")
    if len(sittings) >= exam.attempts:
        raise ExamRefused(f"考试“{exam.title}”每人可考 {exam.attempts} 次，您已考满。")


def _drawn(exam: Exam, seed: str) -> list[str]:
    return paper_of(seed, exam.pool, [part["count"] for part in exam.parts])


def paper(sitting: Sitting) -> list[Question]:
    """Make the paper of a sitting again from its seed. Raises ExamRefused where it is not the paper that was drawn."""
    wanted = _drawn(sitting.exam, sitting.seed)
    if digest(wanted) != sitting.paper:
        raise ExamRefused("试卷与当时抽取的不一致：考试的题目范围已被改动。请联系系统管理员。")
    found = {one.digest: one for one in Question.objects.filter(digest__in=wanted)}
    return [found[one] for one in wanted]


def sheet_of(sitting: Sitting) -> list[Asked]:
    """Give the paper with what has been answered, the result's answers once there is one."""
    told = sitting.result.answers if closed(sitting) else sitting.sheet.answers
    return [Asked(n, one, letters(told.get(str(n)))) for n, one in enumerate(paper(sitting), 1)]


def closed(sitting: Sitting) -> bool:
    """Say whether a sitting has its result."""
    return Result.objects.filter(sitting=sitting).exists()


@transaction.atomic
def save_answers(*, sitting: Sitting, answers: Mapping[str, object], at: datetime) -> None:
    """Keep what has been answered so far. Raises ExamRefused once the sitting is closed or its time is over."""
    sheet = AnswerSheet.objects.select_for_update().get(sitting=sitting)
    if closed(sitting) or at > sitting.ends_at:
        raise ExamRefused("考试时间已到，答卷已收，不能再改。")
    numbers = {str(n) for n in range(1, sum(part["count"] for part in sitting.exam.parts) + 1)}
    sheet.answers = {n: letters(answer) for n, answer in answers.items() if n in numbers}
    sheet.saved_at = at
    sheet.save(update_fields=["answers", "saved_at"])


def submit(*, sitting: Sitting, answers: Mapping[str, object], at: datetime) -> Result:
    """Close a sitting with these answers and grade it; past its end, with what was saved in time."""
    if at <= sitting.ends_at and not closed(sitting):
        save_answers(sitting=sitting, answers=answers, at=at)
        return _close(sitting, Result.Ending.SUBMITTED, at)
    return _close(sitting, Result.Ending.TIME, at)


def close_if_over(sitting: Sitting, *, at: datetime) -> Result | None:
    """Close a sitting whose time is over, with what was saved; None while it still runs."""
    return _close(sitting, Result.Ending.TIME, sitting.ends_at) if at > sitting.ends_at else None


def close_overdue(*, at: datetime) -> int:
    """Close every sitting whose time is over; give how many. For the worker."""
    rows = Sitting.objects.filter(result__isnull=True, ends_at__lt=at).select_related("exam", "person")
    return sum(close_if_over(one, at=at) is not None for one in rows)


@transaction.atomic
def _close(sitting: Sitting, ending: Result.Ending, at: datetime) -> Result:
    sheet = AnswerSheet.objects.select_for_update().get(sitting=sitting)
    if before := Result.objects.filter(sitting=sitting).first():
        return before  # the browser and the worker may both come
    questions = paper(sitting)
    correct, mark = grade(sheet.answers, [one.answer for one in questions])
    result = Result.objects.create(
        sitting=sitting,
        answers=sheet.answers,
        correct=correct,
        total=len(questions),
        mark=mark,
        passed=mark >= sitting.exam.pass_mark,
        ending=ending,
        closed_at=at,
    )
    person, exam = sitting.person, sitting.exam
    told = {"exam": exam.pk, "attempt": sitting.attempt, "mark": mark, "passed": result.passed}
    note(person.username, "exam_graded", person.username, {**told, "answers": digest(result.answers)})
    if result.passed and exam.hours:
        hours.count_exam(person=person, exam=exam, result=result)
    return result


def passed_exam(person: "Person") -> Result | None:
    """Give the latest passed examination for the qualification to enforce, or None."""
    rows = Result.objects.filter(sitting__person=person, passed=True, sitting__exam__qualifies=True)
    return rows.select_related("sitting__exam").order_by("-closed_at").first()
