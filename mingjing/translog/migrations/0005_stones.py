"""Stones: that content was destroyed; they only grow."""

import django.db.models.deletion
from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLES = {"translog_stone": [("id",), ("code",)], "translog_stonemark": [("id",), ("ref",)]}


def add_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table, unique in TABLES.items():
        for statement in append_only_sql(table, schema_editor.connection.vendor, unique):
            schema_editor.execute(statement)


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        for statement in drop_append_only_sql(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("translog", "0004_second_tree_keys_stamps")]

    operations = [
        migrations.CreateModel(
            name="Stone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=32, unique=True, verbose_name="编号")),
                ("body", models.JSONField(verbose_name="记录")),
                ("commitment", models.CharField(max_length=64, verbose_name="承诺")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={"verbose_name": "销毁记录", "verbose_name_plural": "销毁记录"},
        ),
        migrations.CreateModel(
            name="StoneMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ref", models.CharField(max_length=100, unique=True, verbose_name="所指")),
                (
                    "stone",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="marks", to="translog.stone"
                    ),
                ),
            ],
            options={"verbose_name": "销毁对象", "verbose_name_plural": "销毁对象"},
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
