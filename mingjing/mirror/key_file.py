"""The mirror's own signing key as a file, for those who do not sign mirrors with the key of the log."""

import os
import stat
from pathlib import Path

from mingjing.mirror.refusals import MirrorRefused
from mingjing.translog.note import NoteRefused, SigningKey


def new_key(path: Path, name: str) -> SigningKey:
    """Make a key in a new file that only its owner reads; never over another. Raises MirrorRefused."""
    try:
        key = SigningKey.generate(name)
        key.public.vkey  # noqa: B018 - refuses a name that no signature line can carry
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(f"{key.text}\n")
    except FileExistsError as error:
        raise MirrorRefused(f"{path} 已经存在，不覆盖。请换一个文件名。") from error
    except (NoteRefused, OSError) as error:
        raise MirrorRefused(f"不能生成密钥：{error}") from error
    return key


def read_key(path: Path) -> SigningKey:
    """Read such a file; raises MirrorRefused where others may read it, too."""
    try:
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise MirrorRefused(
                f"私钥 {path} 的权限太宽：同机的其他用户也能读写它。请运行 chmod 600 {path}。"
            )
        return SigningKey.parse(path.read_text("utf-8"))
    except (NoteRefused, OSError, UnicodeDecodeError) as error:
        raise MirrorRefused(f"私钥 {path} 无法使用：{error}") from error
