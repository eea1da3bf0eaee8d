"""The work behind a migration, slice by slice: rows staged, tried, written. Killed anywhere it goes on from its cursor.

A slice is one transaction that begins by locking the migration: its rows and the cursor are written together, so a
row is done once, whoever works and however often they are killed.
"""

import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import connection, transaction
from django.utils import timezone

from mingjing.exchange.migration import stumbling
from mingjing.exchange.migration.halving import Slice
from mingjing.exchange.migration.judging import Ahead
from mingjing.exchange.migration.services import file_of
from mingjing.exchange.migration.shape import Fault, Found, Job
from mingjing.exchange.migration.sheet import Sheet, open_sheet
from mingjing.exchange.migration.sorts import SORTS
from mingjing.exchange.models import Migration, MigrationRow
from mingjing.exchange.unreadable import Unreadable
from mingjing.kit.canonical import digest
from mingjing.kit.clock import legal_day
from mingjing.norms.selectors import registers_as_they_stand
from mingjing.personnel.register_log import note
from mingjing.personnel.selectors import person

if TYPE_CHECKING:
    from mingjing.exchange.migration.sheet import Line

STAGED: Final = 2_000  # lines of a file in one transaction
TRIED: Final = 1_000
WRITTEN: Final = 1_000  # at most; each sort says how many it takes at once
UNKNOWN: Final = 100  # different words of one field that are kept to be asked about
TURN: Final = 2.0  # seconds of a worker's turn
_STATE: Final = MigrationRow.State


class Mover:
    """Works on what is to be tried or written; files that are being read stay open between two turns."""

    def __init__(self) -> None:
        self._reading: dict[str, Sheet] = {}
        self._ahead = Ahead()

    def turn(self, *, seconds: float = TURN) -> bool:
        """Work for a while; say whether there is more to do."""
        until = time.monotonic() + seconds
        while True:
            code = self._next()
            if code is None:
                self._ahead.end()
                return False
            try:
                self.step(code)
                stumbling.forget(code)
            except Exception as error:
                # The others go on; this one is tried again after a while.
                self._reading.pop(code, None)
                self._ahead.end()
                stumbling.note_failure(code, error, at=timezone.now())
            if time.monotonic() >= until:
                return True

    def finish(self, code: str) -> Migration:
        """Work on one migration until somebody has to decide something, or it has ended."""
        try:
            while self.step(code):
                pass
        finally:
            self._ahead.end()
        return Migration.objects.get(code=code)

    def _next(self) -> str | None:
        return stumbling.due(at=timezone.now()).order_by("id").values_list("code", flat=True).first()

    def step(self, code: str) -> bool:
        """Do one slice; say whether there is more."""
        if Migration.objects.filter(code=code, state=Migration.State.RUNNING).exists():
            return self._write(code)
        try:
            with transaction.atomic():
                held = (
                    Migration.objects.select_for_update(of=("self",)).select_related("agency").get(code=code)
                )
                if held.state != Migration.State.CHECKING:
                    return False
                return _try(held, timezone.now()) if held.staged else self._stage(held)
        except Unreadable as unreadable:
            Migration.objects.filter(code=code).update(
                state=Migration.State.FAILED, fault=str(unreadable)[:500], ended_at=timezone.now()
            )
            self._reading.pop(code, None)
            return False

    def _write(self, code: str) -> bool:
        """Take the next rows, judged while nobody was kept waiting, and write them in one transaction."""
        held = Migration.objects.select_related("agency").get(code=code)
        sort, at = SORTS[held.sort], timezone.now()
        size, job = min(WRITTEN, sort.at_once), _job(held, at)
        with registers_as_they_stand():
            rows, ready = self._ahead.take(
                held,
                lambda after: _slice(held, _STATE.READY, size, after=after),
                job,
                size=size,
                apart=sort.apart,
            )
            with transaction.atomic():
                now = Migration.objects.select_for_update(of=("self",)).get(code=code)
                if (now.state, now.cursor) != (held.state, held.cursor):
                    return True  # another worker was faster
                if rows:
                    _put(now, rows, Slice(sort, job, code).write(rows, ready))
                else:
                    _end(now, at)
        return bool(rows)

    def _stage(self, held: Migration) -> bool:
        """Put the next lines of the file into the table of rows; after a break those that are there are passed over."""
        if not file_of(held.code).exists():
            raise Unreadable("上传的文件已经不在服务器上。请重新上传")
        if held.code not in self._reading:
            self._reading[held.code] = open_sheet(file_of(held.code), sheet=held.sheet)
        sheet = self._reading[held.code]
        rows = []
        for line in sheet.lines:
            if line.line <= held.cursor:
                continue
            rows.append(_row(held, line))
            if len(rows) == STAGED:
                break
        MigrationRow.objects.bulk_create(rows)
        if rows:
            held.cursor = rows[-1].line
        if len(rows) < STAGED:
            held.staged, held.cursor = True, 0
            held.notes = list(dict.fromkeys([*held.notes, *sheet.notes]))
            self._reading.pop(held.code)
        held.save(update_fields=["staged", "cursor", "notes"])
        return True


def _row(held: Migration, line: "Line") -> MigrationRow:
    state = _STATE.SKIPPED if line.skipped else _STATE.WAITING
    return MigrationRow(
        migration=held,
        line=line.line,
        cells=line.cells,
        fault=(line.skipped or line.fault)[:500],
        merged=list(line.merged),
        state=state,
    )


def _job(held: Migration, at: datetime) -> Job:
    return Job(
        agency=held.agency,
        by=person(held.prepared_by),
        name=held.name,
        digest=held.digest,
        headings=held.headings,
        columns={one["key"]: (one["number"], one["unit"]) for one in held.columns if one["key"]},
        words=held.words,
        on=legal_day(at),
        at=at,
    )


def _slice(held: Migration, state: str, size: int, *, after: int) -> list[MigrationRow]:
    return list(held.rows.filter(state=state, line__gt=after).order_by("line")[:size])


# --- the trial --------------------------------------------------------------------------------------


def _try(held: Migration, at: datetime) -> bool:
    rows = _slice(held, _STATE.WAITING, TRIED, after=held.cursor)
    if not rows:
        held.state, held.cursor, held.checked_at = Migration.State.CHECKED, 0, at
        held.save(update_fields=["state", "cursor", "checked_at"])
        return False
    job, unknown = _job(held, at), Counter[tuple[str, str]]()
    for row, found in zip(rows, SORTS[held.sort].check(rows, job), strict=True):
        _settle(row, found, job)
        unknown.update(found.unknown)
    again = _compare(held, rows)
    _keep([*rows, *again], ("state", "key", "body", "faults", "remarks", "ref"))
    _ask(held, unknown)
    held.cursor = rows[-1].line
    held.save(update_fields=["cursor", "unknown"])
    return True


def _settle(row: MigrationRow, found: Found, job: Job) -> None:
    row.key = digest(found.key) if found.key else ""
    row.body, row.ref = found.body, found.ref
    row.faults = [one.as_json() for one in found.faults]
    row.remarks = [*found.remarks, *_filled(row, job)]
    row.state = _STATE.REFUSED if found.faults else _STATE.STORED if found.ref else _STATE.READY


def _filled(row: MigrationRow, job: Job) -> Iterator[str]:
    for column in row.merged:
        yield f"“{job.headings[column - 1]}”是合并的单元格，按合并范围的第一行填入，请核对"


def _compare(held: Migration, rows: Sequence[MigrationRow]) -> list[MigrationRow]:
    """Refuse what the file holds twice, and both where they contradict; give the earlier rows this changes."""
    keys = {row.key for row in rows if row.key}
    earlier = held.rows.filter(key__in=keys, line__lt=rows[0].line).order_by("line")
    firsts: dict[str, MigrationRow] = {}
    for row in earlier:
        firsts.setdefault(row.key, row)
    before, changed = set(firsts), []
    for row in rows:
        first = firsts.setdefault(row.key, row) if row.key else row
        if first is row:
            continue
        if first.state == _STATE.REFUSED and row.state == _STATE.READY and not _contradicted(first):
            firsts[row.key] = row  # the earlier one cannot stand, this one can
            continue
        _refuse(held, first, row)
        if row.key in before and first not in changed:
            changed.append(first)
    return changed


def _contradicted(row: MigrationRow) -> bool:
    return any(fault.get("twice") for fault in row.faults)


def _refuse(held: Migration, first: MigrationRow, row: MigrationRow) -> None:
    differing = SORTS[held.sort].agree(first.body, row.body) if first.body and row.body else []
    if not differing:
        fault = Fault("整行", f"与第 {first.line} 行重复", f"请只留第 {first.line} 行")
        row.faults = [*row.faults, fault.as_json()]
        row.state = _STATE.REFUSED
        return
    for one, other in ((first, row), (row, first)):
        wrong = f"与第 {other.line} 行是同一条记录，{'、'.join(differing)}却不同"
        one.faults = [
            *one.faults,
            {**Fault("整行", wrong, "请核对原件，只留正确的一行").as_json(), "twice": True},
        ]
        one.state = _STATE.REFUSED


def _ask(held: Migration, unknown: "Counter[tuple[str, str]]") -> None:
    for (key, word), times in unknown.items():
        told: dict[str, Any] = held.unknown.setdefault(key, {})
        if word in told or len(told) < UNKNOWN:
            told[word] = told.get(word, 0) + times


# --- the run ----------------------------------------------------------------------------------------


def _put(
    held: Migration, rows: Sequence[MigrationRow], written: Iterable[tuple[MigrationRow, str, bool]]
) -> None:
    for row, ref, stored in written:
        row.ref = ref
        row.state = _STATE.REFUSED if not ref else _STATE.STORED if stored else _STATE.DONE
    _keep(rows, ("state", "ref", "faults"))
    held.cursor = rows[-1].line
    held.save(update_fields=["cursor"])


def _end(held: Migration, at: datetime) -> None:
    held.state, held.cursor, held.ended_at = Migration.State.DONE, 0, at
    held.save(update_fields=["state", "cursor", "ended_at"])
    done = held.rows.filter(state=_STATE.DONE).count()
    note(held.confirmed_by, "migration_done", held.code, {"file": held.digest, "done": done})


def _keep(rows: Sequence[MigrationRow], columns: Sequence[str]) -> None:
    """Write columns of rows that are there: `bulk_update` would cost as much as a tenth of the cases."""
    names = ", ".join(f"{name} = %s" for name in columns)
    sql = f"UPDATE {MigrationRow._meta.db_table} SET {names} WHERE id = %s"  # noqa: S608 - names of our own
    with connection.cursor() as cursor:
        cursor.executemany(
            sql, [(*(_written(getattr(row, name)) for name in columns), row.pk) for row in rows]
        )


def _written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
