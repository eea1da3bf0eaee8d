"""Handovers of findings to the body that has jurisdiction, and its answers; both only grow."""

import django.db.models.deletion
from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

GUARDED: dict[str, list[tuple[str, ...]]] = {
    "inspections_handover": [("id",), ("code",)],
    "inspections_handoverstep": [("id",), ("handover_id", "kind")],
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
    dependencies = [
        ("inspections", "0009_campaign_source"),
        ("personnel", "0005_authority"),
    ]

    operations = [
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=32, unique=True, verbose_name="编号")),
                ("department", models.CharField(blank=True, max_length=60, verbose_name="承办机构")),
                ("matter", models.CharField(max_length=200, verbose_name="事项")),
                ("party", models.CharField(max_length=200, verbose_name="检查对象")),
                ("problems", models.TextField(verbose_name="发现的问题")),
                ("articles", models.JSONField(default=list, verbose_name="涉及条款")),
                ("reason", models.TextField(verbose_name="移交理由")),
                ("sent_on", models.DateField(verbose_name="移交日期")),
                ("due", models.DateField(verbose_name="反馈期限")),
                ("by", models.CharField(max_length=150, verbose_name="移交人")),
                ("at", models.DateTimeField(verbose_name="移交时间")),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="personnel.agency"
                    ),
                ),
                (
                    "start",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handovers",
                        to="inspections.visitstart",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="personnel.agency"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="HandoverStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("accepted", "接收"), ("refused", "退回"), ("done", "反馈处理情况")],
                        max_length=10,
                        verbose_name="步骤",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="说明")),
                ("by", models.CharField(max_length=150, verbose_name="经办人")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "handover",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="inspections.handover",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(models.F("target"), models.F("due"), name="inspections_handover_in"),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(models.F("origin"), models.F("due"), name="inspections_handover_out"),
        ),
        migrations.AddConstraint(
            model_name="handoverstep",
            constraint=models.UniqueConstraint(
                fields=("handover", "kind"), name="inspections_handover_step_once"
            ),
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
