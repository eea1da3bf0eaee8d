"""How often a firm was visited in a year over all departments, and whether the published cap lets it be again."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from mingjing.cases.visits import visited, visits_among
from mingjing.inspections.models import FrequencyCap, InspectedObject, VisitStart
from mingjing.packs.random_terms import random_terms
from mingjing.personnel.selectors import agencies, agencies_above

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

CHUNK: Final = 5_000
SHOWN: Final = 100
_RISK: Final = re.compile(r"([ABCD])\s*[类级]")


class CapRefused(Exception):
    """The visit may not take place. The message is Chinese and says what would make it possible."""


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits to one object in one year: by this agency, and by all departments of the region together."""

    own: int
    all: int


@dataclass(frozen=True, slots=True)
class CapStanding:
    """How an object stands against the cap; `cap` None where none was published."""

    visits: Visits
    cap: int | None
    clearly_times: int

    @property
    def reached(self) -> bool:
        return self.cap is not None and self.visits.all >= self.cap

    @property
    def clearly_exceeded(self) -> bool:
        """Whether one more visit would be clearly too often, which is told even where no cap holds it back."""
        return self.cap is not None and self.visits.all + 1 >= self.cap * self.clearly_times

    @property
    def words(self) -> str:
        return f"本年度各部门已检查 {self.visits.all} 次，公布的上限 {self.cap} 次"


def visits_this_year(region: str, public_id: str, *, year: int, agency: "Agency | None" = None) -> Visits:
    """Count the visits to one object over all departments of its region: the one count that every cap goes by.

    A firm is found by its code in every inspection case; a person or place without one by the visits begun to it.
    """
    told = visited(region, year, _departments(region), [public_id]).get(public_id)
    if told is None:
        told = _begun(region, public_id, year)
    return Visits(told.get(agency.pk, 0) if agency else 0, sum(told.values()))


def _begun(region: str, public_id: str, year: int) -> dict[int, int]:
    rows = VisitStart.objects.filter(object=public_id, agency__in=_departments(region))
    agency_of = dict(rows.values_list("case_code", "agency"))
    return dict(Counter(agency_of[code] for code in visits_among(year, agency_of)))


def cap_of(agency: "Agency", risk: str) -> int | None:
    """Give the published yearly cap for objects of a risk class: the lowest that any authority over them has set.

    A row that names the class goes before the general rows of the same authority; the cap of an authority above
    binds all its departments, which may set themselves a lower one and not a higher.
    """
    told: dict[int, list[tuple[int, list[str]]]] = {}
    for one in caps_over(agency):
        told.setdefault(one.agency_id, []).append((one.most, _RISK.findall(f"{one.name}{one.object}")))
    found = [most for rows in told.values() if (most := _most(rows, risk)) is not None]
    return min(found, default=None)


def _most(rows: Sequence[tuple[int, Sequence[str]]], risk: str) -> int | None:
    """Give what one authority says of a class: of rows that name it the lowest, else of the general ones."""
    named = [most for most, risks in rows if risk in risks]
    return min(named or [most for most, risks in rows if not risks], default=None)


def caps_over(agency: "Agency") -> list[FrequencyCap]:
    """Give the published caps that speak to an agency: its own and those of the authorities above."""
    rows = FrequencyCap.objects.filter(agency__in=[agency.pk, *agencies_above(agency.pk)])
    return list(rows.select_related("agency").order_by("agency", "pk"))


def standing(agency: "Agency", region: str, public_id: str, risk: str, *, on: date) -> CapStanding:
    """Give how one object stands against the cap on a day."""
    terms = random_terms(agency.region, agency.field, agency.code)
    counted = visits_this_year(region, public_id, year=on.year, agency=agency)
    return CapStanding(counted, cap_of(agency, risk), terms.clearly_times)


def check_cap(
    agency: "Agency", region: str, public_id: str, *, trigger: str, reason: str, on: date
) -> CapStanding:
    """Let a visit take place, or raise CapRefused: at the cap only for an exception of the packs, with a reason."""
    risk = InspectedObject.objects.filter(register=region, public_id=public_id).values_list("risk", flat=True)
    found = standing(agency, region, public_id, risk.first() or "", on=on)
    if found.reached:
        exceptions = random_terms(agency.region, agency.field, agency.code).exceptions
        if trigger not in exceptions:
            raise CapRefused(
                f"{found.words}，不能再查。投诉举报、转办交办、数据监测、企业申请引起的，如实选择来源并写明理由"
            )
        if not reason.strip():
            raise CapRefused(f"{found.words}。因投诉举报等原因仍要检查的，请写明理由")
    return found


def at_cap(agency: "Agency", region: str, *, on: date) -> dict[str, str]:
    """Give every object of a register that may not be drawn any more this year, with the reason that all may read."""
    counts = {
        code: sum(told.values()) for code, told in visited(region, on.year, _departments(region)).items()
    }
    caps: dict[str, int | None] = {risk: cap_of(agency, risk) for risk in InspectedObject.Risk.values}
    out: dict[str, str] = {}
    for public_id, risk in _risks(region, counts):
        cap = caps[risk]
        if cap is not None and counts[public_id] >= cap:
            out[public_id] = f"本年度检查次数已达公布的上限 {cap} 次"
    return out


@dataclass(frozen=True, slots=True)
class Counted:
    """One object of a register with its visits of a year: by department, and against the cap."""

    public_id: str
    name: str
    risk: str
    departments: Sequence[tuple[str, int]]
    standing: CapStanding


def counted(agency: "Agency", public_id: str, *, on: date) -> Counted | None:
    """Give how often an object of the agency's region was visited this year and by whom, None where there is none."""
    region = agency.region
    row = InspectedObject.objects.filter(register=region, public_id=public_id).first()
    if row is None:
        return None
    names = {one.pk: one.name for one in agencies()}
    told = visited(region, on.year, _departments(region), [public_id]).get(public_id, {})
    departments = sorted((names[pk], times) for pk, times in told.items())
    return Counted(
        row.public_id, row.name, row.risk, departments, standing(agency, region, public_id, row.risk, on=on)
    )


def named(region: str, ids: Collection[str]) -> dict[str, str]:
    """Give the names of objects of a register."""
    rows = InspectedObject.objects.filter(register=region, public_id__in=ids)
    return dict(rows.values_list("public_id", "name"))


def excepted(agency: "Agency", year: int) -> list[VisitStart]:
    """Give the visits of a year that no cap held back, with the task that says why, the latest first."""
    rows = VisitStart.objects.filter(agency=agency, year=year, counted=False)
    return list(rows.select_related("task").order_by("-pk")[:SHOWN])


def _risks(region: str, counts: Mapping[str, int]) -> list[tuple[str, str]]:
    codes, found = sorted(counts), list[tuple[str, str]]()
    for at in range(0, len(codes), CHUNK):
        rows = InspectedObject.objects.filter(register=region, public_id__in=codes[at : at + CHUNK])
        found += rows.values_list("public_id", "risk")
    return found


def _departments(region: str) -> Collection[int]:
    """The agencies that enforce in a region, whatever their field."""
    return [one.pk for one in agencies() if one.region == region]
