"""Imported files in which something was found, the worst first; how a file is judged is no matter of this module."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from mingjing.cases.merging import first_ids
from mingjing.cases.models import Case, CaseFinding
from mingjing.lawengine.model import Outcome
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

WORST_FIRST: Final = ("-vetoed", "score", "-breaches", "-hints", "-id")
SAID: Final = 2  # findings told of each file


@dataclass(frozen=True, slots=True)
class Troubled:
    """A file and the costliest of what was found in it."""

    case: Case
    findings: Sequence[CaseFinding]


def troubled_imports(viewer: "Person", limit: int) -> list[Troubled]:
    """Give the imported files the viewer may see that have breaches or hints, the worst first."""
    agencies, rows = agencies_visible_to(viewer), Case.objects.filter(imported=True)
    wanted = first_ids(rows, agencies, WORST_FIRST, limit=limit)
    found = Case.objects.filter(agency__in=agencies, pk__in=wanted).order_by(*WORST_FIRST)
    worst = [case for case in found if case.breaches or case.hints]  # one without stands behind every other
    said = _findings(worst)
    return [Troubled(case, said.get(case.pk, [])[:SAID]) for case in worst]


def _findings(cases: Sequence[Case]) -> dict[int, list[CaseFinding]]:
    rows = CaseFinding.objects.filter(case__in=cases, outcome=Outcome.BREACH)
    by_case: dict[int, list[CaseFinding]] = {}
    for row in rows.order_by("-veto", "-points", "act_seq", "id"):
        by_case.setdefault(row.case_id, []).append(row)
    return by_case
