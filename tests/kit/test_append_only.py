"""The SQL of append-only tables: it can be given, undone, and is never given for a database nobody tried."""

import sqlite3

import pytest

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql


@pytest.fixture
def table():
    """A table with a key of two columns beside its primary one, and one row."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute('CREATE TABLE "order" (id INTEGER PRIMARY KEY, a, b, UNIQUE (a, b))')
    connection.execute("INSERT INTO \"order\" VALUES (1, 'x', 'y')")
    yield connection
    connection.close()


ATTEMPTS = [
    "UPDATE \"order\" SET a = 'z'",
    'DELETE FROM "order"',
    "REPLACE INTO \"order\" VALUES (1, 'z', 'z')",
    "REPLACE INTO \"order\" (a, b) VALUES ('x', 'y')",
    "INSERT INTO \"order\" VALUES (1, 'z', 'z') ON CONFLICT (id) DO UPDATE SET a = 'z'",
]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_guarded_table_only_grows(table, attempt):
    """Each way to change a row is refused and changes nothing; a new row comes in; twice guarded is guarded."""
    for _ in range(2):
        for statement in append_only_sql("order", "sqlite", [("id",), ("a", "b")]):
            table.execute(statement)
    with pytest.raises(sqlite3.IntegrityError, match="order is append-only"):
        table.execute(attempt)
    table.execute("INSERT INTO \"order\" (a, b) VALUES ('x', 'z')")
    assert table.execute('SELECT * FROM "order"').fetchall() == [(1, "x", "y"), (2, "x", "z")]


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_guards_can_be_taken_away(table, attempt):
    """A migration can be reversed."""
    for statement in [*append_only_sql("order", "sqlite"), *drop_append_only_sql("order", "sqlite")]:
        table.execute(statement)
    assert table.execute(attempt).rowcount == 1


def test_an_unknown_database_is_refused():
    """Better no migration than a table that only seems guarded."""
    with pytest.raises(ValueError, match="oracle"):
        append_only_sql("order", "oracle")
    with pytest.raises(ValueError, match="plain"):
        append_only_sql('a"b', "sqlite")
