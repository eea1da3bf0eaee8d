"""Whatever belongs to a case carries the agency in its keys, so that agencies can be spread over several databases."""

from typing import Any

from django.db import migrations, models

KEYS: dict[str, dict[str, tuple[str, ...]]] = {
    "case": {"case_code_once": ("code",), "case_log_code_once": ("log_code",)},
    "casedeadline": {"deadline_once": ("case", "rule", "start_seq")},
    "casefinding": {"finding_once": ("case", "rule", "act_seq")},
    "caseoutcome": {"outcome_once": ("case", "outcome", "act_seq")},
    "casecitation": {"citation_once": ("case", "law", "article")},
    "caseparty": {"party_once": ("case", "code_key", "name_key")},
    "casehandler": {"handler_once": ("case", "username")},
}


def _agency(*, null: bool) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey("personnel.agency", models.PROTECT, null=null, related_name="+", db_index=False)


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_acts_by_agency")]

    operations = [
        migrations.AddField("casehandler", "agency", _agency(null=True)),
        migrations.RunSQL(
            "UPDATE cases_casehandler SET agency_id = "
            "(SELECT c.agency_id FROM cases_case c WHERE c.id = cases_casehandler.case_id)",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField("casehandler", "agency", _agency(null=False)),
        *(
            step
            for model, keys in KEYS.items()
            for name, key in keys.items()
            for step in (
                migrations.RemoveConstraint(model, name),
                migrations.AddConstraint(model, models.UniqueConstraint(fields=[*key, "agency"], name=name)),
            )
        ),
    ]
