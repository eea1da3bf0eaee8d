"""The table of the supervision room."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("personnel", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseAccess",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("case_code", models.CharField(max_length=32)),
                ("person", models.CharField(max_length=150)),
                ("why", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="personnel.agency"
                    ),
                ),
                (
                    "person_agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="personnel.agency"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("case_code"),
                        models.OrderBy(models.F("at"), descending=True),
                        name="access_by_case",
                    )
                ],
            },
        ),
    ]
