"""Tables of what came in: files with their report, papers in every version, and what people did about each."""

from django.db import models


class IntakeFile(models.Model):
    """One file or request as it was handed in for one agency, with what became of each row."""

    class Way(models.TextChoices):
        DROP = "drop", "投放文件"
        PAGE = "page", "页面上传"
        HTTP = "http", "接口"

    code = models.CharField(max_length=32, unique=True)
    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    sort = models.CharField(max_length=16)
    way = models.CharField(max_length=8, choices=Way.choices)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)  # SHA-256 of the bytes
    mapping = models.CharField(max_length=64)  # digest of the mapping it was read by
    by = models.CharField(max_length=150, blank=True)  # "" where another system sent it
    at = models.DateTimeField()
    new = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    lines = models.JSONField(default=list)  # [{line, key, fate, faults: [{column, what, mend}]}]

    class Meta:
        indexes = [models.Index("agency", models.F("id").desc(), name="exchange_intake_by_agency")]

    def __str__(self) -> str:
        return f"{self.sort} {self.name}"

    @property
    def rows(self) -> int:
        """How many rows it had."""
        return self.new + self.same + self.changed + self.refused


class Paper(models.Model):
    """One judgment, decision, ruling or receipt as it stands now. It decides nothing: a person confirms it."""

    class State(models.TextChoices):
        OPEN = "open", "待确认"
        CONFIRMED = "confirmed", "已确认"
        CHANGED = "changed", "确认后有变动"
        REFUSED = "refused", "不采用"

    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    sort = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    key = models.CharField(max_length=160)  # by which the same paper is known again
    number = models.CharField(max_length=100)  # docket or number of the receipt, as people write it
    values = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    case_code = models.CharField(max_length=32, blank=True)
    dispute_no = models.CharField(max_length=30, blank=True)
    act_code = models.CharField(max_length=32, blank=True)  # what was recorded when it was confirmed
    surplus_yuan = models.DecimalField(max_digits=16, decimal_places=2, default=0)  # paid beyond what was due
    came_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "sort", "key"], name="exchange_paper_once")]
        indexes = [
            models.Index("agency", "state", models.F("id").desc(), name="exchange_paper_by_desk"),
            models.Index("case_code", name="exchange_paper_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.sort} {self.number}"


class PaperVersion(models.Model):
    """What was said of a paper once, and what was otherwise before. Append-only."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    values = models.JSONField()
    changes = models.JSONField(default=list)  # [{field, was, now}]
    file = models.ForeignKey(IntakeFile, on_delete=models.PROTECT, related_name="+")
    line = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="exchange_paper_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}/{self.number}"


class PaperStep(models.Model):
    """What a person did about a paper: assigned, confirmed, refused, looked at. Append-only."""

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=16)
    facts = models.JSONField(default=dict)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.paper_id} {self.kind}"
