"""The catalogue of evidence: which bytes, taken by whom, when and where, for which case; the bytes are in `store`."""

from typing import Any

from django.db import models

from mingjing.evidence.derived_files import THUMB, has
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
    device = models.CharField("设备编号", max_length=40, blank=True, default="")
    taken_until = models.DateTimeField("摄录结束时间", null=True)
    interruptions = models.CharField("摄录中断", max_length=300, blank=True, default="")
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
    def erased(self) -> bool:
        """Whether its content was lawfully destroyed; the digest and the commitment remain."""
        return not bytes(self.salt)

    @property
    def legal_kind_title(self) -> str:
        """The legal kind in Chinese."""
        return kind_title(self.legal_kind)

    @property
    def drawn(self) -> bool:
        """Whether there is a small picture of it: of photos always, of films once it has been made."""
        return self.medium == Medium.PHOTO or (self.medium == Medium.VIDEO and has(self.digest, THUMB))

    def body(self) -> dict[str, Any]:
        """Give everything the log entry commits to: all of the row but its salt."""
        # What nobody has stated is left out, so that rows from before these fields keep their commitment.
        later = {
            "device": self.device,
            "taken_until": beijing(self.taken_until).isoformat() if self.taken_until else "",
            "interruptions": self.interruptions,
        }
        return {name: value for name, value in later.items() if value} | {
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


class Upload(models.Model):
    """A file that is arriving in pieces, and afterwards, for a while, what became of it.

    How much has arrived is said by the length of its part on the disk alone, so nothing is written here per piece.
    """

    ARRIVING, TAKEN, REFUSED = "arriving", "taken", "refused"

    code = models.CharField(max_length=32)  # in addresses; random
    dossier = models.CharField(max_length=40)
    agency = models.CharField(max_length=40)
    log_code = models.CharField(max_length=40, blank=True)
    person = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    label = models.JSONField()  # the particulars, as receive_upload takes them
    state = models.CharField(max_length=10, default=ARRIVING)
    digest = models.CharField(max_length=64, blank=True)  # once everything has arrived
    told = models.CharField(max_length=500, blank=True)  # the refusal, for whoever asks
    begun_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code"], name="upload_code_once")]
        indexes = [models.Index("dossier", "person", name="upload_by_dossier")]

    def __str__(self) -> str:
        return self.name


class MediaMark(models.Model):
    """A moment in a recording that somebody has pointed out; taken back by a later row, never deleted."""

    dossier = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    second = models.PositiveIntegerField("时点（秒）")
    text = models.CharField("内容", max_length=200)
    act = models.CharField("行为代码", max_length=32, blank=True)
    takes_back = models.ForeignKey("self", models.PROTECT, null=True, related_name="taken_back_by")
    by = models.CharField("标记人", max_length=40)
    at = models.DateTimeField("标记时间")

    class Meta:
        ordering = ["second", "id"]
        indexes = [models.Index("digest", "dossier", name="mark_by_recording")]

    def __str__(self) -> str:
        return self.text


class Derived(models.Model):
    """What was made from a file to be looked at more easily. Not evidence: it may be deleted and made again."""

    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=10)  # made, failed
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest"], name="derived_once")]

    def __str__(self) -> str:
        return f"{self.digest[:12]} {self.state}"


class DeviceKind(models.TextChoices):
    RECORDER = "recorder", "执法记录仪"
    CAMERA = "camera", "照相机"
    CAMCORDER = "camcorder", "摄像机"
    PHONE = "phone", "移动执法终端"
    AUDIO = "audio", "录音笔"
    DRONE = "drone", "无人机"
    FIXED = "fixed", "固定监控设备"
    METER = "meter", "检测、计量仪器"


class DeviceStep(models.TextChoices):
    ISSUED = "issued", "领用"
    RETURNED = "returned", "归还"
    CALIBRATED = "calibrated", "校准（检定）"
    FAULTY = "faulty", "报故障"
    REPAIRED = "repaired", "修复"
    RETIRED = "retired", "停用"


class Device(models.Model):
    """A recorder or camera of an agency. What happened to it stands in its events; triggers refuse every change."""

    agency = models.CharField("机关代码", max_length=40)
    number = models.CharField("设备编号", max_length=40)
    kind = models.CharField("种类", max_length=12, choices=DeviceKind.choices)
    model = models.CharField("型号", max_length=80)
    serial = models.CharField("出厂编号", max_length=80, blank=True)
    entered_by = models.CharField("登记人", max_length=40)
    entered_at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["agency", "number"]
        constraints = [models.UniqueConstraint(fields=["agency", "number"], name="device_number_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class DeviceEvent(models.Model):
    """One thing that happened to a device. Triggers refuse every later change."""

    device = models.ForeignKey(Device, models.PROTECT, related_name="events")
    step = models.CharField("事项", max_length=12, choices=DeviceStep.choices)
    on = models.DateField("日期")
    person = models.CharField("领用人", max_length=40, blank=True)
    valid_until = models.DateField("有效期至", null=True)
    note = models.CharField("说明", max_length=300, blank=True)
    by = models.CharField("登记人", max_length=40)
    at = models.DateTimeField("登记时间")

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_step_display()} {self.on}"
