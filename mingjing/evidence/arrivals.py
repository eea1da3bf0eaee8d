"""Parts of files on their way in, on the local disk; how much has arrived is the length of the part, nothing else.

<home>/evidence/uploads/<code>.part   the bytes so far
<home>/evidence/uploads/<code>.lock   held for each single piece, and while the whole is settled
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from mingjing.evidence.refusals import NotKeptNow
from mingjing.evidence.store import room_on_disk


class Moved(Exception):
    """Another connection has meanwhile added to this part, or the part is gone."""


def part_of(code: str) -> Path:
    """Give where the bytes of an upload gather."""
    return _folder() / f"{code}.part"


def open_part(code: str, size: int) -> None:
    """Make an empty part. Raises NotKeptNow where the disk has no room for the whole file."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(folder).free < size:
        raise NotKeptNow("服务器存储空间不足，放不下这个文件", "请联系系统管理员清理或扩充磁盘后重新上传")
    os.close(os.open(part_of(code), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def arrived(code: str) -> int | None:
    """Give how many bytes are here; None where there is no part."""
    try:
        return part_of(code).stat().st_size
    except FileNotFoundError:
        return None


def last_arrival(code: str) -> datetime | None:
    """Give when the last byte came; None where there is no part."""
    try:
        return datetime.fromtimestamp(part_of(code).stat().st_mtime, UTC)
    except FileNotFoundError:
        return None


def add(code: str, at: int, piece: bytes) -> None:
    """Add bytes that belong at position `at`. Raises Moved, having written nothing, unless the part ends there.

    The lock is held for this piece alone: a connection that has silently died must not bar the one that replaces it.
    """
    try:
        with locked(code), part_of(code).open("r+b") as file:
            if file.seek(0, os.SEEK_END) != at:
                raise Moved(code)
            try:
                with room_on_disk():
                    file.write(piece)
                    file.flush()
            except BaseException:
                os.truncate(part_of(code), at)
                raise
    except FileNotFoundError:
        raise Moved(code) from None


def sync(code: str) -> None:
    """Put what has arrived on the disk for good, so that nobody is told of bytes that a power cut takes back."""
    with part_of(code).open("rb") as file:
        os.fsync(file.fileno())


def drop(code: str) -> None:
    """Forget an upload; harmless where there is none."""
    part_of(code).unlink(missing_ok=True)
    (_folder() / f"{code}.lock").unlink(missing_ok=True)


def codes() -> list[str]:
    """Give every upload that has left something on the disk."""
    return sorted({path.stem for path in _folder().glob("*.*") if path.suffix in {".part", ".lock"}})


@contextmanager
def locked(code: str) -> Iterator[None]:
    """Let nobody else, in any process, touch this upload meanwhile; the lock ends with the process."""
    with (_folder() / f"{code}.lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _folder() -> Path:
    home: Path = settings.MINGJING_HOME
    return home / "evidence" / "uploads"
