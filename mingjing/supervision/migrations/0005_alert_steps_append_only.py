"""The steps of alerts only grow: the database itself refuses everything else."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLE = "supervision_alertstep"
UNIQUE = (("id",), ("alert_id", "seq"))


def add_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in append_only_sql(TABLE, schema_editor.connection.vendor, UNIQUE):
        schema_editor.execute(statement)


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in drop_append_only_sql(TABLE, schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("supervision", "0004_alerts")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
