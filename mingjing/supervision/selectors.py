"""What other rooms may read of supervision: the board, the score sheet of a case, and who looked into it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from mingjing.cases import selectors as cases
from mingjing.cases.law import law_of
from mingjing.packs.load import library
from mingjing.packs.review_standard import FILE, HUMAN, Human, Standard, read_human, read_standard
from mingjing.personnel.selectors import names_of
from mingjing.supervision import board as boards
from mingjing.supervision.models import CaseAccess
from mingjing.supervision.sheet import ScoreSheet, fill

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


@cache
def review_standard() -> Standard:
    """Give the file-review standard of the packs."""
    return read_standard(library().file(FILE))


@cache
def human_items() -> dict[str, Human]:
    """Give what only people can judge, by item of the standard."""
    return read_human(library().file(HUMAN))


def board(viewer: "Person", filters: "Mapping[str, str]", window: boards.Window) -> boards.Board:
    """Give the board over the agencies that the viewer may see."""
    return boards.draw(viewer, filters, window, review_standard())


def score_sheet(case: "Case", on: datetime) -> ScoreSheet:
    """Give the file-review sheet of a case as it stands at a moment."""
    acts = [(act.seq, act.kind, act.verdicts) for act in cases.acts_of(case)]
    standing = cases.standing_of(case, on)
    return fill(law_of(case), case.procedure, review_standard(), human_items(), acts, standing)


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
