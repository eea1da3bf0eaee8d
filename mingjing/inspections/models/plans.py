"""Tables of plans: the year's lines, inspections outside them, joint visits, and every step with who took it."""

from __future__ import annotations

from django.db import models


class YearPlan(models.Model):
    """The inspection plan of one agency for one year. Its lines change only while it is a draft."""

    class State(models.TextChoices):
        DRAFT = "draft", "起草中"
        APPROVED = "approved", "已批准"
        FILED = "filed", "已备案"

    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    year = models.PositiveIntegerField("年度")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    authors = models.JSONField("起草人", default=list)  # none of them may approve it
    filed_with = models.CharField("备案机关", max_length=100, blank=True)
    filing_no = models.CharField("备案号", max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "year"], name="inspections_plan_of_year_once")
        ]

    def __str__(self) -> str:
        return f"{self.year}"


class PlanLine(models.Model):
    """One task of a plan: an item, how much of each risk class, when, and which departments take part."""

    plan = models.ForeignKey(YearPlan, models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField("序号")
    name = models.CharField("检查任务", max_length=200)
    item = models.CharField("抽查事项", max_length=16)  # code; the version is the published one of the day
    ratios = models.JSONField("抽查比例", default=dict)
    begins = models.DateField("开始")
    ends = models.DateField("结束")
    members = models.JSONField("配合部门", default=list)  # codes of agencies
    published_in = models.PositiveIntegerField("公布版本", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="inspections_plan_line_once")]

    def __str__(self) -> str:
        return self.name


class PlanStep(models.Model):
    """Who did what with a plan, and the plan as it was then. Append-only."""

    plan = models.ForeignKey(YearPlan, models.PROTECT, related_name="steps")
    kind = models.CharField("步骤", max_length=12)
    reason = models.CharField("说明", max_length=400, blank=True)
    body = models.JSONField("内容", default=list)
    by = models.CharField("经办人", max_length=150)
    at = models.DateTimeField("时间")

    def __str__(self) -> str:
        return f"{self.plan_id} {self.kind}"


class SpecialInspection(models.Model):
    """An inspection outside the plan: begun only when the government above has approved it and it was filed."""

    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    name = models.CharField("名称", max_length=200)
    reason = models.CharField("理由", max_length=1000)
    item = models.CharField("抽查事项", max_length=16)
    ratios = models.JSONField("检查比例", default=dict)
    begins = models.DateField("开始")
    ends = models.DateField("结束")
    asked_by = models.CharField("申请人", max_length=150)
    asked_at = models.DateTimeField("申请时间")
    approver = models.CharField("批准机关", max_length=100, blank=True)
    approver_kind = models.CharField("批准机关类别", max_length=12, blank=True)
    document_no = models.CharField("批准文号", max_length=80, blank=True)
    approved_on = models.DateField("批准日期", null=True)
    approved_by = models.CharField("登记批准的人", max_length=150, blank=True)  # of an authority above
    refused = models.CharField("不予批准的理由", max_length=400, blank=True)
    filing_no = models.CharField("备案号", max_length=80, blank=True)
    filed_on = models.DateField("备案日期", null=True)
    filed_by = models.CharField("备案人", max_length=150, blank=True)

    class Meta:
        indexes = [models.Index("agency", models.F("id").desc(), name="inspections_special_by_agency")]

    def __str__(self) -> str:
        return self.name


class JointInspection(models.Model):
    """Lines of several departments carried out in one visit (综合查一次): proposed by one, accepted by each other."""

    region = models.CharField("行政区划", max_length=6)
    lead = models.ForeignKey(PlanLine, models.PROTECT, related_name="led")
    begins = models.DateField("开始")
    ends = models.DateField("结束")
    proposed_by = models.CharField("提议人", max_length=150)
    proposed_at = models.DateTimeField("提议时间")

    def __str__(self) -> str:
        return str(self.lead_id)


class JointMember(models.Model):
    """One other department's line in a joint inspection, and its answer."""

    joint = models.ForeignKey(JointInspection, models.PROTECT, related_name="members")
    line = models.ForeignKey(PlanLine, models.PROTECT, related_name="joined")
    accepted = models.BooleanField("同意", null=True)
    reason = models.CharField("理由", max_length=400, blank=True)
    answered_by = models.CharField("答复人", max_length=150, blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["joint", "line"], name="inspections_joint_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.joint_id} {self.line_id}"
