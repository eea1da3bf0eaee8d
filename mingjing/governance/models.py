"""The tables of governance: one thing that an agency has to do or has set up, and each step of it. They only grow."""

from django.db import models


class Matter(models.Model):
    """A decision item, a year's learning plan, an appearance in court, a statement, a campaign, joint work, a grid."""

    no = models.CharField("编号", max_length=60)
    kind = models.CharField("种类", max_length=10)  # decision, study, court, statement, campaign, joint, grid
    agency = models.ForeignKey(
        "personnel.Agency", models.PROTECT, related_name="+", db_index=False, verbose_name="单位"
    )
    year = models.PositiveSmallIntegerField("年度")
    subject = models.CharField("事项", max_length=200)
    content = models.JSONField("内容")
    shared = models.CharField("成员单位", max_length=2000, blank=True)  # of joint work: ;code;code;
    by = models.CharField("登记人", max_length=150)
    at = models.DateTimeField("时间")
    once = models.CharField("提交令牌", max_length=64)
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["no"], name="governance_no_once"),
            models.UniqueConstraint(fields=["once"], name="governance_once"),
        ]
        indexes = [
            models.Index("agency", "kind", "year", models.F("id").desc(), name="governance_by_agency"),
            models.Index("shared", condition=~models.Q(shared=""), name="governance_shared"),
        ]

    def __str__(self) -> str:
        return self.no


class Step(models.Model):
    """One step of one matter. Triggers refuse every later change."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="steps", db_index=False)
    seq = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("步骤", max_length=20)
    facts = models.JSONField("内容", default=dict)
    by = models.CharField("办理人", max_length=150)
    at = models.DateTimeField("时间")
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["matter", "seq"]
        constraints = [models.UniqueConstraint(fields=["matter", "seq"], name="governance_step_seq")]

    def __str__(self) -> str:
        return f"{self.matter_id}/{self.seq} {self.kind}"
