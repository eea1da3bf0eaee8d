"""Tables of the archive room: which packages were sealed of which act of archiving, and which still wait."""

from django.db import models


class ArchivePackage(models.Model):
    """One sealed package of a case file. Triggers refuse every later change; its zip is stored by its digest.

    A file that is reopened and archived again gets a further version; the earlier ones stay.
    """

    act = models.OneToOneField(
        "cases.Act", on_delete=models.PROTECT, db_constraint=False, related_name="+", verbose_name="归档行为"
    )
    case_code = models.CharField("案件", max_length=32)
    version = models.PositiveSmallIntegerField("版次")
    commitment = models.CharField("存证承诺", max_length=64)
    digest = models.CharField("摘要", max_length=64)
    size = models.BigIntegerField("字节数")
    pages = models.PositiveIntegerField("页数")
    items = models.PositiveIntegerField("件数")
    files = models.PositiveIntegerField("文件数")
    sealed_at = models.DateTimeField("封装时间")

    class Meta:
        ordering = ["case_code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["case_code", "version"], name="package_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.case_code} v{self.version}"


class WaitingPackage(models.Model):
    """An act of archiving whose package is still to be sealed; `reason` says why the last attempt failed."""

    act = models.OneToOneField(
        "cases.Act", on_delete=models.CASCADE, db_constraint=False, related_name="+", verbose_name="归档行为"
    )
    case_code = models.CharField("案件", max_length=32, db_index=True)
    reason = models.CharField("未能封装的原因", max_length=500, blank=True)
    tried_at = models.DateTimeField("上次尝试", null=True)

    def __str__(self) -> str:
        return f"{self.act_id}: {self.reason or '待封装'}"


class ErasureRequest(models.Model):
    """That somebody asks to destroy content, and what a second person decided; the desk, the stone is the record."""

    class State(models.TextChoices):
        OPEN = "open", "待复核"
        DONE = "done", "已销毁"
        REFUSED = "refused", "不同意"

    code = models.CharField("编号", max_length=32, unique=True)
    agency = models.ForeignKey("personnel.Agency", on_delete=models.PROTECT, related_name="+")
    unit = models.CharField("范围", max_length=10)  # case, evidence
    case_code = models.CharField("案件", max_length=32, db_index=True)
    digest = models.CharField("证据", max_length=64, blank=True)
    ground = models.CharField("事由", max_length=24)
    authority = models.CharField("依据的文书", max_length=200)
    reason = models.CharField("说明", max_length=500)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    requested_by = models.CharField("提出人", max_length=150)
    requested_at = models.DateTimeField("提出时间")
    decided_by = models.CharField("复核人", max_length=150, blank=True)
    decided_at = models.DateTimeField("复核时间", null=True)
    stone = models.CharField("销毁记录", max_length=32, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case_code", "unit", "digest"],
                condition=models.Q(state="open"),
                name="one_open_erasure",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.case_code}"
