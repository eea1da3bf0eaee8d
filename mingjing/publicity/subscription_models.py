"""Tables of e-mail subscriptions: what is followed, and apart from it the address, which goes when somebody leaves."""

from django.db import models


class Subscription(models.Model):
    """That somebody follows a search. It names nobody; whoever holds the token may confirm or end it."""

    nonce = models.CharField(max_length=32)  # the token is made from it and the secret key, and kept nowhere
    token_hash = models.CharField(max_length=64, unique=True)
    query = models.JSONField()  # text, law, agency, region, kind, result, firm
    title = models.CharField(max_length=300)  # the same in words
    requested_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True)  # when the mail that asks for confirmation went out
    confirmed_at = models.DateTimeField(null=True)
    since = models.BigIntegerField(
        default=-1
    )  # place in the log at confirmation: what came before is not told
    told = models.BigIntegerField(default=-1)  # place in the log up to which it has been told
    told_on = models.DateField(null=True)  # the last day on which it was looked at

    class Meta:
        indexes = [models.Index("confirmed_at", "told_on", name="publicity_subscription_due")]

    def __str__(self) -> str:
        return self.title


class SubscriptionAddress(models.Model):
    """Where a subscription is sent: personal data, in a table of its own."""

    subscription = models.OneToOneField(
        Subscription, on_delete=models.CASCADE, primary_key=True, related_name="address"
    )
    address = models.EmailField(max_length=254)

    class Meta:
        indexes = [models.Index("address", name="publicity_subscriber")]

    def __str__(self) -> str:
        return str(self.subscription_id)
