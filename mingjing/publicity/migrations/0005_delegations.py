"""Lists of delegations join what is published before the fact."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("publicity", "0004_more_registers"),
    ]

    operations = [
        migrations.AlterField(
            model_name="publicitem",
            name="kind",
            field=models.CharField(
                choices=[
                    ("agency", "执法主体"),
                    ("officers", "执法人员"),
                    ("guide", "服务指南"),
                    ("chart", "执法流程图"),
                    ("recording", "音像记录事项清单"),
                    ("reviews", "重大执法决定法制审核目录清单"),
                    ("benchmark", "行政裁量权基准"),
                    ("list", "包容审慎执法清单"),
                    ("laws", "执法依据"),
                    ("delegations", "委托执法和赋权清单"),
                    ("channel", "投诉举报渠道"),
                    ("log", "存证日志"),
                ],
                max_length=16,
            ),
        ),
    ]
