"""What is signed of a mirror: its number in the row, what came before, and the digest of the list of all its files."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from mingjing.mirror.refusals import MirrorRefused
from mingjing.translog.note import NoteKey, NoteRefused, NoteSigner, open_note, sign_note

FORMAT: Final = "mingjing-mirror@1"
LONGEST: Final = 16 * 1024  # bytes of a signed statement: seven lines and a few signatures
FIRST: Final = "-"  # what stands before the first

_LINES: Final = (
    ("name", r"\S{1,200}"),
    ("sequence", r"[1-9][0-9]{0,11}"),
    ("previous", r"-|[0-9a-f]{64}"),
    ("made", r"[0-9T:.+-]{19,40}"),
    ("checkpoint", r"0|[1-9][0-9]{0,18}"),
    ("files", r"[1-9][0-9]{0,9}"),
    ("size", r"[1-9][0-9]{0,17}"),
    ("digits", r"[1-4]"),
    ("index", r"[0-9a-f]{64}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One state of a mirror. `previous` is the digest of the statement before, so that none can be left out."""

    name: str
    sequence: int
    previous: str
    made: datetime
    checkpoint: int  # how many entries the public log had
    files: int
    size: int  # of all files, in bytes
    digits: int  # of the prefixes by which the list is divided
    index: str  # SHA-256 of the index of the list

    @property
    def text(self) -> bytes:
        """The lines to sign."""
        told = {name: getattr(self, name) for name, _ in _LINES} | {"made": self.made.isoformat()}
        return "".join([f"{FORMAT}\n", *(f"{name} {value}\n" for name, value in told.items())]).encode()

    @property
    def digest(self) -> str:
        """By which the next one names this one."""
        return hashlib.sha256(self.text).hexdigest()

    def signed(self, signers: Sequence[NoteSigner]) -> bytes:
        """Give the signed note of this state."""
        return sign_note(self.text, signers)

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Read the lines; raises MirrorRefused for anything else."""
        lines = text.decode("utf-8", "replace").split("\n")
        if lines[0] != FORMAT or len(lines) != len(_LINES) + 2 or lines[-1]:
            raise MirrorRefused("这不是明镜静态镜像的清单，或者由不相容的版本写成。")
        told: dict[str, str] = {}
        for line, (name, pattern) in zip(lines[1:], _LINES, strict=False):
            if re.fullmatch(f"{name} (?:{pattern})", line, re.ASCII if name != "name" else 0) is None:
                raise MirrorRefused(f"镜像清单的“{name}”一行格式不对。")
            told[name] = line.partition(" ")[2]
        numbers = {name: int(told[name]) for name in ("sequence", "checkpoint", "files", "size", "digits")}
        return cls(
            name=told["name"],
            previous=told["previous"],
            index=told["index"],
            made=_moment(told["made"]),
            **numbers,
        )


def open_statement(note: bytes, keys: Sequence[NoteKey]) -> Statement:
    """Give what one of the keys signed; raises MirrorRefused for anything unsigned, altered or by others."""
    if len(note) > LONGEST:
        raise MirrorRefused("镜像清单太长，不是明镜写的清单。")
    try:
        return Statement.parse(open_note(note, *keys))
    except NoteRefused as refused:
        raise MirrorRefused(
            f"镜像清单没有通过签名核验：{refused}。请核对公钥（--vkey）是否从机关公布处取得；公钥无误的，不要使用这份镜像。"
        ) from refused


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise MirrorRefused("镜像清单的时间格式不对。") from error
