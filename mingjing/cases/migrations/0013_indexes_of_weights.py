"""What major penalties and the first day of an agency are found by; in a transaction of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0012_weights_of_penalties")]

    operations = [
        migrations.AddIndex(
            "case",
            models.Index("agency", "opened_on", condition=models.Q(imported=False), name="case_by_first_day"),
        ),
        migrations.AddIndex(
            "caseoutcome",
            models.Index(
                *("agency", "decided_on", "sum_fen", "party_kind", "kinds", "case"),
                condition=models.Q(outcome="penalty", standing=True),
                name="outcome_by_sum",
            ),
        ),
    ]
