"""The procedures with the log's keys: begin another, end one, close a log, go on under a new name; each is logged."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from mingjing.kit.clock import beijing
from mingjing.translog.key_history import (
    BEGIN,
    CLOSE,
    ED25519,
    END,
    OPEN,
    SM2,
    KeyRange,
    closing_of,
    commitment,
    kind_of,
    names,
    ranges,
)
from mingjing.translog.keys import (
    command_signers,
    file_signers,
    new_file_key,
    origin,
    public_ranges,
    signer_of,
    signers,
    statements,
)
from mingjing.translog.models import Entry, KeyStatement
from mingjing.translog.note import NoteKey, NoteRefused, VerifyKey, open_checkpoint, open_signed
from mingjing.translog.sealing import hold_sealer, seal_alone, seal_waiting
from mingjing.translog.services import enqueue
from mingjing.translog.signing import sign_heads
from mingjing.translog.sm2_note import parse_vkey
from mingjing.translog.trees import FIRST, sm3_in_use

VERSION: Final = 1


class KeyRefused(Exception):
    """A step with the keys is not possible now. The message is Chinese and says what must come before."""


def rotate(*, kind: str, by: str, at: datetime, reason: str) -> KeyRange:
    """Let another key of a kind sign beside those there are; gives it with the size above which it signs.

    The new key is the one behind a program of the settings, if the log does not know it yet, else a new file.
    """
    _refuse_closed()
    before = [signer.public.vkey for signer in signers(kind)]
    known = {one.key.vkey for one in public_ranges()}
    devices = [one for one in command_signers() if kind_of(one.public) == kind and one.name == origin()]
    fresh = [one.public for one in devices if one.public.vkey not in known]
    key: NoteKey = fresh[0] if fresh else new_file_key(kind).public
    # A key that cannot sign must not be announced: readers would wait for its line in vain.
    signer_of(key).sign(b"mingjing key test\n")
    said = _state({"event": BEGIN, "vkey": key.vkey, "before": before}, by=by, at=at, reason=reason)
    return KeyRange(key, said["size"])


def retire(*, key_id: str, by: str, at: datetime, reason: str) -> KeyRange:
    """Let a key sign no more; gives it with the last size that it may have signed.

    Refused while no other key of its kind has signed beside it: whoever knows only the old key must have had a
    checkpoint under both.
    """
    _refuse_closed()
    active = [one for one in public_ranges() if one.end is None and one.key.name == origin()]
    found = next((one for one in active if one.key.key_id.hex() == key_id), None)
    if found is None:
        raise KeyRefused(f"没有编号为 {key_id} 的在用密钥。用 mingjing log keys list 查看。")
    others = [one for one in active if one.kind == found.kind and one is not found]
    if not others:
        raise KeyRefused(
            "这是唯一在用的密钥。请先运行 mingjing log keys rotate，待新旧密钥共同签过检查点再停用。"
        )
    _, signed = open_signed(FIRST.last_note() or b"", *(one.key for one in active))
    if not {one.key.key_id for one in others} & {key.key_id for key in signed}:
        raise KeyRefused(
            "新密钥还没有在任何检查点上签名。请等后台任务签出下一个检查点（通常几秒）再停用旧密钥。"
        )
    said = _state({"event": END, "vkey": found.key.vkey}, by=by, at=at, reason=reason)
    return KeyRange(found.key, found.begin, end=said["size"])


def close(*, successor: str, by: str, at: datetime, reason: str) -> int:
    """End this log: its last leaf names the successor, and its last checkpoint covers that leaf. Gives its size.

    Whatever waits is sealed first; what comes later waits for the successor. A crash before the signature is
    mended by running it again.
    """
    VerifyKey(successor, bytes(32))  # a name that no key can have is refused before anything is written
    if successor in {origin(), *names(statements())}:
        raise KeyRefused("新日志必须用从未用过的名称。")
    if closing := closing_of(origin(), statements()):
        sign_heads()
        return int(closing["size"])
    before = [signer.public.vkey for kind in _kinds() for signer in signers(kind)]
    # Everything in one transaction under the sealer's lock, so that no leaf can come after the last one.
    with transaction.atomic(durable=True), hold_sealer() as cursor:
        size = seal_waiting(cursor, at=at)
        head = FIRST.last_head()
        body = {
            "event": CLOSE,
            "size": size + 1,
            "other": successor,
            "before": before,
            "root": bytes(head.root).hex() if head else "",
        }
        said = _record(body, by=by, at=at, reason=reason)
        seal_alone(cursor, _entry(said), at=at)
    sign_heads()
    return size + 1


def open_successor(*, by: str, at: datetime, reason: str, lost_key: str = "", seen: bytes = b"") -> KeyRange:
    """Go on under the name that LOG_ORIGIN now has: the first leaf of the new log names the old one and its root.

    The leaves keep their places; only what is signed from now on bears the new name and new keys. The old log
    must have been closed, unless its key is lost for good: then `lost_key` is its public key; or unless the database
    was recovered to before `seen`, a checkpoint of it, which the first leaf then names too: closing would write a
    second history under the old name. Raises KeyRefused.
    """
    head, note = FIRST.last_head(), FIRST.last_note()
    stated = statements()
    if head is None or note is None:
        raise KeyRefused("日志还没有内容：直接设置 LOG_ORIGIN 即可，不需要接续。")
    old = note.split(b"\n", 1)[0].decode()
    if origin() == old or any(one["event"] == OPEN and one["origin"] == origin() for one in stated):
        raise KeyRefused("请先把 LOG_ORIGIN 改为新日志的名称，再运行本命令。")
    before = _known_keys(old) if not lost_key else [one.key.vkey for one in ranges(stated)] or [lost_key]
    ahead = _ahead(seen, before, head.size) if seen else {}
    if not ahead:
        _check_end(old, note, closing_of(old, stated), lost_key)
    keys = {kind: new_file_key(kind).public for kind in _kinds()}
    with transaction.atomic(durable=True), hold_sealer() as cursor:
        about = {"size": head.size, "other": old, "root": bytes(head.root).hex(), "before": before, **ahead}
        said = _record({"event": OPEN, "vkey": keys[ED25519].vkey, **about}, by=by, at=at, reason=reason)
        if SM2 in keys:
            _record({"event": BEGIN, "vkey": keys[SM2].vkey, "size": head.size}, by=by, at=at, reason=reason)
        seal_alone(cursor, _entry(said), at=at)
    sign_heads()
    return KeyRange(keys[ED25519], head.size)


def _known_keys(old: str) -> list[str]:
    """Give the keys that the old log states, or that lie here under its name where it has stated none."""
    here = [one.public.vkey for one in (*command_signers(), *file_signers()) if one.name == old]
    return [one.key.vkey for one in ranges(statements())] or here


def _ahead(seen: bytes, before: Sequence[str], size: int) -> dict[str, Any]:
    """Give what the first leaf says of a checkpoint of the old log that the database does not reach."""
    try:
        found = open_checkpoint(seen, *(parse_vkey(vkey) for vkey in before))
    except NoteRefused as refused:
        raise KeyRefused(f"所给检查点不是旧日志签出的：{refused}") from refused
    if found.size <= size:
        raise KeyRefused(
            f"数据库里有 {size} 条，并不少于所给检查点的 {found.size} 条：改回 LOG_ORIGIN，照常续写即可。"
        )
    return {"ahead": {"size": found.size, "root": found.root.hex()}}


def _check_end(old: str, note: bytes, closing: Mapping[str, Any] | None, lost_key: str) -> None:
    """Refuse to go on from a log that has not ended, or that named another successor."""
    if closing is not None and closing["other"] != origin():
        raise KeyRefused(f"旧日志关闭时写明的接续者是“{closing['other']}”，与 LOG_ORIGIN 不同。")
    if closing is None and not lost_key:
        raise KeyRefused(
            f"旧日志“{old}”还没有关闭。请改回 LOG_ORIGIN，先运行 mingjing log keys close；"
            "私钥确已丢失的，用 --lost 给出旧日志已公布的公钥；数据库只恢复到较早时间的，用 --seen 给出最近公布的"
            "检查点。"
        )
    if closing is None:
        try:
            open_checkpoint(note, parse_vkey(lost_key))
        except NoteRefused as refused:
            raise KeyRefused(f"所给公钥签不出旧日志的最后检查点：{refused}") from refused


def audit_keys() -> list[str]:
    """Hold the statements about keys against the log; gives one Chinese line for each that is not as logged."""
    faults = []
    logged = {entry.ref: bytes(entry.data) for entry in Entry.objects.filter(kind="key")}
    for row in KeyStatement.objects.order_by("id"):
        leaf = logged.pop(_ref(row.commitment), None)
        if leaf is None:
            faults.append(f"密钥声明 {row.commitment[:16]}… 不在日志中：是绕过系统插入的")
        elif commitment(row.body) != row.commitment or row.commitment.encode() not in leaf:
            faults.append(f"密钥声明 {row.commitment[:16]}… 与存证不符：已被改动")
    faults += [f"日志中的密钥声明（{ref}）在数据库中不存在：已被删除" for ref in logged]
    return faults


def _state(body: Mapping[str, Any], *, by: str, at: datetime, reason: str) -> dict[str, Any]:
    """Record a statement about the log as it stands, with the sealer held so that the size is right."""
    with transaction.atomic(), hold_sealer():
        head = FIRST.last_head()
        return _record({**body, "size": head.size if head else 0}, by=by, at=at, reason=reason)


def _record(body: Mapping[str, Any], *, by: str, at: datetime, reason: str) -> dict[str, Any]:
    if not reason.strip():
        raise KeyRefused("请写明原因：密钥的每次变动都要能向公众说明。")
    said = {"v": VERSION, "origin": origin(), "reason": reason.strip(), **body}
    digest = commitment(said)
    KeyStatement.objects.create(body=said, commitment=digest, by=by, at=at)
    enqueue(kind="key", data={"h": digest, "at": beijing(at).isoformat()}, ref=_ref(digest))
    return said


def _entry(said: Mapping[str, Any]) -> Entry:
    return Entry.objects.get(ref=_ref(commitment(said)))


def _ref(digest: str) -> str:
    return f"key:{digest}"


def _kinds() -> list[str]:
    return [ED25519, SM2] if sm3_in_use() else [ED25519]


def _refuse_closed() -> None:
    if closing := closing_of(origin(), statements()):
        raise KeyRefused(f"日志已经关闭，由“{closing['other']}”接续，不再更换密钥。")
