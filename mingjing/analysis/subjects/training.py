"""Training: officers who have the hours of the year, what was learnt each month, how examinations ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from mingjing.analysis import dims
from mingjing.analysis.asked import Asked
from mingjing.analysis.grids import Grid, Record, Things
from mingjing.training.hours import balances
from mingjing.training.selectors import LEARNT_KINDS, learnt_between, results_between

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

ENOUGH, SHORT, NONE = "enough", "short", "none"
STATES: Final = {ENOUGH: "学时已够", SHORT: "学时不足", NONE: "还没有学时"}
RESULTS: Final = {"passed": "合格", "failed": "不合格"}


@dataclass(frozen=True, slots=True)
class Trained:
    """Something that one person learnt or has still to learn."""

    person: str
    agency_id: int
    agency: str
    on: date | None
    kind: str
    note: str


def _units(asked: Asked) -> list[int]:
    wanted = set(asked.agencies)
    return [
        one.pk
        for one in asked.units
        if one.pk in wanted and asked.region in {"", one.region} and asked.field in {"", one.field}
    ]


def _officers(asked: Asked) -> Sequence[Trained]:
    """Give the officers of today with their hours in the year the period ends in."""
    year, units = asked.ends.year, set(_units(asked))
    found = []
    for one in balances([unit for unit in asked.units if unit.pk in units], year):
        state = ENOUGH if not one.short else SHORT if one.hours else NONE
        agency = one.person.agency
        note = f"{year}年 {one.hours} 学时，应有 {one.demanded} 学时"
        found.append(Trained(one.person.name, agency.pk, agency.short_name or agency.name, None, state, note))
    return found


def _learnt(asked: Asked) -> Sequence[Trained]:
    return [
        Trained(*_who(row.person), row.on, row.kind, f"{row.title}，{row.hours} 学时")
        for row in learnt_between(_units(asked), asked.begins, asked.ends)
    ]


def _sat(asked: Asked) -> Sequence[Trained]:
    return [
        Trained(*_who(person), on, "passed" if passed else "failed", title)
        for person, on, title, passed in results_between(_units(asked), asked.begins, asked.ends)
    ]


def _who(person: "Person") -> tuple[str, int, str]:
    return person.name, person.agency_id, person.agency.short_name or person.agency.name


def _told(one: Trained) -> Record:
    return Record(one.person, one.agency, one.on, one.note)


def makers() -> list[Grid]:
    """Give the tables of the subject."""
    hours, learnt, sat = Things(_officers, _told), Things(_learnt, _told), Things(_sat, _told)
    year = "按时段最后一月所在的年度；现在在岗的执法人员。"
    kinds, results = dims.plain("类别", "kind", LEARNT_KINDS), dims.plain("结果", "kind", RESULTS)
    return [
        Grid(
            "hours", "年度学时", hours, dims.unit(), dims.plain("学时", "kind", STATES), "across", year, "人"
        ),
        Grid("learnt", "每月完成的学习", learnt, dims.month("on"), kinds, unit="人次"),
        Grid("exams", "每月的考试", sat, dims.month("on"), results, unit="人次"),
        Grid("units", "各机关的考试", sat, dims.unit(), results, "across", "机关按登记次序排列。", "人次"),
    ]
