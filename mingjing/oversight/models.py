"""The tables of oversight: what a supervisor ordered or a unit filed, and each step after it. They only grow."""

from django.db import models


class Matter(models.Model):
    """A supervision document, a listing or a filing, as it was drafted or handed in; its steps say the rest."""

    no = models.CharField("编号", max_length=60)
    kind = models.CharField("种类", max_length=10)  # notice, opinion, decision, listing, filing
    office = models.ForeignKey(
        "personnel.Agency", models.PROTECT, related_name="+", db_index=False, verbose_name="监督机关"
    )
    agency = models.ForeignKey(
        "personnel.Agency", models.PROTECT, related_name="+", db_index=False, verbose_name="被监督单位"
    )
    case_code = models.CharField("所涉案件", max_length=32, blank=True)
    subject = models.CharField("事项", max_length=200)
    content = models.JSONField("内容")  # of a document: found, basis, demands, due; of a filing: the decision
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed", db_index=False)
    by = models.CharField("起草人", max_length=150)
    at = models.DateTimeField("时间")
    once = models.CharField("提交令牌", max_length=64)
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["no"], name="oversight_no_once"),
            models.UniqueConstraint(fields=["once"], name="oversight_once"),
            models.UniqueConstraint(
                fields=["case_code"], condition=models.Q(kind="filing"), name="oversight_filed_once"
            ),
        ]
        indexes = [
            models.Index("agency", models.F("id").desc(), name="oversight_by_agency"),
            models.Index("case_code", name="oversight_by_case"),
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
        constraints = [models.UniqueConstraint(fields=["matter", "seq"], name="oversight_step_seq")]

    def __str__(self) -> str:
        return f"{self.matter_id}/{self.seq} {self.kind}"
