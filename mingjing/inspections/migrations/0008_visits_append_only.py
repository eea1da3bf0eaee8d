"""What was approved, begun, found and said of visits only grows: the database itself refuses everything else."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

GUARDED: dict[str, list[tuple[str, ...]]] = {
    "inspections_scheme": [("id",), ("code",)],
    "inspections_visitstart": [("id",), ("task_id",), ("case_code",)],
    "inspections_checksheet": [("id",)],
    "inspections_firmvoice": [("id",), ("code",), ("once",)],
    "inspections_voiceanswer": [("id",)],
    "inspections_followreply": [("id",)],
}


def add_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table, unique in GUARDED.items():
        for statement in append_only_sql(table, schema_editor.connection.vendor, unique):
            schema_editor.execute(statement)


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in GUARDED:
        for statement in drop_append_only_sql(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("inspections", "0007_visits")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
