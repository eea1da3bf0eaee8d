"""Writing a log as static files, each once and for ever except the checkpoint; no database is known here."""

import os
import secrets
from pathlib import Path

from mingjing.translog.audit import Reader
from mingjing.translog.note import Checkpoint, text_of
from mingjing.translog.tiles import CHECKPOINT, TileMissing


def write_log(directory: Path, reader: Reader) -> int:
    """Copy every file of a log into `directory`, the checkpoint last; give the size that it states."""
    note = reader.read(CHECKPOINT)
    if note is None:
        raise TileMissing("日志还没有检查点：尚无内容封存，无可导出")
    for path in reader.paths():
        if path != CHECKPOINT:
            _write_once(directory / path, reader.read(path))
    _replace(directory / CHECKPOINT, note)
    return Checkpoint.parse(text_of(note)).size


def _write_once(path: Path, data: bytes | None) -> None:
    if data is None:
        return  # what is missing in the log is for the verifier to tell
    if not path.exists():
        _replace(path, data, mode=0o444)
    elif path.read_bytes() != data:
        raise FileExistsError(f"{path} 已存在且内容不同：该目录属于另一份日志，或日志被改写")


def _replace(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Put a file in place whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
