"""Who was let off as a first offender, and whether he was one: read from what was done; no list is kept by hand."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from mingjing.cases.models import CaseOutcome
from mingjing.cases.outcomes import PENALTY
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from mingjing.personnel.models import Person

LENIENT: Final = {"prompt": "提示、告诫", "no_penalty": "不予处罚"}
Key = tuple[str, str]  # region, digest of the party's code or name


@dataclass(frozen=True, slots=True)
class Lenient:
    """One violation that was not punished: what else the same party was found to have done, before and after."""

    case_code: str
    number: str
    party: str
    agency: str
    way: str
    violation: str
    on: date
    corrected: bool | None
    earlier: int
    later: int

    @property
    def is_first(self) -> bool:
        """Whether nothing stood against the party before: a second violation is no first."""
        return self.earlier == 0


def lenient_rows(viewer: "Person", permission: str) -> "QuerySet[CaseOutcome]":
    """Give what was dealt with without a penalty in the agencies this person may see, the latest first."""
    rows = CaseOutcome.objects.filter(
        agency__in=agencies_visible_to(viewer, permission), outcome__in=LENIENT, standing=True
    )
    return rows.select_related("case", "agency").order_by("-decided_on", "-id")


def judged(rows: Collection[CaseOutcome]) -> list[Lenient]:
    """Hold each against everything else the same party did, in all departments of the region."""
    known = _known(rows)
    found = []
    for row in rows:
        others = [one for one in known[_key(row)] if one["case"] != row.case_id]
        earlier = {one["case"] for one in others if (one["decided_on"], one["pk"]) < (row.decided_on, row.pk)}
        found.append(
            Lenient(
                case_code=row.case.code,
                number=row.case.decision_no or row.case.number,
                party=row.case.party_name,
                agency=row.agency.short_name or row.agency.name,
                way=LENIENT[row.outcome],
                violation=row.violation,
                on=row.decided_on,
                corrected=row.corrected,
                earlier=len(earlier),
                later=len({one["case"] for one in others} - earlier),
            )
        )
    return found


def _known(rows: Iterable[CaseOutcome]) -> dict[Key, list[dict[str, Any]]]:
    wanted = {_key(row) for row in rows}
    regions = {region for region, _ in wanted}
    found: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for name in ("party_code_key", "party_name_key"):
        keys = {key for _, key in wanted if key}
        others = CaseOutcome.objects.filter(
            **{f"{name}__in": keys}, region__in=regions, standing=True, outcome__in=(*LENIENT, PENALTY)
        )
        if name == "party_name_key":
            others = others.filter(party_code_key="")
        for one in others.values("pk", "case", "decided_on", "region", name):
            found[one["region"], one[name]].append(one)
    return found


def _key(row: CaseOutcome) -> Key:
    """A party is known by its code, and by its name only where it has none."""
    return row.region, row.party_code_key or row.party_name_key
