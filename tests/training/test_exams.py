"""The question bank and examinations: what is imported, drawn, saved, closed, graded and never rewritten."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from mingjing.personnel.refusals import RegisterRefused
from mingjing.training import applications, bank, exams
from mingjing.training.draw import paper_of
from mingjing.training.models import Learnt, Question, Result
from tests.cast import Cast, make_person

AT = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
SUBJECT = "公共法律知识"


def row(number: int, **changed: Any) -> dict[str, Any]:
    """A question as an exam bank writes it."""
    shape = {
        "id": str(number),
        "type": "单选",
        "q": f"第{number}题",
        "answer": "A",
        "options": {"A": "甲", "B": "乙"},
    }
    return {**shape, **changed}


def taken_in(*rows: Any, by: str = "admin") -> bank.Report:
    """The report of importing these rows."""
    return bank.import_questions(json.dumps(rows).encode(), subject=SUBJECT, by=by)


@pytest.fixture
def exam(cast: Cast) -> Any:
    """An examination of five out of thirty questions, sixty marks to pass, two attempts, four hours."""
    taken_in(*(row(number) for number in range(30)))
    return define()


def define(**changed: Any) -> Any:
    """An examination, as changed."""
    shape: dict[str, Any] = {
        "title": "执法资格考试",
        "parts": [{"subject": SUBJECT, "kind": "single", "count": 5}],
        "minutes": 60,
        "pass_mark": 60,
        "attempts": 2,
        "hours": 4,
        "qualifies": True,
        "opens_on": date(2026, 3, 1),
        "closes_on": date(2026, 3, 31),
        "at": AT,
        "by": "admin",
    }
    return exams.define_exam(**{**shape, **changed})


def test_the_real_bank_is_taken_in_once(cast: Cast, shared: Path) -> None:
    """All usable questions come in, the one with a lost option is named by row; again nothing changes."""
    content = (shared / "data/exam_bank/questions.json").read_bytes()
    first = bank.import_questions(content, subject=SUBJECT, by="admin")
    assert first.added + len(first.faults) == 2189
    assert [(number, fault) for _, number, fault in first.faults] == [("3513", "答案 A 不在选项中")]
    again = bank.import_questions(content, subject=SUBJECT, by="admin")
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2188)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"answer": "C"}, "不在选项中"),
        ({"type": "填空"}, "不认识"),
        ({"q": ""}, "缺少 q"),
        ({"options": {"A": "甲"}}, "不足两个"),
        ({"answer": "AB"}, "题型不符"),
    ],
)
def test_a_faulty_row_is_named_and_the_rest_come_in(cast: Cast, changed: dict[str, Any], says: str) -> None:
    """The report gives the row, its number and what is wrong."""
    report = taken_in(row(1), row(2, **changed), row(3))
    assert report.added == 2
    (fault,) = report.faults
    assert fault[0] == 2
    assert says in fault[2]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"{}", b"[]", b"nonsense"])
def test_a_file_that_is_no_bank_is_refused(cast: Cast, content: bytes) -> None:
    """Nothing is taken in."""
    with pytest.raises(RegisterRefused):
        bank.import_questions(content, subject=SUBJECT, by="admin")
    assert not Question.objects.exists()


def test_only_an_administrator_keeps_the_bank(cast: Cast) -> None:
    """An officer is refused what the administrator may do."""
    with pytest.raises(RegisterRefused):
        taken_in(row(1), by="officer")
    assert taken_in(row(1)).added == 1


def test_a_changed_question_leaves_old_papers_as_they_were(cast: Cast, exam: Any) -> None:
    """The paper of a sitting is made again from its seed though the bank has moved on."""
    sitting = exams.begin(exam=exam, person=cast.officer, at=AT)
    before = [one.text for one in exams.paper(sitting)]
    taken_in(*(row(number, q=f"新的第{number}题") for number in range(30)))
    assert [one.text for one in exams.paper(sitting)] == before


def test_papers_differ_by_seed_and_are_the_same_for_the_same(exam: Any) -> None:
    """Five different questions each time; of one seed always the same five in the same order."""
    counts = [part["count"] for part in exam.parts]
    one, two = (paper_of(seed, exam.pool, counts) for seed in ("a" * 32, "b" * 32))
    assert one == paper_of("a" * 32, exam.pool, counts)
    assert one != two
    assert len(set(one)) == 5


def right(sitting: Any, wrong: int = 0) -> dict[str, str]:
    """Answers that are right but for the first `wrong`."""
    return {
        str(number): "B" if number <= wrong else one.answer
        for number, one in enumerate(exams.paper(sitting), 1)
    }


@pytest.mark.parametrize(("wrong", "mark", "passed"), [(2, 60, True), (3, 40, False)])
def test_the_pass_mark_itself_passes(cast: Cast, exam: Any, wrong: int, mark: int, passed: bool) -> None:
    """Sixty is enough and counts its hours; forty is not and counts none."""
    sitting = exams.begin(exam=exam, person=cast.officer, at=AT)
    result = exams.submit(sitting=sitting, answers=right(sitting, wrong), at=AT + timedelta(minutes=5))
    assert (result.mark, result.passed, result.ending) == (mark, passed, "submitted")
    assert [one.hours for one in Learnt.objects.filter(person=cast.officer)] == ([4] if passed else [])


def test_after_the_end_what_was_saved_is_graded_and_nothing_later(cast: Cast, exam: Any) -> None:
    """The server closes the sitting; answers sent late count for nothing."""
    sitting = exams.begin(exam=exam, person=cast.officer, at=AT)
    exams.save_answers(sitting=sitting, answers=right(sitting), at=AT + timedelta(minutes=60))
    with pytest.raises(exams.ExamRefused, match="时间已到"):
        exams.save_answers(sitting=sitting, answers={}, at=AT + timedelta(minutes=60, seconds=1))
    result = exams.submit(sitting=sitting, answers={}, at=AT + timedelta(minutes=61))
    assert (result.mark, result.ending) == (100, "time")


def test_the_worker_closes_who_has_gone_home(cast: Cast, exam: Any) -> None:
    """A sitting past its end is closed once; one still running is left alone."""
    exams.begin(exam=exam, person=cast.officer, at=AT)
    assert exams.close_overdue(at=AT + timedelta(minutes=59)) == 0
    assert exams.close_overdue(at=AT + timedelta(minutes=61)) == 1
    assert exams.close_overdue(at=AT + timedelta(minutes=62)) == 0
    assert Result.objects.get().ending == "time"


def test_a_running_sitting_is_gone_on_with_and_attempts_are_counted(cast: Cast, exam: Any) -> None:
    """Opened again it is the same paper; after two failures there is no third; who passed need not sit again."""
    first = exams.begin(exam=exam, person=cast.officer, at=AT)
    assert exams.begin(exam=exam, person=cast.officer, at=AT + timedelta(minutes=1)).pk == first.pk
    exams.submit(sitting=first, answers={}, at=AT + timedelta(minutes=2))
    second = exams.begin(exam=exam, person=cast.officer, at=AT + timedelta(minutes=3))
    assert second.attempt == 2
    exams.submit(sitting=second, answers={}, at=AT + timedelta(minutes=4))
    with pytest.raises(exams.ExamRefused, match="已考满"):
        exams.begin(exam=exam, person=cast.officer, at=AT + timedelta(minutes=5))
    passing = exams.begin(exam=exam, person=cast.officer2, at=AT)
    exams.submit(sitting=passing, answers=right(passing), at=AT + timedelta(minutes=2))
    with pytest.raises(exams.ExamRefused, match="已通过"):
        exams.begin(exam=exam, person=cast.officer2, at=AT + timedelta(minutes=3))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"parts": [{"subject": SUBJECT, "kind": "single", "count": 31}]}, "parts"),
        ({"parts": []}, "parts"),
        ({"minutes": 4}, "minutes"),
        ({"pass_mark": 101}, "pass_mark"),
        ({"closes_on": date(2026, 2, 1)}, "closes_on"),
        ({"by": "head"}, "title"),
    ],
)
def test_an_examination_that_cannot_be_held_is_refused(
    exam: Any, changed: dict[str, Any], field: str
) -> None:
    """More questions than there are, none at all, figures out of bounds, somebody else."""
    with pytest.raises(RegisterRefused) as refused:
        define(**changed)
    assert field in refused.value.errors


def test_a_result_is_never_rewritten(cast: Cast, exam: Any) -> None:
    """The database itself refuses a better mark afterwards."""
    sitting = exams.begin(exam=exam, person=cast.officer, at=AT)
    exams.submit(sitting=sitting, answers={}, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Result.objects.update(mark=100, passed=True)
    assert Result.objects.get().mark == 0


ISSUE: dict[str, Any] = {
    "username": "novice",
    "number": "16041048199001",
    "issuer": "河南省人民政府",
    "fields": ["urban"],
    "valid_from": date(2026, 3, 4),
    "valid_until": date(2031, 3, 3),
    "by": "admin",
    "at": AT,
}


def test_a_first_certificate_comes_after_the_examination(cast: Cast, exam: Any) -> None:
    """Applied for, approved, refused before the examination with the provision, issued after it."""
    novice = make_person("novice", "新", "officer")
    applied = applications.apply(by=novice, fields=["urban"], reason="新录用", at=AT)
    with pytest.raises(RegisterRefused, match="不属于本机关"):
        applications.decide(pk=applied.pk, approved=True, opinion="", by=cast.officer, at=AT)
    applications.decide(pk=applied.pk, approved=True, opinion="同意", by=cast.head, at=AT)
    with pytest.raises(RegisterRefused, match=r"没有通过.*国发〔2008〕17号"):
        applications.issue_certificate(**ISSUE)
    sitting = exams.begin(exam=exam, person=novice, at=AT)
    exams.submit(sitting=sitting, answers=right(sitting), at=AT)
    assert applications.applications_of(novice)[0].stands == "考试合格，等待发证"
    applications.issue_certificate(**ISSUE)
    assert applications.applications_of(novice)[0].stands == "已发证"


def test_a_certificate_of_before_is_entered_with_its_proof(cast: Cast) -> None:
    """Issued outside this system: the proof of the examination is demanded, and enough."""
    make_person("novice", "新", "officer")
    earlier = {**ISSUE, "valid_from": date(2025, 1, 1)}
    with pytest.raises(RegisterRefused) as refused:
        applications.issue_certificate(**earlier)
    assert "exam_proof" in refused.value.errors
    assert applications.issue_certificate(**earlier, exam_proof="豫法考〔2024〕15号").pk


def test_a_renewal_needs_no_second_examination(cast: Cast) -> None:
    """甲 has held a certificate before."""
    renewed = {**ISSUE, "username": "officer", "number": "16041048199002"}
    assert applications.issue_certificate(**renewed).pk
