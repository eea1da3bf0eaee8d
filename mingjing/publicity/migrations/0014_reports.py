"""Published statistical reports: a table that only grows."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLE = "publicity_publicreport"
UNIQUE: list[tuple[str, ...]] = [("id",), ("code",), ("agency_code", "form", "period", "version")]


def add_triggers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in append_only_sql(TABLE, editor.connection.vendor, UNIQUE):
        editor.execute(statement)


def drop_triggers(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in drop_append_only_sql(TABLE, editor.connection.vendor):
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("publicity", "0013_drawn_results"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublicReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=32)),
                ("agency_code", models.CharField(max_length=40)),
                ("agency", models.CharField(max_length=100)),
                ("form", models.CharField(max_length=20)),
                ("period", models.CharField(max_length=7)),
                ("version", models.PositiveSmallIntegerField()),
                ("title", models.CharField(max_length=200)),
                ("cutoff", models.DateField()),
                ("content", models.JSONField()),
                ("workbook", models.BinaryField()),
                ("paper", models.BinaryField()),
                ("published_at", models.DateTimeField()),
                ("salt", models.BinaryField(max_length=32)),
                ("commitment", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.OrderBy(models.F("published_at"), descending=True),
                        name="publicity_report_by_day",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("code",), name="publicity_report_code_once"),
                    models.UniqueConstraint(
                        fields=("agency_code", "form", "period", "version"), name="publicity_report_once"
                    ),
                ],
            },
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
