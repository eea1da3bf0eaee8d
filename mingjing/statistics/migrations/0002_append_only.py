"""What was handed in, approved and published only grows: the database itself refuses to change it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLES: dict[str, list[tuple[str, ...]]] = {
    "statistics_report": [("id",), ("agency_id", "form", "period", "version"), ("once",)],
    "statistics_step": [("id",), ("report_id", "seq")],
}


def add_triggers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for table, unique in TABLES.items():
        for statement in append_only_sql(table, editor.connection.vendor, unique):
            editor.execute(statement)


def drop_triggers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        for statement in drop_append_only_sql(table, editor.connection.vendor):
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("statistics", "0001_tables")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
