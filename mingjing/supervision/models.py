"""Tables of supervision: who from outside looked into a case. What was found in cases is never stored here."""

from django.db import models


class CaseAccess(models.Model):
    """One look of somebody outside the agency into one of its cases. Triggers refuse every later change."""

    case_code = models.CharField(max_length=32)
    agency = models.ForeignKey(
        "personnel.Agency", on_delete=models.PROTECT, related_name="+"
    )  # whose case it is
    person = models.CharField(max_length=150)
    person_agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("case_code", models.F("at").desc(), name="access_by_case")]

    def __str__(self) -> str:
        return f"{self.person} {self.case_code} {self.at:%Y-%m-%d}"
