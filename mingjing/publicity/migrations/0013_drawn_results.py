"""What came of the objects of draws that are over: a table of its own beside the draws."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("publicity", "0012_subscriptions"),
    ]

    operations = [
        migrations.CreateModel(
            name="DrawnResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("stratum", models.CharField(max_length=100)),
                ("object", models.CharField(max_length=64)),
                ("skipped", models.CharField(blank=True, max_length=60)),
                ("inspectors", models.JSONField(default=list)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("item", models.CharField(blank=True, max_length=200)),
                ("visited_on", models.DateField(null=True)),
                ("result_code", models.CharField(blank=True, max_length=4)),
                ("result", models.CharField(blank=True, max_length=60)),
                ("conclusion", models.CharField(blank=True, max_length=60)),
                ("follow", models.JSONField(default=list)),
                ("case_code", models.CharField(blank=True, max_length=32)),
                ("due_on", models.DateField(null=True)),
                ("over", models.BooleanField(default=False)),
                ("looked_at", models.DateTimeField()),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="results",
                        to="publicity.publicdraw",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("object"), name="publicity_drawn_by_object"),
                    models.Index(
                        models.F("looked_at"),
                        condition=models.Q(("over", False)),
                        name="publicity_drawn_to_look_at",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("draw", "position"), name="publicity_drawn_once")
                ],
            },
        ),
    ]
