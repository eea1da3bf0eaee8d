"""The tables of statistics: a report as it was handed in and each step after it, which only grow; who is reminded."""

from django.db import models


class Report(models.Model):
    """One version of the report of one agency and period; its steps say whether it was approved and published."""

    agency = models.ForeignKey(
        "personnel.Agency", models.PROTECT, related_name="+", db_index=False, verbose_name="机关"
    )
    form = models.CharField("报表", max_length=20)  # monthly, yearly, as the packs name them
    period = models.CharField("统计期", max_length=7)  # 2026-03, 2026
    version = models.PositiveSmallIntegerField("版次")
    cutoff = models.DateField("截止日")
    content = models.JSONField("内容")  # the figures as they were handed in; see figures.py
    by = models.CharField("编制人", max_length=150)
    at = models.DateTimeField("时间")
    once = models.CharField("提交令牌", max_length=64)
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "form", "period", "version"], name="statistics_version_once"
            ),
            models.UniqueConstraint(fields=["once"], name="statistics_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.form} {self.period}/{self.version}"


class Step(models.Model):
    """One step of one report: approved, returned, published. Triggers refuse every later change."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="steps", db_index=False)
    seq = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("步骤", max_length=20)
    facts = models.JSONField("内容", default=dict)
    by = models.CharField("办理人", max_length=150)
    at = models.DateTimeField("时间")
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["report", "seq"]
        constraints = [models.UniqueConstraint(fields=["report", "seq"], name="statistics_step_seq")]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.seq} {self.kind}"


class Reminder(models.Model):
    """Where somebody of an agency wants to be reminded of its reports."""

    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", verbose_name="机关")
    person = models.CharField("人员", max_length=150)
    address = models.EmailField("邮箱", max_length=254)
    at = models.DateTimeField("登记时间")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person"], name="statistics_reminder_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.agency_id}"


class Reminded(models.Model):
    """That a mail about one report went out: each is sent once when its day is near, and once when it has passed."""

    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="sent", db_index=False)
    form = models.CharField("报表", max_length=20)
    period = models.CharField("统计期", max_length=7)
    late = models.BooleanField("已经逾期")
    at = models.DateTimeField("时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reminder", "form", "period", "late"], name="statistics_reminded_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.reminder_id} {self.form} {self.period}"
