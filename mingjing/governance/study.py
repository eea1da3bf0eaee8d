"""A year's learning plan of the leaders (学法计划): topics with hours, what was held, tests with marks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from mingjing.governance import ledger
from mingjing.governance.ledger import NotDone, words
from mingjing.governance.models import Matter, Step
from mingjing.kit.clock import legal_day
from mingjing.packs.governance_terms import PER, GovernanceTerms
from mingjing.personnel.selectors import people_with_role
from mingjing.training.selectors import exam_by_pk, results_in

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

TITLES: Final[Mapping[str, str]] = {"confirmed": "确认计划", "held": "举办学法", "test": "组织测试"}
MOST: Final = 40  # topics of one plan
MOST_HOURS: Final = 40  # of one topic; more is a slip of the pen


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of the plan and how it stands."""

    number: int
    title: str
    hours: int
    due: date
    held: Mapping[str, Any] | None

    def overdue(self, today: date) -> bool:
        """Whether it should have been held by now and was not."""
        return self.held is None and today > self.due


@dataclass(slots=True)
class Standing:
    """The sum of the steps so far."""

    topics: list[Topic]
    confirmed: Mapping[str, Any] | None = None
    tests: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def held(self) -> int:
        """How many topics were held."""
        return sum(one.held is not None for one in self.topics)

    @property
    def hours(self) -> int:
        """How many hours were held in all."""
        return sum(one.held["hours"] for one in self.topics if one.held)

    def hours_of(self, username: str) -> int:
        """How many hours one leader attended."""
        return sum(one.held["hours"] for one in self.topics if one.held and username in one.held["attended"])

    def late(self, today: date) -> list[Topic]:
        """Give the topics that are over their day."""
        return [one for one in self.topics if one.overdue(today)]


@transaction.atomic
def plan(
    *, year: int, topics: Sequence[tuple[str, int, date]], by: "Person", at: datetime, once: str
) -> Matter:
    """Draw up the plan of a year, one for each agency; another person confirms it. Raises NotDone."""
    ledger.demand_own(by, "governance.enter")
    if (there := ledger.entered(once, by)) is not None:
        return there
    ledger.demand_year(year, legal_day(at))
    if Matter.objects.filter(kind="study", agency=by.agency_id, year=year).exists():
        raise NotDone(f"{year} 年度的学法计划已经有了。", field="year")
    if not 0 < len(topics) <= MOST:
        raise NotDone(f"请写明学法的专题，每行一个，最多 {MOST} 个。", field="topics")
    for title, hours, due in topics:
        words(title, "专题", "topics", 100)
        if not 0 < hours <= MOST_HOURS:
            raise NotDone(f"“{title}”的学时应当在 1 到 {MOST_HOURS} 之间。", field="topics")
        if due.year != year:
            raise NotDone(f"“{title}”的日期 {due} 不在 {year} 年。", field="topics")
    content = {"topics": [{"title": t.strip(), "hours": h, "due": due.isoformat()} for t, h, due in topics]}
    subject = f"{year} 年度领导干部学法计划"
    return ledger.enter(kind="study", subject=subject, year=year, content=content, by=by, at=at, once=once)


@transaction.atomic
def confirm(*, matter: Matter, by: "Person", at: datetime) -> Step:
    """Let the plan stand; not by who drew it up. Raises NotDone."""
    row, now = _held(matter, by, "governance.confirm")
    if now.confirmed:
        raise NotDone("计划已经确认。")
    if row.by == by.username:
        raise NotDone("拟定人不能确认自己拟的计划，请由另一人确认。")
    return ledger.append(row, "confirmed", {}, by=by, at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lecture:
    """One topic as it was held: when, how long, who was there, what was learnt, the proof."""

    number: int
    on: date | None
    hours: int
    attended: Collection[str]
    text: str
    files: Sequence[Mapping[str, Any]] = ()


@transaction.atomic
def hold(*, matter: Matter, told: Lecture, by: "Person", at: datetime) -> Step:
    """Record that a topic was held, with who attended and the proof. Raises NotDone."""
    row = ledger.locked(matter)
    facts = facts_of(row, told=told, by=by, at=at)
    if not told.files:
        raise NotDone("请附上证明（通知、签到表、课件或者照片）。", field="files")
    return ledger.append(row, "held", facts | {"files": [dict(one) for one in told.files]}, by=by, at=at)


def facts_of(row: Matter, *, told: Lecture, by: "Person", at: datetime) -> dict[str, Any]:
    """Give what a lecture would say, its files left out: a page asks before it keeps them. Raises NotDone."""
    ledger.demand(row, by, "governance.enter")
    now = stand(row)
    if not now.confirmed:
        raise NotDone("计划还没有确认。")
    if not any(one.number == told.number and one.held is None for one in now.topics):
        raise NotDone("请选择计划里还没有举办的专题。", field="number")
    known = {one.username for one in leaders_of(row.agency)}
    if not told.attended or not set(told.attended) <= known:
        raise NotDone("请从名单里选择到场的领导干部。", field="attended")
    if not 0 < told.hours <= MOST_HOURS:
        raise NotDone(f"学时应当在 1 到 {MOST_HOURS} 之间。", field="hours")
    return {
        "number": told.number,
        "on": ledger.past(told.on, "举办日期", "on", legal_day(at)).isoformat(),
        "hours": told.hours,
        "attended": sorted(told.attended),
        "text": words(told.text, "学了什么、谁讲的", "text"),
    }


@transaction.atomic
def test(*, matter: Matter, exam: int, by: "Person", at: datetime) -> Step:
    """Name an examination of the training room as the test of this plan; marks are read from there. Raises NotDone."""
    row, now = _held(matter, by, "governance.enter")
    found = exam_by_pk(exam)
    if found is None or row.year not in {found.opens_on.year, found.closes_on.year}:
        raise NotDone(f"请选择 {row.year} 年度的一场考试（在“培训与考试”里设定）。", field="exam")
    if not now.confirmed or any(one["exam"] == exam for one in now.tests):
        raise NotDone("计划还没有确认，或者这场考试已经列入。", field="exam")
    return ledger.append(row, "test", {"exam": exam, "title": found.title}, by=by, at=at)


def stand(row: Matter) -> Standing:
    """Give where a plan stands."""
    held = {one.facts["number"]: one.facts for one in row.steps.all() if one.kind == "held"}
    found = Standing(
        [
            Topic(n, one["title"], one["hours"], date.fromisoformat(one["due"]), held.get(n))
            for n, one in enumerate(row.content["topics"], 1)
        ]
    )
    for one in row.steps.all():
        if one.kind == "confirmed":
            found.confirmed = {"by": one.by, "at": one.at}
        elif one.kind == "test":
            found.tests.append(one.facts)
    return found


def leaders_of(agency: "Agency") -> "list[Person]":
    """Give the leaders of an agency: whoever has the role of head."""
    return people_with_role(agency.code, "head")


@dataclass(frozen=True, slots=True)
class Leader:
    """One leader of the agency: hours attended under the plan, the best mark of each test."""

    person: "Person"
    hours: int
    marks: list[int | None]


def leaders(row: Matter, now: Standing) -> list[Leader]:
    """Give what each leader learnt, with the marks as the training room has them."""
    people = leaders_of(row.agency)
    marks = [results_in(one["exam"], [each.pk for each in people]) for one in now.tests]
    return [Leader(one, now.hours_of(one.username), [each.get(one.pk) for each in marks]) for one in people]


def demanded(terms: GovernanceTerms) -> int:
    """Give how many lectures a year must have."""
    return terms.lectures * PER[terms.per]


def shortfall(now: Standing, terms: GovernanceTerms, year: int, today: date) -> list[str]:
    """Say which part of the year that is over has fewer lectures than it must."""
    parts = PER[terms.per]
    held = [date.fromisoformat(one.held["on"]) for one in now.topics if one.held]
    said = []
    for number in range(1, parts + 1):
        months = range((number - 1) * 12 // parts + 1, number * 12 // parts + 1)
        over = (today.year, today.month) > (year, months[-1])
        count = sum(day.year == year and day.month in months for day in held)
        if over and count < terms.lectures:
            name = f"第{'一二三四'[number - 1]}季度" if parts > 1 else "全年"
            said.append(f"{name}应当举办 {terms.lectures} 次，实际 {count} 次")
    return said


def _held(matter: Matter, by: "Person", action: str) -> tuple[Matter, Standing]:
    row = ledger.locked(matter)
    ledger.demand(row, by, action)
    return row, stand(row)
