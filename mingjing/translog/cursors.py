"""Consumers of the log: each reads the sealed entries in order and remembers how far it came; it never queues."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from mingjing.translog.models import Cursor, Sealed
from mingjing.translog.selectors import SealedEntry, sealed_after

BATCH: Final = 200

Handler = Callable[[Sequence[SealedEntry]], None]


def run_cursor(name: str, handler: Handler, *, batch: int = BATCH) -> int:
    """Hand the next sealed entries to `handler` and give how many; call it again until it gives 0.

    The position moves in the transaction of the handler's own writes: both happen or neither. What a handler does
    outside the database may happen again after a crash, so it must be idempotent. If it raises, nothing moves.
    """
    with transaction.atomic():
        Cursor.objects.get_or_create(name=name)
        # The row lock keeps a second worker from handling the same entries at the same time.
        cursor = Cursor.objects.select_for_update().get(name=name)
        entries = sealed_after(cursor.position, batch)
        if entries:
            handler(entries)
            cursor.position = entries[-1].index
            cursor.save(update_fields=["position"])
        return len(entries)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a consumer has read, how many entries are left, and since when the first of them waits."""

    name: str
    position: int
    behind: int
    since: datetime | None


def places() -> list[Place]:
    """Give every consumer there ever was, by name."""
    last = Sealed.objects.order_by("-index").values_list("index", flat=True).first()
    size = -1 if last is None else last
    rows = list(Cursor.objects.order_by("name").values_list("name", "position"))
    first = {position + 1 for _, position in rows if position < size}
    waits = dict(Sealed.objects.filter(index__in=first).values_list("index", "entry__created"))
    return [Place(name, at, max(0, size - at), waits.get(at + 1)) for name, at in rows]


def rewind_cursor(name: str) -> None:
    """Let a consumer read the log from its beginning again, to rebuild what it derives."""
    Cursor.objects.filter(name=name).update(position=-1)


def position_of(name: str) -> int:
    """Tell how far a consumer has read: the last index it has dealt with, -1 where it has not begun."""
    found = Cursor.objects.filter(name=name).values_list("position", flat=True).first()
    return -1 if found is None else found
