"""What the lists behind the numbers of the board are found by; after the counting, in a transaction of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_sums")]

    operations = [
        migrations.AddIndex(
            "case",
            models.Index(
                *("agency", models.F("vetoed").desc(), "score", models.F("id").desc(), "ended", "imported"),
                name="case_by_score",
            ),
        ),
        migrations.AddIndex(
            "casedeadline",
            models.Index(
                *("agency", "rule", "due", "id"), condition=models.Q(urges=True), name="deadline_by_rule"
            ),
        ),
        migrations.AddIndex("casesum", models.Index("agency", "what", name="sum_by_agency")),
        migrations.AddIndex(
            "casesum", models.Index("agency", condition=models.Q(loose=True), name="sum_loose")
        ),
    ]
