"""Tables of what is inspected: items with their check clauses, and the yearly caps as an agency published them."""

from __future__ import annotations

from django.db import models


class InspectionItem(models.Model):
    """One version of an item; usable only while exactly its row stands in the published list."""

    class Way(models.TextChoices):
        ON_SITE = "on_site", "现场检查"
        DOCUMENTS = "documents", "书面检查"
        REMOTE = "remote", "非现场检查"

    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    code = models.CharField("代码", max_length=16)
    version = models.PositiveIntegerField("版本")
    name = models.CharField("抽查事项", max_length=200)
    area = models.CharField("抽查领域", max_length=60, blank=True)
    basis = models.CharField("抽查依据", max_length=600)
    object = models.CharField("抽查对象", max_length=200)
    kinds = models.JSONField("对象类别", default=list)  # of the register; empty: all
    industries = models.JSONField("行业", default=list)
    clauses = models.JSONField("检查内容", default=list)  # {question, basis, answer, photo}
    ratios = models.JSONField("抽查比例", default=dict)  # risk class -> per cent, as text
    way = models.CharField("抽查方式", max_length=10, choices=Way.choices)
    frequency = models.CharField("抽查频次", max_length=60)
    key = models.BooleanField("重点检查事项", default=False)
    joint = models.CharField("配合部门", max_length=200, blank=True)
    note = models.CharField("备注", max_length=200, blank=True)
    drafted_by = models.CharField("起草人", max_length=150)
    drafted_at = models.DateTimeField("起草时间")
    # The version of the public list that holds this very row; null: it holds none, so nothing may rest on it.
    published_in = models.PositiveIntegerField("公布版本", null=True)
    ever_published = models.BooleanField("公布过", default=False)  # then it is changed by a new version only

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "code", "version"], name="inspections_item_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class FrequencyCap(models.Model):
    """One row of the caps that an agency has published, as a number: derived from the public list, replaced with it."""

    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    name = models.CharField("检查事项", max_length=200)
    object = models.CharField("检查对象", max_length=200)
    most = models.PositiveIntegerField("年度上限")
    published_in = models.PositiveIntegerField("公布版本")

    def __str__(self) -> str:
        return f"{self.name} {self.most}"
