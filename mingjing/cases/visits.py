"""How often parties were inspected, counted over the cases of every department of a region; nothing is written here."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from mingjing.cases.models import Act, Case
from mingjing.kit.clock import BEIJING

# The acts that show that somebody was there: papers checked from afar burden nobody.
ON_SITE: Final = ("inspection_entered", "inspection_recorded", "site_examined")
APPROVED: Final = "inspection_approved"
CALLED_OFF: Final = "inspection_called_off"
MOST: Final = 500  # codes in one query


def visited(
    region: str, year: int, agencies: Collection[int], codes: Collection[str] | None = None
) -> dict[str, dict[int, int]]:
    """Give by credit code how often each agency inspected on site in a year, in cases of one region.

    A visit counts from its approval, so that two approved at once do not both fall under the cap; called off before
    anybody came, it never was one.
    """
    found: dict[str, dict[int, int]] = {}
    for part in [None] if codes is None else _parts(codes):
        rows = _inspections(year).filter(agency__in=agencies, region=region).exclude(party_code="")
        rows = rows if part is None else rows.filter(party_code__in=part)
        counted = rows.order_by().values_list("party_code", "agency").annotate(times=Count("pk"))
        for code, agency, times in counted:
            found.setdefault(code, {})[agency] = times
    return found


def visits_among(year: int, case_codes: Collection[str]) -> set[str]:
    """Give which of these cases are visits of a year, counted in the same way: for parties without a credit code."""
    found: set[str] = set()
    for part in _parts(case_codes):
        found.update(_inspections(year).filter(code__in=part).values_list("code", flat=True))
    return found


def _inspections(year: int) -> "QuerySet[Case]":
    begins, ends = (datetime(one, 1, 1, tzinfo=BEIJING) for one in (year, year + 1))
    own = Act.objects.filter(agency=OuterRef("agency"), case=OuterRef("pk"))
    dated = own.filter(done_at__gte=begins, done_at__lt=ends)
    there = Exists(dated.filter(kind__in=ON_SITE))
    ever_there = Exists(own.filter(kind__in=ON_SITE))
    approved = Exists(dated.filter(kind=APPROVED, facts__inspection_mode="on_site"))
    called_off = Exists(own.filter(kind=CALLED_OFF))
    rows = Case.objects.filter(procedure="inspection", last_act_at__gte=begins)
    return rows.filter(Q(there) | (Q(approved) & ~Q(ever_there) & ~Q(called_off)))


def _parts(codes: Iterable[str]) -> list[list[str]]:
    whole = sorted(set(codes))
    return [whole[at : at + MOST] for at in range(0, len(whole), MOST)]
