"""Penalties as they were decided, read from the narrow rows beside the acts, for whoever files or counts them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from django.db.models import F, Q, QuerySet

from mingjing.cases.models import CaseOutcome
from mingjing.cases.outcomes import PENALTY

CHUNK: Final = 500
FEN: Final = 100


@dataclass(frozen=True, slots=True)
class Decided:
    """One penalty decision that stands: which, when, what, how much in all, against what kind of party."""

    case_code: str
    agency: int
    number: str
    title: str
    decided_on: date
    kinds: frozenset[str]
    yuan: Decimal
    party_kind: str


@dataclass(frozen=True, slots=True)
class Weight:
    """What makes a penalty weigh so much that somebody asks for it: a kind, or a sum, lower for some parties."""

    kinds: frozenset[str]
    persons: frozenset[str]  # kinds of party to whom the lower sum applies
    person_yuan: int
    unit_yuan: int

    @property
    def condition(self) -> Q:
        """The same as a condition on outcomes."""
        found = Q(sum_fen__gte=self.unit_yuan * FEN)
        found |= Q(party_kind__in=sorted(self.persons), sum_fen__gte=self.person_yuan * FEN)
        for kind in sorted(self.kinds):
            found |= Q(kinds__contains=f",{kind},")
        return found


def penalties(
    agencies: Collection[int], since: date, *, case_code: str = "", weight: Weight | None = None
) -> Iterator[Decided]:
    """Give the penalties that live cases of these agencies decided since a day, and that stand, the oldest first.

    With a weight only those that weigh so much: of the others no row is read.
    """
    rows = _standing(agencies, since, weight)
    if case_code:
        rows = rows.filter(case__code=case_code)
    for row in rows.select_related("case").order_by("decided_on", "case_id", "act_seq").iterator(CHUNK):
        yield Decided(
            case_code=row.case.code,
            agency=row.agency_id,
            number=row.case.decision_no or row.case.number,
            title=row.case.title,
            decided_on=row.decided_on,
            kinds=frozenset(row.kinds.strip(",").split(",")) - {""},
            yuan=Decimal(row.sum_fen) / FEN,
            party_kind=row.party_kind,  # as it stood on that day
        )


def cases_punished(agencies: Collection[int], since: date, weight: Weight) -> list[str]:
    """Give the code of the case of each penalty that weighs so much; nothing else of it is read."""
    return list(_standing(agencies, since, weight).order_by().values_list("case__code", flat=True))


def _standing(agencies: Collection[int], since: date, weight: Weight | None) -> QuerySet[CaseOutcome]:
    rows = CaseOutcome.objects.filter(
        agency__in=agencies,
        outcome=PENALTY,
        standing=True,
        decided_on__gte=since,
        case__agency__in=agencies,
        case__agency=F("agency"),
        case__imported=False,
    )
    return rows if weight is None else rows.filter(weight.condition)
