"""What law governance asks of one person now: what is late, what waits for his confirmation, review or answer."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from mingjing.governance import campaigns, decisions, joint, selectors, statements, study
from mingjing.governance.terms import terms_of
from mingjing.kit.clock import chinese_date
from mingjing.personnel.permissions import may

if TYPE_CHECKING:
    from mingjing.governance.models import Matter
    from mingjing.personnel.models import Person


class Owed(NamedTuple):
    """One thing to do: in words, the page where it is done, whether its day is over."""

    said: str
    page: str
    number: int | None
    late: bool = False


def owed_by(person: "Person", today: date) -> list[Owed]:
    """Give what the agency owes and this person may do, what is late first; nothing for who only reads."""
    found = [*_late(person, today), *_to_confirm(person), *_to_review(person), *_to_answer(person, today)]
    return sorted(found, key=lambda one: not one.late)


def missing_of(person: "Person", today: date) -> list[Owed]:
    """Give the lists of the year that one's own agency has not begun."""
    own, last = person.agency, today.year - 1
    found = []
    if selectors.own_of_year(person, "study", today.year) is None:
        found.append(Owed(f"{today.year} 年度领导干部学法计划还没有制定", "governance-study", None))
    if selectors.own_of_year(person, "statement", last) is None and (
        said := statements.late(None, last, terms_of(own), today)
    ):
        found.append(Owed(said, "governance-statements", None, late=True))
    return found


def _own(person: "Person", kind: str) -> "list[Matter]":
    return list(selectors.seen_by(person, kind).filter(agency=person.agency_id))


def _late(person: "Person", today: date) -> Iterator[Owed]:
    if not may(person, "governance.enter", person.agency.code):
        return
    terms = terms_of(person.agency)
    for row in _own(person, "decision"):
        for part in decisions.stand(row).late(today):
            planned = chinese_date(part.planned or today)  # what is late has a day
            said = f"{row.subject}：{part.terms.title}计划 {planned} 完成，还没有办"
            yield Owed(said, "governance-decision", row.pk, late=True)
    for row in _own(person, "study"):
        now = study.stand(row)
        words = [f"学法专题“{one.title}”应当在 {chinese_date(one.due)} 前举办" for one in now.late(today)]
        for said in words + study.shortfall(now, terms, row.year, today) * (row.year == today.year):
            yield Owed(said, "governance-study-plan", row.pk, late=True)
    for row in _own(person, "statement"):
        if said := statements.late(row, row.year, terms, today):
            yield Owed(said, "governance-statement", row.pk, late=True)
    for row in _own(person, "campaign"):
        if campaigns.stand(row).state(today) == "over":
            yield Owed(f"{row.subject}：已经到期，等待总结", "governance-campaign", row.pk)


def _to_confirm(person: "Person") -> Iterator[Owed]:
    if not may(person, "governance.confirm", person.agency.code):
        return
    for kind, page, waits in (
        ("decision", "governance-decision", _unlisted),
        ("study", "governance-study-plan", _unconfirmed),
        ("statement", "governance-statement", _unagreed),
        ("campaign", "governance-campaign", _unapproved),
        ("joint", "governance-joint-one", _unjoined),
    ):
        for row in _own(person, kind):
            if person.username not in (by := waits(row)) and by:
                yield Owed(f"{row.subject}：等待另一人确认", page, row.pk)


def _unlisted(row: "Matter") -> set[str]:
    """Who may not confirm it because he made it; nobody where it does not wait. So are the next four."""
    now = decisions.stand(row)
    return set() if now.listed or now.ended else {row.by}


def _unconfirmed(row: "Matter") -> set[str]:
    return set() if study.stand(row).confirmed else {row.by}


def _unagreed(row: "Matter") -> set[str]:
    now = statements.stand(row)
    return set() if now.agreed else {now.written_by}


def _unapproved(row: "Matter") -> set[str]:
    now = campaigns.stand(row)
    return set() if now.risk is None or now.approved or now.ended else {row.by, now.risk["by"]}


def _unjoined(row: "Matter") -> set[str]:
    now = joint.stand(row)
    return set() if now.confirmed or now.ended else {row.by}


def _to_review(person: "Person") -> Iterator[Owed]:
    if not may(person, "governance.review", person.agency.code):
        return
    for row in _own(person, "decision"):
        now = decisions.stand(row)
        if now.open and row.by != person.username and any(_reviewable(part) for part in now.parts):
            yield Owed(f"{row.subject}：等待合法性审查", "governance-decision", row.pk)


def _reviewable(part: Any) -> bool:
    return part.terms.code == decisions.LEGALITY and part.state == "waiting" and not part.objection


def _to_answer(person: "Person", today: date) -> Iterator[Owed]:
    for row in selectors.seen_by(person, "joint"):
        now = joint.stand(row)
        for task in now.tasks:
            if not now.ended and joint.answers(row, task, person):
                said = f"联合执法任务“{task.text[:40]}”，{chinese_date(task.due)} 前反馈"
                yield Owed(said, "governance-joint-one", row.pk, late=task.overdue(today))
