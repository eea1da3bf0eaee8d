"""Tables of the push: what is owed to each platform, how far it has come, what people mended. No secret, no content."""

from django.db import models


class Lane(models.Model):
    """How one receiver is doing: when it may be tried again, and when it was last compared."""

    receiver = models.CharField(max_length=40, unique=True)
    not_before = models.DateTimeField(null=True)  # it could not be reached: nothing is tried earlier
    failures = models.PositiveIntegerField(default=0)  # in a row
    fault = models.CharField(max_length=400, blank=True)
    delivered_at = models.DateTimeField(null=True)
    compare_after = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.receiver


class Delivery(models.Model):
    """One entry of the log owed to one receiver. It holds no content: that is made from the publication when sent."""

    class Action(models.TextChoices):
        PUT = "put", "登记"
        REMOVE = "remove", "撤下"

    class State(models.TextChoices):
        WAITING = "waiting", "待推送"
        SENT = "sent", "已送达，无回执"
        RECEIPTED = "receipted", "已有回执"
        DEAD = "dead", "需要处理"
        VOID = "void", "不再需要"  # taken down before it ever went out, or overtaken by a later one

    receiver = models.CharField(max_length=40)
    index = models.BigIntegerField()  # in the sealed log
    version = models.PositiveIntegerField(default=1)  # sent anew after a comparison
    key = models.CharField(max_length=160, unique=True)  # by which the receiver knows a repetition
    record = models.CharField(max_length=32)  # the same for a decision and all that follows
    publication = models.CharField(max_length=32)
    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=128, blank=True)
    action = models.CharField(max_length=8, choices=Action.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)  # while somebody is sending it
    faults = models.JSONField(default=list)  # [{column, what, mend}] of the last try; column "" for the whole
    mapping = models.CharField(max_length=64, blank=True)  # digest of the mapping file it was made by
    digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the bytes last sent
    receipt = models.CharField(max_length=300, blank=True)
    mark = models.CharField(max_length=100, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receiver", "index", "version"], name="exchange_delivery_once")
        ]
        indexes = [
            models.Index("receiver", "state", "not_before", name="exchange_delivery_due"),
            models.Index("receiver", "record", name="exchange_delivery_by_record"),
            models.Index("agency", "state", name="exchange_delivery_by_desk"),
        ]

    def __str__(self) -> str:
        return self.key


class Mend(models.Model):
    """That a person wrote what a platform is told in one column, and why. Append-only."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="mends")
    column = models.CharField(max_length=60)  # its code
    value = models.TextField()
    reason = models.CharField(max_length=300)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.column}"


class Comparison(models.Model):
    """What a receiver said it has, beside what it was given: one night. Append-only."""

    receiver = models.CharField(max_length=40)
    at = models.DateTimeField()
    ours = models.PositiveIntegerField(default=0)
    theirs = models.PositiveIntegerField(default=0)
    missing = models.PositiveIntegerField(default=0)
    different = models.PositiveIntegerField(default=0)
    surplus = models.PositiveIntegerField(default=0)
    resent = models.PositiveIntegerField(default=0)
    lines = models.JSONField(default=list)  # [{record, agency, number, what}], the first of them
    fault = models.CharField(max_length=400, blank=True)

    class Meta:
        indexes = [models.Index("receiver", models.F("at").desc(), name="exchange_comparison_by_day")]

    def __str__(self) -> str:
        return f"{self.receiver} {self.at:%Y-%m-%d}"

    @property
    def lines_in_all(self) -> int:
        """How many records differ."""
        return self.missing + self.different + self.surplus
