"""A person may clear with a reason what a recogniser hid, and confirms what it was not sure of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("publicity", "0010_draws"),
    ]

    operations = [
        migrations.AddField(
            model_name="preparation",
            name="cleared",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="preparation",
            name="checked",
            field=models.JSONField(default=list),
        ),
    ]
