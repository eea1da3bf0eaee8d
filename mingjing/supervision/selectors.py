"""What other rooms may read of supervision: the board, and who looked into a case."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from mingjing.personnel.selectors import names_of
from mingjing.review.scoring import review_standard
from mingjing.supervision import board as boards
from mingjing.supervision.models import CaseAccess

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from mingjing.cases.models import Case
    from mingjing.personnel.models import Person


@dataclass(frozen=True, slots=True)
class Access:
    """One look into a case by somebody outside its agency."""

    name: str
    agency: str
    why: str
    at: datetime
    case_code: str = ""
    owner: str = ""  # whose case it is


def board(viewer: "Person", filters: "Mapping[str, str]", window: boards.Window) -> boards.Board:
    """Give the board over the agencies that the viewer may see."""
    return boards.draw(viewer, filters, window, review_standard())


def accesses_of(case: "Case") -> list[Access]:
    """Give the looks into a case from outside its agency, the latest first."""
    rows = list(
        CaseAccess.objects.filter(case_code=case.code).select_related("person_agency").order_by("-at")
    )
    names = names_of(row.person for row in rows)
    return [
        Access(names.get(row.person, row.person), row.person_agency.name, row.why, row.at) for row in rows
    ]


def accesses_to(agency_ids: "Collection[int]", limit: int) -> list[Access]:
    """Give the looks from outside into any case of these agencies, the latest first."""
    rows = CaseAccess.objects.filter(agency__in=agency_ids).select_related("agency", "person_agency")
    latest = list(rows.order_by("-at", "-pk")[:limit])
    names = names_of(row.person for row in latest)
    return [
        Access(
            names.get(row.person, row.person),
            row.person_agency.name,
            row.why,
            row.at,
            row.case_code,
            row.agency.short_name,
        )
        for row in latest
    ]
