"""Laws that an agency registers are kept as its benchmarks and lists are."""

from django.db import migrations, models

KINDS = [("benchmark", "裁量基准"), ("list", "清单"), ("law", "法规")]


class Migration(migrations.Migration):
    dependencies = [("norms", "0002_append_only")]

    operations = [
        migrations.AlterField(
            model_name=model,
            name="kind",
            field=models.CharField("种类", max_length=10, choices=KINDS),
        )
        for model in ("NormDraft", "NormTable")
    ]
