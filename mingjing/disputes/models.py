"""The tables of disputes: what was brought against a decision, and every step of it. They only grow."""

from django.db import models


class Dispute(models.Model):
    """One reconsideration, or one instance of a suit, against one decision of a case."""

    no = models.CharField("登记编号", max_length=30)
    case_code = models.CharField("案件", max_length=32)
    act_code = models.CharField("被诉决定", max_length=32)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField("种类", max_length=16)  # reconsideration, litigation
    instance = models.PositiveSmallIntegerField("审级", default=1)
    simple = models.BooleanField("简易程序", default=False)
    body = models.CharField("复议机关或者法院", max_length=100)
    docket = models.CharField("案号", max_length=100, blank=True)
    claims = models.CharField("请求", max_length=500, blank=True)
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="later")
    opened_on = models.DateField("收到通知、副本的日期")
    by = models.CharField("登记人", max_length=150)
    at = models.DateTimeField("登记时间")
    once = models.CharField("提交令牌", max_length=64)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["no"], name="dispute_no_once"),
            models.UniqueConstraint(fields=["once"], name="dispute_once"),
        ]
        indexes = [
            models.Index("agency", models.F("id").desc(), name="dispute_by_agency"),
            models.Index("case_code", name="dispute_by_case"),
        ]

    def __str__(self) -> str:
        return self.no


class DisputeEvent(models.Model):
    """One step of one dispute. Triggers refuse every later change."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("步骤", max_length=20)
    on = models.DateField("日期")
    facts = models.JSONField("内容", default=dict)
    loss = models.BooleanField("败诉", default=False)  # of an ending: so that losses are one seek
    by = models.CharField("登记人", max_length=150)
    at = models.DateTimeField("登记时间")
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["dispute", "seq"]
        constraints = [models.UniqueConstraint(fields=["dispute", "seq"], name="dispute_event_seq")]
        indexes = [
            models.Index("on", condition=models.Q(loss=True), name="dispute_losses"),
            models.Index("kind", "dispute", name="dispute_event_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id}/{self.seq} {self.kind}"
