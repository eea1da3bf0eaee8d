"""Inclusion proofs as one small file (c2sp.org/tlog-proof@v1), to be handed out beside what they prove."""

import re
from dataclasses import dataclass
from typing import Final, Self

from mingjing.translog.merkle import HASH, leaf_hash, verify_inclusion
from mingjing.translog.note import (
    Checkpoint,
    NoteKey,
    NoteRefused,
    from_base64,
    open_checkpoint,
    to_base64,
)
from mingjing.translog.suites import suite_of_origin

HEADER: Final = "c2sp.org/tlog-proof@v1"

_MAX_PATH: Final = 64  # a tree of 2**64 entries has no longer path
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)


class ProofInvalid(ValueError):
    """A proof is well-formed and does not prove what it should. The message is Chinese."""


# The file, `extra` being optional (we put the entry itself there, so that the file needs nothing beside it):
#
#     c2sp.org/tlog-proof@v1\n
#     extra base64(bytes)\n
#     index 17\n
#     base64(hash)\n                            > the audit path, nearest neighbour first
#     \n
#     signed checkpoint


@dataclass(frozen=True)
class InclusionProof:
    """That the entry at `index` is in the log whose signed checkpoint is `note`."""

    index: int
    path: tuple[bytes, ...]
    note: bytes
    extra: bytes = b""

    @property
    def data(self) -> bytes:
        """The bytes of the `.tlog-proof` file."""
        extra = [f"extra {to_base64(self.extra)}"] if self.extra else []
        lines = [HEADER, *extra, f"index {self.index}", *map(to_base64, self.path), ""]
        return "".join(f"{line}\n" for line in lines).encode() + self.note

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read a `.tlog-proof` file; raise NoteRefused if it is malformed. Nothing is proved by reading."""
        head, blank, note = data.partition(b"\n\n")
        lines = head.decode("utf-8", "replace").split("\n")
        if not blank or lines.pop(0) != HEADER:
            raise NoteRefused(f"不是存证证明文件：首行应为 {HEADER}")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = from_base64(lines.pop(0).removeprefix("extra "), "附加数据")
        return cls(_index(lines), _path(lines[1:]), note, extra)

    def verify(self, entry: bytes, *keys: NoteKey) -> Checkpoint:
        """Give the signed checkpoint under which this proves `entry`.

        Raises NoteRefused where the checkpoint is not signed by one of `keys`, ProofInvalid where the path does not
        lead there.
        """
        checkpoint = open_checkpoint(self.note, *keys)
        hashing = suite_of_origin(checkpoint.origin).hashing
        leaf = leaf_hash(entry, hashing)
        if not verify_inclusion(leaf, self.index, checkpoint.size, self.path, checkpoint.root, hashing):
            raise ProofInvalid(f"证明不成立：序号 {self.index} 处存证的不是这一条")
        return checkpoint


def _index(lines: list[str]) -> int:
    number = lines[0].removeprefix("index ") if lines and lines[0].startswith("index ") else ""
    if not _DECIMAL.fullmatch(number):
        raise NoteRefused("存证证明文件缺少序号行")
    return int(number)


def _path(lines: list[str]) -> tuple[bytes, ...]:
    path = tuple(from_base64(line, "证明路径") for line in lines)
    if len(path) > _MAX_PATH or any(len(neighbour) != HASH for neighbour in path):
        raise NoteRefused("证明路径的哈希个数或长度不对")
    return path
