"""Taking a register in: millions of rows in batches, each row new, changed, equal or refused with its reason.

A break loses nothing: what was taken in stands, and the same file taken in again changes nothing that is equal.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Max

from mingjing.inspections.models import InspectedObject, Register
from mingjing.inspections.register.rows import COLUMNS, ObjectRow, RowRefused, places_of, read_row
from mingjing.inspections.register.seen import Seen

BATCH: Final = 20_000
TOLD: Final = 1_000
ASKED: Final = 500  # ids in one question: databases bound the parameters of a statement

Line = tuple[int, Sequence[str]] | tuple[int, Sequence[str], str]  # line, cells, what its reader found wrong

_TABLE: Final = InspectedObject._meta.db_table
_COLUMNS: Final = (
    *(
        "public_id",
        "kind",
        "name",
        "industry",
        "risk",
        "credit",
        "representative",
        "township",
        "address",
        "licences",
        "state",
    ),
    *("mark", "changed_at", "register_id"),
)
_NAMES: Final = ", ".join(_COLUMNS)
_VALUES: Final = f"VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
_ON_CONFLICT: Final = (
    "ON CONFLICT (register_id, public_id) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:-1])
    + f" WHERE {_TABLE}.mark <> excluded.mark"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that was not taken in: where, what is wrong, how to mend it, and the row itself."""

    line: int
    column: str
    wrong: str
    mend: str
    cells: Sequence[str] = ()


@dataclass(slots=True)
class Taken:
    """What became of the rows of one file; refused rows are told one by one up to a limit, and always counted.

    `told` is given every one of them: a file of a million refused rows must not be held in memory.
    """

    new: int = 0
    changed: int = 0
    equal: int = 0
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    told: Callable[[Refusal], object] | None = None

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.equal + self.refused

    def refuse(self, refusal: Refusal) -> None:
        self.refused += 1
        if len(self.refusals) < TOLD:
            self.refusals.append(refusal)
        if self.told is not None:
            self.told(refusal)


def register_of(region: str) -> Register:
    """Give the register of a region, making it at its first use."""
    return Register.objects.get_or_create(region=region, defaults={"salt": secrets.token_bytes(32)})[0]


def take_objects(
    *,
    region: str,
    headings: Sequence[str],
    rows: Iterable[Line],
    at: datetime,
    dry_run: bool = False,
    told: Callable[[Refusal], object] | None = None,
) -> Taken:
    """Take rows into the register of a region; raises HeadingsRefused before anything is written.

    A row is its line, its cells and, where its reader found one, a fault. A trial counts and writes nothing.
    """
    places, register = places_of(headings), register_of(region)
    taken = Taken(told=told)
    with Seen() as seen:
        good = _read(rows, places, bytes(register.salt), taken, seen)
        while batch := list(islice(good, BATCH)):
            (_compare if dry_run else _put)(batch, register, at, taken)
    if taken.new + taken.changed and not dry_run:
        Register.objects.filter(pk=register.pk).update(changed_at=at)
    return taken


def _read(
    rows: Iterable[Line], places: dict[str, int], salt: bytes, taken: Taken, seen: Seen
) -> Iterator[ObjectRow]:
    for line, cells, *faults in rows:
        if not any(cells):
            continue
        if any(faults):
            taken.refuse(Refusal(line, "整行", faults[0], "请改正后重新导入这一行", cells))
            continue
        try:
            row = read_row(cells, places, salt)
        except RowRefused as refused:
            taken.refuse(Refusal(line, refused.column, refused.wrong, refused.mend, cells))
            continue
        if first := seen.before(row.public_id, line):
            wrong = f"与第 {first} 行是同一个对象"
            taken.refuse(Refusal(line, COLUMNS["code"][0], wrong, "请只留其中一行", cells))
            continue
        yield row


def _compare(batch: Sequence[ObjectRow], register: Register, at: datetime, taken: Taken) -> None:
    """Count what a row would do."""
    for start in range(0, len(batch), ASKED):
        part = batch[start : start + ASKED]
        there = register.inspected.filter(public_id__in=[row.public_id for row in part])
        marks = dict(there.values_list("public_id", "mark"))
        for row in part:
            if row.public_id not in marks:
                taken.new += 1
            elif marks[row.public_id] != row.mark:
                taken.changed += 1
            else:
                taken.equal += 1


def _put(batch: Sequence[ObjectRow], register: Register, at: datetime, taken: Taken) -> None:
    """Write a batch whole, or nothing of it; its counts hold under the lock of its register."""
    with transaction.atomic():
        Register.objects.select_for_update().get(pk=register.pk)
        last = InspectedObject.objects.aggregate(last=Max("pk"))["last"] or 0
        written = _write(batch, register, at)
        new = register.inspected.filter(
            pk__gt=last
        ).count()  # counting all of it would grow with the register
    taken.new += new
    taken.changed += written - new
    taken.equal += len(batch) - written


def _write(batch: Sequence[ObjectRow], register: Register, at: datetime) -> int:
    """Write what is new or changed and give how many rows that were."""
    moment = connection.ops.adapt_datetimefield_value(at)
    values = [(*row.values, row.mark, moment, register.pk) for row in batch]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, values)
        else:
            cursor.executemany(f"INSERT INTO {_TABLE} ({_NAMES}) {_VALUES} {_ON_CONFLICT}", values)
        written = int(cursor.rowcount)
        if connection.vendor == "postgresql":
            cursor.execute("DROP TABLE coming")
    return written


def _copy(cursor: Any, values: Sequence[tuple[object, ...]]) -> None:
    """Write by COPY and one statement: row by row PostgreSQL is many times slower."""
    cursor.execute(f"CREATE TEMP TABLE coming AS SELECT {_NAMES} FROM {_TABLE} LIMIT 0")  # noqa: S608
    with cursor.copy(f"COPY coming ({_NAMES}) FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)
    cursor.execute(
        f"INSERT INTO {_TABLE} ({_NAMES}) SELECT {_NAMES} FROM coming {_ON_CONFLICT}"  # noqa: S608
    )
