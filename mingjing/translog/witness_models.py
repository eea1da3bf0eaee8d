"""The tables of what witnesses said: their cosignatures, what was published by them, how each one is doing."""

from django.db import models


class Cosignature(models.Model):
    """One cosignature over the checkpoint of a size, verified before it was stored. Append-only."""

    size = models.BigIntegerField("条数")
    name = models.CharField("见证方密钥名", max_length=255)
    key = models.CharField("密钥编号", max_length=8)
    at = models.BigIntegerField("见证时刻（POSIX 秒）")
    line = models.BinaryField("签名行")

    class Meta:
        verbose_name = verbose_name_plural = "见证签名"
        constraints = [
            models.UniqueConstraint(fields=["size", "name", "key", "at"], name="one_cosignature_a_moment")
        ]
        indexes = [models.Index(fields=["name", "key", "-at"], name="cosignature_latest")]

    def __str__(self) -> str:
        return f"{self.size} {self.name}"


class Witnessed(models.Model):
    """A size at which the cosignatures were once enough for the policy of then. Append-only."""

    size = models.BigIntegerField("条数", primary_key=True)
    at = models.DateTimeField("达到策略的时间")

    class Meta:
        verbose_name = verbose_name_plural = "已见证"

    def __str__(self) -> str:
        return str(self.size)


class WitnessState(models.Model):
    """How the last exchange with a witness went; the one table here that is written over."""

    url = models.CharField("地址", max_length=500, primary_key=True)
    asked = models.DateTimeField("最近一次请求")
    fault = models.TextField("问题", blank=True)
    # A witness that has seen more than there is, or another history: nothing is sealed while that stands.
    claimed = models.BigIntegerField("称见证过的条数", default=0)
    contradicted = models.BooleanField("历史不符", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "见证方状态"

    def __str__(self) -> str:
        return self.url
