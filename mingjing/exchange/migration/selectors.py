"""What people see of migrations: those they may see, how far they are, the report of their rows, the refused ones."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from django.db.models import Count, Q, QuerySet

from mingjing.exchange.migration.sorts import SORTS
from mingjing.exchange.models import Migration, MigrationRow
from mingjing.personnel.permissions import may, scope_of
from mingjing.personnel.selectors import agencies_visible_to

if TYPE_CHECKING:
    from mingjing.personnel.models import Person

NOTES: Final = ("行号", "有问题的列", "问题", "怎样改")
_FORMULA: Final = re.compile(r"^[=+\-@\t\r]")
CHUNK: Final = 2_000
RECENT: Final = 100


class NoSuchMigration(LookupError):
    """There is no such migration for this viewer."""


def migrations_seen_by(viewer: "Person") -> QuerySet[Migration]:
    """Give the migrations somebody may see: of the sorts they prepare, or all of the agency whose head they are."""
    rows = Migration.objects.select_related("agency").order_by("-id")
    seen = Q(pk__in=())
    for action in sorted({sort.permission for sort in SORTS.values()}):
        sorts = [code for code, sort in SORTS.items() if sort.permission == action]
        if scope_of(viewer.roles, action) is not None:
            seen |= Q(sort__in=sorts, agency__in=agencies_visible_to(viewer, action))
    if scope_of(viewer.roles, "migrate.confirm") is not None:
        seen |= Q(agency__in=agencies_visible_to(viewer, "migrate.confirm"))
    return rows.filter(seen)


def migration_by_code(viewer: "Person", code: str) -> Migration:
    """Give one migration; raises NoSuchMigration where the viewer may not see it."""
    found = migrations_seen_by(viewer).filter(code=code).first()
    if found is None:
        raise NoSuchMigration(code)
    return found


def sorts_for(viewer: "Person") -> dict[str, str]:
    """Give the sorts that somebody may prepare, with their titles."""
    return {
        code: sort.title for code, sort in SORTS.items() if may(viewer, sort.permission, viewer.agency.code)
    }


def latest() -> QuerySet[Migration]:
    """Give the latest migrations of every agency: for whoever sits at the machine itself."""
    return Migration.objects.select_related("agency").order_by("-id")[:RECENT]


def row_states() -> list[tuple[str, str]]:
    """Give what may become of a row, with its name in Chinese."""
    return [(str(value), str(label)) for value, label in MigrationRow.State.choices]


def counts(migration: Migration) -> dict[str, int]:
    """Give how many rows there are of each state."""
    rows = migration.rows.order_by().values_list("state").annotate(n=Count("pk"))
    return {**dict.fromkeys(MigrationRow.State.values, 0), **dict(rows)}


def report(migration: Migration, state: str = "") -> QuerySet[MigrationRow]:
    """Give the rows that have something to tell, or all of one state."""
    rows = migration.rows.order_by("line")
    if state:
        return rows.filter(state=state)
    return rows.filter(Q(state__in=(MigrationRow.State.REFUSED, MigrationRow.State.SKIPPED)) | ~Q(remarks=[]))


def row_of(ref: str, viewer: "Person") -> MigrationRow | None:
    """Give the row that became something, by its code: which file and which line it came from."""
    rows = MigrationRow.objects.filter(ref=ref, state=MigrationRow.State.DONE).select_related("migration")
    return rows.filter(migration__in=migrations_seen_by(viewer).order_by()).first()


def refused_csv(migration: Migration) -> Iterator[bytes]:
    """Write the refused rows under their own headings with what is wrong and how to mend it, a piece at a time."""
    yield "\ufeff".encode()
    yield _csv([[*migration.headings, *NOTES]])
    rows = migration.rows.filter(state=MigrationRow.State.REFUSED).order_by("line")
    for row in rows.iterator(CHUNK):
        faults = row.faults or [{"column": "", "wrong": row.fault, "mend": ""}]
        told = ["\n".join(one[name] for one in faults) for name in ("column", "wrong", "mend")]
        yield _csv([[*row.cells, str(row.line), *told]])


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def _harmless(cell: str) -> str:
    # A spreadsheet runs a cell that begins so as a formula.
    return f"'{cell}" if _FORMULA.match(cell) else cell.replace("\0", "")
