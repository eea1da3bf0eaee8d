"""Questions, examinations, sittings and their results, hours, applications. What is evidence may only grow."""

import django.db.models.deletion
from django.apps.registry import Apps as StateApps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql

# Table -> its unique keys: SQLite replaces a row through any of them.
GUARDED = {
    "training_exam": (("id",),),
    "training_sitting": (("id",), ("exam_id", "person_id", "attempt")),
    "training_result": (("id",), ("sitting_id",)),
    "training_learnt": (("id",), ("person_id", "year", "course")),
    "training_application": (("id",),),
    "training_applicationstep": (("id",), ("application_id", "kind")),
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
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sitting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("attempt", models.PositiveIntegerField(verbose_name="第几次")),
                ("seed", models.CharField(max_length=64, verbose_name="种子")),
                ("paper", models.CharField(max_length=64, verbose_name="试卷摘要")),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                ("ends_at", models.DateTimeField(verbose_name="截止时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Exam",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=100, verbose_name="考试名称")),
                ("parts", models.JSONField(verbose_name="组卷")),
                ("minutes", models.PositiveIntegerField(verbose_name="时长")),
                ("pass_mark", models.PositiveIntegerField(verbose_name="合格分")),
                ("attempts", models.PositiveIntegerField(verbose_name="每人可考次数")),
                ("hours", models.PositiveIntegerField(default=0, verbose_name="合格计学时")),
                ("qualifies", models.BooleanField(default=True, verbose_name="执法资格考试")),
                ("opens_on", models.DateField(verbose_name="开放日")),
                ("closes_on", models.DateField(verbose_name="截止日")),
                ("pool", models.JSONField(verbose_name="题目范围")),
                ("created_by", models.CharField(max_length=40, verbose_name="设定人")),
                ("created_at", models.DateTimeField(verbose_name="设定时间")),
            ],
            options={
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="AnswerSheet",
            fields=[
                (
                    "sitting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="sheet",
                        serialize=False,
                        to="training.sitting",
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                ("saved_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Application",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fields", models.JSONField(verbose_name="申请的执法类别")),
                ("reason", models.CharField(max_length=200, verbose_name="申请理由")),
                ("at", models.DateTimeField(verbose_name="申请时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="sitting",
            name="exam",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="sittings", to="training.exam"
            ),
        ),
        migrations.CreateModel(
            name="Learnt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("year", models.PositiveIntegerField(verbose_name="年度")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("law", "法律法规"),
                            ("decision", "典型案例"),
                            ("findings", "本人案卷问题"),
                            ("exam", "考试"),
                            ("class", "集中培训"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("course", models.CharField(max_length=120, verbose_name="课程")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("hours", models.PositiveIntegerField(verbose_name="学时")),
                ("correct", models.PositiveIntegerField(default=0, verbose_name="答对")),
                ("total", models.PositiveIntegerField(default=0, verbose_name="题数")),
                ("on", models.DateField(verbose_name="完成日期")),
                ("proof", models.CharField(blank=True, max_length=200, verbose_name="证明")),
                ("by", models.CharField(max_length=40, verbose_name="登记人")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, verbose_name="题号")),
                ("digest", models.CharField(max_length=64, verbose_name="摘要")),
                ("subject", models.CharField(max_length=40, verbose_name="科目")),
                (
                    "kind",
                    models.CharField(
                        choices=[("judge", "判断"), ("single", "单选"), ("multi", "多选")],
                        max_length=10,
                        verbose_name="题型",
                    ),
                ),
                ("text", models.TextField(verbose_name="题干")),
                ("options", models.JSONField(verbose_name="选项")),
                ("answer", models.CharField(max_length=10, verbose_name="答案")),
                ("current", models.BooleanField(default=True, verbose_name="使用中")),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("subject"), models.F("current"), name="training_question_by_subject"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("number", "digest"), name="training_question_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Quiz",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("course", models.CharField(max_length=120, verbose_name="课程")),
                ("title", models.CharField(max_length=200, verbose_name="课程名称")),
                ("kind", models.CharField(max_length=12, verbose_name="类别")),
                ("hours", models.PositiveIntegerField(verbose_name="学时")),
                ("asked", models.JSONField(verbose_name="题目")),
                ("started_at", models.DateTimeField(verbose_name="开始时间")),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("answers", models.JSONField(verbose_name="答卷")),
                ("correct", models.PositiveIntegerField(verbose_name="答对")),
                ("total", models.PositiveIntegerField(verbose_name="题数")),
                ("mark", models.PositiveIntegerField(verbose_name="得分")),
                ("passed", models.BooleanField(verbose_name="合格")),
                (
                    "ending",
                    models.CharField(
                        choices=[("submitted", "本人交卷"), ("time", "到时收卷")],
                        max_length=10,
                        verbose_name="交卷方式",
                    ),
                ),
                ("closed_at", models.DateTimeField(verbose_name="交卷时间")),
                (
                    "sitting",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="result",
                        to="training.sitting",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ApplicationStep",
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
                        choices=[("approved", "同意申报"), ("refused", "不同意"), ("issued", "已发证")],
                        max_length=10,
                        verbose_name="事项",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="意见")),
                ("by", models.CharField(max_length=40, verbose_name="办理人")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="training.application",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("application", "kind"), name="training_application_step_once"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="sitting",
            constraint=models.UniqueConstraint(
                fields=("exam", "person", "attempt"), name="training_sitting_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="learnt",
            constraint=models.UniqueConstraint(
                fields=("person", "year", "course"), name="training_course_once_a_year"
            ),
        ),
        migrations.RunPython(add_triggers, drop_triggers),
    ]
