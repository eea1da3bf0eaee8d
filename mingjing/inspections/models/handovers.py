"""Tables of handovers: a finding goes to the body that has jurisdiction, and what that body does with it."""

from __future__ import annotations

from django.db import models


class Handover(models.Model):
    """That a finding was handed to another agency or department, with all it needs to act. Append-only."""

    code = models.CharField("编号", max_length=32, unique=True)
    start = models.ForeignKey("inspections.VisitStart", models.PROTECT, related_name="handovers")
    origin = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    target = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    department = models.CharField("承办机构", max_length=60, blank=True)  # within the target
    matter = models.CharField("事项", max_length=200)
    party = models.CharField("检查对象", max_length=200)
    problems = models.TextField("发现的问题")
    articles = models.JSONField("涉及条款", default=list)
    reason = models.TextField("移交理由")
    sent_on = models.DateField("移交日期")
    due = models.DateField("反馈期限")
    by = models.CharField("移交人", max_length=150)
    at = models.DateTimeField("移交时间")

    class Meta:
        indexes = [
            models.Index("target", "due", name="inspections_handover_in"),
            models.Index("origin", "due", name="inspections_handover_out"),
        ]

    def __str__(self) -> str:
        return self.code


class HandoverStep(models.Model):
    """What the receiving body did: accepted, refused with its reason, or done with the result. Append-only."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", "接收"
        REFUSED = "refused", "退回"
        DONE = "done", "反馈处理情况"

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="steps")
    kind = models.CharField("步骤", max_length=10, choices=Kind.choices)
    text = models.TextField("说明", blank=True)
    by = models.CharField("经办人", max_length=150)
    at = models.DateTimeField("时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover", "kind"], name="inspections_handover_step_once")
        ]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.kind}"
