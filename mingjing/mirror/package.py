"""A package of changes as one file: gzip over tar with plain members only, named by what they are, never by a path."""

import gzip
import hashlib
import os
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from mingjing.mirror.listing import Entry
from mingjing.mirror.refusals import MirrorRefused

# In this order, so that whoever reads needs to keep one part of the list in mind and no more:
#
#     chain/<number>     the signed statements, one after the other, from the first that the other side lacks
#     index              the list of the parts
#     parts/<prefix>     one part that changed, and behind it
#     files/<sha256>     every file of that part that changed

SUFFIX: Final = ".tar.gz"
PIECE: Final = 1 << 20
BLOCK: Final = tarfile.BLOCKSIZE

_NAME: Final = re.compile(r"chain/[1-9][0-9]{0,11}|index|parts/[0-9a-f]{1,4}|files/[0-9a-f]{64}", re.ASCII)

_CUT: Final = "包不完整：最后一个文件被截断或者损坏。请重新拷贝后再导入。"


class Section(NamedTuple):
    """One part of the list with those of its files that are carried."""

    prefix: str
    data: bytes
    files: Iterable[Entry]


def write_package(
    path: Path, *, chain: Sequence[tuple[int, bytes]], index: bytes, sections: Iterable[Section], folder: Path
) -> int:
    """Write a package whole or not at all; give its size. The files are taken from `folder`."""
    draft = path.with_name(f".{path.name}.part")
    try:
        # No name and no time in the header: the same changes give the same bytes.
        with draft.open("wb") as out, gzip.GzipFile("", "wb", 6, out, mtime=0) as packed:
            for number, note in chain:
                _add(packed, f"chain/{number}", note)
            _add(packed, "index", index)
            for section in sections:
                _add(packed, f"parts/{section.prefix}", section.data)
                for sha256, entry in {one.sha256: one for one in section.files}.items():
                    _add_file(packed, f"files/{sha256}", folder / entry.path, entry.size)
            packed.write(bytes(2 * BLOCK))
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path.stat().st_size


def _header(name: str, size: int) -> bytes:
    told = tarfile.TarInfo(name)
    told.size, told.mode = size, 0o644
    return told.tobuf(tarfile.USTAR_FORMAT)


def _add(out: gzip.GzipFile, name: str, data: bytes) -> None:
    out.write(_header(name, len(data)) + data + bytes(-len(data) % BLOCK))


def _add_file(out: gzip.GzipFile, name: str, path: Path, size: int) -> None:
    out.write(_header(name, size))
    left = size
    with path.open("rb") as file:
        while left and (piece := file.read(min(PIECE, left))):
            out.write(piece)
            left -= len(piece)
    if left:
        raise MirrorRefused(f"{path} 在打包时变短了，没有写出包。请不要改动导出目录，并重新导出。")
    out.write(bytes(-size % BLOCK))


@dataclass(slots=True)
class Member:
    """One member of a package that is being read; `pieces` can be gone through once."""

    name: str
    size: int
    source: gzip.GzipFile

    def pieces(self) -> Iterator[bytes]:
        """Give the bytes piece by piece. Raises MirrorRefused where they end early or are damaged."""
        left = self.size
        while left:
            piece = self._read(min(PIECE, left))
            if not piece:
                raise MirrorRefused(_CUT)
            left -= len(piece)
            yield piece
        self._read(-self.size % BLOCK)

    def _read(self, most: int) -> bytes:
        try:
            return self.source.read(most)
        except (OSError, EOFError, zlib.error) as error:
            raise MirrorRefused(_CUT) from error

    def whole(self, most: int) -> bytes:
        """Give all bytes, of which there must not be more than `most`."""
        if self.size > most:
            raise MirrorRefused(f"包里的“{self.name}”大得不合理，没有导入。")
        return b"".join(self.pieces())


def read_package(path: Path) -> Iterator[Member]:
    """Give the members of a package in their order; each must be read before the next is asked for.

    Raises MirrorRefused for links, devices, folders, names of any other form, and damage.
    """
    try:
        with gzip.open(path) as source:
            while any(block := source.read(BLOCK)):
                yield _member(block, source)
            if not block:
                raise MirrorRefused("包不完整：没有结尾。请重新拷贝后再导入。")
    except (OSError, EOFError, zlib.error) as error:
        raise MirrorRefused(
            f"包 {path} 读不出来（{type(error).__name__}）：不是镜像包，或者拷贝时损坏。"
        ) from error


def _member(block: bytes, source: gzip.GzipFile) -> Member:
    try:
        told = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError) as error:
        raise MirrorRefused("包的结构损坏，没有导入。请重新拷贝后再导入。") from error
    if told.type != tarfile.REGTYPE:
        raise MirrorRefused(
            f"包里的“{told.name}”不是普通文件（链接、设备或者目录），没有导入。这不是明镜写的包。"
        )
    if not _NAME.fullmatch(told.name) or told.size < 0:
        raise MirrorRefused(f"包里有不认识的“{told.name}”，没有导入。这不是明镜写的包。")
    return Member(told.name, told.size, source)


def digest_of(path: Path) -> str:
    """Give the SHA-256 of a file, not following a link."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
