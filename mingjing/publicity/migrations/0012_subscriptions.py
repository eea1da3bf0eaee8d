"""E-mail subscriptions: what is followed, and apart from it where it is sent."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("publicity", "0011_cleared_words"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.CharField(max_length=32)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("query", models.JSONField()),
                ("title", models.CharField(max_length=300)),
                ("requested_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("since", models.BigIntegerField(default=-1)),
                ("told", models.BigIntegerField(default=-1)),
                ("told_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SubscriptionAddress",
            fields=[
                (
                    "subscription",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="address",
                        serialize=False,
                        to="publicity.subscription",
                    ),
                ),
                ("address", models.EmailField(max_length=254)),
            ],
        ),
        migrations.AddIndex(
            model_name="subscription",
            index=models.Index(
                models.F("confirmed_at"), models.F("told_on"), name="publicity_subscription_due"
            ),
        ),
        migrations.AddIndex(
            model_name="subscriptionaddress",
            index=models.Index(models.F("address"), name="publicity_subscriber"),
        ),
    ]
