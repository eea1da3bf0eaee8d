"""Running a check over the agencies that an item binds: red with the rows that offend, or green."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mingjing.packs.rectification_checks import Check
from mingjing.rectification.sources import FETCH, Row

KEPT: Final = 20  # of the rows that offend; the rest are counted


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found."""

    seen: int
    red: int
    rows: tuple[Row, ...]

    @property
    def green(self) -> bool:
        """Whether nothing offends."""
        return not self.red

    def as_facts(self) -> dict[str, Any]:
        """The result as a step keeps it."""
        rows = [
            {
                "where": one.where,
                "why": one.why,
                "day": one.day.isoformat() if one.day else "",
                "case": one.case,
                "agency": one.agency,
            }
            for one in self.rows
        ]
        return {"seen": self.seen, "red": self.red, "rows": rows}


def run_check(check: Check, agencies: Collection[int], since: date | None, today: date) -> Result:
    """Run a check now. `since` is left aside by a check that does not look back."""
    seen, red, kept = 0, 0, list[Row]()
    for row in FETCH[check.source](agencies, since if check.since else None, today):
        seen += 1
        if check.is_red(row.columns):
            red += 1
            if len(kept) < KEPT:
                kept.append(row)
    return Result(seen, red, tuple(kept))
