"""Taking a register in: millions of rows in batches, each row new, changed, equal or refused with its reason.

A break loses nothing: what was taken in stands, and the same file taken in again changes nothing that is equal.
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.db import connection, transaction

from mingjing.inspections.models import InspectedObject, Register
from mingjing.inspections.register_rows import ObjectRow, RowRefused, places_of, read_row

BATCH: Final = 20_000
TOLD: Final = 1_000

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


@dataclass(slots=True)
class Taken:
    """What became of the rows of one file; refused rows are told one by one up to a limit, and always counted."""

    new: int = 0
    changed: int = 0
    equal: int = 0
    refused: int = 0
    refusals: list[tuple[int, str]] = field(default_factory=list)  # (line, why)

    @property
    def rows(self) -> int:
        return self.new + self.changed + self.equal + self.refused

    def refuse(self, line: int, why: str) -> None:
        self.refused += 1
        if len(self.refusals) < TOLD:
            self.refusals.append((line, why))


def register_of(region: str) -> Register:
    """Give the register of a region, making it at its first use."""
    return Register.objects.get_or_create(region=region, defaults={"salt": secrets.token_bytes(32)})[0]


def take_objects(
    *,
    region: str,
    headings: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    at: datetime,
    dry_run: bool = False,
) -> Taken:
    """Take rows (line, cells) into the register of a region; raises HeadingsRefused before anything is written."""
    places, register = places_of(headings), register_of(region)
    taken = Taken()
    good = _read(rows, places, bytes(register.salt), taken)
    before = register.inspected.count()
    written = 0
    while batch := list(islice(good, BATCH)):
        written += _write(batch, register, at, dry_run=dry_run)
        taken.equal += len(batch)
    taken.new = _new(register, before, dry_run=dry_run)
    taken.changed = written - taken.new
    taken.equal -= written
    if written and not dry_run:
        Register.objects.filter(pk=register.pk).update(changed_at=at)
    return taken


def _read(
    rows: Iterable[tuple[int, Sequence[str]]], places: dict[str, int], salt: bytes, taken: Taken
) -> Iterator[ObjectRow]:
    seen: set[int] = set()  # hashes of ids: ten million of them fit where the ids would not
    for line, cells in rows:
        if not any(cells):
            continue
        try:
            row = read_row(cells, places, salt)
        except RowRefused as refused:
            taken.refuse(line, str(refused))
            continue
        key = hash(row.public_id)
        if key in seen:
            taken.refuse(line, f"编号 {row.public_id} 在本文件中已经出现过。请只留最新的一行")
            continue
        seen.add(key)
        yield row


def _write(batch: Sequence[ObjectRow], register: Register, at: datetime, *, dry_run: bool) -> int:
    """Write what is new or changed and give how many rows that were."""
    moment = connection.ops.adapt_datetimefield_value(at)
    values = [(*row.values, row.mark, moment, register.pk) for row in batch]
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, values)
        else:
            cursor.executemany(f"INSERT INTO {_TABLE} ({_NAMES}) {_VALUES} {_ON_CONFLICT}", values)
        written = int(cursor.rowcount)
        if connection.vendor == "postgresql":
            cursor.execute("DROP TABLE coming")
        if dry_run:
            transaction.set_rollback(True)
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


def _new(register: Register, before: int, *, dry_run: bool) -> int:
    return 0 if dry_run else register.inspected.count() - before
