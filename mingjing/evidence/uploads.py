"""Files that arrive in pieces over lines that break: begun, continued from where they were, settled exactly once."""

import hashlib
import logging
import secrets
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mingjing.evidence import arrivals, store
from mingjing.evidence.arrivals import Moved
from mingjing.evidence.containers import check_content
from mingjing.evidence.media import HEAD, KNOWN_EXTENSIONS, recognise, unknown_type
from mingjing.evidence.models import EvidenceItem, Upload
from mingjing.evidence.names import checked_name, extension_of
from mingjing.evidence.particulars import Particulars
from mingjing.evidence.refusals import EvidenceRefused, NotKeptNow
from mingjing.evidence.services import Bytes, Source, catalogue, check_declared, check_device
from mingjing.kit.clock import BEIJING

__all__ = [
    "ChecksumWrong",
    "Gone",
    "Moved",
    "begin_upload",
    "continue_upload",
    "give_up",
    "settle",
    "tidy_up",
]

log = logging.getLogger("mingjing.evidence")

PIECE: Final = 64 * 1024  # what a break may cost at most
IN_MEMORY: Final = 1024 * 1024
KEPT: Final = timedelta(days=7)  # after the last byte, or after the end
ABANDONED: Final = timedelta(
    minutes=2
)  # a whole file that its sender has not settled by then is settled for him
TEXTS: Final = ("title", "legal_kind", "side", "taken_by", "place", "device", "interruptions")
MOST_AT_ONCE: Final = 200  # unfinished uploads of one person


class Gone(LookupError):
    """There is no such upload of this person in this case, or no longer."""


class ChecksumWrong(Exception):
    """A piece did not arrive as it was sent; nothing of it was kept."""


def begin_upload(
    *,
    name: str,
    size: int,
    label: Mapping[str, Any],
    dossier: str,
    agency: str,
    by: str,
    log_code: str,
) -> Upload:
    """Make room for a file that will arrive in pieces, if its name, size and label are such as are taken in.

    `label` holds the particulars by name, moments as ISO texts. Raises EvidenceRefused, nothing kept.
    """
    now = timezone.now()
    particulars(label).check(now)
    check_device(agency, str(label.get("device", "")).strip())
    named = checked_name(name)
    if (extension := extension_of(named)) and extension not in KNOWN_EXTENSIONS:
        raise unknown_type(extension)
    check_declared(size)
    if Upload.objects.filter(person=by, state=Upload.ARRIVING).count() >= MOST_AT_ONCE:
        raise EvidenceRefused("未传完的文件太多", "请先续传或者放弃原来的，再上传新的")
    code = secrets.token_hex(16)
    arrivals.open_part(code, size)
    return Upload.objects.create(
        code=code,
        dossier=dossier,
        agency=agency,
        log_code=log_code,
        person=by,
        name=named,
        size=size,
        label=dict(label),
        begun_at=now,
    )


def upload(code: str, *, dossier: str, by: str) -> Upload:
    """Give an upload of this person in this case, or raise Gone."""
    try:
        return Upload.objects.get(code=code, dossier=dossier, person=by)
    except Upload.DoesNotExist:
        raise Gone(code) from None


def offset_of(one: Upload) -> int:
    """Give how much of the file is here; all of it once it is settled. Raises Gone where its part was swept."""
    if one.state == Upload.TAKEN or one.digest:
        return one.size
    if (here := arrivals.arrived(one.code)) is not None:
        return here
    # Its part goes when it is taken in, which may have been since `one` was read.
    if Upload.objects.filter(pk=one.pk, state=Upload.TAKEN).exists():
        return one.size
    raise Gone(one.code)


def expires(one: Upload) -> datetime:
    """Give until when an unfinished upload can be continued."""
    return (arrivals.last_arrival(one.code) or one.begun_at) + KEPT


def continue_upload(
    one: Upload, at: int, source: Source, *, checksum: tuple[str, bytes] | None = None
) -> int:
    """Add what `source` gives, which belongs at `at`, for as long as it gives anything; give the new offset.

    A line that breaks leaves what arrived, less than a piece lost; with a checksum (algorithm, digest) the piece is
    kept whole or not at all. Raises Moved, ChecksumWrong, or EvidenceRefused as soon as the content shows that the
    file is not taken in, which ends the upload.
    """
    if at != offset_of(one):
        raise Moved(one.code)
    if at == one.size:
        return at
    try:
        here = _verified(one, at, source, *checksum) if checksum else _streamed(one, at, source)
        if at < HEAD and (here >= HEAD or here == one.size):
            _check_head(one)
        arrivals.sync(one.code)
    except FileNotFoundError:
        raise Moved(one.code) from None  # given up meanwhile
    except NotKeptNow:
        raise
    except EvidenceRefused as refusal:
        _refuse(one, refusal)
        raise
    return here


def _streamed(one: Upload, at: int, source: Source) -> int:
    try:
        while piece := source.read(PIECE):
            if at + len(piece) > one.size:
                raise EvidenceRefused("收到的内容比声明的文件大", "文件在上传中可能被改动，请重新选择后上传")
            arrivals.add(one.code, at, piece)
            at += len(piece)
    except OSError:
        # The line broke: what came before stays.
        log.info("an upload was cut at %d of %d bytes", at, one.size)
    return at


def _verified(one: Upload, at: int, source: Source, algorithm: str, expected: bytes) -> int:
    found = hashlib.new(algorithm, usedforsecurity=False)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        try:
            while piece := source.read(PIECE):
                found.update(piece)
                kept.write(piece)
        except OSError:
            raise ChecksumWrong(one.code) from None
        if found.digest() != expected:
            raise ChecksumWrong(one.code)
        kept.seek(0)
        return _streamed(one, at, kept)


def _check_head(one: Upload) -> None:
    with arrivals.part_of(one.code).open("rb") as file:
        recognise(file.read(HEAD), extension_of(one.name))


def settle(one: Upload) -> EvidenceItem | None:
    """Take a file that has wholly arrived into the evidence, once, however often and from wherever this is called.

    Gives None while it is still arriving. Raises EvidenceRefused, the file dropped, where it is not taken in, and
    NotKeptNow, the file kept for another try, where the disk or the store fails.
    """
    if one.state == Upload.ARRIVING and offset_of(one) < one.size:
        return None
    with arrivals.locked(one.code):
        try:
            one.refresh_from_db()
        except Upload.DoesNotExist:
            raise Gone(one.code) from None  # given up meanwhile
        if one.state == Upload.REFUSED:
            raise EvidenceRefused(one.told, "请改正后重新上传")
        if one.state == Upload.TAKEN:
            return EvidenceItem.objects.get(dossier=one.dossier, digest=one.digest)
        try:
            return _taken(one)
        except NotKeptNow:
            raise
        except EvidenceRefused as refusal:
            _refuse(one, refusal)
            raise


def _taken(one: Upload) -> EvidenceItem:
    part = arrivals.part_of(one.code)
    if not one.digest:
        digest = store.digest_of(part)
        media = recognise(_head(one), extension_of(one.name))
        check_content(part, media)
        one.digest = digest
        # From here on a crash is mended by calling `settle` again: the digest says which bytes are meant.
        one.save(update_fields=["digest"])
    if part.exists():
        store.take(part, one.digest)
    elif not store.stored(one.digest):
        raise EvidenceRefused("上传的内容在服务器上已不存在", "请重新上传")
    with store.open_stored(one.digest) as file:
        media = recognise(file.read(HEAD), extension_of(one.name))
    with transaction.atomic():
        item = catalogue(
            particulars(one.label),
            Bytes(one.digest, one.size, media, one.name),
            dossier=one.dossier,
            agency=one.agency,
            by=one.person,
            log_code=one.log_code,
        )
        one.state, one.settled_at = Upload.TAKEN, timezone.now()
        one.save(update_fields=["state", "settled_at"])
    part.unlink(missing_ok=True)
    return item


def _head(one: Upload) -> bytes:
    with arrivals.part_of(one.code).open("rb") as file:
        return file.read(HEAD)


def _refuse(one: Upload, refusal: EvidenceRefused) -> None:
    one.state, one.told, one.settled_at = Upload.REFUSED, refusal.message[:500], timezone.now()
    # Without an error where it was given up meanwhile.
    Upload.objects.filter(pk=one.pk).update(state=one.state, told=one.told, settled_at=one.settled_at)
    arrivals.part_of(one.code).unlink(missing_ok=True)


def give_up(one: Upload) -> None:
    """Forget an upload that is not wanted any more; what is in evidence stays there."""
    with arrivals.locked(one.code):  # never while it is being taken in
        one.delete()
        arrivals.drop(one.code)


def unfinished_of(dossier: str, person: str) -> list[dict[str, Any]]:
    """Give the uploads of a person in a case that can be continued, with how far each came."""
    rows = Upload.objects.filter(dossier=dossier, person=person, state=Upload.ARRIVING).order_by("id")
    return [
        {"code": row.code, "name": row.name, "size": row.size, "here": here, "until": expires(row)}
        for row in rows
        if (here := arrivals.arrived(row.code)) is not None
    ]


def tidy_up(now: datetime) -> int:
    """Settle whole files whose senders did not, and delete what nobody has continued; give how many were dealt with."""
    return _settle_abandoned(now) + _sweep(now)


def _settle_abandoned(now: datetime) -> int:
    settled = 0
    for one in Upload.objects.filter(state=Upload.ARRIVING, begun_at__lt=now - ABANDONED):
        last = arrivals.last_arrival(one.code)
        if last is not None and (last > now - ABANDONED or (arrivals.arrived(one.code) or 0) < one.size):
            continue
        if last is None and not one.digest:
            continue
        try:
            settled += settle(one) is not None
        except Gone:
            continue  # its sender has just given it up
        except EvidenceRefused as refusal:
            log.warning("an upload that had wholly arrived was not taken in: %s", type(refusal).__name__)
    return settled


def _sweep(now: datetime) -> int:
    swept = 0
    for one in Upload.objects.filter(begun_at__lt=now - KEPT):
        last = one.settled_at or arrivals.last_arrival(one.code) or one.begun_at
        if last < now - KEPT:
            give_up(one)
            swept += 1
    # Files without a row: a crash fell between the two.
    known = set(Upload.objects.values_list("code", flat=True))
    for code in set(arrivals.codes()) - known:
        if (arrivals.last_arrival(code) or now - 2 * KEPT) < now - KEPT:
            arrivals.drop(code)
            swept += 1
    return swept


def particulars(label: Mapping[str, Any]) -> Particulars:
    """Give a label as kept with an upload as the particulars of evidence."""
    texts = {name: str(label.get(name, "")).strip() for name in TEXTS}
    return Particulars(
        title=texts["title"],
        legal_kind=texts["legal_kind"],
        side=texts["side"],
        taken_by=texts["taken_by"],
        taken_at=_moment("taken_at", label.get("taken_at")),
        place=texts["place"],
        device=texts["device"],
        taken_until=_moment("taken_until", label.get("taken_until")),
        interruptions=texts["interruptions"],
    )


def _moment(name: str, text: object) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(str(text))
        return found.astimezone(BEIJING) if found.tzinfo else found.replace(tzinfo=BEIJING)
    except (ValueError, OverflowError):
        raise EvidenceRefused(
            "取证时间不是有效的时间", "请按“年月日 时分”填写，或者留空", field=name
        ) from None
