"""Files by the digest of their bytes, written once, on disk or in an object store, whatever they prove."""

import errno
import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from django.conf import settings

from mingjing.evidence import object_store
from mingjing.evidence.refusals import EvidenceAltered, NotKeptNow

CHUNK: Final = 1024 * 1024
UNFINISHED: Final = ".part"
# The error of the disk -> what the sender is told, and who mends it.
FULL: Final = ("服务器存储空间不足，文件没有保存", "请联系系统管理员清理或扩充磁盘后重新上传")
READ_ONLY: Final = ("服务器磁盘现在只能读、不能写，文件没有保存", "请联系系统管理员检查磁盘，恢复后重新上传")
TROUBLES: Final = {errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EROFS: READ_ONLY, errno.EIO: READ_ONLY}


def path_of(digest: str) -> Path:
    """Give the address on disk of the bytes with this SHA-256: <home>/evidence/ab/cd/<digest>."""
    return _root() / digest[:2] / digest[2:4] / digest


def stored(digest: str) -> bool:
    """Say whether there is a file at the address; `digest_stored` says whether it is the right one."""
    return object_store.holds(digest) if object_store.in_use() else path_of(digest).is_file()


def open_stored(digest: str) -> BinaryIO:
    """Open the stored bytes, to be read from anywhere in them. Raises FileNotFoundError where there are none."""
    return object_store.open_object(digest) if object_store.in_use() else path_of(digest).open("rb")


def digest_stored(digest: str) -> str:
    """Read the stored bytes again and give their SHA-256, in hex."""
    found = hashlib.sha256()
    with open_stored(digest) as file:
        while piece := file.read(CHUNK):
            found.update(piece)
    return found.hexdigest()


def kept() -> Iterator[str]:
    """Give the digest of every stored file, in no particular order; the names of what is on its way in are left out."""
    if object_store.in_use():
        yield from object_store.kept()
    else:
        yield from (path.name for path in _root().glob("??/??/*"))


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def take(source: Path, digest: str) -> None:
    """Put a finished file, whose bytes have this digest and are on the disk for good, at its address.

    The same bytes again are fine; raises EvidenceAltered, leaving everything as it was, if other bytes stand there.
    """
    if stored(digest):
        if digest_stored(digest) != digest:
            raise EvidenceAltered(digest)
    elif object_store.in_use():
        object_store.put(source, digest)
    else:
        _take_on_disk(source, path_of(digest))


def _take_on_disk(source: Path, final: Path) -> None:
    with room_on_disk():
        final.parent.mkdir(parents=True, exist_ok=True)
    os.chmod(source, 0o444)
    # A crash before this line leaves an unfinished file for `sweep`; after it, complete bytes at their address.
    # Two uploads of the same bytes may both come here: the later replaces the earlier by itself.
    os.rename(source, final)
    for folder in (final.parent, final.parent.parent, final.parent.parent.parent):
        sync_folder(folder)


def destroy(digest: str) -> None:
    """Remove stored bytes for good, which only a stone allows; nothing to remove is fine.

    Raises NotKeptNow where an object store still has them under a lock.
    """
    if object_store.in_use():
        object_store.remove(digest)
        return
    path = path_of(digest)
    if path.exists():
        path.unlink()
        sync_folder(path.parent)


class Incoming:
    """A file on its way in: hashed and written as it arrives, kept only if `keep` is reached."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path, self.size = path, 0
        self._file, self._hash = file, hashlib.sha256()

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()

    def write(self, piece: bytes) -> None:
        """Take the next bytes. Raises NotKeptNow when the disk is full."""
        self._hash.update(piece)
        self.size += len(piece)
        with room_on_disk():
            self._file.write(piece)

    def flush(self) -> None:
        """Let the bytes be read through `path`."""
        with room_on_disk():
            self._file.flush()

    def keep(self) -> None:
        """Put the file at its address for good; the same bytes again are fine.

        Raises EvidenceAltered, leaving everything as it was, if other bytes stand at that address.
        """
        self.flush()
        with room_on_disk():
            os.fsync(self._file.fileno())
        take(self.path, self.digest)


@contextmanager
def incoming() -> Iterator[Incoming]:
    """Open a place for a file that arrives; whatever was not kept is gone afterwards."""
    folder = _root() / "incoming"
    path = folder / f"{secrets.token_hex(16)}{UNFINISHED}"
    with room_on_disk():
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    file = open(handle, "w+b")  # noqa: SIM115 - closed below, where a full disk may refuse even that
    try:
        # The lock tells `sweep` that somebody is still writing; it ends with the process, however that ends.
        fcntl.flock(file, fcntl.LOCK_EX)
        yield Incoming(path, file)
    finally:
        path.unlink(missing_ok=True)
        # Closing tries once more to write what the disk did not take; that was told, and what was kept is on the disk.
        with suppress(OSError):
            file.close()


def sweep() -> int:
    """Delete what crashed uploads left behind; give how many. Uploads still arriving are left alone."""
    return sum(_swept(path) for path in (_root() / "incoming").glob(f"*{UNFINISHED}"))


def _swept(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()
    except (BlockingIOError, FileNotFoundError):
        return False
    return True


@contextmanager
def room_on_disk() -> Iterator[None]:
    """Turn a disk that is full, or takes nothing any more, into a refusal that says so."""
    try:
        yield
    except OSError as error:
        if error.errno not in TROUBLES:
            raise
        raise NotKeptNow(*TROUBLES[error.errno]) from error


def sync_folder(folder: Path) -> None:
    """Put the names in a folder on the disk for good."""
    # Without this the name of the file may not survive a power cut, though its bytes do.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _root() -> Path:
    home: Path = settings.MINGJING_HOME
    return home / "evidence"
