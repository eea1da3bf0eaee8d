"""The table of draws as the public sees them."""

from django.db import models


class PublicDraw(models.Model):
    """One draw: its terms as soon as it is declared, the bundle of its records when all its visits are over."""

    code = models.SlugField(max_length=40, unique=True)
    agency_code = models.CharField(max_length=40, db_index=True)
    agency = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    round = models.PositiveIntegerField()
    stage = models.CharField(max_length=60)
    begins = models.DateField()
    ends = models.DateField()
    declared_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True)
    records = models.PositiveIntegerField()  # how many of the draw this row was made from
    terms = models.JSONField()
    bundle = models.BinaryField(default=b"")  # compressed; empty while names are closed
    bundle_digest = models.CharField(max_length=64, blank=True)  # SHA-256 of the file as it is handed out
    bundle_size = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(models.F("declared_at").desc(), name="publicity_draw_by_day")]

    def __str__(self) -> str:
        return self.title


class DrawnResult(models.Model):
    """What came of one object of a draw that is over: made from the published bundle, refreshed until nothing follows.

    It says a result only together with an open publication of its case, which two people made; without one it is bare.
    """

    draw = models.ForeignKey(PublicDraw, on_delete=models.CASCADE, related_name="results")
    position = models.PositiveIntegerField()
    stratum = models.CharField(max_length=100)
    object = models.CharField(max_length=64)
    skipped = models.CharField(max_length=60, blank=True)  # why it was not visited
    inspectors = models.JSONField(default=list)  # numbers of certificates
    name = models.CharField(max_length=200, blank=True)  # of firms only
    item = models.CharField(max_length=200, blank=True)
    visited_on = models.DateField(null=True)
    result_code = models.CharField(max_length=4, blank=True)  # empty until the firm has been told
    result = models.CharField(max_length=60, blank=True)
    conclusion = models.CharField(max_length=60, blank=True)  # shown only while the publication says the same
    follow = models.JSONField(default=list)
    case_code = models.CharField(max_length=32, blank=True)  # joins it to its publication; never shown
    due_on = models.DateField(null=True)  # until when the result is to be published
    over = models.BooleanField(default=False)  # nothing more will come of it
    looked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draw", "position"], name="publicity_drawn_once")]
        indexes = [
            models.Index("object", name="publicity_drawn_by_object"),
            models.Index("looked_at", condition=models.Q(over=False), name="publicity_drawn_to_look_at"),
        ]

    def __str__(self) -> str:
        return f"{self.draw_id}/{self.position}"
