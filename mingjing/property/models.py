"""Tables of custody: items, moves and counts only grow; where an item is now is an index that can be rebuilt."""

from typing import Any

from django.db import models

from mingjing.kit.clock import beijing


class Measure(models.TextChoices):
    PRESERVED = "preserved", "先行登记保存"
    SEALED = "sealed", "查封、扣押"


class CustodyItem(models.Model):
    """One row of the list of an act by which goods were taken. Triggers refuse every later change."""

    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    act = models.ForeignKey(
        "cases.Act", models.PROTECT, db_constraint=False, related_name="+", db_index=False
    )
    row = models.PositiveSmallIntegerField("清单行")
    case_code = models.CharField("案件", max_length=32)
    code = models.CharField("标签代码", max_length=20)  # printed on the label; cannot be guessed
    number = models.CharField("物品编号", max_length=100)
    measure = models.CharField("措施", max_length=10, choices=Measure.choices)
    name = models.CharField("名称", max_length=200)
    quantity = models.CharField("数量", max_length=50, blank=True)
    spec = models.CharField("规格、型号", max_length=200, blank=True)
    storage = models.CharField("清单所列保存地点", max_length=300, blank=True)
    taken_at = models.DateTimeField("取得时间")

    class Meta:
        ordering = ["act_id", "row"]
        constraints = [
            models.UniqueConstraint(fields=["act", "row"], name="custody_row_once"),
            models.UniqueConstraint(fields=["code"], name="custody_code_once"),
        ]
        indexes = [models.Index("case_code", name="custody_by_case")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class CustodyState(models.Model):
    """Where an item is now, read from its moves."""

    item = models.OneToOneField(CustodyItem, models.CASCADE, related_name="now")
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+", db_index=False)
    state = models.CharField("状态", max_length=10)
    place = models.CharField("地点", max_length=300, blank=True)
    seal_no = models.CharField("封条编号", max_length=100, blank=True)
    moves = models.PositiveIntegerField("移动次数", default=0)

    class Meta:
        indexes = [models.Index("agency", "state", "place", name="custody_by_state")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.state}"


class MoveDraft(models.Model):
    """A move that one person has signed and another has still to sign; gone when signed or dropped."""

    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    case_code = models.CharField("案件", max_length=32)
    items = models.JSONField("物品")  # their codes
    kind = models.CharField("事项", max_length=10)
    stated = models.JSONField("内容")
    by = models.CharField("经办人", max_length=40)
    at = models.DateTimeField("签名时间")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class CustodyMove(models.Model):
    """One move of one item, signed by two people. Triggers refuse every later change; its digest is in the log."""

    item = models.ForeignKey(CustodyItem, models.PROTECT, related_name="moves", db_index=False)
    seq = models.PositiveIntegerField("序号")
    sheet = models.CharField("移动单", max_length=20, db_index=True)  # shared by what was moved at once
    kind = models.CharField("事项", max_length=10)
    place = models.CharField("地点", max_length=300, blank=True)
    seal_no = models.CharField("封条编号", max_length=100, blank=True)
    receiver = models.CharField("接收人", max_length=100, blank=True)
    basis = models.ForeignKey(
        "cases.Act", models.PROTECT, null=True, db_constraint=False, related_name="+", db_index=False
    )
    photos = models.JSONField("照片", default=list)  # digests of evidence of the case
    note = models.CharField("说明", max_length=500, blank=True)
    moved_at = models.DateTimeField("办理时间")
    by = models.CharField("经办人", max_length=40)
    by_at = models.DateTimeField("经办人签名时间")
    second = models.CharField("复核人", max_length=40)
    second_at = models.DateTimeField("复核人签名时间")
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    class Meta:
        ordering = ["item_id", "seq"]
        constraints = [models.UniqueConstraint(fields=["item", "seq"], name="custody_move_once")]

    def __str__(self) -> str:
        return f"{self.item_id}/{self.seq} {self.kind}"

    def body(self) -> dict[str, Any]:
        """Give everything the log entry commits to: all of the row but its salt."""
        moments = ("moved_at", "by_at", "second_at")
        texts = ("seq", "sheet", "kind", "place", "seal_no", "receiver", "photos", "note", "by", "second")
        return {
            "v": 1,
            "item": self.item.code,
            "basis": self.basis.code if self.basis else "",
            **{name: getattr(self, name) for name in texts},
            **{name: beijing(getattr(self, name)).isoformat() for name in moments},
        }


class StockCount(models.Model):
    """That two people counted what lies at a place. Triggers refuse every later change."""

    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    place = models.CharField("地点", max_length=300)
    counted_at = models.DateTimeField("盘点时间")
    by = models.CharField("盘点人", max_length=40)
    companion = models.CharField("监盘人", max_length=40)
    expected = models.PositiveIntegerField("应有件数")
    found = models.PositiveIntegerField("实有件数")
    unregistered = models.CharField("账外物品", max_length=500, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.place} {self.counted_at:%Y-%m-%d}"


class CountLine(models.Model):
    """One item of a count: whether the register had it there, whether it was there, and if not alike, why."""

    count = models.ForeignKey(StockCount, models.PROTECT, related_name="lines")
    item = models.ForeignKey(CustodyItem, models.PROTECT, related_name="+")
    expected = models.BooleanField("账面在此")
    found = models.BooleanField("实物在此")
    reason = models.CharField("差异原因", max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["count", "item"], name="counted_once")]

    def __str__(self) -> str:
        return f"{self.count_id} {self.item_id}"
