"""Tables of the exchange room: what was made for other platforms, version by version. Never shown to the public."""

from django.db import models


class Export(models.Model):
    """One table as it was made for one platform. It holds identity numbers: only officers of the agency read it."""

    code = models.CharField(max_length=32, unique=True)
    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    target = models.CharField(max_length=40)
    number = models.PositiveIntegerField()  # version, from 1
    made_at = models.DateTimeField()
    made_on = models.DateField()
    same_until = models.DateField()  # the last day on which making it again gave the same
    made_by = models.CharField(max_length=150, blank=True)  # "" where the daily run made it
    mapping = models.CharField(max_length=64)  # digest of the mapping file
    rows = models.JSONField()  # [[cell]] in the order of the target, sound rows only
    refs = models.JSONField()  # the case of each row
    faults = models.JSONField()  # [{case, number, column, what, mend}] of the rows left out
    left_out = models.PositiveIntegerField()
    changes = models.JSONField()  # against the version before
    digest = models.CharField(max_length=64)  # SHA-256 of headings and rows

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "target", "number"], name="exchange_export_version")
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.number}"
