"""The tables of accountability: wrong cases, and the sealed ledger of interference. They only grow."""

from django.db import models


class HolderKeys(models.Model):
    """One set of three public keys to which records are sealed; the latest is in use."""

    digest = models.CharField("摘要", max_length=64)
    body = models.JSONField("公钥")
    at = models.DateTimeField("启用时间")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["digest"], name="holder_keys_once")]

    def __str__(self) -> str:
        return self.digest[:12]


class InterferenceRecord(models.Model):
    """One sealed record. Nothing here says who wrote it, at which agency, at what hour, or about whom."""

    no = models.CharField("编号", max_length=30)
    month = models.DateField("月份")  # its first day
    holders = models.ForeignKey(HolderKeys, models.PROTECT, related_name="+")
    sealed = models.JSONField("密封的内容")
    commitment = models.CharField("存证承诺", max_length=64)
    once = models.CharField("提交令牌", max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["no"], name="interference_no_once"),
            models.UniqueConstraint(fields=["once"], name="interference_once"),
        ]

    def __str__(self) -> str:
        return self.no


class WrongCase(models.Model):
    """One case held to be wrong, as it was taken up for asking who answers for it."""

    no = models.CharField("登记编号", max_length=30)
    case_code = models.CharField("案件", max_length=32)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    source = models.CharField("来源", max_length=16)
    source_ref = models.CharField("来源编号", max_length=100, blank=True)
    what = models.CharField("错在哪里", max_length=1000)
    by = models.CharField("登记人", max_length=150)
    at = models.DateTimeField("登记时间")
    once = models.CharField("提交令牌", max_length=64)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["no"], name="wrong_case_no_once"),
            models.UniqueConstraint(fields=["once"], name="wrong_case_once"),
        ]
        indexes = [models.Index("agency", models.F("id").desc(), name="wrong_case_by_agency")]

    def __str__(self) -> str:
        return self.no


class WrongCaseEvent(models.Model):
    """One step of one wrong case. Triggers refuse every later change."""

    wrong = models.ForeignKey(WrongCase, models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("步骤", max_length=20)
    person = models.CharField("人员", max_length=150, blank=True, db_index=True)
    facts = models.JSONField("内容", default=dict)
    by = models.CharField("登记人", max_length=150)
    at = models.DateTimeField("时间")
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["wrong", "seq"]
        constraints = [models.UniqueConstraint(fields=["wrong", "seq"], name="wrong_case_event_seq")]

    def __str__(self) -> str:
        return f"{self.wrong_id}/{self.seq} {self.kind}"
