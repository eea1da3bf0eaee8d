"""A campaign knows the line of the plan, or the approved special inspection, from which it was organised."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("inspections", "0008_visits_append_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="line",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="campaigns",
                to="inspections.planline",
            ),
        ),
        migrations.AddField(
            model_name="campaign",
            name="special",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="campaigns",
                to="inspections.specialinspection",
            ),
        ),
    ]
