"""How often a caller calls: one row a caller and minute, counted by the database, so that every process sees it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import InternalError, OperationalError, connection

from mingjing.clients.models import Count

# PostgreSQL reports a write to a read-only database among the errors that it calls internal.
UNWRITABLE: Final = (OperationalError, InternalError)


@dataclass(frozen=True, slots=True)
class Room:
    """What is left of the minute for the narrower of two limits."""

    limit: int
    left: int
    seconds: int  # until the next minute

    @property
    def over(self) -> bool:
        """Whether this request is one too many."""
        return self.left < 0


def count(limits: Mapping[str, int], at: datetime) -> Room:
    """Count one request for every key and say how much room is left under the tightest of their limits.

    Where the database takes no writing, nothing is counted: a limit is no reason that nobody may read.
    """
    try:
        return _counted(limits, at)
    except UNWRITABLE:
        return Room(min(limits.values()), 0, 60 - int(at.timestamp()) % 60)


def _counted(limits: Mapping[str, int], at: datetime) -> Room:
    minute, second = divmod(int(at.timestamp()), 60)
    marks = ", ".join(["(%s, %s, 1)"] * len(limits))
    with connection.cursor() as cursor:
        # One statement for all: written and read back in one go, no two processes count the same number.
        cursor.execute(
            f"INSERT INTO clients_count (key, minute, number) VALUES {marks} "  # noqa: S608 - placeholders only
            "ON CONFLICT (key, minute) DO UPDATE SET number = clients_count.number + 1 RETURNING key, number",
            [value for key in sorted(limits) for value in (key, minute)],
        )
        numbers = dict(cursor.fetchall())
    if 1 in numbers.values():
        Count.objects.filter(minute__lt=minute - 1).delete()
    limit, left = min(
        ((limit, limit - numbers[key]) for key, limit in limits.items()), key=lambda one: one[1]
    )
    return Room(limit, left, 60 - second)
