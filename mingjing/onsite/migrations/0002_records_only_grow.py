"""Records from site only grow: the database itself refuses to change or delete one."""

from typing import Any

from django.db import migrations

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLE = "onsite_onsiterecord"
UNIQUE = [("id",), ("digest",), ("once",), ("act_code",)]


def add_triggers(apps: Any, schema_editor: Any) -> None:
    for statement in append_only_sql(TABLE, schema_editor.connection.vendor, UNIQUE):
        schema_editor.execute(statement)


def drop_triggers(apps: Any, schema_editor: Any) -> None:
    for statement in drop_append_only_sql(TABLE, schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("onsite", "0001_tables")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
