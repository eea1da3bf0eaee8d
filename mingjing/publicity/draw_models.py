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
