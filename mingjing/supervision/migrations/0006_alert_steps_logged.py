"""What people said of alerts is committed to in the log; the triggers are run again, for SQLite rebuilds the table."""

from django.apps.registry import Apps as StateApps
from django.db import migrations, models
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
    dependencies = [("supervision", "0005_alert_steps_append_only")]

    operations = [
        migrations.RunPython(drop_triggers, add_triggers),
        migrations.AddField(
            "alertstep",
            "salt",
            models.BinaryField(default=bytes, max_length=32, verbose_name="盐"),
        ),
        migrations.AddField(
            "alertstep",
            "commitment",
            models.CharField(blank=True, default="", max_length=64, verbose_name="存证承诺"),
            preserve_default=False,
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
