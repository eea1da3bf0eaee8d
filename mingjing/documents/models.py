"""Tables of the document room: which document was issued of which act, and which still waits to be drawn."""

from typing import Final

from django.db import models

# Its answer names it by its number alone; letters are few, so that this index is not written with every document.
TRANSFER_LETTER: Final = "criminal_transfer_letter"


class IssuedDocument(models.Model):
    """One document as it was issued. Triggers refuse every later change; its PDF is stored by its digest."""

    act = models.OneToOneField(
        "cases.Act", on_delete=models.PROTECT, db_constraint=False, related_name="+", verbose_name="行为"
    )
    case_code = models.CharField("案件", max_length=32, db_index=True)
    form = models.CharField("文书", max_length=60)
    title = models.CharField("名称", max_length=100)
    edition = models.DateField("版本")
    number = models.CharField("文号", max_length=80, blank=True)
    code = models.CharField("核验码", max_length=26, unique=True)  # secret: whoever holds the paper knows it
    digest = models.CharField("摘要", max_length=64)
    size = models.PositiveIntegerField("字节数")
    issued_at = models.DateTimeField("生成时间")

    class Meta:
        ordering = ["act_id"]
        indexes = [
            models.Index(
                "number", condition=models.Q(form=TRANSFER_LETTER), name="document_transfer_by_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}".strip()


class WaitingDocument(models.Model):
    """An act whose document is still to be drawn; gone once it is. `reason` says why the last attempt failed."""

    act = models.OneToOneField(
        "cases.Act", on_delete=models.CASCADE, db_constraint=False, related_name="+", verbose_name="行为"
    )
    case_code = models.CharField("案件", max_length=32, db_index=True)
    reason = models.CharField("未能生成的原因", max_length=500, blank=True)
    tried_at = models.DateTimeField("上次尝试", null=True)

    def __str__(self) -> str:
        return f"{self.act_id}: {self.reason or '待生成'}"
