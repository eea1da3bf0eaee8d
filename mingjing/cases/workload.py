"""Who performed how many acts of a kind in a year; counting only."""

from datetime import date

from mingjing.cases.models import Act
from mingjing.kit.clock import legal_day


def performed_in(agency_id: int, kind: str, year: int) -> dict[str, list[date]]:
    """Give the days on which people of an agency performed acts of this kind in a year, by username."""
    rows = Act.objects.filter(
        agency=agency_id, case__agency=agency_id, kind=kind, imported=False, done_at__isnull=False
    )
    found: dict[str, list[date]] = {}
    for performers, done_at in rows.values_list("performers", "done_at"):
        day = legal_day(done_at) if done_at else None
        if day and day.year == year:
            for one in performers:
                found.setdefault(one["person"], []).append(day)
    return found
