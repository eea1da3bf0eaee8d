"""Rows that checks look at, by agency since a day, each with what a person needs to find it; judged elsewhere."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases import watching
from mingjing.complaints.selectors import lines_about
from mingjing.packs.load import library
from mingjing.personnel import selectors as register
from mingjing.personnel.authority import terms_of
from mingjing.personnel.certificates import STATE_TITLES, Certified, qualification
from mingjing.personnel.selectors import (
    certificates_of,
    certified,
    officers_in,
    people_with_role,
    qualifications,
)
from mingjing.training.hours import balances

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the columns that conditions speak of, and its place in words."""

    columns: Mapping[str, Any]
    where: str
    why: str
    agency: str  # code of the one whose row it is
    day: date | None = None
    case: str = ""  # code of the case it is about


Fetch = Callable[[Collection[int], date | None, date], Iterator[Row]]


def acts(agencies: Collection[int], since: date | None, today: date) -> Iterator[Row]:
    """Everybody who performed an act, with his certificate on that day as the register knows it now."""
    held: dict[str, list[Certified]] = {}
    codes = _codes(agencies)
    titles: Mapping[str, str] = {str(state): title for state, title in STATE_TITLES.items()}
    for case, seq, kind, day, performers, imported in watching.performances(agencies, since):
        for one in performers:
            name = one["person"]
            if name not in held:
                held[name] = [certified(row) for row in certificates_of(name)]
            state = str(qualification(held[name], day).state) if held[name] else one["certificate_state"]
            columns = {
                "role": one["role"],
                "certificate": state,
                "auxiliary": one["auxiliary"],
                "imported": imported,
            }
            why = f"{one['name']}：{titles.get(state, '没有证件')}"
            yield Row(
                columns, f"{case.name} 第 {seq} 项“{_act(kind)}”", why, codes[case.agency], day, case.code
            )


def findings(agencies: Collection[int], since: date | None, today: date) -> Iterator[Row]:
    """What the rules found in cases."""
    topics, codes = _topics(), _codes(agencies)
    for case, row, day in watching.findings(agencies, since):
        columns = {name: row[name] for name in ("rule", "outcome", "veto")}
        columns |= {"topic": topics.get(row["rule"], ""), "imported": row["case__imported"]}
        yield Row(columns, case.name, f"{row['title']}：{row['reason']}", codes[case.agency], day, case.code)


def limits(agencies: Collection[int], since: date | None, today: date) -> Iterator[Row]:
    """The limits of cases and whether they were kept."""
    codes = _codes(agencies)
    for case, row, day in watching.limits(agencies, since):
        columns = {name: row[name] for name in ("rule", "topic", "status")}
        columns["imported"] = row["case__imported"]
        yield Row(columns, case.name, row["title"], codes[case.agency], day, case.code)


def cases(agencies: Collection[int], since: date | None, today: date) -> Iterator[Row]:
    """Cases as they stand."""
    codes = _codes(agencies)
    for case, row, day in watching.standing_cases(agencies, since):
        columns = {name: row[name] for name in ("stage", "ended", "imported", "vetoed", "score")}
        columns["handled"] = bool(row["handlers"])
        yield Row(columns, case.name, f"评查 {row['score']} 分", codes[case.agency], day, case.code)


def officers(agencies: Collection[int], since: date | None, today: date) -> Iterator[Row]:
    """Officers in post: certificate today, hours of training this year."""
    people = officers_in(agencies)
    held = qualifications(people, today)
    hours = {one.person.pk: one for one in balances(_bodies(agencies), today.year)}
    for one in people:
        state, balance = held[one.username].state, hours[one.pk]
        columns = {"certificate": str(state), "hours": balance.hours, "hours_short": balance.short}
        told = f"证件{STATE_TITLES[state]}；本年度 {balance.hours} 学时，要求 {balance.demanded}"
        yield Row(columns, f"{one.agency.name} {one.name}", told, one.agency.code)


def bodies(agencies: Collection[int], since: date | None, today: date) -> Iterator[Row]:
    """Agencies that enforce: how many officers and reviewers, and how many reviewers are demanded."""
    for one in _bodies(agencies):
        enforcing, reviewing = len(officers_in([one.pk])), people_with_role(one.code, "reviewer")
        if not enforcing:
            continue
        demanded = terms_of(one).reviewers_wanted(enforcing)
        columns = {
            "officers": enforcing,
            "reviewers": len(reviewing),
            "reviewers_qualified": sum(bool(each.legal_qualification_no) for each in reviewing),
            "reviewers_demanded": demanded,
        }
        told = f"执法人员 {enforcing} 人，法制审核人员 {len(reviewing)} 人，应有 {demanded} 人"
        yield Row(columns, one.name, told, one.code)


def complaints(agencies: Collection[int], since: date | None, today: date) -> Iterator[Row]:
    """Complaints about these agencies that came in since a day: state and limit, never who complained."""
    for one in lines_about(agencies, since):
        columns = {"state": one.now.state, "overdue": one.overdue(today), "kind": one.row.kind}
        yield Row(columns, f"投诉举报 {one.row.no}", one.now.title, one.row.about.code, one.due)


def _codes(agencies: Collection[int]) -> dict[int, str]:
    return {one.pk: one.code for one in _bodies(agencies)}


def _bodies(agencies: Collection[int]) -> list["Agency"]:
    return [one for one in register.agencies() if one.pk in set(agencies)]


FETCH: Final[Mapping[str, Fetch]] = {
    "acts": acts,
    "findings": findings,
    "limits": limits,
    "cases": cases,
    "officers": officers,
    "agencies": bodies,
    "complaints": complaints,
}


@cache
def _topics() -> Mapping[str, str]:
    return {rule.id: rule.topic for rule in library().rules}


def _act(kind: str) -> str:
    known = library().kinds.get(kind)
    return known.title if known else kind
