"""Tables of visits: what was approved, who goes where until when, what began, what was found, what firms say of it."""

from __future__ import annotations

from django.db import models


class Scheme(models.Model):
    """What a head approved before any name was open: item, clauses, way, cap. Append-only."""

    code = models.CharField("代码", max_length=32, unique=True)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    campaign = models.ForeignKey(
        "inspections.Campaign", models.PROTECT, null=True, related_name="schemes"
    )  # null: for visits without a draw
    body = models.JSONField("方案")  # as `scheme.read_scheme` reads it
    digest = models.CharField("摘要", max_length=64)
    approved_by = models.CharField("批准人", max_length=150)
    approved_at = models.DateTimeField("批准时间")

    class Meta:
        indexes = [models.Index("agency", models.F("id").desc(), name="inspections_scheme_by_agency")]

    def __str__(self) -> str:
        return self.code


class VisitTask(models.Model):
    """One visit to be made. Of a draw it follows the lines as they stand; without a draw it has a reason."""

    code = models.CharField("代码", max_length=32, unique=True)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    campaign = models.ForeignKey("inspections.Campaign", models.PROTECT, null=True, related_name="tasks")
    draw = models.ForeignKey("inspections.Draw", models.PROTECT, null=True, related_name="tasks")
    scheme = models.ForeignKey(Scheme, models.PROTECT, null=True, related_name="tasks")
    number = models.PositiveIntegerField(
        "第几项"
    )  # of its campaign, or of the tasks of the agency without one
    object = models.CharField("对象", max_length=64)  # closed until the visit starts, where a draw gave it
    stratum = models.CharField("层", max_length=100, blank=True)
    trigger = models.CharField("来源", max_length=24)
    reason = models.TextField("理由", blank=True)
    inspectors = models.JSONField("选派人员", default=list)  # numbers of certificates
    due = models.DateField("完成期限")
    withdrawn = models.CharField("取消理由", max_length=200, blank=True)
    made_by = models.CharField("建立人", max_length=150)
    made_at = models.DateTimeField("建立时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["draw", "object"],
                condition=models.Q(draw__isnull=False),
                name="inspections_task_of_line_once",
            )
        ]
        indexes = [
            models.Index("agency", "due", name="inspections_task_by_due"),
            models.Index("object", name="inspections_task_by_object"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id or '-'}/{self.number}"


class VisitStart(models.Model):
    """That a visit began: the name was opened and the case with it. Append-only."""

    task = models.OneToOneField(VisitTask, models.PROTECT, related_name="start")
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    object = models.CharField("对象", max_length=64)
    year = models.PositiveSmallIntegerField("年度")
    counted = models.BooleanField("计入频次")
    before_own = models.PositiveIntegerField("本机关此前次数")
    before_all = models.PositiveIntegerField("全部部门此前次数")
    joint = models.PositiveIntegerField("参加部门数", default=1)
    risk = models.CharField("风险等级", max_length=1, blank=True)  # as the register had it on that day
    case_code = models.CharField("案件", max_length=32, unique=True)
    by = models.CharField("开始人", max_length=150)
    at = models.DateTimeField("开始时间")

    class Meta:
        indexes = [models.Index("object", "year", name="inspections_start_by_object")]

    def __str__(self) -> str:
        return self.case_code


class CheckSheet(models.Model):
    """The check form of a visit as it was filled in, and the result code; a later sheet corrects. Append-only."""

    task = models.ForeignKey(VisitTask, models.PROTECT, related_name="sheets")
    answers = models.JSONField("逐项结果")  # [{question, clause, answer, note}]
    result = models.CharField("结果代码", max_length=4)
    digest = models.CharField("摘要", max_length=64)
    by = models.CharField("填写人", max_length=150)
    at = models.DateTimeField("填写时间")

    def __str__(self) -> str:
        return f"{self.task_id} {self.result}"


class FirmVoice(models.Model):
    """What an inspected firm says of a visit, to the supervisor and not to the inspected unit. Append-only."""

    class Kind(models.TextChoices):
        RATING = "rating", "评价"
        COMPLAINT = "complaint", "投诉"

    code = models.CharField("编号", max_length=32, unique=True)
    once = models.CharField("提交令牌", max_length=64, unique=True)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    case_code = models.CharField("案件", max_length=32)
    kind = models.CharField("类别", max_length=10, choices=Kind.choices)
    stars = models.PositiveSmallIntegerField("评分", null=True)
    words = models.TextField("意见", blank=True)
    at = models.DateTimeField("时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_code"],
                condition=models.Q(kind="rating"),
                name="inspections_rating_once",
            ),
            models.CheckConstraint(
                condition=models.Q(stars__isnull=True) | models.Q(stars__range=(1, 5)),
                name="inspections_stars_of_five",
            ),
        ]
        indexes = [models.Index("agency", "at", name="inspections_voice_by_agency")]

    def __str__(self) -> str:
        return f"{self.kind} {self.code}"


class VoiceAnswer(models.Model):
    """What the supervisor did with a complaint; more than one may follow. Append-only."""

    voice = models.ForeignKey(FirmVoice, models.PROTECT, related_name="answers")
    text = models.TextField("处理情况")
    by = models.CharField("处理人", max_length=150)
    at = models.DateTimeField("时间")

    def __str__(self) -> str:
        return f"{self.voice_id} {self.by}"


class FollowReply(models.Model):
    """What the department that a matter was transferred to has answered. Append-only."""

    start = models.ForeignKey(VisitStart, models.PROTECT, related_name="replies")
    text = models.TextField("反馈情况")
    by = models.CharField("登记人", max_length=150)
    at = models.DateTimeField("时间")

    def __str__(self) -> str:
        return f"{self.start_id} {self.by}"
