"""Tables an agency binds itself by: a draft may change, what was published may not; no reading here."""

from __future__ import annotations

from django.db import models


class NormKind(models.TextChoices):
    BENCHMARK = "benchmark", "裁量基准"
    LIST = "list", "清单"
    LAW = "law", "法规"


class NormDraft(models.Model):
    """A table on its way: prepared by one person, checked by another. One of a code at a time; gone when published."""

    agency = models.CharField("机关代码", max_length=40)
    kind = models.CharField("种类", max_length=10, choices=NormKind.choices)
    code = models.CharField("代码", max_length=48)
    title = models.CharField("名称", max_length=200)
    body = models.JSONField("内容")
    digest = models.CharField("内容摘要", max_length=64)
    source_name = models.CharField("来源文件", max_length=200, blank=True)
    source_digest = models.CharField("来源文件摘要", max_length=64, blank=True)
    prepared_by = models.CharField("起草人", max_length=40)
    prepared_at = models.DateTimeField("起草时间")
    checked_by = models.CharField("审核人", max_length=40, blank=True)
    checked_at = models.DateTimeField("审核时间", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "kind", "code"], name="norms_one_draft_of_a_code")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> str:
        """draft or checked."""
        return "checked" if self.checked_by else "draft"


class NormTable(models.Model):
    """One published version. Append-only: what bound people is never rewritten, only followed or ended."""

    agency = models.CharField("机关代码", max_length=40)
    kind = models.CharField("种类", max_length=10, choices=NormKind.choices)
    code = models.CharField("代码", max_length=48)
    version = models.CharField("版本", max_length=40)
    title = models.CharField("名称", max_length=200)
    body = models.JSONField("内容")
    digest = models.CharField("内容摘要", max_length=64)
    in_force = models.DateField("施行日期")
    until = models.DateField("失效日期", null=True)
    source_name = models.CharField("来源文件", max_length=200, blank=True)
    source_digest = models.CharField("来源文件摘要", max_length=64, blank=True)
    prepared_by = models.CharField("起草人", max_length=40)
    prepared_at = models.DateTimeField("起草时间")
    checked_by = models.CharField("审核人", max_length=40)
    checked_at = models.DateTimeField("审核时间")
    published_by = models.CharField("发布人", max_length=40)
    published_at = models.DateTimeField("发布时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "kind", "code", "version"], name="norms_version_once")
        ]
        indexes = [models.Index("agency", "kind", "in_force", name="norms_by_agency")]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class NormEnding(models.Model):
    """That a published version ends, on which last day, by whom and why. Append-only."""

    table = models.OneToOneField(NormTable, on_delete=models.PROTECT, related_name="ending")
    until = models.DateField("最后适用日")
    reason = models.CharField("原因", max_length=400)
    digest = models.CharField("摘要", max_length=64)
    ended_by = models.CharField("办理人", max_length=40)
    ended_at = models.DateTimeField("办理时间")

    def __str__(self) -> str:
        return f"{self.table_id} {self.until}"
