"""The tables of witnesses; what they signed only grows."""

from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLES: dict[str, list[tuple[str, ...]]] = {
    "translog_cosignature": [("id",), ("size", "name", "key", "at")],
    "translog_witnessed": [("size",)],
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
    dependencies = [("translog", "0002_append_only")]

    operations = [
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("size", models.BigIntegerField(verbose_name="条数")),
                ("name", models.CharField(max_length=255, verbose_name="见证方密钥名")),
                ("key", models.CharField(max_length=8, verbose_name="密钥编号")),
                ("at", models.BigIntegerField(verbose_name="见证时刻（POSIX 秒）")),
                ("line", models.BinaryField(verbose_name="签名行")),
            ],
            options={
                "verbose_name": "见证签名",
                "verbose_name_plural": "见证签名",
                "indexes": [models.Index(fields=["name", "key", "-at"], name="cosignature_latest")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("size", "name", "key", "at"), name="one_cosignature_a_moment"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Witnessed",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="条数")),
                ("at", models.DateTimeField(verbose_name="达到策略的时间")),
            ],
            options={"verbose_name": "已见证", "verbose_name_plural": "已见证"},
        ),
        migrations.CreateModel(
            name="WitnessState",
            fields=[
                (
                    "url",
                    models.CharField(max_length=500, primary_key=True, serialize=False, verbose_name="地址"),
                ),
                ("asked", models.DateTimeField(verbose_name="最近一次请求")),
                ("fault", models.TextField(blank=True, verbose_name="问题")),
                ("claimed", models.BigIntegerField(default=0, verbose_name="称见证过的条数")),
                ("contradicted", models.BooleanField(default=False, verbose_name="历史不符")),
            ],
            options={"verbose_name": "见证方状态", "verbose_name_plural": "见证方状态"},
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
