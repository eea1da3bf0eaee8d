"""The catalogue of evidence: which bytes, taken by whom, when and where, for which case; the bytes are in `store`."""

from typing import Any

from django.db import models

from mingjing.evidence.kinds import kind_title
from mingjing.kit.clock import beijing


class Medium(models.TextChoices):
    PHOTO = "photo", "照片"
    AUDIO = "audio", "录音"
    VIDEO = "video", "录像"
    DOCUMENT = "document", "文件"


class Side(models.TextChoices):
    AGAINST = "against", "证明违法"
    FOR = "for", "对当事人有利"
    NEUTRAL = "neutral", "中性"


class EvidenceItem(models.Model):
    """One piece of evidence in one case. Triggers refuse every later change, whoever asks."""

    digest = models.CharField("SHA-256", max_length=64, db_index=True)
    size = models.BigIntegerField("字节数")
    media_type = models.CharField("文件类型", max_length=100)
    medium = models.CharField("载体", max_length=10, choices=Medium.choices)
    legal_kind = models.CharField("证据种类", max_length=20)
    side = models.CharField("证明方向", max_length=10, choices=Side.choices)
    title = models.CharField("证据名称", max_length=200)
    taken_by = models.CharField("取证人", max_length=100)
    taken_at = models.DateTimeField("取证时间", null=True)
    place = models.CharField("取证地点", max_length=200, blank=True)
    original_name = models.CharField("原文件名", max_length=200)
    dossier = models.CharField("案件", max_length=40)
    agency = models.CharField("机关代码", max_length=40)
    uploaded_by = models.CharField("上传人", max_length=40)
    uploaded_at = models.DateTimeField("上传时间")
    salt = models.BinaryField("盐", max_length=32)
    commitment = models.CharField("存证承诺", max_length=64)

    # Says of an item just received that the case had it before; not kept.
    already_there = False

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "digest"], name="evidence_once_per_dossier")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def legal_kind_title(self) -> str:
        """The legal kind in Chinese."""
        return kind_title(self.legal_kind)

    def body(self) -> dict[str, Any]:
        """Give everything the log entry commits to: all of the row but its salt."""
        return {
            "digest": self.digest,
            "size": self.size,
            "media_type": self.media_type,
            "medium": self.medium,
            "legal_kind": self.legal_kind,
            "side": self.side,
            "title": self.title,
            "taken_by": self.taken_by,
            "taken_at": beijing(self.taken_at).isoformat() if self.taken_at else None,
            "place": self.place,
            "original_name": self.original_name,
            "dossier": self.dossier,
            "agency": self.agency,
            "uploaded_by": self.uploaded_by,
            "uploaded_at": beijing(self.uploaded_at).isoformat(),
        }
