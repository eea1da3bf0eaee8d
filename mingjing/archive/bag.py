"""A BagIt folder (RFC 8493) in a zip of which no byte is free: the same content always gives the same file."""

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Final, Protocol, cast

BASE: Final = "mingjing-archive"  # the one folder in the zip
PAYLOAD: Final = "data/"
DECLARATION: Final = "bagit.txt"
INFO: Final = "bag-info.txt"
MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
PROOF: Final = "package.tlog-proof"
VERSION: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
CHUNK: Final = 1024 * 1024
EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class Sink(Protocol):
    """Where bytes go, one after another."""

    def write(self, data: bytes, /) -> int: ...
    def flush(self) -> None: ...


@dataclass(frozen=True)
class Entry:
    """One file of the package: its name below the folder, its size, digest, and how to read it."""

    name: str
    size: int
    sha256: str
    open: Callable[[], BinaryIO]


def entry_of(name: str, data: bytes) -> Entry:
    """Give an entry for bytes at hand."""
    return Entry(name, len(data), hashlib.sha256(data).hexdigest(), lambda: BytesIO(data))


def manifest(entries: Iterable[Entry]) -> bytes:
    """Give the lines that `sha256sum -c` reads, in the order of names."""
    return "".join(f"{one.sha256}  {one.name}\n" for one in sorted(entries, key=lambda e: e.name)).encode()


def tag_entries(payload: Sequence[Entry], info: Sequence[tuple[str, str]]) -> tuple[Entry, ...]:
    """Give the tag files of a payload, the tag manifest last: whoever knows its digest knows every byte of the rest."""
    oxum = f"{sum(one.size for one in payload)}.{len(payload)}"
    lines = "".join(f"{name}: {value}\n" for name, value in (*info, ("Payload-Oxum", oxum)))
    tags = (
        entry_of(DECLARATION, VERSION),
        entry_of(INFO, lines.encode()),
        entry_of(MANIFEST, manifest(payload)),
    )
    return (*tags, entry_of(TAG_MANIFEST, manifest(tags)))


def commitment(tag_manifest: bytes) -> str:
    """Give what the log keeps of a package: a digest over the digests of everything in it."""
    return hashlib.sha256(b"mingjing-archive@1\n" + tag_manifest).hexdigest()


def write_zip(out: Sink, entries: Iterable[Entry]) -> None:
    """Write the zip: stored, without times, names in UTF-8, in the order given. Nothing is held in memory.

    The sink is written front to back and never read, so the sizes stand behind each file (data descriptors).
    """
    one_way = cast("BinaryIO", _OneWay(out))
    with zipfile.ZipFile(one_way, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for one in entries:
            info = zipfile.ZipInfo(f"{BASE}/{one.name}", EPOCH)
            info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_STORED, 3, 0o644 << 16
            info.file_size = one.size
            with one.open() as source, archive.open(info, "w") as target:
                while piece := source.read(CHUNK):
                    target.write(piece)


class _OneWay:
    """A sink that cannot be sought, so that zipfile writes the same bytes whatever is behind it."""

    def __init__(self, out: Sink) -> None:
        self._out = out

    def write(self, data: bytes) -> int:
        self._out.write(bytes(data))
        return len(data)

    def flush(self) -> None:
        self._out.flush()
