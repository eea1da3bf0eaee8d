"""What people mended and what was compared only grows: the database itself refuses to change it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLES = ("exchange_mend", "exchange_comparison")


def add_triggers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        for statement in append_only_sql(table, editor.connection.vendor):
            editor.execute(statement)


def drop_triggers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        for statement in drop_append_only_sql(table, editor.connection.vendor):
            editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_push")]

    operations = [migrations.RunPython(add_triggers, drop_triggers)]
