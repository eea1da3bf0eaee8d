"""Versions of papers and what people did about them only grow: the database itself refuses to change them."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLES = {
    "exchange_paperversion": (("id",), ("paper_id", "number")),
    "exchange_paperstep": (("id",),),
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
    dependencies = [("exchange", "0005_intake")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
