"""The procedures with the log's keys, carried out on a throw-away log: change, loss, theft; each step is checked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from mingjing.kit.clock import beijing
from mingjing.translog.files import DatabaseReader
from mingjing.translog.key_history import ED25519, SM2
from mingjing.translog.key_services import KeyRefused, audit_keys, close, open_successor, retire, rotate
from mingjing.translog.keys import LogKeyMissing, ensure_log_key, key_folder, key_path, signers, vkeys
from mingjing.translog.note import NoteRefused, open_checkpoint
from mingjing.translog.proof import InclusionProof
from mingjing.translog.selectors import checkpoint, tlog_proof_bytes
from mingjing.translog.services import enqueue, seal_log
from mingjing.translog.signing import whole_logs
from mingjing.translog.sm2_note import parse_vkeys
from mingjing.translog.verify import verify_log

BY: Final = "drill"
NEXT: Final = "drill.example/log-2"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a procedure and whether it went as it must."""

    title: str
    good: bool


def run_procedures() -> Iterator[Step]:
    """Carry out every procedure of docs/keys.md, one after the other, on the log of this home."""
    call_command("migrate", interactive=False, verbosity=0)
    ensure_log_key()
    _write(3)
    proof, kept = InclusionProof.parse(tlog_proof_bytes(0)), checkpoint() or b""
    yield from _permissions()
    yield from _rotation(ED25519, proof)
    yield from _rotation(SM2, proof)
    yield from _loss()
    yield from _theft(proof, kept)


def _permissions() -> Iterator[Step]:
    path = key_path()
    path.chmod(0o644)
    yield Step("私钥文件别人也能读：拒绝使用", _refused(ensure_log_key, LogKeyMissing))
    path.chmod(0o600)
    yield Step("收紧权限后恢复使用", bool(ensure_log_key()))


def _rotation(kind: str, proof: InclusionProof) -> Iterator[Step]:
    title = {ED25519: "Ed25519", SM2: "SM2"}[kind]
    old = signers(kind)[-1].public
    new = rotate(kind=kind, by=BY, at=timezone.now(), reason="演练：到期更换").key
    yield Step(
        f"{title}：新密钥没有签过检查点，不许停用旧密钥",
        _refused(
            lambda: retire(key_id=old.key_id.hex(), by=BY, at=timezone.now(), reason="演练"), KeyRefused
        ),
    )
    _write(1)
    note = checkpoint() or b""
    both = open_checkpoint(note, old).size == open_checkpoint(note, new).size
    yield Step(f"{title}：更换期间新旧密钥共同签名，只认其中一把的人都能核验", both)
    retire(key_id=old.key_id.hex(), by=BY, at=timezone.now(), reason="演练：停用旧密钥")
    _write(1)
    dropped = _refused(lambda: open_checkpoint(checkpoint() or b"", old), NoteRefused)
    yield Step(
        f"{title}：停用之后旧密钥不再签名", dropped and open_checkpoint(checkpoint() or b"", new).size > 0
    )
    yield Step("换钥之前的证明，用公布的历次公钥仍能核验", _proves(proof))
    yield Step("整本日志（两棵树）核验通过", _whole())


def _loss() -> Iterator[Step]:
    path = _file_of(ensure_log_key().public.key_id.hex())
    backup = path.read_bytes()
    path.unlink()
    yield Step("私钥文件丢失：停止签名，不换新密钥", _refused(lambda: _write(1), LogKeyMissing))
    path.write_bytes(backup)
    path.chmod(0o600)
    seal_log(at=timezone.now())
    yield Step("从离线备份恢复：接着签名，排队的一条没有丢", _whole())


def _theft(proof: InclusionProof, kept: bytes) -> Iterator[Step]:
    size = close(successor=NEXT, by=BY, at=timezone.now(), reason="演练：私钥泄露")
    yield Step(
        "泄露：旧日志关闭，最后一条写明接续者",
        open_checkpoint(checkpoint() or b"", *parse_vkeys(vkeys())).size == size,
    )
    yield Step("关闭之后旧日志不再续写", _refused(lambda: _write(1), LogKeyMissing))
    settings.LOG_ORIGIN = NEXT
    opened = open_successor(by=BY, at=timezone.now(), reason="演练：以新名称接续")
    seal_log(at=timezone.now())
    yield Step("新日志以新名称、新密钥接续，第一条写明旧日志和它的根", opened.begin == size)
    yield Step(
        "新日志包含旧日志的全部记录（与最初留存的检查点一致）", verify_log(DatabaseReader(), vkeys(), kept).ok
    )
    yield Step("旧日志的证明仍能核验", _proves(proof))
    yield Step("整本日志（两棵树）核验通过，密钥声明与日志一致", _whole() and not audit_keys())


def _write(count: int) -> None:
    """Log a few changes of a register and seal them."""
    with transaction.atomic():
        for number in range(count):
            enqueue(
                kind="register",
                data={"h": f"{number:064x}", "at": beijing(timezone.now()).isoformat()},
                ref=f"drill-{number}",
            )
    seal_log(at=timezone.now())


def _proves(proof: InclusionProof) -> bool:
    return proof.verify(proof.extra, *parse_vkeys(vkeys())).size > 0


def _whole() -> bool:
    return all(verify_log(reader, keys).ok for reader, keys in whole_logs())


def _file_of(key_id: str) -> Path:
    return next(path for path in key_folder().glob("log*.key") if f"+{key_id}+" in path.read_text())


def _refused(step: Callable[[], object], refusal: type[Exception]) -> bool:
    try:
        step()
    except refusal:
        return True
    return False
