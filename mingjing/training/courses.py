"""Courses made from the law itself: an act of law, a decision, the rules that an officer's own files broke; each ends
in a short test whose questions are the provisions' own words.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.cases.law import law_for
from mingjing.cases.selectors import findings_seen_by, handled_by
from mingjing.kit.clock import legal_day
from mingjing.lawengine.model import Law, Rule
from mingjing.personnel.authority import terms_of
from mingjing.training.draw import grade, letters
from mingjing.training.models import Learnt, Quiz
from mingjing.translog.turns import take_turn

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

LETTERS: Final = "ABCD"
FEWEST: Final = 3  # provisions of a law that are worth a course
MOST_RULES: Final = 60  # of one course
FILES_SHOWN: Final = 3  # per provision, the latest
CODE: Final = re.compile("[a-z]{4}")  # an example named by the code of an option
KIND_NAMED: Final = re.compile(
    r"（[a-z_]+）"
)  # an example that tells the kinds of act apart: nothing for officers


class NotFinished(Exception):
    """Nothing counts; says why in Chinese."""


@dataclass(frozen=True, slots=True)
class Provision:
    """A provision to learn: its words, where they stand and what the system makes of them."""

    rule: str
    title: str
    cite: str
    quote: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Course:
    """One course. `code` is the same for everybody and every year."""

    code: str
    kind: str
    title: str
    hours: int
    provisions: tuple[Provision, ...]
    about: str = ""
    link: str = ""


def law_courses(person: "Person") -> list[Course]:
    """Give a course for every law on which the rules of the person's agency rest, the weightiest first."""
    law, hours = law_for(person.agency), terms_of(person.agency).course_hours["law"]
    by_law: dict[str, list[Provision]] = {}
    for rule in law.rules:
        by_law.setdefault(rule.versions[-1].source.law, []).append(_provision(rule))
    courses = [
        Course(f"law:{_mark(name)}", "law", name, hours, _distinct(found), f"{len(_distinct(found))} 条规定")
        for name, found in by_law.items()
        if len(_distinct(found)) >= FEWEST
    ]
    return sorted(courses, key=lambda one: (-len(one.provisions), one.title))


def findings_course(person: "Person") -> Course | None:
    """Give the course on the rules that files handled by this person broke; None where none did."""
    law = law_for(person.agency)
    broken = findings_seen_by(person).filter(case__in=handled_by(person), outcome="breach")
    ids = list(broken.values_list("rule", flat=True).order_by("rule").distinct())
    found = _distinct(_provision(law.rules_by_id[one]) for one in ids if one in law.rules_by_id)
    if not found:
        return None
    hours = terms_of(person.agency).course_hours["findings"]
    about = f"您办理的案件中有 {len(found)} 条规定没有做到"
    return Course(f"findings:{person.username}", "findings", "本人案卷中的问题", hours, found, about)


@dataclass(frozen=True, slots=True)
class Lesson:
    """A provision with an example on each side of it and, in the course of one's own files, where it was broken."""

    provision: Provision
    lawful: str
    unlawful: str
    broken: tuple[tuple[str, str, str], ...]  # code and number of the case, what was found


def lessons(person: "Person", course: Course) -> list[Lesson]:
    """Give what the page of a course shows; a person reads of his own files only."""
    law = law_for(person.agency)
    broken = _own_breaches(person) if course.kind == "findings" else {}
    return [
        Lesson(one, *_both_sides(law.rules_by_id[one.rule]), tuple(broken.get(one.rule, ())))
        for one in course.provisions
    ]


def _both_sides(rule: Rule) -> tuple[str, str]:
    """Give the names of the rule's first lawful and first unlawful example told in words; empty where it has none."""
    plain = [(one.expect, KIND_NAMED.sub("", one.name)) for one in reversed(rule.examples)]
    named = {expect: name for expect, name in plain if not CODE.search(name)}
    return named.get("pass", ""), named.get("breach", "")


def _own_breaches(person: "Person") -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    rows = findings_seen_by(person).filter(case__in=handled_by(person), outcome="breach")
    for one in rows.select_related("case").order_by("-case__last_act_at", "id"):
        files = found.setdefault(one.rule, [])
        if len(files) < FILES_SHOWN:
            files.append((one.case.code, one.case.number or one.case.title, one.reason))
    return found


def decision_course(person: "Person", *, code: str, kind_title: str, title: str, link: str) -> Course:
    """Give the course on a published decision: the rules that speak about such decisions."""
    law, hours = law_for(person.agency), terms_of(person.agency).course_hours["decision"]
    kinds = {kind.kind for kind in law.kinds.values() if kind.title == kind_title}
    rules = [rule for rule in law.rules if kinds & set(rule.acts)]
    return Course(
        f"decision:{code}", "decision", title, hours, _distinct(map(_provision, rules)), "典型案例", link
    )


def counted(person: "Person", year: int) -> set[str]:
    """Give the courses that have counted for this person this year."""
    return set(Learnt.objects.filter(person=person, year=year).values_list("course", flat=True))


# --- the short test -------------------------------------------------------------------------------


def questions(course: Course, law: Law, seed: str, count: int) -> list[dict[str, Any]]:
    """Make the test of a course from a seed: which words are those of this provision?"""
    others = [one for one in map(_provision, law.rules) if one.quote]
    asked = []
    for one in _shuffled(course.provisions, seed)[:count]:
        wrong = [other.quote for other in _shuffled(others, f"{seed}/{one.rule}") if other.cite != one.cite]
        choices = [one.quote, *dict.fromkeys(text for text in wrong if text != one.quote)][: len(LETTERS)]
        ordered = sorted(choices, key=lambda text: _mark(f"{seed}/{one.rule}/{text}"))
        asked.append(
            {
                "text": f"下列哪一项是{one.cite}关于“{one.title}”的规定？",
                "options": dict(zip(LETTERS, ordered, strict=False)),
                "answer": LETTERS[ordered.index(one.quote)],
                "cite": one.cite,
            }
        )
    return asked


def begin_quiz(*, person: "Person", course: Course, seed: str, at: datetime) -> Quiz:
    """Draw the test of a course for a person. Raises NotFinished where the course has counted this year."""
    if course.code in counted(person, legal_day(at).year):
        raise NotFinished("这门课程本年度已计学时，可以继续学习，不再计时。")
    count = terms_of(person.agency).course_questions
    return Quiz.objects.create(
        person=person,
        course=course.code,
        title=course.title[:200],
        kind=course.kind,
        hours=course.hours,
        asked=questions(course, law_for(person.agency), seed, count),
        started_at=at,
    )


@transaction.atomic
def finish_quiz(*, quiz: Quiz, answers: Mapping[str, object], at: datetime) -> Learnt:
    """Count the hours of a course whose test is passed. Raises NotFinished, nothing written, where it is not."""
    person, day = quiz.person, legal_day(at)
    take_turn("learnt", person.pk, quiz.course)
    if quiz.course in counted(person, day.year):
        raise NotFinished("这门课程本年度已计学时。")
    right = [str(one["answer"]) for one in quiz.asked]
    correct, mark = grade(answers, right)
    least = terms_of(person.agency).course_pass_percent
    if mark < least:
        wrong = [
            one["cite"]
            for number, one in enumerate(quiz.asked, 1)
            if letters(answers.get(str(number))) != one["answer"]
        ]
        raise NotFinished(
            f"答对 {correct} 题，共 {len(right)} 题，未达到 {least} 分。请复习后重新测试：{'、'.join(wrong)}。"
        )
    return Learnt.objects.create(
        person=person,
        year=day.year,
        kind=quiz.kind,
        course=quiz.course,
        title=quiz.title,
        hours=quiz.hours,
        correct=correct,
        total=len(right),
        on=day,
        by=person.username,
        at=at,
    )


def quiz_of(person: "Person", pk: int) -> Quiz | None:
    """Give a person's own test."""
    return Quiz.objects.filter(pk=pk, person=person).select_related("person__agency").first()


def _provision(rule: Rule) -> Provision:
    latest = rule.versions[-1]
    return Provision(rule.id, rule.title, latest.source.cite(), latest.quote, rule.remedy)


def _distinct(found: Iterable[Provision]) -> tuple[Provision, ...]:
    """Give each provision once: several rules may rest on the same words."""
    return tuple({(one.cite, one.quote): one for one in found if one.quote}.values())[:MOST_RULES]


def _shuffled(found: Sequence[Provision], seed: str) -> list[Provision]:
    return sorted(found, key=lambda one: _mark(f"{seed}/{one.rule}"))


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:24]
