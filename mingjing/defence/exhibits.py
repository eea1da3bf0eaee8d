"""Files that a party hands in: small photos and PDF, through the same gate as all evidence, labelled as his."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from django.utils import timezone

from mingjing.cases.services import Party
from mingjing.defence import services
from mingjing.defence.access import Inside
from mingjing.defence.services import NotTaken
from mingjing.evidence.media import HEAD, recognise
from mingjing.evidence.names import checked_name, extension_of
from mingjing.evidence.refusals import EvidenceRefused
from mingjing.evidence.services import receive_upload
from mingjing.signin.tries import Tries

if TYPE_CHECKING:
    from mingjing.evidence.models import EvidenceItem

MEGABYTE: Final = 1024 * 1024
LARGEST: Final = 10 * MEGABYTE
MOST: Final = 5  # beside one argument
A_DAY: Final = Tries("party-files", most=60, within=timedelta(days=1))
FAMILIES: Final = ("jpeg", "png", "webp", "heif", "pdf")
ACCEPT: Final = ".jpg,.jpeg,.png,.webp,.heic,.pdf"


class Upload(Protocol):
    """An uploaded file: its bytes piece by piece, and once more from the start."""

    def read(self, size: int, /) -> bytes: ...
    def seek(self, place: int, /) -> int: ...


def hand_in_file(*, inside: Inside, line: str, file: Upload, name: str, size: int) -> dict[str, Any]:
    """Take a file into the evidence of the case and put it beside an argument. Raises NotTaken, nothing kept."""
    beside = next((one for one in services.draft_of(inside).lines if one["id"] == line), None)
    if beside is None:
        raise NotTaken("这一条意见已经提交或者删除。请刷新后查看。")
    if len(beside["exhibits"]) >= MOST:
        raise NotTaken(f"每条意见最多附 {MOST} 个文件。", field="file")
    item = take_in(inside=inside, file=file, name=name, size=size, title=f"当事人在线提交：{name}")
    exhibit = {"digest": item.digest, "name": checked_name(name), "size": item.size}
    services.attach(inside=inside, line=line, exhibit=exhibit)
    return exhibit


def take_in(*, inside: Inside, file: Upload, name: str, size: int, title: str) -> "EvidenceItem":
    """Take a file of the party into the evidence of his case. Raises NotTaken, nothing kept."""
    if size > LARGEST:
        raise NotTaken(
            f"文件超过 {LARGEST // MEGABYTE} MB。请压缩后再传，或者到本机关当面提交。", field="file"
        )
    try:
        _check_kind(file, name)
        if A_DAY.take(f"{inside.case.code}/{inside.party_key}", at=timezone.now()) is None:
            raise NotTaken(
                f"一天最多上传 {A_DAY.most} 个文件。请明天再传，或者到本机关当面提交。", field="file"
            )
        return receive_upload(
            file,
            original_name=name,
            dossier=inside.case.code,
            agency=inside.case.agency.code,
            by=Party().username,
            title=title[:200],
            legal_kind="documentary" if extension_of(name) == "pdf" else "audiovisual",
            side="for",
            taken_by=str(inside.file.facts.get("party_name") or "当事人")[:100],
            declared_size=size,
            log_code=inside.case.log_code,
        )
    except EvidenceRefused as refused:
        raise NotTaken(str(refused), field="file") from refused


def _check_kind(file: Upload, name: str) -> None:
    """Refuse by the first bytes what is neither picture nor PDF, before anything is kept of it."""
    head = file.read(HEAD)
    file.seek(0)
    if head and recognise(head, extension_of(checked_name(name))).family not in FAMILIES:
        raise NotTaken(
            "在这里只能提交照片（jpg、png、webp、heic）和 PDF。录音、录像请到本机关当面提交。", field="file"
        )
