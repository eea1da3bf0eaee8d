"""Photos and PDF that come with a complaint, through the gate of all evidence; their names are not kept."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from mingjing.complaints.masking import SHIELDED
from mingjing.complaints.services import NotTaken
from mingjing.evidence.media import HEAD, recognise
from mingjing.evidence.names import checked_name, extension_of
from mingjing.evidence.refusals import EvidenceRefused
from mingjing.evidence.services import receive_upload

if TYPE_CHECKING:
    from mingjing.personnel.models import Agency

MEGABYTE: Final = 1024 * 1024
LARGEST: Final = 10 * MEGABYTE
MOST: Final = 3
FAMILIES: Final = ("jpeg", "png", "webp", "heif", "pdf")
ACCEPT: Final = ".jpg,.jpeg,.png,.webp,.heic,.pdf"
BY: Final = "投诉人（在线）"  # brackets cannot be in a username


class Upload(Protocol):
    """An uploaded file."""

    @property
    def name(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...
    def read(self, size: int, /) -> bytes: ...
    def seek(self, place: int, /) -> int: ...


def take_files(
    uploads: Sequence[Upload], *, no: str, office: "Agency", by: str = BY, after: int = 0
) -> list[dict[str, Any]]:
    """Take files in under the number of a complaint. All are looked at before the first is kept. Raises NotTaken."""
    if len(uploads) > MOST:
        raise NotTaken(f"一次最多附 {MOST} 个文件。", field="files")
    try:
        for one in uploads:
            _check(one)
        kept = [_take(one, no=no, office=office, by=by, number=after + n) for n, one in enumerate(uploads, 1)]
    except EvidenceRefused as refused:
        raise NotTaken(str(refused), field="files") from refused
    return list({one["digest"]: one for one in kept}.values())


def _check(file: Upload) -> None:
    if (file.size or 0) > LARGEST:
        raise NotTaken(f"文件超过 {LARGEST // MEGABYTE} MB。请压缩后再传。", field="files")
    head = file.read(HEAD)
    file.seek(0)
    if not head:
        raise NotTaken("文件是空的（0 字节）。请重新选择。", field="files")
    if recognise(head, extension_of(checked_name(file.name or ""))).family not in FAMILIES:
        raise NotTaken("这里只能提交照片（jpg、png、webp、heic）和 PDF。", field="files")


def _take(file: Upload, *, no: str, office: "Agency", by: str, number: int) -> dict[str, Any]:
    extension = extension_of(checked_name(file.name or ""))
    # Whoever names a file after himself would be known by it: the name is ours.
    name = f"附件{number}.{extension}"
    item = receive_upload(
        file,
        original_name=name,
        dossier=no,
        agency=office.code,
        by=by,
        title=f"投诉举报材料：{name}",
        legal_kind="documentary" if extension == "pdf" else "audiovisual",
        side="neutral",
        taken_by=SHIELDED,
        declared_size=file.size,
    )
    return {"digest": item.digest, "name": name, "size": item.size}
