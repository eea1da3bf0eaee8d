"""The SQL that lets a table grow and nothing else, per database; it is text only, run by migrations."""

from collections.abc import Mapping, Sequence
from typing import Final

SUFFIX: Final = "append_only"
_FUNCTION: Final = "mingjing_append_only"

Key = tuple[str, ...]


def append_only_sql(table: str, vendor: str, unique: Sequence[Key] = (("id",),)) -> list[str]:
    """Give the statements after which `table` refuses UPDATE, DELETE, TRUNCATE and INSERT OR REPLACE.

    Each refusal reaches Django as IntegrityError. `unique` lists the columns of every unique key of the
    table, its primary key included: SQLite replaces a row through any of them. Running the statements twice
    is harmless. On SQLite a later migration that alters the table rebuilds it without its triggers: run them
    again in that migration.
    """
    if vendor == "sqlite":
        return _sqlite(table, unique)
    if vendor == "postgresql":
        return _postgresql(table)
    raise ValueError(f"no append-only triggers for the database {vendor}")


def erasable_sql(
    table: str, vendor: str, *, ref: str, erased: Mapping[str, str], columns: Sequence[str], stones: str
) -> list[str]:
    """Give the statements after which an append-only `table` lets through one change and no other.

    A row whose `ref` stands in the column `ref` of the table `stones` may be set to its erased form, in which
    the columns of `erased` have those SQL literals and all others of `columns` are as before. It replaces the
    trigger of `append_only_sql` for updates: a later migration that alters the table runs both again.
    """
    if vendor == "sqlite":
        return _erasable_sqlite(table, ref, erased, columns, stones)
    return _erasable_postgresql(table, ref, erased, stones)


def _erasable_sqlite(
    table: str, ref: str, erased: Mapping[str, str], columns: Sequence[str], stones: str
) -> list[str]:
    allowed = [f"EXISTS (SELECT 1 FROM {_quoted(stones)} WHERE ref = OLD.{_quoted(ref)})"]  # noqa: S608
    allowed += [f"NEW.{_quoted(name)} IS {literal}" for name, literal in erased.items()]
    allowed += [f"NEW.{_quoted(name)} IS OLD.{_quoted(name)}" for name in columns if name not in erased]
    trigger = _trigger(table, "update")
    return [
        f"DROP TRIGGER IF EXISTS {trigger}",
        f"CREATE TRIGGER {trigger} BEFORE UPDATE ON {_quoted(table)} FOR EACH ROW "
        f"WHEN NOT ({' AND '.join(allowed)}) BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    ]


def _erasable_postgresql(table: str, ref: str, erased: Mapping[str, str], stones: str) -> list[str]:
    function = f"mingjing_erasable_{table}"
    values = " AND ".join(
        f"to_jsonb(NEW) -> '{name}' = {_as_json(literal)}" for name, literal in erased.items()
    )
    names = ", ".join(f"'{name}'" for name in erased)
    marked = f"EXISTS (SELECT 1 FROM {_quoted(stones)} WHERE ref = OLD.{_quoted(ref)})"  # noqa: S608 - our own
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
        f"IF TG_OP = 'UPDATE' AND {marked} AND {values} "
        f"AND to_jsonb(NEW) - ARRAY[{names}] = to_jsonb(OLD) - ARRAY[{names}] THEN RETURN NEW; END IF; "
        "RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only', "
        "ERRCODE = 'integrity_constraint_violation'; "
        "END $body$",
        f"CREATE OR REPLACE TRIGGER {_trigger(table, 'change')} BEFORE UPDATE OR DELETE ON {_quoted(table)} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()",
        f"ALTER TABLE {_quoted(table)} ENABLE ALWAYS TRIGGER {_trigger(table, 'change')}",
    ]


def _as_json(literal: str) -> str:
    """Give an SQL literal as PostgreSQL's to_jsonb shows a column of that value."""
    shown = {
        "X''": "to_jsonb('\\x'::text)",
        "NULL": "'null'::jsonb",
        "'{}'": "'{}'::jsonb",
        "'[]'": "'[]'::jsonb",
    }
    return shown.get(literal, f"to_jsonb({literal}::text)")


def append_only_partition_sql(table: str, partition: str) -> list[str]:
    """Give the statements after which a partition of an append-only `table` refuses what the table refuses.

    On PostgreSQL alone. Triggers for rows are inherited, but not that they fire always; those for TRUNCATE are not
    inherited at all. Run them after those of the table, whenever those are run.
    """
    truncate = _trigger(partition, "truncate")
    return [
        f"CREATE OR REPLACE TRIGGER {truncate} BEFORE TRUNCATE ON {_quoted(partition)} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()",
        *(
            f"ALTER TABLE {_quoted(partition)} ENABLE ALWAYS TRIGGER {trigger}"
            for trigger in (truncate, _trigger(table, "change"))
        ),
    ]


def drop_append_only_sql(table: str, vendor: str) -> list[str]:
    """Give the statements that undo `append_only_sql`, for reversed migrations and tests only."""
    of_table = f" ON {_quoted(table)}" if vendor == "postgresql" else ""
    return [f"DROP TRIGGER IF EXISTS {_trigger(table, event)}{of_table}" for event in _events(vendor)]


def _events(vendor: str) -> tuple[str, ...]:
    return {"sqlite": ("update", "delete", "insert"), "postgresql": ("change", "truncate")}[vendor]


def _sqlite(table: str, unique: Sequence[Key]) -> list[str]:
    # INSERT OR REPLACE deletes the old row without firing delete triggers (unless that very connection has
    # set recursive_triggers), so an insert that meets an existing key is refused by a trigger of its own.
    taken = [
        f"EXISTS (SELECT 1 FROM {_quoted(table)} WHERE {_same(key)})"  # noqa: S608 - names of our own tables
        for key in unique
    ]
    events = {"update": "UPDATE", "delete": "DELETE", "insert": "INSERT"}
    condition = {"insert": f" WHEN {' OR '.join(taken)}"}
    return [
        f"CREATE TRIGGER IF NOT EXISTS {_trigger(table, event)} BEFORE {verb} ON {_quoted(table)} "
        f"FOR EACH ROW{condition.get(event, '')} BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for event, verb in events.items()
    ]


def _same(key: Key) -> str:
    return " AND ".join(f"{_quoted(column)} = NEW.{_quoted(column)}" for column in key)


def _postgresql(table: str) -> list[str]:
    function = (
        f"CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN "
        # No per cent sign: the database driver would take it for a parameter.
        "RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is append-only', "
        "ERRCODE = 'integrity_constraint_violation'; "
        "END $body$"
    )
    change, truncate = (_trigger(table, event) for event in _events("postgresql"))
    on_table = f"ON {_quoted(table)}"
    return [
        function,
        f"CREATE OR REPLACE TRIGGER {change} BEFORE UPDATE OR DELETE {on_table} "
        f"FOR EACH ROW EXECUTE FUNCTION {_FUNCTION}()",
        f"CREATE OR REPLACE TRIGGER {truncate} BEFORE TRUNCATE {on_table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {_FUNCTION}()",
        # ALWAYS, or SET session_replication_role = replica walks past the triggers.
        *(f"ALTER TABLE {_quoted(table)} ENABLE ALWAYS TRIGGER {trigger}" for trigger in (change, truncate)),
    ]


def _trigger(table: str, event: str) -> str:
    return _quoted(f"{table}_{SUFFIX}_{event}")


def _quoted(name: str) -> str:
    if '"' in name:
        raise ValueError(f"not a plain SQL name: {name}")
    return f'"{name}"'
