"""What may be read of reports, by whom: lists, one report, what is due; nothing is written here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from mingjing.cases.tallied import opened_first
from mingjing.packs.statistics_terms import ReportTerms
from mingjing.personnel.editions import registered_on
from mingjing.personnel.selectors import agencies, agencies_visible_to
from mingjing.statistics.counting import Row
from mingjing.statistics.figures import terms_of
from mingjing.statistics.models import Report
from mingjing.statistics.periods import Period, due_of, period_of
from mingjing.statistics.services import APPROVED, DONE, PUBLISHED, STATES, SUBMITTED, state_of

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency, Person

VIEW = "statistics.view"
REPORTING = ("bureau", "township", "delegated")  # kinds of agencies that owe reports of what they did


class NoSuchReport(LookupError):
    """There is none, or it is none of this person's business."""


@dataclass(frozen=True, slots=True)
class Line:
    """A report and where it stands."""

    row: Report
    state: str

    @property
    def state_title(self) -> str:
        """Where it stands, in words."""
        return STATES[self.state]


def _seen_by(viewer: "Person") -> QuerySet[Report]:
    rows = Report.objects.filter(agency__in=agencies_visible_to(viewer, VIEW))
    return rows.select_related("agency").prefetch_related("steps")


def reports_seen_by(viewer: "Person", filters: Mapping[str, str]) -> QuerySet[Report]:
    """Give the reports in sight, the newest first, narrowed by form and unit."""
    rows = _seen_by(viewer).order_by("-id")
    if form := filters.get("form"):
        rows = rows.filter(form=form)
    if unit := filters.get("unit"):
        rows = rows.filter(agency__code=unit)
    return rows


def line_of(row: Report) -> Line:
    """Give a report with where it stands."""
    return Line(row, state_of(row))


def report_for(viewer: "Person", number: int) -> Line:
    """Give one report in sight by its key. Raises NoSuchReport."""
    row = _seen_by(viewer).filter(pk=number).first()
    if row is None:
        raise NoSuchReport(number)
    return line_of(row)


def versions_of(agency: "Agency", form: str, period: str) -> list[Line]:
    """Give all versions of the report of an agency and period, the newest first."""
    same = Report.objects.filter(agency=agency, form=form, period=period)
    return [line_of(one) for one in same.prefetch_related("steps").order_by("-version")]


def units_of(viewer: "Person") -> "list[Agency]":
    """Give the agencies whose reports this person sees."""
    sight = set(agencies_visible_to(viewer, VIEW))
    return [one for one in agencies() if one.pk in sight]


def cases_in_sight(viewer: "Person", rows: Sequence[Row]) -> tuple[list[Row], int]:
    """Give the rows whose cases this person may open, and how many there are besides."""
    sight = set(agencies_visible_to(viewer, "case.view"))
    seen = [row for row in rows if row.agency in sight]
    return seen, len(rows) - len(seen)


# --- what is due ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Duty:
    """The last period that is over of one report of one agency, by when it was in, and where it stands."""

    agency: "Agency"
    terms: ReportTerms
    period: Period
    due: date
    report: Report | None
    state: str

    @property
    def done(self) -> bool:
        """Whether it is in: a yearly report when it is published, a monthly one when it is approved."""
        return self.state == PUBLISHED or (self.terms.period == "month" and self.state == APPROVED)

    def overdue(self, today: date) -> bool:
        """Whether it should be in by now and is not."""
        return not self.done and today > self.due

    def near(self, today: date) -> bool:
        """Whether it is time to remind of it."""
        return not self.done and today >= self.due - timedelta(days=self.terms.remind_days)

    @property
    def state_title(self) -> str:
        """Where it stands, in words."""
        return STATES.get(self.state, "未编制")


def duties(units: "Sequence[Agency]", today: date) -> list[Duty]:
    """Give what each agency owes for the last period that is over: only reports that its packs require."""
    owing = [one for one in units if one.kind in REPORTING and one.is_active]
    wanted = [
        (unit, terms, period_of(terms.period, today).before)
        for unit in owing
        for terms in terms_of(unit).reports.values()
        if terms.required
    ]
    rows = Report.objects.filter(
        agency__in=[one.pk for one in owing], period__in={period.key for _, _, period in wanted}
    )
    found: dict[tuple[int, str, str], Report] = {}
    for row in rows.prefetch_related("steps").order_by("version"):
        key = row.agency_id, row.form, row.period
        # A correction that is not approved yet does not undo the version before it.
        if key not in found or state_of(row) in DONE or state_of(found[key]) not in DONE:
            found[key] = row
    missing = {unit.pk for unit, terms, period in wanted if (unit.pk, terms.code, period.key) not in found}
    used = _in_use_since([one for one in owing if one.pk in missing])
    made = []
    for unit, terms, period in wanted:
        report = found.get((unit.pk, terms.code, period.key))
        if report is None and period.last < used[unit.pk]:
            continue  # the system was not in use yet: nobody could have made it here
        state = state_of(report) if report else ""
        made.append(Duty(unit, terms, period, due_of(terms, period), report, state))
    return made


def _in_use_since(units: "Sequence[Agency]") -> dict[int, date]:
    """Give since when each agency works with the system: its first live case, or its entry in the register."""
    opened = opened_first([one.pk for one in units])
    entered = registered_on(units)
    return {one.pk: min(opened.get(one.pk, date.max), entered.get(one.pk, date.min)) for one in units}


def waiting_for(person: "Person", today: date, *, prepares: bool, approves: bool) -> list[Duty]:
    """Give what this person's agency has to do about its reports now: prepare and publish in time, or approve."""
    return [
        one
        for one in duties([person.agency], today)
        if (prepares and one.near(today)) or (approves and one.state == SUBMITTED)
    ]


def late_below(person: "Person", today: date) -> int:
    """Give how many reports are late in the agencies that this person sees."""
    return sum(one.overdue(today) for one in duties(units_of(person), today))
