"""Tables of API clients: who they are, which acts they recorded, the answers kept for a repeated request; no rules."""

from django.conf import settings
from django.db import models


class Client(models.Model):
    """A program that acts in the name of one person of one agency; of its secret only the digest is kept."""

    class Kind(models.TextChoices):
        SYSTEM = "system", "业务系统"
        PERSONAL = "personal", "个人令牌"

    code = models.CharField("客户端编号", max_length=32)
    kind = models.CharField("种类", max_length=10, choices=Kind.choices)
    title = models.CharField("名称", max_length=60)
    agency = models.ForeignKey(
        "personnel.Agency", on_delete=models.PROTECT, related_name="+", verbose_name="机关"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="被代理人"
    )
    scopes = models.JSONField("权限范围", default=list)
    networks = models.JSONField("来源网段", default=list)  # empty: from anywhere
    digest = models.CharField("密钥摘要", max_length=64)
    keys = models.JSONField(
        "公钥", default=dict
    )  # a JWK set, of a client that signs instead of showing a secret
    created_at = models.DateTimeField("登记时间")
    created_by = models.CharField("登记人", max_length=40)
    accepted_at = models.DateTimeField("本人同意时间", null=True)  # before that it opens nothing
    expires_at = models.DateTimeField("有效期止")
    rotated_at = models.DateTimeField("更换密钥时间", null=True)
    revoked_at = models.DateTimeField("停用时间", null=True)
    revoked_by = models.CharField("停用人", max_length=40, blank=True)
    used_at = models.DateTimeField("最近使用", null=True)  # to the minute

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], name="client_code_once"),
            models.UniqueConstraint(fields=["digest"], name="client_digest_once"),
        ]

    def __str__(self) -> str:
        return self.title


class RecordedAct(models.Model):
    """That an act was recorded by a client: written with the act, beside it. Append-only."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", verbose_name="客户端")
    act_code = models.CharField("行为代码", max_length=32)
    case_code = models.CharField("案件", max_length=32)
    at = models.DateTimeField("时间")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["act_code"], name="client_act_once")]
        indexes = [models.Index("case_code", name="client_act_by_case")]

    def __str__(self) -> str:
        return self.act_code


class KeptAnswer(models.Model):
    """What a request that writes was answered, so that the same one sent again is answered the same."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+", verbose_name="客户端")
    key = models.CharField("幂等键", max_length=64)
    request = models.CharField("请求摘要", max_length=64)
    begun_at = models.DateTimeField("开始时间")
    status = models.PositiveSmallIntegerField("状态码", null=True)  # null: still at work
    headers = models.JSONField("应答头", default=dict)
    body = models.BinaryField("应答体", default=bytes)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="client_answer_once")]
        indexes = [models.Index("begun_at", name="client_answer_by_age")]

    def __str__(self) -> str:
        return self.key


class Count(models.Model):
    """How many requests one caller made in one minute; the rows of past minutes are deleted."""

    key = models.CharField("计数对象", max_length=64)
    minute = models.BigIntegerField("分钟")  # since 1970
    number = models.PositiveIntegerField("次数")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "minute"], name="client_count_once")]
        indexes = [models.Index("minute", name="client_count_by_age")]

    def __str__(self) -> str:
        return f"{self.key} {self.number}"
