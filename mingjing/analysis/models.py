"""The tables of analysis: lines derived from the acts of cases, which are only an index, and what people have saved.

Every line carries by what it may be narrowed, so that a page of figures reads one narrow table and joins nothing.
"""

from typing import Final

from django.db import models

WAITING: Final = ("running", "paused", "unknown")


class Line(models.Model):
    """What every line knows of its case."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="+")
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    region = models.CharField(max_length=6)
    field = models.CharField(max_length=16)
    procedure = models.CharField(max_length=16)
    imported = models.BooleanField()

    class Meta:
        abstract = True


class CaseLine(Line):
    """One case: when it was opened and when it ended."""

    opened_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)  # null while it is pending
    stage = models.CharField(max_length=16)
    opened_month = models.CharField(max_length=7, blank=True)  # 2026-03
    score = models.PositiveSmallIntegerField(default=100)
    vetoed = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                *("agency", "opened_month", "procedure", "score", "vetoed", "imported"),
                name="analysis_case_by_score",
            ),
            models.Index("agency", "opened_on", "procedure", "imported", name="analysis_case_by_opening"),
            models.Index("agency", "ended_on", "procedure", "imported", name="analysis_case_by_end"),
        ]
        # Two who write a case at once do not leave its lines twice.
        constraints = [models.UniqueConstraint(fields=["agency", "case"], name="analysis_case_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stage}"


class StageSpan(Line):
    """How long one case lay in one stage; `until` and `days` are null while it still does."""

    stage = models.CharField(max_length=16)
    since = models.DateField()
    until = models.DateField(null=True)
    days = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index("agency", "until", "stage", "days", "imported", name="analysis_span_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stage} {self.days}"


class LimitLine(Line):
    """One limit of one case as it was last counted."""

    rule = models.CharField(max_length=120)
    due_on = models.DateField()
    month = models.CharField(max_length=7)  # in which it ends
    status = models.CharField(max_length=12)

    class Meta:
        indexes = [
            models.Index("agency", "month", "rule", "status", "imported", name="analysis_limit_by_month"),
            # Those that the passing of days may still change.
            models.Index("case", condition=models.Q(status__in=WAITING), name="analysis_limit_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.rule} {self.status}"


class FindingLine(Line):
    """One breach found in one case, by the month in which the case was opened."""

    rule = models.CharField(max_length=120)
    title = models.CharField(max_length=120)
    month = models.CharField(max_length=7, blank=True)

    class Meta:
        indexes = [
            models.Index(
                "agency", "month", "rule", "procedure", "imported", name="analysis_finding_by_month"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.rule}"


class PenaltyLine(Line):
    """One penalty that stands: by which law, of which kinds, and how its fine stands to the benchmark."""

    act_seq = models.PositiveIntegerField()
    decided_on = models.DateField()
    kinds = models.CharField(max_length=300, blank=True)  # ",warning,fine,"
    law = models.CharField(max_length=120, blank=True)
    violation = models.CharField(max_length=300, blank=True)
    violation_key = models.CharField(max_length=64, blank=True)
    tier = models.CharField(max_length=12, blank=True)
    party_kind = models.CharField(max_length=24, blank=True)
    fit = models.CharField(max_length=12)  # see lines.FITS
    fine_fen = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index("agency", "decided_on", name="analysis_penalty_by_day")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.act_seq} {self.kinds}"


class PlaceLine(Line):
    """Where the violation of one case was found: the spots that its words name, and the area of the grid."""

    found_on = models.DateField()
    month = models.CharField(max_length=7)
    place = models.CharField(max_length=300)
    spots = models.CharField(max_length=300, blank=True)  # ",建设路,湖滨大道,"
    kind = models.CharField(max_length=12, blank=True)  # see spots.KINDS
    address = models.CharField(
        max_length=60, blank=True
    )  # equal for one place; empty where it is only a road
    matter = models.CharField(max_length=120, blank=True)
    east = models.FloatField(null=True)  # as a phone measured it
    north = models.FloatField(null=True)
    grid = models.ForeignKey("governance.Matter", models.PROTECT, related_name="+", null=True)

    class Meta:
        indexes = [models.Index("agency", "month", "imported", name="analysis_place_by_month")]
        constraints = [models.UniqueConstraint(fields=["agency", "case"], name="analysis_place_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.place}"


class SavedView(models.Model):
    """The filters of a subject under a name; its owner may let the rest of his agency open it."""

    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    owner = models.CharField("所有人", max_length=150)
    subject = models.CharField("主题", max_length=20)
    name = models.CharField("名称", max_length=40)
    query = models.CharField("条件", max_length=500, blank=True)
    shared = models.BooleanField("本机关可见", default=False)
    default = models.BooleanField("打开时使用", default=False)
    at = models.DateTimeField("保存时间")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "owner", "subject", "name"], name="analysis_view_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
