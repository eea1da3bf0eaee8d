"""A mirror as it lies in a folder: its signed statement and the list of its files; nothing is changed here."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from mingjing.mirror.listing import INDEX, MANIFEST, Entry, Part, read_index, read_part, slot_of
from mingjing.mirror.refusals import MirrorRefused
from mingjing.mirror.statement import LONGEST, Statement, open_statement
from mingjing.translog.note import NoteKey

LARGEST_INDEX: Final = 16 << 20
LARGEST_PART: Final = 256 << 20


class Mirror:
    """A mirror in a folder, signed by one of the keys; its files are not opened until somebody asks."""

    def __init__(self, folder: Path, statement: Statement, parts: Sequence[Part]) -> None:
        self.folder, self.statement, self.parts = folder, statement, parts
        self._by_prefix = {part.prefix: part for part in parts}

    def part(self, prefix: str) -> Part | None:
        """Give the part with this very prefix."""
        return self._by_prefix.get(prefix)

    def entries(self, part: Part) -> Iterator[Entry]:
        """Give the files that a part lists; raises MirrorRefused where it is not the part that was signed."""
        return read_part(part_data(_read(self.folder / part.path, LARGEST_PART), part), part.prefix)

    def under(self, prefix: str) -> dict[str, Entry]:
        """Give the files whose path's hash begins so, by their paths."""
        related = [
            one for one in self.parts if one.prefix.startswith(prefix) or prefix.startswith(one.prefix)
        ]
        found = (entry for part in related for entry in self.entries(part))
        return {entry.path: entry for entry in found if slot_of(entry.path).startswith(prefix)}


def open_mirror(folder: Path, keys: Sequence[NoteKey]) -> Mirror | None:
    """Give the mirror in a folder, None where there is nothing; raises MirrorRefused for what is not signed."""
    if not (folder / MANIFEST).is_file():
        if folder.is_dir() and any(folder.iterdir()):
            raise MirrorRefused(f"{folder} 里有别的文件而没有镜像清单。请换一个空目录，不要与其他网站混放。")
        return None
    statement = open_statement(_read(folder / MANIFEST, LONGEST), keys)
    parts = parts_of(statement, _read(folder / INDEX, LARGEST_INDEX))
    return Mirror(folder, statement, parts)


def parts_of(statement: Statement, index: bytes) -> list[Part]:
    """Read the index that a statement names; raises MirrorRefused for any other."""
    if hashlib.sha256(index).hexdigest() != statement.index:
        raise MirrorRefused("清单总目与签名的清单不符：总目被改动、替换或者损坏。")
    parts = read_index(index, statement.digits)
    if sum(part.files for part in parts) != statement.files:
        raise MirrorRefused("清单总目与签名的清单不符：文件数不对。")
    return parts


def part_data(data: bytes, part: Part) -> bytes:
    """Give the bytes of a part; raises MirrorRefused where they are not those that the index names."""
    if hashlib.sha256(data).hexdigest() != part.sha256 or data.count(b"\n") != part.files:
        raise MirrorRefused(f"清单分册 {part.prefix} 与总目不符：被改动、替换或者损坏。")
    return data


def _read(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except OSError as error:
        raise MirrorRefused(f"读不到清单文件 {path}（{error.strerror}）。") from error
    if len(data) > most:
        raise MirrorRefused(f"清单文件 {path} 大得不合理。")
    return data
