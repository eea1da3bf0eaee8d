"""Tables of the party's side: who came through the door and looked, what is being written, what was handed in."""

from django.db import models


class PartyVisit(models.Model):
    """One coming, or refused coming, with the code of a paper. Triggers refuse every later change."""

    class Outcome(models.TextChoices):
        ENTERED = "entered", "进入"
        REFUSED = "refused", "核对不符，没有进入"
        LOCKED = "locked", "核对次数过多，暂停进入"

    code = models.CharField("访问编号", max_length=32)  # in the cookie; random
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    case_code = models.CharField("案件", max_length=32)
    act_code = models.CharField("文书所属行为", max_length=32)
    party_code_key = models.CharField("当事人证件摘要", max_length=32, blank=True)
    party_name_key = models.CharField("当事人名称摘要", max_length=32, blank=True)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    at = models.DateTimeField("时间")
    address = models.CharField("网络地址", max_length=45, blank=True)
    agent = models.CharField("浏览器", max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="party_visit_once")]
        indexes = [models.Index("case_code", "at", name="party_visit_by_case")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.at:%Y-%m-%d %H:%M}"


class PartyLook(models.Model):
    """One page or paper that a visitor has opened. Triggers refuse every later change."""

    visit = models.ForeignKey(PartyVisit, models.PROTECT, related_name="looks")
    what = models.CharField("内容", max_length=200)
    at = models.DateTimeField("时间")

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"


class StatementDraft(models.Model):
    """What a party is writing and has not sent; it proves nothing, enters no log, and goes when it is sent."""

    case_code = models.CharField("案件", max_length=32)
    party_key = models.CharField("当事人", max_length=65)
    once = models.CharField("提交令牌", max_length=64)
    lines = models.JSONField("意见", default=list)  # id, text, request, exhibits: digest, name, size
    saved_at = models.DateTimeField("保存时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_code", "party_key"], name="statement_draft_once")
        ]

    def __str__(self) -> str:
        return f"{len(self.lines)} 条"


class Received(models.Model):
    """One argument, or one declaration, as the party handed it in. Triggers refuse every later change."""

    class Kind(models.TextChoices):
        ARGUMENT = "argument", "陈述、申辩意见"
        NONE = "none", "没有意见，放弃陈述、申辩"
        HEARING = "hearing", "要求听证"
        NO_HEARING = "no_hearing", "不要求听证"

    no = models.CharField("编号", max_length=40)
    arrival_no = models.CharField("回执编号", max_length=40)
    n = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("种类", max_length=12, choices=Kind.choices)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    case_code = models.CharField("案件", max_length=32)
    act_code = models.CharField("记入的行为", max_length=32)
    party_key = models.CharField("当事人", max_length=65)
    text = models.TextField("内容", blank=True)
    request = models.TextField("请求", blank=True)
    exhibits = models.JSONField("证据", default=list)  # digest, name, size
    late = models.BooleanField("逾期", default=False)
    note = models.CharField("期限和依据", max_length=1000, blank=True)
    at = models.DateTimeField("收到时间")
    once = models.CharField("提交令牌", max_length=64)
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["no"], name="received_no_once"),
            models.UniqueConstraint(fields=["once", "n"], name="received_once"),
        ]
        indexes = [
            models.Index("case_code", "party_key", name="received_by_case"),
            models.Index("agency", models.F("at").desc(), name="received_by_agency"),
        ]

    def __str__(self) -> str:
        return self.no

    @property
    def said(self) -> str:
        """The words that the file holds and that must be replied to."""
        return f"{self.text}\n请求：{self.request}" if self.request else self.text
