"""Signed notes and checkpoints (c2sp.org/signed-note, c2sp.org/tlog-checkpoint) with Ed25519 keys."""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mingjing.translog.merkle import HASH

ED25519: Final = 0x01

_KEY_ID: Final = 4
_DECIMAL: Final = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f]+")


class NoteRefused(ValueError):
    """A note, key or checkpoint is malformed, or not signed by the key asked for. The message is Chinese."""


def to_base64(data: bytes) -> str:
    """Write bytes in standard base64."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str, what: str) -> bytes:
    """Read standard base64 with its padding; raise NoteRefused, naming `what`, for anything else."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteRefused(f"{what}不是有效的 Base64") from error
    if to_base64(data) != text:  # stray bits after the last byte would give one value two spellings
        raise NoteRefused(f"{what}不是规范的 Base64")
    return data


class NoteKey(Protocol):
    """A public key that may stand behind a signature line, of whatever kind it is."""

    @property
    def name(self) -> str: ...
    @property
    def key_id(self) -> bytes: ...
    @property
    def vkey(self) -> str: ...
    def verifies(self, text: bytes, signature: bytes) -> bool: ...


class NoteSigner(Protocol):
    """Whatever makes signature lines of one key: a key in memory, a device behind a program."""

    @property
    def name(self) -> str: ...
    @property
    def public(self) -> NoteKey: ...
    def sign(self, text: bytes) -> bytes: ...


@dataclass(frozen=True)
class VerifyKey:
    """The public key of a log, known to everybody as its vkey: `name+key id+base64(type, key)`."""

    name: str
    raw: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise NoteRefused(f"密钥名称“{self.name}”不能为空，也不能有空格和加号")
        if len(self.raw) != 32:
            raise NoteRefused("Ed25519 公钥应为 32 字节")

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a vkey, checking that its key id belongs to it."""
        name, id_hex, data = key_parts(vkey.strip(), "公钥")
        if data[:1] != bytes([ED25519]):
            raise NoteRefused("公钥类型不是 Ed25519（0x01）")
        key = cls(name, data[1:])
        if key.key_id.hex() != id_hex:
            raise NoteRefused("公钥的编号与内容不符，可能抄错了")
        return key

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature line names its key."""
        return key_id(self.name, bytes([ED25519]) + self.raw)

    @property
    def vkey(self) -> str:
        """The form to publish."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([ED25519]) + self.raw)}"

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Tell whether the signature over `text` is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, repr=False)
class SigningKey:
    """The private key of a log; it never leaves its file and memory, and never shows itself in a repr."""

    name: str
    seed: bytes

    def __post_init__(self) -> None:
        if len(self.seed) != 32:
            raise NoteRefused("Ed25519 私钥应为 32 字节")

    @classmethod
    def generate(cls, name: str) -> Self:
        """Make a new key from the system's randomness."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `text` writes."""
        prefix, plus, rest = text.strip().partition("+KEY+")
        if prefix != "PRIVATE" or not plus:
            raise NoteRefused("这不是日志私钥文件")
        name, id_hex, data = key_parts(rest, "私钥")
        key = cls(name, data[1:])
        if data[:1] != bytes([ED25519]) or key.public.key_id.hex() != id_hex:
            raise NoteRefused("私钥的编号与内容不符，文件可能损坏")
        return key

    @property
    def text(self) -> str:
        """The form to keep in a file, the same as golang.org/x/mod/sumdb/note writes."""
        return f"PRIVATE+KEY+{self.name}+{self.public.key_id.hex()}+{to_base64(bytes([ED25519]) + self.seed)}"

    @property
    def public(self) -> VerifyKey:
        """The key that verifies what this one signs."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        return VerifyKey(self.name, private.public_key().public_bytes_raw())

    def sign(self, text: bytes) -> bytes:
        """Sign; the same text always gives the same signature."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(text)


def name_bytes(name: str) -> bytes:
    """Give the bytes of a key's name: a policy may name one in bytes that are no UTF-8, kept as surrogates."""
    return name.encode("utf-8", "surrogateescape")


def key_id(name: str, typed_key: bytes) -> bytes:
    """Give the four bytes that name a key on a signature line; `typed_key` is its type byte and the key."""
    if not _NAME.fullmatch(name):
        raise NoteRefused(f"密钥名称“{name}”不能为空，也不能有空格和加号")
    return hashlib.sha256(name_bytes(name) + b"\n" + typed_key).digest()[:_KEY_ID]


def key_parts(text: str, what: str) -> tuple[str, str, bytes]:
    """Take a written key apart: name, key id in hex, and the bytes, of which the first is the type."""
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise NoteRefused(f"{what}应写成“名称+编号+Base64”")
    return parts[0], parts[1], from_base64(parts[2], what)


# A signed note is text, a blank line, and one line for each signature:
#
#     origin\n
#     size\n                                    > the text, here a checkpoint
#     base64(root)\n
#     \n
#     (U+2014) name base64(key id | signature)\n


def sign_note(text: bytes, signers: Sequence[NoteSigner]) -> bytes:
    """Put a signature line of each signer under `text`, which ends with a newline and holds no blank line."""
    if not text.endswith(b"\n") or b"\n\n" in text:
        raise NoteRefused("待签文本须以换行结尾，且不能有空行")
    lines = [f"\u2014 {key.name} {to_base64(key.public.key_id + key.sign(text))}\n" for key in signers]
    return text + b"\n" + "".join(lines).encode()


def open_note(note: bytes, *keys: NoteKey) -> bytes:
    """Give the text of a note signed by one of `keys`; raise NoteRefused otherwise.

    Lines of unknown keys are passed over (witnesses add theirs); a bad line under a known key refuses the
    note.
    """
    return open_signed(note, *keys)[0]


def open_signed(note: bytes, *keys: NoteKey) -> tuple[bytes, list[NoteKey]]:
    """Give the text of a note as `open_note` does, and those of `keys` that signed it."""
    text, lines = split_note(note)
    known, signed = {(key.name, key.key_id): key for key in keys}, []
    for line in lines:
        key = known.get((line.name, line.key_id))
        if key is None:
            continue
        if not key.verifies(text, line.signature):
            raise NoteRefused(f"“{line.name}”的签名无效：签名之后文本被改动，或签名系伪造")
        signed.append(key)
    if not signed:
        wanted = "、".join(f"“{key.name}”（密钥 {key.key_id.hex()}）" for key in keys)
        raise NoteRefused(f"没有{wanted}的签名")
    return text, signed


class SignatureLine(NamedTuple):
    """One signature under a note: whose it says it is, and the bytes, not verified."""

    name: str
    key_id: bytes
    signature: bytes

    @property
    def text(self) -> bytes:
        """The line as it stands under a note."""
        return f"\u2014 {self.name} {to_base64(self.key_id + self.signature)}\n".encode()


def split_note(note: bytes) -> tuple[bytes, list[SignatureLine]]:
    """Give the text of a note and its signature lines, none of them verified; raise NoteRefused if malformed."""
    text, blank, signatures = note.rpartition(b"\n\n")
    if not blank or not signatures.endswith(b"\n"):
        raise NoteRefused("签名文本不完整：缺少空行或签名行")
    return text + b"\n", signature_lines(signatures)


def signature_lines(data: bytes) -> list[SignatureLine]:
    """Read lines of signatures, each ended by a newline; raise NoteRefused for anything else."""
    return [_signature(line) for line in _text(data).removesuffix("\n").split("\n")]


def text_of(note: bytes) -> bytes:
    """Give the text of a note without checking who signed it: only for notes of our own."""
    return note.rpartition(b"\n\n")[0] + b"\n"


def _signature(line: str) -> SignatureLine:
    dash, _, rest = line.partition(" ")
    name, space, encoded = rest.rpartition(" ")
    if dash != "\u2014" or not space:
        raise NoteRefused("签名行格式不对")
    data = from_base64(encoded, "签名")
    if len(data) <= _KEY_ID:
        raise NoteRefused("签名行太短")
    return SignatureLine(name, data[:_KEY_ID], data[_KEY_ID:])


@dataclass(frozen=True)
class Checkpoint:
    """What a log says of itself at one moment: its name, how many entries it has and their root."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> bytes:
        """The three lines to sign."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n".encode()

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """Read the text of a checkpoint; lines after the third (extensions) are passed over."""
        lines = _text(text).split("\n")
        if len(lines) < 4 or not lines[0] or lines[-1]:
            raise NoteRefused("检查点应有名称、条数、根三行")
        if not _DECIMAL.fullmatch(lines[1]):
            raise NoteRefused(f"检查点的条数“{lines[1]}”不是十进制整数")
        root = from_base64(lines[2], "检查点的根")
        if len(root) != HASH:
            raise NoteRefused("检查点的根应为 32 字节")
        return cls(lines[0], int(lines[1]), root)

    def signed(self, *signers: NoteSigner) -> bytes:
        """Give the signed note of this checkpoint."""
        return sign_note(self.text, signers)


def open_checkpoint(note: bytes, *keys: NoteKey) -> Checkpoint:
    """Give the checkpoint in a note, if one of `keys` signed it and its origin is that key's own name."""
    text, signed = open_signed(note, *keys)
    checkpoint = Checkpoint.parse(text)
    if checkpoint.origin not in {key.name for key in signed}:
        raise NoteRefused(f"检查点属于日志“{checkpoint.origin}”，不是“{signed[0].name}”")
    return checkpoint


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NoteRefused("文本不是 UTF-8 编码") from error
