"""The one table of records that were written on site: which act each became, and the very words that were signed."""

from django.db import models


class OnSiteRecord(models.Model):
    """One record as it came from a phone. Triggers refuse every later change, whoever asks."""

    digest = models.CharField(
        max_length=64
    )  # of everything sent: the same content is one act, whatever its token
    once = models.CharField(max_length=64)
    act_code = models.CharField(max_length=32)
    case_code = models.CharField(max_length=32, db_index=True)
    text = models.TextField()  # the canonical JSON that the signatures are bound to
    signatures = models.JSONField(default=list)  # digest of the picture, role, name, moment
    photos = models.JSONField(default=list)
    late_reason = models.CharField(max_length=300, blank=True)
    synced_at = models.DateTimeField()
    synced_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="onsite_content_once"),
            models.UniqueConstraint(fields=["once"], name="onsite_token_once"),
            models.UniqueConstraint(fields=["act_code"], name="onsite_act_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_code} {self.act_code}"
