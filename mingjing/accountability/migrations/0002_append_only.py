"""Keys, sealed records, wrong cases and their steps only grow: the database refuses to change or remove them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLES: dict[str, list[tuple[str, ...]]] = {
    "accountability_holderkeys": [("id",), ("digest",)],
    "accountability_interferencerecord": [("id",), ("no",), ("once",)],
    "accountability_wrongcase": [("id",), ("no",), ("once",)],
    "accountability_wrongcaseevent": [("id",), ("wrong_id", "seq")],
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
    dependencies = [("accountability", "0001_tables")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
