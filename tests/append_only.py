"""Lifting the guards of append-only tables, for tests only: Django empties all tables after a transactional test.

The fixture in `tests/conftest.py` does it for that flush and for nothing else. A test that tampers on purpose uses
`tampering(connection)`, which stands for a person with the rights of the database's owner.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections

from mingjing.kit.append_only import SUFFIX

_PATTERN = f"%\\_{SUFFIX}\\_%"


@contextmanager
def guards_lifted(connection: Any) -> Iterator[None]:
    """Let every append-only table be changed until the block ends."""
    settle(connection)
    lift, restore = (_sqlite if connection.vendor == "sqlite" else _postgresql)(connection)
    _run(connection, lift)
    try:
        yield
    finally:
        _run(connection, restore)


def settle(connection: Any) -> None:
    """Check now what was put off to the commit: PostgreSQL alters no table that has such checks open."""
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        _run(connection, ["SET CONSTRAINTS ALL IMMEDIATE"])


def _run(connection: Any, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _sqlite(connection: Any) -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s ESCAPE '\\'",
            [_PATTERN],
        )
        triggers = cursor.fetchall()
    lift = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
    return lift, [sql.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS", 1) for _, sql in triggers]


def _postgresql(connection: Any) -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE %s", [_PATTERN]
        )
        triggers = cursor.fetchall()
    lift = [f'ALTER TABLE {table} DISABLE TRIGGER "{name}"' for table, name in triggers]
    return lift, [f'ALTER TABLE {table} ENABLE ALWAYS TRIGGER "{name}"' for table, name in triggers]


@contextmanager
def tampering(connection: Any) -> Iterator[Any]:
    """Give a cursor that is past triggers and foreign keys, outside any transaction."""
    off, on = {
        "sqlite": ("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"),
        "postgresql": ("SET session_replication_role = replica", "SET session_replication_role = DEFAULT"),
    }[connection.vendor]
    with guards_lifted(connection), connection.cursor() as cursor:
        cursor.execute(off)
        try:
            yield cursor
        finally:
            cursor.execute(on)


@pytest.fixture(autouse=True, scope="session")
def _flush_lifts_guards() -> Iterator[None]:
    """Let the flush after a transactional test empty append-only tables too."""
    kind = type(connections["default"].ops)
    flush = kind.execute_sql_flush

    def flush_without_guards(ops: Any, statements: list[str]) -> None:
        with guards_lifted(ops.connection):
            flush(ops, statements)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, "execute_sql_flush", flush_without_guards)
        yield
