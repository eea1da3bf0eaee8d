"""Imported files in which something was found, the worst first; how a file is judged is no matter of this module."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

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
    # Each agency's worst stand first in an index; over several agencies at once a database would sort them all.
    found = [
        case
        for agency in agencies_visible_to(viewer)
        for case in Case.objects.filter(agency=agency, imported=True).order_by(*WORST_FIRST)[:limit]
        if case.breaches or case.hints
    ]
    worst = sorted(found, key=lambda one: (not one.vetoed, one.score, -one.breaches, -one.hints, -one.pk))
    said = _findings(worst[:limit])
    return [Troubled(case, said.get(case.pk, [])[:SAID]) for case in worst[:limit]]


def _findings(cases: Sequence[Case]) -> dict[int, list[CaseFinding]]:
    rows = CaseFinding.objects.filter(case__in=cases, outcome=Outcome.BREACH)
    by_case: dict[int, list[CaseFinding]] = {}
    for row in rows.order_by("-veto", "-points", "act_seq", "id"):
        by_case.setdefault(row.case_id, []).append(row)
    return by_case
