"""The SM3 tree, what the log states of its keys, and time stamps; all of them only grow."""

from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

TABLES = {
    "translog_sm3tile": [("path",)],
    "translog_sm3head": [("size",)],
    "translog_sm3checkpoint": [("size",)],
    "translog_keystatement": [("id",), ("commitment",)],
    "translog_stamp": [("size",)],
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
    dependencies = [("translog", "0003_witnesses")]

    operations = [
        migrations.CreateModel(
            name="KeyStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("body", models.JSONField(verbose_name="声明")),
                ("commitment", models.CharField(max_length=64, unique=True, verbose_name="承诺")),
                ("by", models.CharField(max_length=150, verbose_name="操作人")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={"verbose_name": "密钥声明", "verbose_name_plural": "密钥声明"},
        ),
        migrations.CreateModel(
            name="Sm3Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="条数")),
                ("note", models.BinaryField(verbose_name="检查点")),
            ],
            options={"verbose_name": "检查点（SM3）", "verbose_name_plural": "检查点（SM3）"},
        ),
        migrations.CreateModel(
            name="Sm3Head",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="条数")),
                ("root", models.BinaryField(verbose_name="根")),
                ("sealed_at", models.DateTimeField(verbose_name="封存时间")),
            ],
            options={"verbose_name": "日志头（SM3）", "verbose_name_plural": "日志头（SM3）"},
        ),
        migrations.CreateModel(
            name="Sm3Tile",
            fields=[
                (
                    "path",
                    models.CharField(max_length=100, primary_key=True, serialize=False, verbose_name="路径"),
                ),
                ("data", models.BinaryField(verbose_name="哈希")),
            ],
            options={"verbose_name": "瓦片（SM3）", "verbose_name_plural": "瓦片（SM3）"},
        ),
        migrations.CreateModel(
            name="Stamp",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="条数")),
                ("token", models.BinaryField(verbose_name="时间戳")),
                ("authority", models.CharField(max_length=300, verbose_name="时间戳机构")),
                ("at", models.DateTimeField(verbose_name="时间")),
            ],
            options={"verbose_name": "时间戳", "verbose_name_plural": "时间戳"},
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
