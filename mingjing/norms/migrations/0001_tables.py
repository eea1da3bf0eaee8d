# Written by Django, then left alone.

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="NormDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency", models.CharField(max_length=40, verbose_name="机关代码")),
                (
                    "kind",
                    models.CharField(
                        choices=[("benchmark", "裁量基准"), ("list", "清单")],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("code", models.CharField(max_length=48, verbose_name="代码")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("body", models.JSONField(verbose_name="内容")),
                ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("source_name", models.CharField(blank=True, max_length=200, verbose_name="来源文件")),
                ("source_digest", models.CharField(blank=True, max_length=64, verbose_name="来源文件摘要")),
                ("prepared_by", models.CharField(max_length=40, verbose_name="起草人")),
                ("prepared_at", models.DateTimeField(verbose_name="起草时间")),
                ("checked_by", models.CharField(blank=True, max_length=40, verbose_name="审核人")),
                ("checked_at", models.DateTimeField(null=True, verbose_name="审核时间")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "kind", "code"), name="norms_one_draft_of_a_code"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NormTable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency", models.CharField(max_length=40, verbose_name="机关代码")),
                (
                    "kind",
                    models.CharField(
                        choices=[("benchmark", "裁量基准"), ("list", "清单")],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("code", models.CharField(max_length=48, verbose_name="代码")),
                ("version", models.CharField(max_length=40, verbose_name="版本")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("body", models.JSONField(verbose_name="内容")),
                ("digest", models.CharField(max_length=64, verbose_name="内容摘要")),
                ("in_force", models.DateField(verbose_name="施行日期")),
                ("until", models.DateField(null=True, verbose_name="失效日期")),
                ("source_name", models.CharField(blank=True, max_length=200, verbose_name="来源文件")),
                ("source_digest", models.CharField(blank=True, max_length=64, verbose_name="来源文件摘要")),
                ("prepared_by", models.CharField(max_length=40, verbose_name="起草人")),
                ("prepared_at", models.DateTimeField(verbose_name="起草时间")),
                ("checked_by", models.CharField(max_length=40, verbose_name="审核人")),
                ("checked_at", models.DateTimeField(verbose_name="审核时间")),
                ("published_by", models.CharField(max_length=40, verbose_name="发布人")),
                ("published_at", models.DateTimeField(verbose_name="发布时间")),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("agency"), models.F("kind"), models.F("in_force"), name="norms_by_agency"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "kind", "code", "version"), name="norms_version_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NormEnding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateField(verbose_name="最后适用日")),
                ("reason", models.CharField(max_length=400, verbose_name="原因")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                ("ended_by", models.CharField(max_length=40, verbose_name="办理人")),
                ("ended_at", models.DateTimeField(verbose_name="办理时间")),
                (
                    "table",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ending",
                        to="norms.normtable",
                    ),
                ),
            ],
        ),
    ]
