"""Penalties as they were decided, read from the acts, for whoever files or counts them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db.models import Exists, F, OuterRef

from mingjing.cases.models import Act, CaseOutcome
from mingjing.kit.clock import legal_day

KINDS: Final = ("penalty_decided", "on_the_spot_decided")
SUMS: Final = ("fine_yuan", "confiscated_gain_yuan", "confiscated_goods_yuan")
CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Decided:
    """One penalty decision that stands: which, when, what, how much in all."""

    case_code: str
    agency: int
    number: str
    title: str
    decided_on: date
    kinds: frozenset[str]
    yuan: Decimal
    party_kind: str


def penalties(agencies: Collection[int], since: date, *, case_code: str = "") -> Iterator[Decided]:
    """Give the penalties that live cases of these agencies decided since a day, and that stand, the oldest first."""
    standing = CaseOutcome.objects.filter(
        agency=OuterRef("agency"),
        case=OuterRef("case"),
        act_seq=OuterRef("seq"),
        outcome="penalty",
        standing=True,
        decided_on__gte=since,
    )
    rows = Act.objects.filter(
        Exists(standing),
        kind__in=KINDS,
        agency__in=agencies,
        case__agency__in=agencies,
        case__agency=F("agency"),
        case__imported=False,
    )
    if case_code:
        rows = rows.filter(case__code=case_code)
    for act in rows.select_related("case").order_by("done_at", "id").iterator(CHUNK):
        if act.done_at is not None:
            yield Decided(
                case_code=act.case.code,
                agency=act.case.agency_id,
                number=act.case.decision_no or act.case.number,
                title=act.case.title,
                decided_on=legal_day(act.done_at),
                kinds=frozenset(act.facts.get("penalty_kinds") or ()),
                yuan=sum((_yuan(act.facts.get(name)) for name in SUMS), Decimal(0)),
                party_kind=str(act.facts.get("party_kind") or act.case.party_kind),
            )


def _yuan(stated: Any) -> Decimal:
    try:
        return Decimal(str(stated)) if stated else Decimal(0)
    except InvalidOperation:
        return Decimal(0)
