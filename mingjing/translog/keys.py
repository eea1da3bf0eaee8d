"""The log's signing keys: files of their own, readable by their owner only, or devices; never in the database."""

import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from mingjing.translog.key_history import (
    ED25519,
    SM2,
    KeyRange,
    closing_of,
    kind_of,
    names,
    ranges,
)
from mingjing.translog.models import Head, KeyStatement, Sm3Checkpoint
from mingjing.translog.note import NoteKey, NoteRefused, NoteSigner, SigningKey
from mingjing.translog.signers import CommandSigner
from mingjing.translog.sm2_note import FileKey, Sm2SigningKey, parse_private, parse_vkey
from mingjing.translog.trees import sm3_in_use

_FIRST_FILE: Final = {ED25519: "log.key", SM2: "log-sm2.key"}
_MAKE: Final[dict[str, Callable[[str], FileKey]]] = {
    ED25519: SigningKey.generate,
    SM2: Sm2SigningKey.generate,
}
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class LogKeyMissing(Exception):
    """A key that signs this log is not where it must be, or is another log's. The message is Chinese."""


def origin() -> str:
    """Give the name of the log, permanent once its key exists."""
    return str(settings.LOG_ORIGIN)


def key_folder() -> Path:
    """Tell in which folder the key files lie."""
    home: Path = settings.MINGJING_HOME
    chosen: Path | None = settings.MINGJING_LOG_KEYS
    return chosen or home / "keys"


def key_path(kind: str = ED25519) -> Path:
    """Tell where the first key of a kind lies."""
    return key_folder() / _FIRST_FILE[kind]


def statements() -> list[dict[str, Any]]:
    """Give what the log has stated of its keys, in order."""
    return list(KeyStatement.objects.order_by("id").values_list("body", flat=True))


def ensure_log_key() -> NoteSigner:
    """Give the Ed25519 key that signs now, the newest of several; at set-up it is made.

    Several processes may start at once and all get the same. A log that has entries never gets a new key by
    itself: that would be another log. Raises LogKeyMissing instead.
    """
    return signers(ED25519)[-1]


def signers(kind: str) -> list[NoteSigner]:
    """Give all keys of a kind that sign this log now, older ones first. Raises LogKeyMissing."""
    stated = statements()
    if stated and origin() not in names(stated):
        raise LogKeyMissing(
            f"设置 LOG_ORIGIN 为“{origin()}”，而这本日志名为“{stated[-1]['origin']}”。请改回设置；"
            "确要改用新名称的，先按 docs/keys.md 关闭旧日志，再运行 mingjing log keys open。"
        )
    own = [one for one in ranges(stated) if one.kind == kind and one.key.name == origin()]
    if not own:
        return [_first(kind)]
    closing = closing_of(origin(), stated)
    # The last head of a closed log is still to be signed by the keys that it had at the end.
    end = closing["size"] if closing else None
    return [signer_of(one.key) for one in own if one.end == end]


def _first(kind: str) -> NoteSigner:
    """Give the key that a log begins with, making it unless something is signed already."""
    path = key_path(kind)
    if not path.exists():
        for signer in command_signers():
            if kind_of(signer.public) == kind and signer.name == origin():
                return signer
        signed = (Head if kind == ED25519 else Sm3Checkpoint).objects.exists()
        # Looked for again: at a first start another process may have made it, and sealed with it, in between.
        if signed and not path.exists():
            raise LogKeyMissing(f"日志已有内容，但签名私钥 {path} 不在。请从备份恢复该文件；不能换用新密钥。")
        write_key_file(_MAKE[kind](origin()), path)
    key = read_key_file(path)
    if key.name != origin():
        raise LogKeyMissing(f"签名私钥属于日志“{key.name}”，而设置 LOG_ORIGIN 为“{origin()}”。请改回设置。")
    return key


def new_file_key(kind: str) -> FileKey:
    """Make another key of a kind for this log, in a file named after its id."""
    key = _MAKE[kind](origin())
    write_key_file(key, key_path(kind).with_stem(f"{key_path(kind).stem}-{key.public.key_id.hex()}"))
    return key


def public_ranges() -> list[KeyRange]:
    """Give every key that this log, and any that it continues, has ever had, with the sizes it signed."""
    stated = ranges(statements())
    known = {one.key.vkey for one in stated}
    kinds = [ED25519, SM2] if sm3_in_use() else [ED25519]
    first = [KeyRange(signer.public, 0) for kind in kinds for signer in signers(kind)]
    return [*(one for one in first if one.key.vkey not in known), *stated]


def public_keys() -> list[NoteKey]:
    """Give every public Ed25519 key under which something of this log may be signed."""
    return [one.key for one in public_ranges() if one.kind == ED25519]


def vkeys() -> str:
    """Give all of them as `verify` takes them, set apart by blanks."""
    return " ".join(key.vkey for key in public_keys())


def signer_of(key: NoteKey) -> NoteSigner:
    """Find who signs with this key: a program of the settings, or a file. Raises LogKeyMissing."""
    for signer in (*command_signers(), *file_signers()):
        if signer.public.vkey == key.vkey:
            return signer
    raise LogKeyMissing(
        f"签名私钥 {key.key_id.hex()}（{kind_of(key)}）不在 {key_folder()}。请从备份恢复该文件；不能换用新密钥。"
    )


def command_signers() -> list[CommandSigner]:
    """Give the programs that the settings name as signers."""
    return [
        CommandSigner(parse_vkey(vkey), tuple(command)) for vkey, command in settings.MINGJING_LOG_SIGNERS
    ]


def file_signers() -> Iterator[FileKey]:
    """Read every key file there is. Raises LogKeyMissing for one that others may read, or that is broken."""
    return (read_key_file(path) for path in sorted(key_folder().glob("log*.key")))


def read_key_file(path: Path) -> FileKey:
    """Read one key file. Raises LogKeyMissing."""
    if path.stat().st_mode & _OTHERS:
        raise LogKeyMissing(
            f"签名私钥 {path} 的权限太宽：同机的其他用户也能读写它。请运行 chmod 600 {path}，"
            "并判断私钥是否已经泄露（见 docs/keys.md）。"
        )
    try:
        return parse_private(path.read_text())
    except NoteRefused as refused:
        raise LogKeyMissing(f"签名私钥 {path} 无法使用：{refused}。请从备份恢复该文件。") from refused


def write_key_file(key: FileKey, path: Path) -> None:
    """Write a new key to the disk for good, never over another; of two processes the first wins."""
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
