"""The ground of the bench of scale: PostgreSQL with written settings, in haste while filled, durable when measured."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

# What `deploy/postgresql.conf` says, made smaller for a machine that others use too.
SETTINGS: Final = (
    "-c max_connections=60 -c shared_buffers=3GB -c effective_cache_size=10GB -c work_mem=16MB "
    "-c maintenance_work_mem=1GB -c random_page_cost=1.1 -c effective_io_concurrency=64 -c max_wal_size=4GB "
    "-c checkpoint_timeout=15min -c wal_level=minimal -c max_wal_senders=0 -c jit=off "
    "-c default_toast_compression=lz4 -c max_parallel_maintenance_workers=1"
)
HURRY: Final = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off"}

INDEXES = """
SELECT t.relname, i.relname, c.conname, pg_get_constraintdef(c.oid), pg_get_indexdef(i.oid)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
LEFT JOIN pg_constraint c ON c.conindid = x.indexrelid AND c.contype IN ('u', 'x')
WHERE t.relname = ANY(%s) AND NOT x.indisprimary AND NOT t.relispartition
ORDER BY t.relname, i.relname
"""


@contextmanager
def filling(connection: Any, tables: list[str]) -> Iterator[None]:
    """Fill tables without their secondary indexes and without waiting for the disk; everything is back afterwards."""
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")
            cursor.execute("PRAGMA foreign_keys = OFF")
            yield
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA foreign_keys = ON")
            cursor.execute("PRAGMA synchronous = FULL")
        return
    with connection.cursor() as cursor:
        _set(cursor, [f"ALTER SYSTEM SET {name} = {value}" for name, value in HURRY.items()])
        cursor.execute(
            "SET session_replication_role = replica"
        )  # the rows copied already passed their checks
        cursor.execute(INDEXES, [tables])
        indexes = cursor.fetchall()
        for table, index, constraint, _, _ in indexes:
            cursor.execute(
                f"ALTER TABLE {table} DROP CONSTRAINT {constraint}" if constraint else f'DROP INDEX "{index}"'
            )
        yield
        for table, _, constraint, rule, index in indexes:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {rule}" if constraint else index)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
        _set(cursor, [f"ALTER SYSTEM RESET {name}" for name in HURRY])


def _set(cursor: Any, statements: list[str]) -> None:
    for statement in (*statements, "SELECT pg_reload_conf()"):
        cursor.execute(statement)


def size_on_disk(connection: Any) -> dict[str, float]:
    """Give the gigabytes of the database and of its largest tables, indexes and partitions included."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
            return {"database": cursor.fetchone()[0] / 2**30}
        cursor.execute("SELECT pg_database_size(current_database())")
        found = {"database": cursor.fetchone()[0] / 2**30}
        cursor.execute(
            "SELECT coalesce(parent.relname, t.relname), sum(pg_total_relation_size(t.oid)) FROM pg_class t "
            "LEFT JOIN pg_inherits h ON h.inhrelid = t.oid LEFT JOIN pg_class parent ON parent.oid = h.inhparent "
            "WHERE t.relkind = 'r' GROUP BY 1 ORDER BY 2 DESC LIMIT 6"
        )
        return found | {name: float(size) / 2**30 for name, size in cursor.fetchall()}
