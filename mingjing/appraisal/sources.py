"""The rows that indicators count, of one agency and a time; what other rooms of this layer hold is given from above."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from mingjing.appraisal.figures import Row
from mingjing.cases.appraised import files_decided, limits_due
from mingjing.complaints.selectors import lines_about
from mingjing.kit.clock import legal_day
from mingjing.lawengine.model import Status
from mingjing.personnel.selectors import officers_in, qualifications
from mingjing.review.scoring import review_standard
from mingjing.training.hours import balances

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

REVIEW, STAFF = "V17", "V4"


def rows_of(
    agency: "Agency", begins: date, ends: date, today: date, more: Mapping[str, Sequence[Row]]
) -> dict[str, list[Row]]:
    """Give the rows of every source; `more` are those of rooms beside this one."""
    return {
        "limits": list(_limits(agency, begins, ends)),
        "files": list(_files(agency, begins, ends)),
        "officers": list(_officers(agency, min(ends, today))),
        "complaints": list(_complaints(agency, begins, ends, today)),
        **{name: list(rows) for name, rows in more.items()},
    }


def _flags(**holds: bool) -> frozenset[str]:
    return frozenset(name for name, there in holds.items() if there)


def _limits(agency: "Agency", begins: date, ends: date) -> Iterator[Row]:
    for one in limits_due(agency.pk, begins, ends):
        met = one.status == Status.MET
        decided = met or one.status == Status.MISSED
        flags = _flags(decided=decided, met=met, publication=one.topic == "publication")
        yield Row(one.title, one.day, flags, one.case_code)


def _files(agency: "Agency", begins: date, ends: date) -> Iterator[Row]:
    standard = review_standard()
    lowest = standard.levels[-1]
    for one in files_decided(agency.pk, begins, ends):
        level = standard.level_of(one.score, vetoed=one.vetoed)
        flags = _flags(
            passed=not one.vetoed and level != lowest,
            clean_review=REVIEW not in one.broken,
            clean_staff=STAFF not in one.broken,
        )
        yield Row(one.number or "未编号", one.day, flags, one.case_code)


def _officers(agency: "Agency", on: date) -> Iterator[Row]:
    people = officers_in([agency.pk])
    held = qualifications(people, on)
    short = {one.person.pk: one.short for one in balances([agency], on.year)}
    for one in people:
        flags = _flags(certified=held[one.username].state == "valid", hours=not short.get(one.pk, 1))
        yield Row(one.name, None, flags)


def _complaints(agency: "Agency", begins: date, ends: date, today: date) -> Iterator[Row]:
    for one in lines_about([agency.pk], since=begins):
        day = legal_day(one.row.at)
        if day <= ends:
            decided = one.met is not None or one.overdue(today)
            yield Row(one.row.no, day, _flags(decided=decided, met=one.met is True))
