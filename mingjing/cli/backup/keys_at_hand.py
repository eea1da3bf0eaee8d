"""Which keys the log of a snapshot goes on with, and whether they are there: told before anything is written."""

from collections.abc import Iterator
from pathlib import Path

from mingjing.cli.backup.manifest import Manifest
from mingjing.cli.start import Refusal
from mingjing.translog.keys import command_signers, key_folder, origin
from mingjing.translog.note import (
    Checkpoint,
    NoteKey,
    NoteRefused,
    open_checkpoint,
    split_note,
)
from mingjing.translog.sm2_note import parse_private, parse_vkey


def demand_keys(manifest: Manifest, keys: Path | None) -> None:
    """Refuse where a key that signed the snapshot's checkpoint is neither in `keys` nor in its place.

    A log of which nothing is signed has no key to lose: at the first seal it makes one.
    """
    if keys is not None and not any(keys.glob("*.key")):
        raise Refusal(f"{keys} 里没有密钥文件（*.key）。请给出备份密钥时生成的那个目录。")
    if not manifest.checkpoint:
        return
    note = manifest.checkpoint.encode()
    name = _name(note)
    if name != origin():
        raise Refusal(
            f"快照里的日志名为“{name}”，而设置 MINGJING_LOG_ORIGIN 为“{origin()}”。什么也没有写。请改回设置再恢复。"
        )
    there = {key.key_id for key in _public_keys(keys)}
    missing = [
        line.key_id.hex() for line in split_note(note)[1] if line.name == name and line.key_id not in there
    ]
    if missing:
        looked = f"{keys} 和 {key_folder()}" if keys else str(key_folder())
        raise Refusal(
            f"日志“{name}”由私钥 {'、'.join(missing)} 签名，{looked} 里没有，恢复以后日志不能续写。什么也没有写。\n"
            "· 密钥另存在别处的：用 --keys 给出备份密钥时生成的目录；\n"
            "· 只想查阅、核对的：用 --without-keys 给出公布的日志公钥（门户“公开存证日志”页），"
            "照常恢复、逐一比对，私钥放回以前不封存；\n"
            "· 密钥确实丢了的：先用 --without-keys 恢复，再按 docs/keys.md“丢失”换新名称接续。"
        )


def demand_public_key(manifest: Manifest, vkeys: str) -> None:
    """Refuse where the public keys that somebody restores by are none, or did not sign the snapshot's checkpoint."""
    try:
        given = [parse_vkey(one) for one in vkeys.split()]
        if manifest.checkpoint:
            open_checkpoint(manifest.checkpoint.encode(), *given)
    except NoteRefused as refused:
        raise Refusal(
            f"按给出的公钥核对不了快照里的检查点：{refused}。什么也没有写。"
            "请从门户“公开存证日志”页或者以前留存的地方取公钥，换过密钥的，各把以空格分开，一并给出。"
        ) from refused


def _name(note: bytes) -> str:
    try:
        return Checkpoint.parse(split_note(note)[0]).origin
    except NoteRefused as refused:
        raise Refusal(f"快照里的检查点读不出来：{refused}。什么也没有写。请另选一份快照。") from refused


def _public_keys(keys: Path | None) -> Iterator[NoteKey]:
    """Give the public half of every key that will be at hand: of files here and there, of programs that sign."""
    yield from (signer.public for signer in command_signers())
    # On a stick everybody may read a file; it is put in its place readable by its owner only.
    for folder in filter(None, (keys, key_folder())):
        for path in sorted(folder.glob("log*.key")):
            try:
                yield parse_private(path.read_text()).public
            except (NoteRefused, OSError, UnicodeDecodeError) as error:
                raise Refusal(
                    f"密钥文件 {path} 读不出来（{error}）。什么也没有写。请从另一份备份取回这个文件。"
                ) from error
