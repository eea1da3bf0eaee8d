"""The table of published statistical reports. It only grows: a corrected report is a further version."""

from django.db import models


class PublicReport(models.Model):
    """One report as the public sees it, with its files as they are handed out."""

    code = models.CharField(max_length=32)
    agency_code = models.CharField(max_length=40)
    agency = models.CharField(max_length=100)
    form = models.CharField(max_length=20)
    period = models.CharField(max_length=7)
    version = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    cutoff = models.DateField()
    content = models.JSONField()  # tables and notes, as the portal shows them
    workbook = models.BinaryField()
    paper = models.BinaryField()
    published_at = models.DateTimeField()
    salt = models.BinaryField(max_length=32)
    commitment = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="publicity_report_code_once"),
            models.UniqueConstraint(
                fields=["agency_code", "form", "period", "version"], name="publicity_report_once"
            ),
        ]
        indexes = [models.Index(models.F("published_at").desc(), name="publicity_report_by_day")]

    def __str__(self) -> str:
        return self.title
