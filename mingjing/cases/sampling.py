"""Files from which a review draws its sample, and who had a part in them; nothing is written here."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Final

from django.db.models import Exists, OuterRef

from mingjing.cases.models import Act, Case, CaseOutcome

PART: Final = 400  # codes in one query


def decided_files(agency_id: int, procedures: Collection[str], begins: date, ends: date) -> list[str]:
    """Give the codes of an agency's live files in which a penalty that stands was decided in the time, in order."""
    decided = CaseOutcome.objects.filter(
        case=OuterRef("pk"), outcome="penalty", standing=True, decided_on__gte=begins, decided_on__lte=ends
    )
    rows = Case.objects.filter(
        Exists(decided), agency=agency_id, procedure__in=procedures, imported=False, erased=False
    )
    return sorted(rows.values_list("code", flat=True))


def with_part(codes: Collection[str], usernames: Collection[str]) -> Iterator[tuple[str, str]]:
    """Give (username, code) wherever one of these people performed or recorded an act of one of these files."""
    wanted, listed = set(usernames), sorted(codes)
    for at in range(0, len(listed), PART):
        rows = Act.objects.filter(case__code__in=listed[at : at + PART])
        for code, performers, recorder in rows.values_list("case__code", "performers", "recorded_by"):
            there = {str(one.get("person", "")) for one in performers} | {recorder}
            yield from ((one, code) for one in sorted(there & wanted))


def parties_of(codes: Collection[str]) -> Iterator[tuple[str, str]]:
    """Give (code, credit code of the party) of these files, where the party has one."""
    listed = sorted(codes)
    for at in range(0, len(listed), PART):
        rows = Case.objects.filter(code__in=listed[at : at + PART]).exclude(party_code="")
        yield from rows.values_list("code", "party_code")
