"""How often parties were inspected, counted over the cases of every department of a region; nothing is written here."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from django.db.models import Count, Exists, OuterRef, QuerySet

from mingjing.cases.models import Act, Case
from mingjing.kit.clock import BEIJING

# The acts that show that somebody was there: papers checked from afar burden nobody.
ON_SITE: Final = ("inspection_entered", "inspection_recorded", "site_examined")
MOST: Final = 500  # codes in one query


def visited(
    region: str, year: int, agencies: Collection[int], codes: Collection[str] | None = None
) -> dict[str, dict[int, int]]:
    """Give by credit code how often each agency inspected on site in a year, in cases of one region."""
    found: dict[str, dict[int, int]] = {}
    for part in [None] if codes is None else _parts(codes):
        rows = _inspections(region, year, agencies)
        rows = rows if part is None else rows.filter(party_code__in=part)
        counted = rows.order_by().values_list("party_code", "agency").annotate(times=Count("pk"))
        for code, agency, times in counted:
            found.setdefault(code, {})[agency] = times
    return found


def _inspections(region: str, year: int, agencies: Collection[int]) -> "QuerySet[Case]":
    begins, ends = (datetime(one, 1, 1, tzinfo=BEIJING) for one in (year, year + 1))
    there = Act.objects.filter(case=OuterRef("pk"), kind__in=ON_SITE, done_at__gte=begins, done_at__lt=ends)
    rows = Case.objects.filter(agency__in=agencies, region=region, procedure="inspection")
    return rows.exclude(party_code="").filter(last_act_at__gte=begins).filter(Exists(there))


def _parts(codes: Iterable[str]) -> list[list[str]]:
    whole = sorted(set(codes))
    return [whole[at : at + MOST] for at in range(0, len(whole), MOST)]
