"""The shapes of evidence as the API gives and takes them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from ninja import Header
from pydantic import BaseModel, Field

from mingjing.api.schemas import Given, Moment, Told
from mingjing.evidence import uploads

if TYPE_CHECKING:
    from mingjing.evidence.models import EvidenceItem, Upload

Line = Annotated[str, Field(max_length=300)]


class EvidenceLabel(Given):
    """What is said of a piece of evidence."""

    title: Annotated[str, Field(max_length=200)] = Field("", description="名称；空：文件名")
    legal_kind: Annotated[str, Field(max_length=20)] = Field(
        description="证据种类代码（行政处罚法第四十六条）"
    )
    side: Literal["against", "for", "neutral"] = Field(description="证明违法、对当事人有利、中性")
    taken_by: Annotated[str, Field(min_length=1, max_length=100)] = Field(description="取证人")
    taken_at: Moment | None = Field(None, description="取证时间")
    place: Annotated[str, Field(max_length=200)] = ""
    device: Annotated[str, Field(max_length=40)] = Field("", description="执法设备编号")
    taken_until: Moment | None = Field(None, description="摄录结束时间")
    interruptions: Line = Field("", description="摄录中断的说明")


class UploadGiven(EvidenceLabel):
    """A file that will arrive in pieces."""

    name: Annotated[str, Field(min_length=1, max_length=200)] = Field(description="文件名")
    size: int = Field(ge=1, le=2**53, strict=True, description="字节数")

    def particulars(self) -> dict[str, Any]:
        """The label as an upload keeps it: moments as texts."""
        told = self.model_dump(exclude={"name", "size"})
        moments = {name: told[name].isoformat() if told[name] else "" for name in ("taken_at", "taken_until")}
        return {**told, **moments, "title": self.title or self.name.rpartition(".")[0] or self.name}


class EvidenceAnswer(Told):
    """One piece of evidence."""

    digest: str
    title: str
    size: int
    media_type: str
    medium: str
    legal_kind: str
    legal_kind_title: str
    side: str
    taken_by: str
    taken_at: datetime | None
    taken_until: datetime | None
    place: str
    device: str
    interruptions: str
    original_name: str
    uploaded_by: str
    uploaded_at: datetime
    commitment: str
    already_there: bool = Field(description="本案原来就有，这次没有重复收入")
    self: str


class EvidencePage(Told):
    """The evidence of a case."""

    items: list[EvidenceAnswer]


class MomentLine(Told):
    """A moment of a recording that somebody has pointed out."""

    pk: int
    second: int
    text: str
    act: str = Field(description="所对应的行为的编号")
    by: str
    at: datetime


class MomentPage(Told):
    """The marks of a recording, in its order."""

    items: list[MomentLine]


class MomentGiven(Given):
    """A moment of a recording."""

    second: int = Field(ge=0, le=604800, strict=True, description="第几秒")
    text: Annotated[str, Field(min_length=1, max_length=200)]
    act: Annotated[str, Field(pattern=r"^[0-9A-Za-z_-]{0,64}$")] = Field("", description="对应本案的哪个行为")


class UploadAnswer(Told):
    """A file on its way."""

    code: str
    name: str
    size: int
    offset: int
    expires_at: datetime
    item: EvidenceAnswer | None = Field(description="全部到达并收入后的证据")
    self: str


class _Offset(BaseModel):
    upload_offset: int = Field(ge=0, le=2**53, description="这一段从文件的哪个字节开始")


PieceHeaders = Annotated[_Offset, Header()]


def evidence_told(one: "EvidenceItem") -> EvidenceAnswer:
    """A piece of evidence as it is catalogued."""
    told = {
        name: getattr(one, name)
        for name in EvidenceAnswer.model_fields
        if name not in {"self", "already_there", "legal_kind_title"}
    }
    return EvidenceAnswer(
        **told,
        legal_kind_title=one.legal_kind_title,
        already_there=one.already_there,
        self=f"/api/v1/cases/{one.dossier}/evidence/{one.digest}",
    )


def upload_told(one: "Upload", offset: int, item: "EvidenceItem | None") -> UploadAnswer:
    """How far an upload has come."""
    return UploadAnswer(
        code=one.code,
        name=one.name,
        size=one.size,
        offset=offset,
        expires_at=uploads.expires(one),
        item=evidence_told(item) if item else None,
        self=f"/api/v1/cases/{one.dossier}/uploads/{one.code}",
    )
