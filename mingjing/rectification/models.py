"""The tables of the ledger: plans, items and steps, which only grow; and where each item stands, an index."""

from django.db import models

from mingjing.rectification.kinds import State


class Plan(models.Model):
    """A plan or rectification document as it was handed in. Triggers refuse every later change."""

    code = models.CharField("编号", max_length=16)
    agency = models.ForeignKey(
        "personnel.Agency", models.PROTECT, related_name="+", verbose_name="台账所属机关"
    )
    title = models.CharField("标题", max_length=200)
    issuer = models.CharField("制发机关", max_length=100)
    written = models.DateField("成文日期", null=True)
    file_name = models.CharField("文件名", max_length=200)
    file_digest = models.CharField("文件摘要", max_length=64)
    text = models.TextField("文字")
    by = models.CharField("导入人", max_length=40)
    at = models.DateTimeField("导入时间")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="plan_code_once"),
            models.UniqueConstraint(fields=["agency", "file_digest"], name="plan_file_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """One row of the ledger as the reader proposed it, or a person added it; what was confirmed is a step."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="items", db_index=False)
    seq = models.PositiveSmallIntegerField("序号")
    code = models.CharField("编号", max_length=24)
    proposed = models.JSONField("系统读出的内容", default=dict)  # empty: added by a person
    source = models.TextField("原文", blank=True)
    start = models.PositiveIntegerField("原文起点", default=0)
    end = models.PositiveIntegerField("原文终点", default=0)

    class Meta:
        ordering = ["plan", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "seq"], name="rectification_item_seq"),
            models.UniqueConstraint(fields=["code"], name="rectification_item_code"),
        ]

    def __str__(self) -> str:
        return self.code


class Step(models.Model):
    """One step of one item. Triggers refuse every later change."""

    item = models.ForeignKey(Item, models.PROTECT, related_name="steps", db_index=False)
    seq = models.PositiveSmallIntegerField("序号")
    kind = models.CharField("步骤", max_length=20)
    facts = models.JSONField("内容", default=dict)
    by = models.CharField("办理人", max_length=40, blank=True)  # empty: the system itself
    at = models.DateTimeField("时间")
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["item", "seq"]
        constraints = [models.UniqueConstraint(fields=["item", "seq"], name="rectification_step_seq")]

    def __str__(self) -> str:
        return f"{self.item_id}/{self.seq} {self.kind}"


class Standing(models.Model):
    """Where an item stands, computed from its steps so that lists are one seek; rebuilt with every step."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="now", primary_key=True)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=12, choices=State.choices)
    due = models.DateField(null=True)
    permanent = models.BooleanField(default=False)
    closed_on = models.DateField(null=True)
    check_code = models.CharField(max_length=60, blank=True)
    red = models.PositiveIntegerField(null=True)  # rows that offend, as last counted; null: not counted yet
    counted_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index("agency", "state", "due", name="rectification_by_agency"),
            models.Index("check_code", "state", name="rectification_by_check"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.state}"


class ItemUnit(models.Model):
    """That a unit leads an item or answers for it; `agency` where a person said which one the words mean."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="units", db_index=False)
    place = models.PositiveSmallIntegerField()
    leads = models.BooleanField()
    name = models.CharField(max_length=100)
    agency = models.ForeignKey(
        "personnel.Agency", models.PROTECT, related_name="+", null=True, db_index=False
    )

    class Meta:
        ordering = ["item", "place"]
        constraints = [models.UniqueConstraint(fields=["item", "place"], name="rectification_unit_place")]
        indexes = [models.Index("agency", "item", name="rectification_unit_agency")]

    def __str__(self) -> str:
        return self.name
