"""The database refuses to change what is logged, whichever way one tries; what may grow still grows."""

# ruff: noqa: S608 - the names of tables stand in this file

import pytest
from django.db import IntegrityError, connection, transaction

from mingjing.translog.models import Checkpoint, Cursor, Entry, Head, Queued, Sealed, Tile
from tests.append_only import guards_lifted, settle

GUARDED = {
    "translog_entry": "ref",
    "translog_sealed": "entry_id",
    "translog_tile": "data",
    "translog_head": "root",
    "translog_checkpoint": "note",
}


@pytest.fixture
def log(queue, seal):
    """A log with rows in every table, one entry still queued."""
    queue(300)
    seal()
    queue(1, first=301)
    settle(connection)


def refused(statement):
    """Run a statement that must fail, and keep the transaction usable."""
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def snapshot(table):
    """All rows of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
        return [tuple(map(_plain, row)) for row in cursor.fetchall()]


def _plain(value):
    return bytes(value) if isinstance(value, memoryview) else value


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "column"), GUARDED.items())
def test_rows_cannot_be_updated_or_deleted(log, table, column):
    """Neither one row nor all, by SQL that any client could send."""
    before = snapshot(table)
    assert before
    refused(f"UPDATE {table} SET {column} = {column}")
    refused(f"DELETE FROM {table}")
    assert snapshot(table) == before


@pytest.mark.django_db
@pytest.mark.parametrize("table", GUARDED)
def test_rows_cannot_be_replaced_or_truncated(log, table):
    """INSERT OR REPLACE on SQLite; TRUNCATE and upsert on PostgreSQL."""
    before = snapshot(table)
    if connection.vendor == "sqlite":
        refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1")
    else:
        refused(f"TRUNCATE {table} CASCADE")
        key = {"translog_entry": "id", "translog_sealed": "index", "translog_tile": "path"}.get(table, "size")
        column = GUARDED[table]
        refused(
            f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1 "
            f"ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}"
        )
    assert snapshot(table) == before


@pytest.mark.django_db
def test_a_place_cannot_be_taken_over_through_its_entry(log):
    """Every unique key of a table is guarded, not only the primary one."""
    before = snapshot("translog_sealed")
    entry = Sealed.objects.get(index=0).entry_id
    verb = "INSERT OR REPLACE" if connection.vendor == "sqlite" else "INSERT"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f'{verb} INTO translog_sealed ("index", entry_id) VALUES (9999, %s)', [entry])
    assert snapshot("translog_sealed") == before


@pytest.mark.django_db
def test_replication_role_does_not_walk_past_the_guards(log):
    """On PostgreSQL even a superuser's replica role meets them; on SQLite recursive triggers change nothing."""
    setting = {
        "sqlite": "PRAGMA recursive_triggers = ON",
        "postgresql": "SET LOCAL session_replication_role = replica",
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(setting[connection.vendor])
        refused("DELETE FROM translog_head")


@pytest.mark.django_db
def test_the_manager_cannot_change_rows_either(log):
    """The ORM meets the same refusal."""
    for model in (Entry, Sealed, Tile, Head, Checkpoint):
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.first().delete()


@pytest.mark.django_db
def test_what_may_change_still_does(log):
    """New rows come in, the queue empties, cursors move: the guards stand only where they should."""
    Tile.objects.create(path="tile/9/000", data=b"")
    Cursor.objects.create(name="x")
    assert Cursor.objects.update(position=5) == 1
    assert Queued.objects.all().delete()[0] == 1


@pytest.mark.django_db
def test_the_guards_come_back_after_a_test_has_lifted_them(log):
    """The tests' own way past the guards leaves them as they were."""
    with guards_lifted(connection), connection.cursor() as cursor:
        cursor.execute("DELETE FROM translog_head")
    refused("DELETE FROM translog_checkpoint")
