"""Cosignatures of witnesses (c2sp.org/tlog-cosignature): keys, the line they put under a checkpoint, its check."""

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from mingjing.translog.note import (
    Checkpoint,
    NoteRefused,
    SignatureLine,
    from_base64,
    key_id,
    key_parts,
    name_bytes,
    split_note,
    to_base64,
)

ED25519: Final = 0x04
MLDSA44: Final = 0x06

SEED: Final = 32  # bytes of a private key of either kind
_TIME: Final = struct.Struct(">Q")
_KEY_BYTES: Final = {ED25519: 32, MLDSA44: 1312}
_SIGNATURE_BYTES: Final = {ED25519: 64, MLDSA44: 2420}
_LATEST: Final = 2**63 - 1


class Cosignature(NamedTuple):
    """That the witness with this key had seen this checkpoint, and none larger, at a moment (POSIX seconds)."""

    key: "WitnessKey"
    at: int
    line: bytes


@dataclass(frozen=True)
class WitnessKey:
    """The public key of a witness, of kind `algorithm`."""

    name: str
    algorithm: int
    raw: bytes

    def __post_init__(self) -> None:
        if self.algorithm not in _KEY_BYTES:
            raise NoteRefused("见证公钥的类型应为 Ed25519（0x04）或者 ML-DSA-44（0x06）")
        if len(self.raw) != _KEY_BYTES[self.algorithm]:
            raise NoteRefused(f"见证公钥应为 {_KEY_BYTES[self.algorithm]} 字节，实为 {len(self.raw)} 字节")
        if len(name_bytes(self.name)) > 255:
            raise NoteRefused("见证名称太长：最多 255 字节")
        key_id(self.name, b"")  # refuses a name that no note can hold

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a vkey, checking that its key id belongs to it."""
        name, id_hex, data = key_parts(vkey.strip(), "见证公钥")
        key = cls(name, data[0] if data else 0, data[1:])
        if key.key_id.hex() != id_hex:
            raise NoteRefused("见证公钥的编号与内容不符，可能抄错了")
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        return key_id(self.name, bytes([self.algorithm]) + self.raw)

    @property
    def vkey(self) -> str:
        """The form to publish."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.algorithm]) + self.raw)}"

    @property
    def algorithm_name(self) -> str:
        """The algorithm as people call it."""
        return {ED25519: "Ed25519", MLDSA44: "ML-DSA-44"}[self.algorithm]

    def cosigned_at(self, text: bytes, signature: bytes) -> int | None:
        """Give the moment of a cosignature over the checkpoint `text`; None where it is not this key's."""
        if len(signature) != _TIME.size + _SIGNATURE_BYTES[self.algorithm]:
            return None
        at = int.from_bytes(signature[: _TIME.size])
        if not 0 < at <= _LATEST:  # a witness may not leave the moment open
            return None
        message = _message(self.algorithm, self.name, text, at)
        try:
            self._public().verify(signature[_TIME.size :], message)
        except InvalidSignature:
            return None
        return at

    def _public(self) -> Ed25519PublicKey | MLDSA44PublicKey:
        if self.algorithm == ED25519:
            return Ed25519PublicKey.from_public_bytes(self.raw)
        return MLDSA44PublicKey.from_public_bytes(self.raw)


@dataclass(frozen=True, repr=False)
class WitnessSigner:
    """The private key of a witness; it never shows itself in a repr."""

    name: str
    algorithm: int
    seed: bytes

    def __post_init__(self) -> None:
        if self.algorithm not in _KEY_BYTES or len(self.seed) != SEED:
            raise NoteRefused("见证私钥的类型或者长度不对，文件可能损坏")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `text` writes."""
        prefix, plus, rest = text.strip().partition("+KEY+")
        if prefix != "PRIVATE" or not plus:
            raise NoteRefused("这不是见证私钥文件")
        name, id_hex, data = key_parts(rest, "见证私钥")
        key = cls(name, data[0] if data else 0, data[1:])
        if key.public.key_id.hex() != id_hex:
            raise NoteRefused("见证私钥的编号与内容不符，文件可能损坏")
        return key

    @property
    def text(self) -> str:
        """The form to keep in a file."""
        data = to_base64(bytes([self.algorithm]) + self.seed)
        return f"PRIVATE+KEY+{self.name}+{self.public.key_id.hex()}+{data}"

    @property
    def public(self) -> WitnessKey:
        """The key that verifies what this one signs."""
        return WitnessKey(self.name, self.algorithm, self._private().public_key().public_bytes_raw())

    def cosign(self, text: bytes, at: int) -> bytes:
        """Give the signature line for the checkpoint `text` at a moment in POSIX seconds."""
        if not 0 < at <= _LATEST:
            raise ValueError(f"not a moment that a cosignature can state: {at}")
        signature = self._private().sign(_message(self.algorithm, self.name, text, at))
        return SignatureLine(self.name, self.public.key_id, _TIME.pack(at) + signature).text

    def _private(self) -> Ed25519PrivateKey | MLDSA44PrivateKey:
        if self.algorithm == ED25519:
            return Ed25519PrivateKey.from_private_bytes(self.seed)
        return MLDSA44PrivateKey.from_seed_bytes(self.seed)


# What is signed with Ed25519 is text:
#
#     cosignature/v1\n
#     time 1679315147\n
#     the whole text of the checkpoint
#
# and with ML-DSA-44 a structure, which also binds the name of the witness:
#
#     "subtree/v1\n\0" | length, witness name | uint64 time | length, origin | uint64 0 | uint64 size | root


def _message(algorithm: int, name: str, text: bytes, at: int) -> bytes:
    if algorithm == ED25519:
        return f"cosignature/v1\ntime {at}\n".encode() + text
    checkpoint = Checkpoint.parse(text)
    origin = _with_length(checkpoint.origin)
    return b"".join(
        [
            b"subtree/v1\n\0" + _with_length(name) + _TIME.pack(at) + origin,
            _TIME.pack(0) + _TIME.pack(checkpoint.size) + checkpoint.root,
        ]
    )


def _with_length(name: str) -> bytes:
    data = name_bytes(name)
    if not 0 < len(data) <= 255:
        raise NoteRefused("日志名称太长：ML-DSA-44 见证最多 255 字节")
    return bytes([len(data)]) + data


def cosignatures(
    text: bytes, lines: Iterable[SignatureLine], keys: Sequence[WitnessKey]
) -> list[Cosignature]:
    """Give the cosignatures of known witnesses over the checkpoint `text`, at most the newest of each key.

    Lines of unknown keys are passed over; a bad line under a known key raises NoteRefused.
    """
    known = {(key.name, key.key_id): key for key in keys}
    found: dict[WitnessKey, Cosignature] = {}
    for line in lines:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        at = key.cosigned_at(text, line.signature)
        if at is None:
            raise NoteRefused(f"见证“{key.name}”的签名无效：签名之后检查点被改动，或签名系伪造")
        if key not in found or at > found[key].at:
            found[key] = Cosignature(key, at, line.text)
    return list(found.values())


def cosignatures_of(note: bytes, keys: Sequence[WitnessKey]) -> list[Cosignature]:
    """Give the cosignatures of known witnesses that a note carries."""
    return cosignatures(*split_note(note), keys)


def raw_key(vkey: str) -> bytes:
    """Give the key in a vkey whatever its name and type: two vkeys with the same one are one key."""
    return from_base64(vkey.strip().split("+", 2)[-1], "公钥")[1:]
