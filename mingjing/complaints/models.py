"""The tables of complaints: what came in, what happened to it, and, apart from both, who complained. They only grow."""

from django.db import models

from mingjing.complaints.kinds import Channel, Kind


class Complaint(models.Model):
    """One complaint as registered. No name and no original words: these lie in tables of their own."""

    no = models.CharField("登记编号", max_length=30)
    code_digest = models.CharField("查询码摘要", max_length=64)
    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    channel = models.CharField("渠道", max_length=10, choices=Channel.choices)
    about = models.ForeignKey(
        "personnel.Agency", models.PROTECT, related_name="+", db_index=False, verbose_name="涉及单位"
    )
    office = models.ForeignKey(
        "personnel.Agency", models.PROTECT, related_name="+", db_index=False, verbose_name="登记时的办理机关"
    )
    officer = models.CharField("被投诉人员", max_length=100, blank=True)
    party = models.CharField("被举报人", max_length=200, blank=True)
    place = models.CharField("地点", max_length=200, blank=True)
    happened = models.CharField("发生时间", max_length=60, blank=True)
    visit = models.CharField("所涉检查", max_length=60, blank=True)
    text = models.TextField("内容（已屏蔽）")
    files = models.JSONField("附件", default=list)  # digest, name, size
    order_no = models.CharField("工单编号", max_length=60, blank=True)
    source = models.CharField("转来机关", max_length=100, blank=True)
    own_due = models.DateField("工单自带期限", null=True)
    by = models.CharField("登记人", max_length=40, blank=True)
    at = models.DateTimeField("收到时间")
    once = models.CharField("提交令牌", max_length=64)
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["no"], name="complaint_no_once"),
            models.UniqueConstraint(fields=["once"], name="complaint_once"),
            models.UniqueConstraint(
                fields=["order_no"], condition=~models.Q(order_no=""), name="complaint_order_once"
            ),
        ]
        indexes = [
            models.Index("office", models.F("id").desc(), name="complaint_by_office"),
            models.Index("about", models.F("id").desc(), name="complaint_by_unit"),
        ]

    def __str__(self) -> str:
        return self.no


class ComplaintEvent(models.Model):
    """One step of one complaint. Triggers refuse every later change."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("步骤", max_length=20)
    facts = models.JSONField("内容", default=dict)
    by = models.CharField("办理人", max_length=40, blank=True)  # empty: the complainant
    at = models.DateTimeField("时间")
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["complaint", "seq"]
        constraints = [models.UniqueConstraint(fields=["complaint", "seq"], name="complaint_event_seq")]

    def __str__(self) -> str:
        return f"{self.complaint_id}/{self.seq} {self.kind}"


class Complainant(models.Model):
    """Who complained. Read by `identity.reveal` alone, which keeps every look."""

    complaint = models.OneToOneField(Complaint, models.PROTECT, related_name="complainant")
    name = models.CharField("姓名", max_length=100, blank=True)
    phone = models.CharField("电话", max_length=40, blank=True)
    address = models.CharField("住址", max_length=200, blank=True)

    def __str__(self) -> str:
        return "投诉人（已屏蔽）"


class ComplainantWords(models.Model):
    """His words as he wrote them, before masking: the complaint itself (0) and what he added under an event."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="words", db_index=False)
    seq = models.PositiveSmallIntegerField("序号")
    said = models.TextField("原话")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["complaint", "seq"], name="complaint_words_seq")]

    def __str__(self) -> str:
        return "原话（已屏蔽）"


class ComplainantLook(models.Model):
    """One look at who complained."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="looks")
    by = models.CharField("查看人", max_length=40)
    why = models.CharField("事由", max_length=200)
    at = models.DateTimeField("时间")

    def __str__(self) -> str:
        return f"{self.by} {self.at:%Y-%m-%d %H:%M}"
