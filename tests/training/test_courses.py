"""Learning: courses drawn from the law and from one's own files, tests that count hours, and who is short."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from mingjing.cases.law import law_for
from mingjing.packs.load import library
from mingjing.personnel.refusals import RegisterRefused
from mingjing.training import courses, hours
from mingjing.training.models import Learnt
from tests.cast import Cast, make_agency, make_officer
from tests.stories import told

AT = datetime(2026, 3, 4, 1, 0, tzinfo=UTC)


def finished(person: Any, course: courses.Course, wrong: int = 0) -> Learnt:
    """The test of a course sat with so many wrong answers."""
    quiz = courses.begin_quiz(person=person, course=course, seed="a" * 32, at=AT)
    answers = {
        str(number): "?" if number <= wrong else one["answer"] for number, one in enumerate(quiz.asked, 1)
    }
    return courses.finish_quiz(quiz=quiz, answers=answers, at=AT)


def test_a_course_on_a_law_counts_its_hours_once_a_year(cast: Cast) -> None:
    """Four of five right is enough; a second time the same year nothing is added."""
    course = courses.law_courses(cast.officer)[0]
    assert finished(cast.officer, course, wrong=1).hours == course.hours
    with pytest.raises(courses.NotFinished, match="已计学时"):
        finished(cast.officer, course)
    assert hours.balance_of(cast.officer, 2026).hours == course.hours


def test_too_many_wrong_answers_count_nothing_and_name_the_provisions(cast: Cast) -> None:
    """Three of five: refused with the articles to read again; tried again it may be passed."""
    course = courses.law_courses(cast.officer)[0]
    with pytest.raises(courses.NotFinished, match=course.title):
        finished(cast.officer, course, wrong=2)
    assert not Learnt.objects.exists()
    assert finished(cast.officer, course).correct == 5


def test_every_question_has_one_right_answer_in_the_words_of_the_law(cast: Cast) -> None:
    """Of every law's course: four different texts, the right one the provision's own, the same for the same seed."""
    law = law_for(cast.bureau)
    for course in courses.law_courses(cast.officer):
        asked = courses.questions(course, law, "b" * 32, 5)
        assert asked == courses.questions(course, law, "b" * 32, 5)
        quotes = {one.quote for one in course.provisions}
        for one in asked:
            assert len(set(one["options"].values())) == 4, course.title
            assert one["options"][one["answer"]] in quotes


def test_whose_files_broke_rules_learns_those_rules(cast: Cast) -> None:
    """A file in order gives no such course; the course names what was broken and by whom it is to be learnt."""
    assert courses.findings_course(cast.officer) is None
    _, case = told(cast, until="penalty_decided")
    rule = law_for(cast.bureau).rules[0]
    case.findings.create(
        rule=rule.id,
        title=rule.title,
        severity="block",
        outcome="breach",
        reason="未做到",
        agency=case.agency,
        **_blank(case),
    )
    course = courses.findings_course(cast.officer)
    assert course is not None
    assert rule.id in {one.rule for one in course.provisions}
    assert courses.findings_course(cast.outsider) is None

    lesson = next(one for one in courses.lessons(cast.officer, course) if one.provision.rule == rule.id)
    case.refresh_from_db()
    assert lesson.broken == ((case.code, case.number, "未做到"),)
    names = {one.name for one in rule.examples}
    assert {lesson.lawful, lesson.unlawful} <= names
    law_course = courses.law_courses(cast.officer)[0]
    assert not any(one.broken for one in courses.lessons(cast.officer, law_course))


def _blank(case: Any) -> dict[str, Any]:
    """What else a stored finding holds, taken from the columns."""
    table = case.findings.model
    named = {"id", "case", "rule", "title", "severity", "outcome", "reason", "agency"}
    filled: dict[str, Any] = {}
    for column in table._meta.concrete_fields:
        if column.name in named or column.has_default() or column.null:
            continue
        kind = column.get_internal_type()
        filled[column.name] = 0 if "Integer" in kind else False if kind == "BooleanField" else ""
    return filled


@pytest.mark.parametrize(("region", "demanded"), [("410481", 60), ("130821", 30)])
def test_the_province_says_how_many_hours(cast: Cast, region: str, demanded: int) -> None:
    """Sixty by default, thirty in Hebei: the figures of conflict C9."""
    make_agency(f"{region}-x", "某局", region=region)
    person = make_officer("somebody", "某", agency=f"{region}-x")
    found = hours.balance_of(person, 2026)
    assert (found.demanded, found.short) == (demanded, demanded)


def test_a_class_is_entered_with_its_proof_and_whoever_is_short_comes_first(cast: Cast) -> None:
    """Sixty hours are enough; a class to come, without proof or entered twice is refused."""
    shape: dict[str, Any] = {
        "username": "officer",
        "title": "全省轮训",
        "hours": 60,
        "on": date(2026, 3, 3),
        "proof": "豫法培〔2026〕2号",
        "by": "admin",
        "at": AT,
    }
    for changed in ({"on": date(2026, 3, 5)}, {"proof": " "}, {"hours": 0}, {"by": "officer2"}):
        with pytest.raises(RegisterRefused):
            hours.record_class(**{**shape, **changed})
    hours.record_class(**shape)
    with pytest.raises(RegisterRefused, match="已经登记过"):
        hours.record_class(**shape)
    lines = hours.balances([cast.bureau], 2026)
    assert lines[-1].person.username == "officer"
    assert [one.short for one in lines] == [60, 60, 0]


def test_hours_are_never_rewritten(cast: Cast) -> None:
    """The database itself refuses more hours afterwards."""
    finished(cast.officer, courses.law_courses(cast.officer)[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Learnt.objects.update(hours=60)


def test_examples_are_told_without_the_names_of_kinds_of_act() -> None:
    """A rule whose examples tell kinds apart by their code names shows the words alone."""
    rules = [one for one in library().law(region="410481", field="urban").rules if one.examples]
    told = [words for rule in rules for words in courses._both_sides(rule)]
    assert any("（execution_decided）" in one.name for rule in rules for one in rule.examples)
    assert not [one for one in told if re.search("[a-z]_[a-z]", one)]
    assert sum(map(bool, told)) > len(told) / 2
