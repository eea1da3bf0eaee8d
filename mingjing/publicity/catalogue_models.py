"""Tables of the lists made public beforehand: drafts, every step, and what of a version no longer applies."""

from django.db import models


class CatalogueDraft(models.Model):
    """A list on its way to a new version: the desk, not the record. One of a name at a time; gone when published."""

    class State(models.TextChoices):
        DRAFT = "draft", "起草中"
        SUBMITTED = "submitted", "待核对"
        CHECKED = "checked", "已核对"
        REVIEWED = "reviewed", "已审核"

    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    slug = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    rows = models.JSONField(default=list)
    note = models.CharField(max_length=400, blank=True)
    until = models.DateField(null=True)  # the last day of the list itself, where it has one
    digest = models.CharField(max_length=64)
    source_name = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    returned = models.CharField(max_length=400, blank=True)  # why it came back, until it is submitted again
    prepared_by = models.CharField(max_length=40)
    prepared_at = models.DateTimeField()
    authors = models.JSONField(default=list)  # whoever wrote a row of it: none of them may check it
    checked_by = models.CharField(max_length=40, blank=True)
    checked_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=40, blank=True)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "slug"], name="publicity_one_catalogue_draft")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.state}"


class CatalogueStep(models.Model):
    """Who did what with a list, when and why. Append-only; what was submitted is kept whole."""

    class Kind(models.TextChoices):
        BEGUN = "begun", "起草"
        SUBMITTED = "submitted", "提交核对"
        CHECKED = "checked", "机关核对"
        RETURNED = "returned", "退回修改"
        REVIEWED = "reviewed", "司法行政部门审核"
        PUBLISHED = "published", "公布"
        DROPPED = "dropped", "撤销草稿"
        WITHDRAWN = "withdrawn", "撤回"
        ENDED = "ended", "停止适用"

    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    slug = models.CharField(max_length=40)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    reason = models.CharField(max_length=400, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    body = models.JSONField(null=True)
    version = models.PositiveIntegerField(null=True)
    done_by = models.CharField(max_length=40, blank=True)  # empty: the daily run
    done_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("agency", "slug", "id", name="publicity_catalogue_steps")]

    def __str__(self) -> str:
        return f"{self.slug} {self.kind}"


class ItemEnding(models.Model):
    """That a published version, or one row of it, no longer applies: since when and why. Append-only."""

    class Ground(models.TextChoices):
        WITHDRAWN = "withdrawn", "撤回"
        BASIS = "basis", "依据已失效"
        TERM = "term", "期限届满"
        GONE = "gone", "不再适用"

    item = models.ForeignKey("publicity.PublicItem", on_delete=models.PROTECT, related_name="endings")
    row = models.CharField(max_length=64, blank=True)  # digest of the row; empty: the whole version
    ground = models.CharField(max_length=12, choices=Ground.choices)
    since = models.DateField()  # the first day on which it does not apply
    reason = models.CharField(max_length=400)  # as the public reads it
    digest = models.CharField(max_length=64)
    ended_by = models.CharField(max_length=40, blank=True)  # empty: the daily run
    ended_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "row"], name="publicity_item_ended_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.ground}"
