"""The tables of the log only grow: the database itself refuses everything else."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLES = {
    "translog_entry": [("id",)],
    "translog_sealed": [("index",), ("entry_id",)],
    "translog_tile": [("path",)],
    "translog_head": [("size",)],
    "translog_checkpoint": [("size",)],
}


def add_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table, unique in TABLES.items():
        for statement in append_only_sql(table, schema_editor.connection.vendor, unique):
            schema_editor.execute(statement)


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        for statement in drop_append_only_sql(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("translog", "0001_tables")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
