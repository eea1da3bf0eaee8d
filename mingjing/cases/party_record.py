"""What a party was found to have done before, in the cases of its region: decisions, prompts, and whether it mended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q

from mingjing.cases.models import Case, CaseOutcome
from mingjing.cases.outcomes import PENALTY, party_keys, violation_key
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

ORGANIZED = ("organization", "individual_business")


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier violation of the party."""

    case_id: int
    case_code: str
    agency: str
    agency_id: int
    outcome: str
    violation: str
    violation_key: str
    fine_fen: int | None
    decided_on: date
    corrected: bool | None
    number: str


@dataclass(frozen=True, slots=True)
class PartyRecord:
    """The earlier violations of a party before a day, the latest first. What was revoked is not among them."""

    before: date
    entries: tuple[Earlier, ...]
    identified: bool  # by a code; else by name and kind alone

    @property
    def count(self) -> int:
        """How many cases there were."""
        return len({one.case_id for one in self.entries})

    def same_within_a_year(self, violation: str) -> int:
        """Say how many decisions punished the same violation in the year before the day."""
        key, since = violation_key(violation), _year_before(self.before)
        return len(
            {
                one.case_id
                for one in self.entries
                if one.outcome == PENALTY and one.violation_key == key and one.decided_on > since
            }
        )


def party_record(
    facts: Mapping[str, Any], *, region: str, before: date, besides: int | None = None
) -> PartyRecord:
    """Give the record of the party that these facts name, in one region, leaving out the case `besides`.

    By its code; an entry or a party without one is found by its full name and kind, a citizen only where neither has a
    code, since two people may bear one name.
    """
    code, name = party_keys(facts)
    organized = facts.get("party_kind") in ORGANIZED
    rows = CaseOutcome.objects.filter(
        region=region, standing=True, decided_on__lt=before, case__agency=F("agency")
    )
    found: list[CaseOutcome] = []
    # Asked one after the other: of a condition with "or" a database reads every row.
    for wanted in _ways(code, name, organized=organized):
        found += rows.filter(wanted).exclude(case=besides).select_related("case", "agency")
    entries = sorted(
        {row.pk: row for row in found}.values(), key=lambda row: (row.decided_on, row.pk), reverse=True
    )
    return PartyRecord(before, tuple(_entry(row) for row in entries), identified=bool(code))


def _ways(code: str, name: str, *, organized: bool) -> list[Q]:
    ways = [Q(party_code_key=code)] if code else []
    if name and (organized and not code):
        ways.append(Q(party_name_key=name))
    elif name and (organized or not code):
        ways.append(Q(party_name_key=name, party_code_key=""))
    return ways


def record_of_case(case: Case, facts: Mapping[str, Any], before: date) -> PartyRecord:
    """Give the record of the party of a case, without the case itself."""
    return party_record(facts, region=case.region, before=before, besides=case.pk)


def openable_by(viewer: "Person", record: PartyRecord) -> frozenset[str]:
    """Give the codes of those earlier cases that the viewer may open."""
    visible = set(agencies_visible_to(viewer))
    return frozenset(one.case_code for one in record.entries if one.agency_id in visible)


def _entry(row: CaseOutcome) -> Earlier:
    return Earlier(
        case_id=row.case_id,
        case_code=row.case.code,
        agency=row.agency.short_name or row.agency.name,
        agency_id=row.agency_id,
        outcome=row.outcome,
        violation=row.violation,
        violation_key=row.violation_key,
        fine_fen=row.fine_fen,
        decided_on=row.decided_on,
        corrected=row.corrected,
        number=row.case.decision_no or row.case.number,
    )


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)
