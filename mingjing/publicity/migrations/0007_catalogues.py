"""Lists made public beforehand: drafts, every step, and what no longer applies; steps and endings only grow."""

import django.db.models.deletion
from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLES: dict[str, list[tuple[str, ...]]] = {
    "publicity_cataloguestep": [("id",)],
    "publicity_itemending": [("id",), ("item_id", "row")],
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
    dependencies = [
        ("personnel", "0005_authority"),
        ("publicity", "0006_aftermath"),
    ]

    operations = [
        migrations.AlterField(
            model_name="publicitem",
            name="kind",
            field=models.CharField(
                choices=[
                    ("agency", "执法主体"),
                    ("officers", "执法人员"),
                    ("guide", "服务指南"),
                    ("chart", "执法流程图"),
                    ("recording", "音像记录事项清单"),
                    ("reviews", "重大执法决定法制审核目录清单"),
                    ("benchmark", "行政裁量权基准"),
                    ("list", "包容审慎执法清单"),
                    ("laws", "执法依据"),
                    ("delegations", "委托执法和赋权清单"),
                    ("channel", "投诉举报渠道"),
                    ("catalogue", "公开清单"),
                    ("log", "存证日志"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="CatalogueDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=200)),
                ("rows", models.JSONField(default=list)),
                ("note", models.CharField(blank=True, max_length=400)),
                ("until", models.DateField(null=True)),
                ("digest", models.CharField(max_length=64)),
                ("source_name", models.CharField(blank=True, max_length=200)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "起草中"),
                            ("submitted", "待核对"),
                            ("checked", "已核对"),
                            ("reviewed", "已审核"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("returned", models.CharField(blank=True, max_length=400)),
                ("prepared_by", models.CharField(max_length=40)),
                ("prepared_at", models.DateTimeField()),
                ("authors", models.JSONField(default=list)),
                ("checked_by", models.CharField(blank=True, max_length=40)),
                ("checked_at", models.DateTimeField(null=True)),
                ("reviewed_by", models.CharField(blank=True, max_length=40)),
                ("reviewed_at", models.DateTimeField(null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="personnel.agency"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "slug"), name="publicity_one_catalogue_draft")
                ],
            },
        ),
        migrations.CreateModel(
            name="CatalogueStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("begun", "起草"),
                            ("submitted", "提交核对"),
                            ("checked", "机关核对"),
                            ("returned", "退回修改"),
                            ("reviewed", "司法行政部门审核"),
                            ("published", "公布"),
                            ("dropped", "撤销草稿"),
                            ("withdrawn", "撤回"),
                            ("ended", "停止适用"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=400)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("body", models.JSONField(null=True)),
                ("version", models.PositiveIntegerField(null=True)),
                ("done_by", models.CharField(blank=True, max_length=40)),
                ("done_at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="personnel.agency"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("agency"), models.F("slug"), models.F("id"), name="publicity_catalogue_steps"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemEnding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row", models.CharField(blank=True, max_length=64)),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("withdrawn", "撤回"),
                            ("basis", "依据已失效"),
                            ("term", "期限届满"),
                            ("gone", "不再适用"),
                        ],
                        max_length=12,
                    ),
                ),
                ("since", models.DateField()),
                ("reason", models.CharField(max_length=400)),
                ("digest", models.CharField(max_length=64)),
                ("ended_by", models.CharField(blank=True, max_length=40)),
                ("ended_at", models.DateTimeField()),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="endings",
                        to="publicity.publicitem",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("item", "row"), name="publicity_item_ended_once")
                ],
            },
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
