"""Taking evidence in, and checking that it is still what was taken in. What it proves is for people to say."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from mingjing.evidence import store
from mingjing.evidence.containers import check_content
from mingjing.evidence.erasure import still_needed
from mingjing.evidence.media import HEAD, Media, recognise
from mingjing.evidence.models import Device, EvidenceItem
from mingjing.evidence.names import checked_name, extension_of
from mingjing.evidence.particulars import Particulars
from mingjing.evidence.refusals import EvidenceAltered, EvidenceRefused
from mingjing.kit.clock import beijing
from mingjing.translog.leaf import act_commitment
from mingjing.translog.selectors import state_of
from mingjing.translog.services import enqueue
from mingjing.translog.stones import stone_for

__all__ = [
    "Bytes",
    "EvidenceAltered",
    "EvidenceRefused",
    "catalogue",
    "check_declared",
    "check_device",
    "receive_upload",
    "sweep_unfinished",
    "verify_item",
]

SALT_BYTES: Final = 32
MEGABYTE: Final = 1024 * 1024


class Source(Protocol):
    """Anything that gives its bytes piece by piece: an uploaded file, a request body, a file on disk."""

    def read(self, size: int, /) -> bytes: ...


def receive_upload(  # noqa: PLR0913 - the label of a piece of evidence has this many lines
    source: Source,
    *,
    original_name: str,
    dossier: str,
    agency: str,
    by: str,
    title: str,
    legal_kind: str,
    side: str,
    taken_by: str,
    taken_at: datetime | None = None,
    place: str = "",
    device: str = "",
    taken_until: datetime | None = None,
    interruptions: str = "",
    declared_size: int | None = None,
    log_code: str = "",
) -> EvidenceItem:
    """Take a file into the evidence of the case `dossier`: bytes, catalogue row and log entry, or nothing.

    A file that the case already has is not entered twice: the existing item comes back with `already_there` true.
    Call it outside any transaction, for the file may take its time; `log_code` is the id under which the public log
    groups the entries of the case. Raises EvidenceRefused (nothing kept) or EvidenceAltered (nothing changed).
    """
    now = timezone.now()
    label = Particulars(
        title=title.strip(),
        legal_kind=legal_kind,
        side=side,
        taken_by=taken_by.strip(),
        taken_at=taken_at,
        place=place.strip(),
        device=device.strip(),
        taken_until=taken_until,
        interruptions=interruptions.strip(),
    )
    label.check(now)
    check_device(agency, label.device)
    name = checked_name(original_name)
    check_declared(declared_size)
    with store.incoming() as file:
        media = _received(source, file, extension_of(name), declared_size)
        check_content(file.path, media)
        if (present := _present(dossier, file.digest)) is not None:
            return present
        file.keep()
        # A crash between here and the end of the transaction leaves bytes without a row: nobody sees them, and the
        # next upload of the same file finds them in place.
        return catalogue(
            label,
            Bytes(file.digest, file.size, media, name),
            dossier=dossier,
            agency=agency,
            by=by,
            log_code=log_code,
        )


@dataclass(frozen=True, slots=True)
class Bytes:
    """Stored bytes and what is known of them without asking anybody."""

    digest: str
    size: int
    media: Media
    name: str


def catalogue(
    label: Particulars, stored: Bytes, *, dossier: str, agency: str, by: str, log_code: str
) -> EvidenceItem:
    """Enter a stored file in the catalogue and queue its log entry, both or neither; once for each case."""
    if (present := _present(dossier, stored.digest)) is not None:
        return present
    item = EvidenceItem(
        digest=stored.digest,
        size=stored.size,
        media_type=stored.media.media_type,
        medium=stored.media.medium,
        original_name=stored.name,
        dossier=dossier,
        agency=agency,
        uploaded_by=by,
        uploaded_at=timezone.now(),
        salt=secrets.token_bytes(SALT_BYTES),
        **{field: getattr(label, field) for field in Particulars.__slots__},
    )
    return _enter(item, log_code)


def verify_item(digest: str) -> list[str]:
    """Re-read the stored bytes and every row about them; give what is wrong, in Chinese. Empty: nothing is."""
    problems = []
    destroyed = stone_for(digest) is not None and not still_needed(digest)
    if destroyed:
        if store.stored(digest):
            problems.append("证据文件已有销毁记录，却仍在存储目录中。")
    elif not store.stored(digest):
        problems.append("证据文件缺失：存储目录中没有这个文件。")
    elif store.digest_stored(digest) != digest:
        problems.append(str(EvidenceAltered(digest)))
    rows = EvidenceItem.objects.filter(digest=digest)
    if not rows:
        problems.append("证据目录中没有登记这个文件。")
    return problems + [problem for row in rows if (problem := _row_problem(row))]


def _row_problem(row: EvidenceItem) -> str:
    where = f"案件 {row.dossier} 的证据登记“{row.title}”"
    if row.erased != (stone_for(row.commitment) is not None):
        return f"{where}{'内容被删除，而没有销毁记录' if row.erased else '已有销毁记录，内容却仍在'}。"
    if row.erased:
        return "" if state_of(row.commitment) else f"{where}在日志中没有存证，登记可能被替换。"
    if act_commitment(bytes(row.salt), row.body()) != row.commitment:
        return f"{where}与存证时不符，登记内容被改动。"
    # Whoever rewrites a row together with its commitment has no log entry for the new one.
    return "" if state_of(row.commitment) else f"{where}在日志中没有存证，登记可能被替换。"


def sweep_unfinished() -> int:
    """Delete what crashed uploads left behind, for the start of a server; uploads still arriving are left alone."""
    return store.sweep()


def check_device(agency: str, number: str) -> None:
    """Refuse a device that is not on the register of the agency; none at all is no fault."""
    if number and not Device.objects.filter(agency=agency, number=number).exists():
        raise EvidenceRefused(
            f"设备登记中没有编号为 {number} 的设备", "请从列表中选择，或者由内勤先登记设备", field="device"
        )


def check_declared(size: int | None) -> None:
    """Refuse by what the sender announces, before a byte is read."""
    if size is None:
        return
    if size == 0:
        raise _empty()
    if size > settings.MINGJING_MAX_UPLOAD_BYTES:
        raise _too_large()


def _received(source: Source, file: store.Incoming, extension: str, declared_size: int | None) -> Media:
    """Write the source down to its end, refusing as early as its bytes allow."""
    head, media = b"", None
    while piece := source.read(store.CHUNK):
        if file.size + len(piece) > settings.MINGJING_MAX_UPLOAD_BYTES:
            raise _too_large()
        file.write(piece)
        head += piece[: HEAD - len(head)]
        if media is None and len(head) == HEAD:
            media = recognise(head, extension)
    if file.size == 0:
        raise _empty()
    if declared_size is not None and file.size != declared_size:
        raise EvidenceRefused("文件没有传完整", "请检查网络后重新上传")
    file.flush()
    return media or recognise(head, extension)


def _present(dossier: str, digest: str) -> EvidenceItem | None:
    item = EvidenceItem.objects.filter(dossier=dossier, digest=digest).first()
    if item is not None:
        item.already_there = True
    return item


def _enter(item: EvidenceItem, log_code: str) -> EvidenceItem:
    """Write the row and queue its log entry, both or neither."""
    item.commitment = act_commitment(bytes(item.salt), item.body())
    leaf = {"h": item.commitment, "at": beijing(item.uploaded_at).isoformat()}
    try:
        with transaction.atomic():
            item.save(force_insert=True)
            enqueue(kind="evidence", data=leaf | ({"c": log_code} if log_code else {}), ref=item.commitment)
    except IntegrityError:
        # The same file for the same case arrived twice at once: the other upload was first.
        if (present := _present(item.dossier, item.digest)) is None:
            raise
        return present
    return item


def _empty() -> EvidenceRefused:
    return EvidenceRefused("文件是空的（0 字节）", "请检查设备或重新导出文件后上传")


def _too_large() -> EvidenceRefused:
    limit = settings.MINGJING_MAX_UPLOAD_BYTES / MEGABYTE
    return EvidenceRefused(
        f"文件超过单个文件上限 {limit:g} MB", "请分段录制或压缩画质后上传，或请系统管理员调高上限"
    )
