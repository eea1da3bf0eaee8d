"""The witness (c2sp.org/tlog-witness): it cosigns what grows from what it cosigned before, and nothing else."""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mingjing.translog import witness_store
from mingjing.translog.cosignature import ED25519, MLDSA44, SEED, WitnessSigner
from mingjing.translog.merkle import EMPTY_ROOT, HASH, verify_consistency
from mingjing.translog.note import Checkpoint, NoteRefused, VerifyKey, from_base64, split_note
from mingjing.translog.witness_store import Latest, Refused, WitnessStore, WitnessTurn

MOST_HASHES: Final = 63
MOST_BYTES: Final = 64 * 1024
SIZE_TYPE: Final = "text/x.tlog.size"
TEXT_TYPE: Final = "text/plain; charset=utf-8"
KEYS: Final = "witness.key"

_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})", re.ASCII)


@dataclass(frozen=True)
class Answer:
    """What the witness says: an HTTP status and a body."""

    status: int
    body: bytes
    content_type: str = TEXT_TYPE


class _No(Exception):
    """The request is answered otherwise than with a cosignature."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.answer = Answer(status, f"{why}\n".encode())


# A request is
#
#     old 20852014\n                            > the size that the witness signed last
#     base64(hash)\n                            > the consistency proof from there
#     \n
#     the checkpoint, a signed note


@dataclass(frozen=True)
class _Request:
    """A request whose form is right; nothing in it is verified."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes
    text: bytes
    checkpoint: Checkpoint


class Witness:
    """One witness: its keys and its memory. Requests may come from several threads and processes at once."""

    def __init__(self, signers: Sequence[WitnessSigner], store: WitnessStore) -> None:
        self.signers = tuple(signers)
        self.store = store

    def add_checkpoint(self, body: bytes, now: int) -> Answer:
        """Answer `add-checkpoint`, `now` being POSIX seconds. A cosignature is on the disk before it is answered."""
        try:
            request = _read(body)
            with self.store.turn() as turn:
                self._demand_signature(turn, request)
                return self._decide(turn, request, body, now)
        except NoteRefused as refused:
            return Answer(400, f"{refused}\n".encode())
        except _No as no:
            return no.answer

    def latest_checkpoint(self, origin_digest: str) -> bytes | None:
        """Give the newest cosigned checkpoint of the log whose origin has this SHA-256 in hex."""
        with self.store.turn() as turn:
            for origin in {origin for origin, _ in turn.logs()}:
                if hashlib.sha256(origin.encode()).hexdigest() == origin_digest:
                    latest = turn.latest(origin)
                    return latest.note if latest else None
        return None

    @staticmethod
    def _demand_signature(turn: WitnessTurn, request: _Request) -> None:
        """Pass if a known key of the log signed the checkpoint, and none of its known keys badly."""
        keys = [VerifyKey.parse(vkey) for vkey in turn.keys_of(request.checkpoint.origin)]
        if not keys:
            raise _No(404, f"本见证方不见证日志“{request.checkpoint.origin}”")
        text, lines = split_note(request.note)
        mine = [(key, line) for key in keys for line in lines if line[:2] == (key.name, key.key_id)]
        if not mine or not all(key.verifies(text, line.signature) for key, line in mine):
            raise _No(403, "检查点没有该日志的有效签名")
        if request.old > request.checkpoint.size:
            raise _No(400, "旧条数大于检查点的条数")

    def _decide(self, turn: WitnessTurn, request: _Request, body: bytes, now: int) -> Answer:
        """Compare with what was cosigned before, remember, sign."""
        origin, new = request.checkpoint.origin, request.checkpoint
        last = turn.latest(origin) or Latest(0, EMPTY_ROOT, 0, b"")
        why = _contradiction(request, last)
        if why:
            turn.keep_refused(Refused(origin, now, why, new.size, body), new.root)
        if request.old != last.size:
            return Answer(409, f"{last.size}\n".encode(), SIZE_TYPE)
        if why:
            return Answer(422, f"{why}\n".encode())
        if now < turn.last_moment():
            # Checked last: the clock is our own fault, not the log's.
            return Answer(503, "见证方的时钟早于上一次签名，拒绝签名；请校准时钟\n".encode())
        lines = b"".join(signer.cosign(request.text, now) for signer in self.signers)
        note = _own_lines(request.note, turn.keys_of(origin)) + lines
        turn.remember(origin, Latest(new.size, new.root, now, note))
        return Answer(200, lines)


def _contradiction(request: _Request, last: Latest) -> str:
    """Say how a log-signed request contradicts what was cosigned before; empty where it does not."""
    new = request.checkpoint
    if new.size == 0 and new.root != EMPTY_ROOT:
        return "空日志的根不对"
    if new.size == last.size and last.size and new.root != last.root:
        return "同样的条数，另一个根：日志有两个版本"
    if request.old != last.size:
        return ""  # asked from elsewhere: the proof says nothing about what is remembered
    if request.old == 0:
        return "从空日志起不应有一致性证明" if request.proof else ""
    if not verify_consistency(last.size, new.size, request.proof, last.root, new.root):
        return "一致性证明不成立：此前见证过的历史被改动，或者证明有误"
    return ""


def _read(body: bytes) -> _Request:
    head, blank, note = body.partition(b"\n\n")
    lines = head.decode("utf-8", "replace").split("\n")
    old = _OLD.fullmatch(lines[0])
    if not blank or old is None:
        raise _No(400, "请求应为：old 条数、一致性证明、空行、检查点")
    proof = tuple(from_base64(line, "一致性证明") for line in lines[1:])
    if len(proof) > MOST_HASHES or any(len(part) != HASH for part in proof):
        raise _No(400, "一致性证明的哈希个数或长度不对")
    text, _ = split_note(note)
    return _Request(int(old[1]), proof, note, text, Checkpoint.parse(text))


def _own_lines(note: bytes, vkeys: Sequence[str]) -> bytes:
    """Give the note with the log's own signatures and no others."""
    keys = {(key.name, key.key_id) for key in map(VerifyKey.parse, vkeys)}
    text, lines = split_note(note)
    return text + b"\n" + b"".join(line.text for line in lines if line[:2] in keys)


# --- the folder of a witness ------------------------------------------------------------------------


def set_up(folder: Path, name: str, *, post_quantum: bool = True) -> list[WitnessSigner]:
    """Make a witness in `folder`: its keys, one of each kind, and an empty memory. Raises FileExistsError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if (folder / KEYS).exists():
        raise FileExistsError(folder)
    kinds = [ED25519, MLDSA44] if post_quantum else [ED25519]
    signers = [WitnessSigner(name, kind, secrets.token_bytes(SEED)) for kind in kinds]
    texts = "".join(f"{signer.text}\n" for signer in signers)
    witness_store.create(folder)
    # The keys come last: a set-up that was cut short has none, and no witness of that name exists yet.
    witness_store.write_durably(folder / KEYS, texts.encode(), 0o600)
    return signers


def open_witness(folder: Path) -> Witness:
    """Open the witness in `folder`; raise StoreRefused or NoteRefused where keys or memory are not whole."""
    try:
        lines = (folder / KEYS).read_text().splitlines()
    except OSError as error:
        raise witness_store.StoreRefused(f"读不到见证私钥 {folder / KEYS}（{error.strerror}）") from error
    return Witness([WitnessSigner.parse(line) for line in lines], WitnessStore(folder))
