"""Checking a mirror where it lies: every file against the signed list, and nothing that is not in it."""

import os
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from mingjing.mirror.folder import Mirror, open_mirror
from mingjing.mirror.listing import INDEX, MANIFEST, Entry, slot_of
from mingjing.mirror.package import digest_of
from mingjing.mirror.refusals import MirrorRefused
from mingjing.translog.note import NoteKey


def check(folder: Path, keys: Sequence[NoteKey]) -> tuple[Mirror, Iterator[str]]:
    """Give the signed mirror of a folder and, one by one, what is wrong with its files.

    Raises MirrorRefused where there is no mirror, or its list is not the one that was signed.
    """
    mirror = open_mirror(folder, keys)
    if mirror is None:
        raise MirrorRefused(f"{folder} 里没有镜像。")
    return mirror, _faults(mirror)


def _faults(mirror: Mirror) -> Iterator[str]:
    for part in mirror.parts:
        for entry in mirror.entries(part):
            yield from _fault_of(mirror.folder, entry)
    yield from _unlisted(mirror)


def _fault_of(folder: Path, entry: Entry) -> Iterator[str]:
    path = folder / entry.path
    try:
        if path.resolve() != folder.resolve() / entry.path:
            yield f"{entry.path}：是链接，指向别处"
        elif path.stat().st_size != entry.size or digest_of(path) != entry.sha256:
            yield f"{entry.path}：内容与签名的清单不符，被改动或者损坏"
    except OSError as error:
        yield f"{entry.path}：读不到（{error.strerror}）"


def _unlisted(mirror: Mirror) -> Iterator[str]:
    own = {MANIFEST, INDEX, *(part.path for part in mirror.parts)}
    digits = mirror.statement.digits

    @lru_cache(maxsize=64)
    def listed(prefix: str) -> frozenset[str]:
        part = mirror.part(prefix)
        return frozenset(entry.path for entry in mirror.entries(part)) if part else frozenset()

    for root, folders, names in os.walk(mirror.folder):
        links = [name for name in folders if Path(root, name).is_symlink()]
        for name in [*names, *links]:
            where = Path(root, name).relative_to(mirror.folder).as_posix()
            if where not in own and where not in listed(slot_of(where)[:digits]):
                yield f"{where}：不在签名的清单里"
