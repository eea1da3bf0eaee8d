"""What a snapshot says of itself: when, of which database, which files, up to which checkpoint of the log."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from mingjing.cli.start import Refusal

FORMAT: Final = "mingjing-backup@1"
MANIFEST, FILE_LIST = "manifest.json", "files.list"


@dataclass(frozen=True, slots=True)
class Manifest:
    """All of a snapshot by digest (SHA-256, hex); `checkpoint` is the signed note the copied log has grown past."""

    at: str  # ISO 8601, UTC
    version: str
    database: str  # sqlite or postgresql
    database_digest: str
    files: int
    files_digest: str  # of the list of digests
    damaged: tuple[str, ...]  # stored files whose bytes were not their digest's when the snapshot was taken
    checkpoint: str

    def write(self, folder: Path) -> None:
        """Write it into the snapshot's folder."""
        text = json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1)
        (folder / MANIFEST).write_text(text, encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """Read a snapshot's manifest. Raises Refusal where it is none of ours or is broken."""
    try:
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if found.pop("format") != FORMAT:
            raise ValueError(FORMAT)
        return Manifest(**{**found, "damaged": tuple(found["damaged"])})
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Refusal(f"{folder} 不是完整的备份：{MANIFEST} 读不出来。请另选一份快照。") from error


def read_list(folder: Path, manifest: Manifest) -> list[str]:
    """Give the digests of the snapshot's files. Raises Refusal where the list was changed."""
    try:
        data = (folder / FILE_LIST).read_bytes()
    except OSError as error:
        raise Refusal(f"{folder} 缺少文件清单 {FILE_LIST}。请另选一份快照。") from error
    if hashlib.sha256(data).hexdigest() != manifest.files_digest:
        raise Refusal(f"{folder} 的文件清单 {FILE_LIST} 被改动过，不能据以恢复。请另选一份快照。")
    return data.decode().split()


def list_bytes(digests: list[str]) -> bytes:
    """Give the list of files as it is kept: one digest a line, sorted."""
    return "".join(f"{one}\n" for one in sorted(digests)).encode()
