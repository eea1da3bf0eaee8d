"""Tables of registers: who may be inspected, who must not be sent where. They change; a version of them is a list."""

from __future__ import annotations

from django.db import models


class Register(models.Model):
    """The objects of one county or city, kept once for all departments, so that visits can be counted over all."""

    region = models.CharField("行政区划", max_length=6, primary_key=True)
    salt = models.BinaryField("盐", max_length=32)  # of the ids of people and places that have no public code
    changed_at = models.DateTimeField("最近变动", null=True)

    def __str__(self) -> str:
        return self.region


class InspectedObject(models.Model):
    """A firm, a person in business or a place that may be inspected, as the register knows it today."""

    class Kind(models.TextChoices):
        FIRM = "firm", "企业"
        INDIVIDUAL = "individual", "个体工商户"
        ORGANISATION = "organisation", "其他组织"
        PERSON = "person", "自然人"
        PLACE = "place", "场所"

    class Risk(models.TextChoices):
        A = "A", "A（低风险）"
        B = "B", "B（一般风险）"
        C = "C", "C（较高风险）"
        D = "D", "D（高风险）"

    class State(models.TextChoices):
        ACTIVE = "active", "在业"
        CLOSED = "closed", "停业歇业"
        MOVED = "moved", "迁出"
        CANCELLED = "cancelled", "注销"
        REVOKED = "revoked", "吊销"

    register = models.ForeignKey(Register, models.PROTECT, related_name="inspected")
    public_id = models.CharField("公开编号", max_length=26)  # the credit code, or X and a salted digest
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    name = models.CharField("名称", max_length=200)
    industry = models.CharField("行业", max_length=60, blank=True)
    risk = models.CharField("风险等级", max_length=1, choices=Risk.choices)
    credit = models.CharField("信用等级", max_length=10, blank=True)
    representative = models.CharField("法定代表人、负责人", max_length=60, blank=True)
    township = models.CharField("乡镇街道", max_length=60, blank=True)
    address = models.CharField("地址", max_length=300, blank=True)
    licences = models.CharField("许可", max_length=400, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.ACTIVE)
    mark = models.BigIntegerField("内容标记")  # of all that is above: an equal row is not written again
    changed_at = models.DateTimeField("变动时间")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "public_id"], name="inspections_object_once")
        ]
        indexes = [
            models.Index("register", "state", "risk", "industry", name="inspections_object_strata"),
            models.Index("register", "name", name="inspections_object_by_name"),
            models.Index(
                "register",
                "representative",
                condition=~models.Q(representative=""),
                name="inspections_object_by_head",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Avoidance(models.Model):
    """That an officer may not be sent to an object, disclosed or found; it is ended, never removed."""

    certificate = models.CharField("执法证号", max_length=40)
    agency = models.ForeignKey("personnel.Agency", models.PROTECT, related_name="+")
    public_id = models.CharField("对象", max_length=26)
    ground = models.CharField(
        "关系", max_length=200
    )  # stays in the office: the public reads only that he avoids it
    disclosed_by = models.CharField("申报人", max_length=150)
    disclosed_at = models.DateTimeField("申报时间")
    ended_at = models.DateTimeField("解除时间", null=True)
    ended_by = models.CharField("解除人", max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["certificate", "public_id"],
                condition=models.Q(ended_at__isnull=True),
                name="inspections_one_open_avoidance",
            )
        ]

    def __str__(self) -> str:
        return f"{self.certificate} {self.public_id}"


class ObjectChange(models.Model):
    """What somebody changed of an object by hand, and why. Append-only."""

    register = models.ForeignKey(Register, models.PROTECT, related_name="changes")
    public_id = models.CharField("对象", max_length=26)
    changed = models.JSONField("变动")  # column -> [before, after]
    reason = models.CharField("理由", max_length=400)
    by = models.CharField("变更人", max_length=150)
    at = models.DateTimeField("时间")

    class Meta:
        indexes = [models.Index("register", "public_id", name="inspections_change_by_object")]

    def __str__(self) -> str:
        return f"{self.public_id} {self.at}"


class RegisterImport(models.Model):
    """One file taken into a register, or tried: what became of its rows. Append-only."""

    code = models.CharField("代码", max_length=32, unique=True)  # also the name of the file of refused rows
    register = models.ForeignKey(Register, models.PROTECT, related_name="imports")
    name = models.CharField("文件", max_length=200)
    digest = models.CharField("摘要", max_length=64)
    dry_run = models.BooleanField("试导入")
    new = models.PositiveIntegerField("新增")
    changed = models.PositiveIntegerField("变更")
    equal = models.PositiveIntegerField("相同")
    refused = models.PositiveIntegerField("不能导入")
    by = models.CharField("导入人", max_length=150)
    at = models.DateTimeField("时间")

    def __str__(self) -> str:
        return self.name
