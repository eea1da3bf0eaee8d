"""Bodies in time: editions, confirmations, posts and duties, delegations. What is evidence may only grow."""

import django.db.models.deletion
import django.utils.timezone
from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from mingjing.kit.append_only import append_only_sql, drop_append_only_sql
from mingjing.kit.clock import legal_day

# Table -> its unique keys: SQLite replaces a row through any of them.
GUARDED = {
    "personnel_agencyedition": (("id",),),
    "personnel_subjectconfirmation": (("id",),),
    "personnel_delegation": (("id",), ("number",)),
    "personnel_delegationevent": (("id",),),
    "personnel_certificateevent": (("id",),),
}
KEPT = (
    *("name", "short_name", "region", "field", "kind", "uscc", "address", "phone", "office_hours"),
    *(
        "enforcements",
        "number_prefix",
        "review_body",
        "court",
        "payment_bank",
        "payment_account",
        "is_active",
    ),
)


def add_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table, unique in GUARDED.items():
        for statement in append_only_sql(table, schema_editor.connection.vendor, unique):
            schema_editor.execute(statement)


def drop_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for table in GUARDED:
        for statement in drop_append_only_sql(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)


def first_editions(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give every agency of before an edition, dated by its entry in the trail or else by today."""
    agency, edition, change = (
        apps.get_model("personnel", name) for name in ("Agency", "AgencyEdition", "RegisterChange")
    )
    now = django.utils.timezone.now()
    for one in agency.objects.select_related("parent"):
        entered = change.objects.filter(action="agency_created", subject=one.code).order_by("pk").first()
        edition.objects.create(
            agency=one,
            on=legal_day(entered.at if entered else now),
            particulars={name: getattr(one, name) for name in KEPT}
            | {"parent": one.parent.code if one.parent else ""},
            reason="首次登记",
            by=entered.by if entered else "",
            at=now,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("personnel", "0004_trail_in_the_log"),
    ]

    operations = [
        migrations.AddField(
            model_name="person",
            name="is_counsel",
            field=models.BooleanField(default=False, verbose_name="法律顾问、公职律师"),
        ),
        migrations.AlterField(
            model_name="agency",
            name="kind",
            field=models.CharField(
                choices=[
                    ("bureau", "行政执法机关"),
                    ("supervisor", "行政执法监督机关"),
                    ("government", "人民政府"),
                    ("township", "乡镇人民政府、街道办事处"),
                    ("delegated", "受委托组织"),
                    ("temporary", "临时机构（指挥部、领导小组）"),
                ],
                max_length=20,
                verbose_name="机关性质",
            ),
        ),
        migrations.AlterField(
            model_name="certificateevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("suspended", "暂扣"),
                    ("restored", "恢复"),
                    ("taken_back", "收回"),
                    ("cancelled", "注销"),
                ],
                max_length=10,
                verbose_name="事项",
            ),
        ),
        migrations.CreateModel(
            name="AgencyEdition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="生效日")),
                ("particulars", models.JSONField(verbose_name="登记事项")),
                ("reason", models.CharField(max_length=200, verbose_name="变更依据和原因")),
                ("by", models.CharField(max_length=40, verbose_name="办理人")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="editions",
                        to="personnel.agency",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
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
                        choices=[("delegation", "委托书"), ("empowerment", "赋权清单")],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("number", models.CharField(max_length=60, unique=True, verbose_name="编号")),
                ("terms", models.JSONField(verbose_name="内容")),
                ("valid_from", models.DateField(verbose_name="期限起")),
                ("valid_until", models.DateField(verbose_name="期限止")),
                ("signed_on", models.DateField(verbose_name="签订日期")),
                ("by", models.CharField(max_length=40, verbose_name="办理人")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "delegate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_held",
                        to="personnel.agency",
                    ),
                ),
                (
                    "delegator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="delegations_given",
                        to="personnel.agency",
                    ),
                ),
            ],
            options={
                "ordering": ["valid_from", "id"],
            },
        ),
        migrations.CreateModel(
            name="DelegationEvent",
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
                        choices=[("published", "公布"), ("ended", "终止")], max_length=10, verbose_name="事项"
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                ("note", models.CharField(max_length=300, verbose_name="公布载体或者终止原因")),
                ("by", models.CharField(max_length=40, verbose_name="办理人")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "delegation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="personnel.delegation",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="部门名称")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="departments",
                        to="personnel.agency",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="岗位名称")),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="personnel.department",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Duty",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("procedure", models.CharField(max_length=16, verbose_name="执法程序")),
                ("stage", models.CharField(max_length=20, verbose_name="环节")),
                ("responsibility", models.CharField(max_length=200, verbose_name="责任")),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="duties",
                        to="personnel.post",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="person",
            name="position",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="holders",
                to="personnel.post",
                verbose_name="岗位",
            ),
        ),
        migrations.CreateModel(
            name="SubjectConfirmation",
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
                        choices=[("confirmed", "确认"), ("withdrawn", "取消")],
                        max_length=10,
                        verbose_name="事项",
                    ),
                ),
                ("document", models.CharField(max_length=200, verbose_name="确认文件")),
                ("document_no", models.CharField(max_length=60, verbose_name="文号")),
                ("confirmed_by", models.CharField(max_length=100, verbose_name="确认机关")),
                ("on", models.DateField(verbose_name="确认日期")),
                ("published_at", models.CharField(max_length=200, verbose_name="公告载体")),
                ("published_on", models.DateField(verbose_name="公告日期")),
                ("by", models.CharField(max_length=40, verbose_name="办理人")),
                ("at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmations",
                        to="personnel.agency",
                    ),
                ),
            ],
            options={
                "ordering": ["on", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.UniqueConstraint(fields=("agency", "name"), name="personnel_department_once"),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.UniqueConstraint(fields=("department", "name"), name="personnel_post_once"),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.UniqueConstraint(
                fields=("post", "procedure", "stage"), name="personnel_duty_once"
            ),
        ),
        # Triggers first: PostgreSQL alters no table that has rows of this transaction waiting for their checks.
        migrations.RunPython(add_triggers, drop_triggers),
        migrations.RunPython(first_editions, migrations.RunPython.noop),
    ]
