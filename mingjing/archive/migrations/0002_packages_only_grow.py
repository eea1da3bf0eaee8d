"""Sealed packages only grow: the database itself refuses to change or delete one."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLE = "archive_archivepackage"
UNIQUE = [("id",), ("act_id",), ("case_code", "version")]


def add_triggers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in append_only_sql(TABLE, editor.connection.vendor, UNIQUE):
        editor.execute(statement)


def drop_triggers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in drop_append_only_sql(TABLE, editor.connection.vendor):
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("archive", "0001_tables")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
