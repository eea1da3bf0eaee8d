"""How many cases, limits and findings of an agency stand alike, counted once here and by every act afterwards."""

from datetime import timedelta
from typing import Any

from django.db import migrations, models
from django.utils import timezone

INTO = (
    "INSERT INTO cases_casesum (agency_id, what, imported, ended, vetoed, score, rule, stage, due, n, loose) "
)
CASES = (
    "SELECT agency_id, 'case', imported, ended, vetoed, score, '', '', {null}, COUNT(*), {no} FROM cases_case "
    "GROUP BY agency_id, imported, ended, vetoed, score"
)
LIMITS = (
    "SELECT d.agency_id, 'limit', {no}, {no}, {no}, 0, d.rule, c.stage, "
    "CASE WHEN d.due < %s THEN {long_ago} ELSE d.due END AS until, COUNT(*), {no} "
    "FROM cases_casedeadline d JOIN cases_case c ON c.id = d.case_id AND c.agency_id = d.agency_id "
    "WHERE d.urges = {yes} AND d.status IN ('running', 'missed') AND d.due IS NOT NULL AND c.imported = {no} "
    "GROUP BY d.agency_id, d.rule, c.stage, until"
)
FINDINGS = (
    "SELECT f.agency_id, 'finding', c.imported, {no}, {no}, 0, f.rule, '', {null}, COUNT(*), {no} "
    "FROM cases_casefinding f JOIN cases_case c ON c.id = f.case_id AND c.agency_id = f.agency_id "
    "WHERE f.outcome = 'breach' GROUP BY f.agency_id, c.imported, f.rule"
)
WORDS = {
    "postgresql": {
        "yes": "TRUE",
        "no": "FALSE",
        "null": "NULL::timestamptz",
        "long_ago": "'1970-01-01 00:00:00+00'::timestamptz",
    },
    "sqlite": {"yes": "1", "no": "0", "null": "NULL", "long_ago": "'1970-01-01 00:00:00'"},
}


def count(_: Any, editor: Any) -> None:
    """Count everything once."""
    connection = editor.connection
    settled = connection.ops.adapt_datetimefield_value(timezone.now() - timedelta(days=1))
    with connection.cursor() as cursor:
        for sql, params in ((CASES, []), (LIMITS, [settled]), (FINDINGS, [])):
            cursor.execute(INTO + sql.format(**WORDS[connection.vendor]), params)


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_agency_in_every_key"), ("personnel", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="CaseSum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("what", models.CharField(max_length=8)),
                ("imported", models.BooleanField()),
                ("ended", models.BooleanField()),
                ("vetoed", models.BooleanField()),
                ("score", models.PositiveSmallIntegerField()),
                ("rule", models.CharField(blank=True, max_length=120)),
                ("stage", models.CharField(blank=True, max_length=16)),
                ("due", models.DateTimeField(null=True)),
                ("n", models.IntegerField()),
                ("loose", models.BooleanField()),
                (
                    "agency",
                    models.ForeignKey("personnel.agency", models.PROTECT, related_name="+", db_index=False),
                ),
            ],
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
