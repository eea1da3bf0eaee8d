"""Issued documents only grow: the database itself refuses to change or delete one."""

from django.db import migrations

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLE = "documents_issueddocument"
UNIQUE = [("id",), ("code",), ("act_id",)]


def add_triggers(apps, schema_editor):
    for statement in append_only_sql(TABLE, schema_editor.connection.vendor, UNIQUE):
        schema_editor.execute(statement)


def drop_triggers(apps, schema_editor):
    for statement in drop_append_only_sql(TABLE, schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_tables")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
