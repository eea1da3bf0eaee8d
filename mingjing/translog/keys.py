"""The log's signing key: a file of its own, readable by its owner only; never in the database, never replaced."""

import os
import secrets
from pathlib import Path

from django.conf import settings

from mingjing.translog.models import Head
from mingjing.translog.note import NoteRefused, SigningKey


class LogKeyMissing(Exception):
    """The key that signed this log is not where it must be, or is another log's. The message is Chinese."""


def origin() -> str:
    """Give the name of the log, permanent once its key exists."""
    return str(settings.LOG_ORIGIN)


def key_path() -> Path:
    """Tell where the key lies."""
    home: Path = settings.MINGJING_HOME
    return home / "keys" / "log.key"


def ensure_log_key() -> SigningKey:
    """Give the signing key, making it at set-up; several processes may start at once and all get the same.

    A log that has entries never gets a new key: that would be another log. Raises LogKeyMissing instead.
    """
    path = key_path()
    if not path.exists():
        if Head.objects.exists():
            raise LogKeyMissing(f"日志已有内容，但签名私钥 {path} 不在。请从备份恢复该文件；不能换用新密钥。")
        _create(path, SigningKey.generate(origin()))
    try:
        key = SigningKey.parse(path.read_text())
    except NoteRefused as refused:
        raise LogKeyMissing(f"签名私钥 {path} 无法使用：{refused}。请从备份恢复该文件。") from refused
    if key.name != origin():
        raise LogKeyMissing(f"签名私钥属于日志“{key.name}”，而设置 LOG_ORIGIN 为“{origin()}”。请改回设置。")
    return key


def _create(path: Path, key: SigningKey) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(key.text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        # Linking never overwrites: of two processes the first wins, and both read that one's key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
