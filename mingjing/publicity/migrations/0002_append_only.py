"""What was published and withdrawn only grows: the database itself refuses everything else."""

from django.apps.registry import Apps as StateApps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLES: dict[str, list[tuple[str, ...]]] = {
    "publicity_publication": [("id",), ("code",), ("publication_act",), ("act_code", "version")],
    "publicity_withdrawal": [("id",), ("publication_id",), ("act_code",)],
    "publicity_publicitem": [("id",), ("kind", "agency_code", "slug", "version")],
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
    dependencies = [("publicity", "0001_tables")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
