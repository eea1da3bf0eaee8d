"""How many records of interference there are, month by month, counted in the public log and nowhere else."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from mingjing.kit.clock import legal_day
from mingjing.translog.selectors import entries_of_kind


@dataclass(frozen=True, slots=True)
class Ledger:
    """The count of every month since the first set of keys, the latest first; the keys by their digest."""

    months: tuple[tuple[date, int], ...]
    keys: tuple[tuple[date, str], ...]

    @property
    def whole(self) -> int:
        """All records."""
        return sum(count for _, count in self.months)


def ledger(at: datetime) -> Ledger | None:
    """Give the counts up to this month, months without any included; None before the ledger was taken into use."""
    keys = tuple((_day(data), str(json.loads(data)["h"])) for _, data in entries_of_kind("holders"))
    if not keys:
        return None
    counted = Counter(_day(data).replace(day=1) for _, data in entries_of_kind("interference"))
    first, month, months = keys[0][0].replace(day=1), legal_day(at).replace(day=1), []
    while month >= first:
        months.append((month, counted[month]))
        month = _before(month)
    return Ledger(tuple(months), keys[::-1])


def _before(month: date) -> date:
    return date(month.year - 1, 12, 1) if month.month == 1 else month.replace(month=month.month - 1)


def _day(data: bytes) -> date:
    return legal_day(datetime.fromisoformat(json.loads(data)["at"]))
