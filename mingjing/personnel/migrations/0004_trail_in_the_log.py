"""The trail of administration gets its place in the public log, and the database lets it grow and nothing else."""

import django.utils.timezone
from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLE = "personnel_registerchange"


def add_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in append_only_sql(TABLE, schema_editor.connection.vendor):
        schema_editor.execute(statement)


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in drop_append_only_sql(TABLE, schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("personnel", "0003_enforcement_fields")]

    operations = [
        migrations.AlterField(
            model_name="registerchange",
            name="at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间"),
        ),
        migrations.AddField(
            model_name="registerchange",
            name="code",
            field=models.CharField(db_index=True, default="", max_length=16, verbose_name="存证编号"),
        ),
        migrations.AddField(
            model_name="registerchange",
            name="salt",
            field=models.BinaryField(default=bytes, verbose_name="盐"),
        ),
        migrations.AddField(
            model_name="registerchange",
            name="commitment",
            field=models.CharField(default="", max_length=64, verbose_name="存证摘要"),
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
