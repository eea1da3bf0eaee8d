"""Which client recorded an act is written once: the database itself refuses everything else."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLE = "clients_recordedact"
UNIQUE = [("id",), ("act_code",)]


def add_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in append_only_sql(TABLE, schema_editor.connection.vendor, UNIQUE):
        schema_editor.execute(statement)


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in drop_append_only_sql(TABLE, schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("clients", "0002_acts_of_clients")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
