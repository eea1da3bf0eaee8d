"""Keys to an act carry no constraint: on PostgreSQL acts lie in partitions, by an agency that these rows do not know.

A statement of what holds, not a change: the migration of the acts takes the constraints away where it has to.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("property", "0002_append_only")]
    run_before = [("cases", "0008_acts_by_agency")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    "custodyitem",
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        db_constraint=False,
                        related_name="+",
                        to="cases.act",
                        db_index=False,
                    ),
                ),
                migrations.AlterField(
                    "custodymove",
                    "basis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        db_constraint=False,
                        related_name="+",
                        to="cases.act",
                        db_index=False,
                        null=True,
                    ),
                ),
            ]
        )
    ]
