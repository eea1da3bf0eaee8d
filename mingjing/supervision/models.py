"""Tables of supervision: who from outside looked into a case, and an index of acts that had to be recorded."""

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


class RecordedAct(models.Model):
    """How one act stands that had to be recorded. Derived from the log by a cursor; may be rebuilt at any time."""

    act_code = models.CharField(max_length=32)
    case_code = models.CharField(max_length=32)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    party_name = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10)
    reason = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act_code"], name="recorded_act_once")]
        indexes = [models.Index("agency", "state", models.F("id").desc(), name="recorded_by_agency")]

    def __str__(self) -> str:
        return f"{self.title} {self.state}"
