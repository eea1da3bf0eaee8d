"""In which cases days that pass may change something is read from one index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_indexes_of_weights")]

    operations = [
        migrations.AddIndex(
            "casedeadline",
            models.Index(
                *("case", "status", "due"),
                condition=models.Q(status__in=["running", "paused", "unknown", "missed"]),
                name="deadline_by_case",
            ),
        ),
    ]
